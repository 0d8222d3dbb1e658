"""Writing settings to `config.toml` without losing what else is in it: comments, order, other settings."""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from pathlib import Path

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


def with_setting(text: str, name: str, value: Value) -> str:
    """The text of a TOML file with one top-level setting changed or added; every other line stays.

    Raises:
        InvalidInput: the file is no TOML, or this setting is written in a way that cannot be changed safely.
    """
    before = _parse(text)
    lines = text.splitlines(keepends=True)
    line = f"{name} = {toml_value(value)}\n"
    first_table = next((index for index, known in enumerate(lines) if _TABLE.match(known)), len(lines))
    place = next((index for index in range(first_table) if _assigns(lines[index], name)), None)
    if place is None:
        if first_table and not lines[first_table - 1].endswith("\n"):
            lines[first_table - 1] += "\n"
        lines.insert(first_table, line)
    else:
        lines[place] = line
    after = "".join(lines)
    if _parse_or_none(after) != {**before, name: value}:
        raise InvalidInput(
            f"Setting {name} cannot be changed here",
            "It is written over several lines, or in an unusual way.",
            "Change it in the file by hand.",
        )
    return after


def _assigns(line: str, name: str) -> bool:
    return re.match(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=", line) is not None


def _parse(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(
            "The settings file is not TOML", str(error), "Correct it, or move it away."
        ) from error


def _parse_or_none(text: str) -> dict[str, object] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def save_setting(path: Path, name: str, value: Value) -> None:
    """Change one setting in the file; the file is replaced as a whole or not at all, and is its owner's only.

    Raises:
        InvalidInput: see `with_setting`.
        AutomockError: the file cannot be read or written.
    """
    try:
        text = path.read_text("utf-8") if path.exists() else ""
        changed = with_setting(text, name, value)
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
