"""What is in a folder of this machine, for choosing a file; blocks, so call it on a thread."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from automock_tui.domain.errors import InvalidInput
from automock_tui.settings import expanded

MOST = 5_000
"""Entries that are read of one folder."""


class Entry(NamedTuple):
    """One entry of a folder; `size` in bytes is None for a folder."""

    name: str
    path: Path
    is_folder: bool
    size: int | None


def typed_path(text: str) -> Path:
    """A path that was typed or dropped: terminals quote it, escape its spaces, or make it a file:// address."""
    text = text.strip()
    for quote in ("'", '"'):
        if len(text) > 1 and text[0] == text[-1] == quote:
            return expanded(text[1:-1])
    if text.startswith("file://"):
        return Path(unquote(urlsplit(text).path))
    if os.sep == "/" and "\\" in text and not expanded(text).exists():
        text = text.replace("\\ ", " ").replace("\\(", "(").replace("\\)", ")").replace("\\'", "'")
    return expanded(text)


def list_folder(folder: Path, wanted: str = "") -> list[Entry]:
    """The entries of a folder whose names hold a text: folders first, then files; the one above comes first.

    Names that begin with a dot are left out unless the text begins with one.

    Raises:
        InvalidInput: the folder cannot be read.
    """
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if _is_wanted(entry.name, wanted.lower()):
                    found.append(_entry(entry))
                if len(found) >= MOST:
                    break
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidInput("The folder cannot be read", f"{folder}: {reason}", "Choose another.") from error
    found.sort(key=lambda one: (not one.is_folder, one.name.lower()))
    above = [Entry("..", folder.parent, True, None)] if folder.parent != folder else []
    return above + found


def _is_wanted(name: str, wanted: str) -> bool:
    return wanted in name.lower() and (not name.startswith(".") or wanted.startswith("."))


def _entry(entry: os.DirEntry[str]) -> Entry:
    try:
        if entry.is_dir():
            return Entry(entry.name, Path(entry.path), True, None)
        return Entry(entry.name, Path(entry.path), False, entry.stat().st_size)
    except OSError:
        return Entry(entry.name, Path(entry.path), False, None)


def size_text(size: int) -> str:
    """A size such as `512 B` or `2.4 MB`."""
    if size < 1_000:
        return f"{size} B"
    return f"{size / 1_000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
