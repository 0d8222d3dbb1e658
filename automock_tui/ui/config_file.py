"""Writing settings to `config.toml` without losing what else is in it: comments, order, other settings."""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from automock_tui.domain.errors import AutomockError, InvalidInput

Value = str | int | float | bool

_TABLE = re.compile(r"\s*\[")


def toml_value(value: Value) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    escaped = "".join(_escape(character) for character in value)
    return f'"{escaped}"'


def _escape(character: str) -> str:
    known = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    if character in known:
        return known[character]
    return f"\\u{ord(character):04x}" if ord(character) < 0x20 or ord(character) == 0x7F else character


def with_setting(text: str, name: str, value: Value | None, table: str = "") -> str:
    """The text of a TOML file with one setting changed, added or, without a value, taken out.

    Every other line stays.

    Args:
        text: What is in the file.
        name: The setting.
        value: Its new value; None takes it out.
        table: The table that it is in; a setting of the file itself where empty.

    Raises:
        InvalidInput: the file is no TOML, or this setting is written in a way that cannot be changed safely.
    """
    before = _parse(text)
    wanted = _wanted(before, name, value, table)
    if value is None and name not in before.get(table, {} if table else before):
        return text
    lines = text.splitlines(keepends=True)
    start, end = _section(lines, table)
    fresh = [] if value is None else [f"{_toml_key(name)} = {toml_value(value)}\n"]
    place = next((index for index in range(start, end) if _assigns(lines[index], name)), None)
    if place is not None:
        lines[place : place + 1] = fresh
    elif fresh:
        if end and not lines[end - 1].endswith("\n"):
            lines[end - 1] += "\n"
        lines[end:end] = fresh
    after = "".join(lines)
    if _parse_or_none(after) != wanted:
        raise InvalidInput(
            f"Setting {name} cannot be changed here",
            "It is written over several lines, or in an unusual way.",
            "Change it in the file by hand.",
        )
    return after


def _wanted(before: dict[str, Any], name: str, value: Value | None, table: str) -> dict[str, Any]:
    """What the file shall say."""
    inside = before.get(table, {}) if table else before
    if not isinstance(inside, dict):
        return before
    changed = {known: held for known, held in inside.items() if known != name}
    if value is not None:
        changed[name] = value
    return {**before, table: changed} if table else changed


def _section(lines: list[str], table: str) -> tuple[int, int]:
    """The lines of a table, from its first to after its last; it is added where there is none."""
    heads = [index for index, line in enumerate(lines) if _TABLE.match(line)]
    if not table:
        return 0, heads[0] if heads else len(lines)
    head = re.compile(rf"\s*\[\s*[\"']?{re.escape(table)}[\"']?\s*\]")
    at = next((index for index in heads if head.match(lines[index])), None)
    if at is None:
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        lines += ["\n", f"[{table}]\n"] if lines else [f"[{table}]\n"]
        return len(lines), len(lines)
    end = next((index for index in heads if index > at), len(lines))
    while end > at + 1 and not lines[end - 1].strip():
        end -= 1
    return at + 1, end


def _toml_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_value(name)


def _assigns(line: str, name: str) -> bool:
    return re.match(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=", line) is not None


def _parse(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(
            "The settings file is not TOML", str(error), "Correct it, or move it away."
        ) from error


def _parse_or_none(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def save_setting(path: Path, name: str, value: Value | None, table: str = "") -> None:
    """Change one setting in the file; the file is replaced as a whole or not at all, and is its owner's only.

    The arguments are those of `with_setting`.

    Raises:
        InvalidInput: see `with_setting`.
        AutomockError: the file cannot be read or written.
    """
    try:
        text = path.read_text("utf-8") if path.exists() else ""
        changed = with_setting(text, name, value, table)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(path.resolve(), changed)
    except (OSError, UnicodeDecodeError) as error:
        raise AutomockError(
            "The setting was not saved", f"{path}: {error}", "Check the file and its folder."
        ) from error


def _replace(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
