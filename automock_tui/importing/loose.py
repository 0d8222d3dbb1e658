"""Reading trees that may hold anything where they should hold something else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def table(value: Any, *keys: str) -> dict[str, Any]:
    """The object at these keys; empty where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else {}


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; what is no object is left out."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """A text, or a number or flag as one; empty for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""


def whole(value: Any, default: int) -> int:
    """A whole number, also where it is written as text."""
    if isinstance(value, bool):
        return default
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 10:
        return int(value)
    return int(value) if isinstance(value, int | float) and abs(value) < 1e9 else default


def status(value: Any, default: int = 200) -> int:
    """A status that MockServer takes: 100 to 599."""
    found = whole(value, default)
    return found if 100 <= found <= 599 else default


def pairs(value: Any, name: str = "name", content: str = "value") -> list[tuple[str, str]]:
    """The enabled name-value rows of a list, or the entries of an object."""
    if isinstance(value, dict):
        return [(str(key), text(one)) for key, one in value.items() if text(one) or one == ""]
    return [
        (text(row.get(name)), text(row.get(content)))
        for row in rows(value)
        if text(row.get(name)) and not row.get("disabled") and row.get("enabled") is not False
    ]


def walk(items: Any, key: str, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every object below a list of nested folders, with the names of the folders above it."""
    stack = [(above, one) for one in reversed(rows(items))]
    while stack:
        path, item = stack.pop()
        yield path, item
        inner = (*path, text(item.get("name")) or "folder")
        stack.extend((inner, one) for one in reversed(rows(item.get(key))))
