"""The document to import: its bytes, its name, and the folder that its relative references may use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from automock_tui.domain.errors import InvalidInput
from automock_tui.importing.trees import MAX_BYTES, decode, mend_letters, parse

MAX_FILES = 2_000
MAX_ENTRIES = 50_000
"""Files read of one folder, and files and folders looked at."""
MAX_FOLDER_BYTES = 2 * MAX_BYTES
"""Of all files that are read of one folder."""


@dataclass(frozen=True)
class Source:
    """One document. `path` is None where it came from standard input or the clipboard."""

    name: str
    data: bytes = b""
    path: Path | None = None

    @cached_property
    def text(self) -> str:
        """The document as text; raises InvalidInput where it is none."""
        return decode(self.data, self.name)

    @property
    def tree(self) -> Any:
        """The document as a tree of JSON or YAML; raises InvalidInput where it is neither."""
        return self._parsed[0]

    @property
    def has_half_letters(self) -> bool:
        """Whether its tree held halves of letters, which were replaced."""
        return self._parsed[1]

    @cached_property
    def _parsed(self) -> tuple[Any, bool]:
        return mend_letters(parse(self.text, self.name), self.text)

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files, such as a Bruno collection."""
        return self.path is not None and _is_so(self.path.is_dir)

    @property
    def stem(self) -> str:
        """Its name without the ending, for projects and titles."""
        return Path(self.name).stem

    def files(self, *endings: str) -> list[Source]:
        """The files of the folder with one of these endings, in the order of their names.

        Raises:
            InvalidInput: too many or too large, or one cannot be read.
        """
        assert self.path is not None
        found: list[Path] = []
        seen = 0
        for folder, folders, names in os.walk(self.path):
            folders[:] = sorted(one for one in folders if one != "node_modules" and not one.startswith("."))
            paths = [Path(folder, name) for name in names if Path(name).suffix.lower() in endings]
            found += [one for one in paths if one.is_file() and not one.is_symlink()]
            seen += len(names) + len(folders)
            if len(found) > MAX_FILES or seen > MAX_ENTRIES:
                raise InvalidInput(
                    f"{self.name}: too many files",
                    f"It has over {MAX_FILES:,} of them, or over {MAX_ENTRIES:,} of all kinds.",
                    "Name the folder of one collection.",
                )
        return list(self._read(sorted(found)))

    def _read(self, paths: list[Path]) -> Iterator[Source]:
        assert self.path is not None
        left = MAX_FOLDER_BYTES
        for path in paths:
            data = read_limited(path)
            left -= len(data)
            if left < 0:
                limit = MAX_FOLDER_BYTES // 1024 // 1024
                raise InvalidInput(
                    f"{self.name}: too large",
                    f"Its files have over {limit} MiB together.",
                    "Name the folder of one collection.",
                )
            yield Source(shown_name(path.relative_to(self.path)), data, path)


def _is_so(ask: Callable[[], bool]) -> bool:
    """Whether a path is something; false also for one that cannot be asked about, such as a name too long."""
    try:
        return ask()
    except (OSError, ValueError):
        return False


def shown_name(path: Path) -> str:
    """A path as text that can be stored and shown, also where its bytes are no UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def open_source(path: Path) -> Source:
    """A file or a folder as a document.

    Raises:
        InvalidInput: it cannot be read, or is larger than 32 MiB.
    """
    if _is_so(path.is_dir):
        return Source(shown_name(Path(path.name or path)), path=path)
    return Source(shown_name(Path(path.name)), read_limited(path), path)


def read_limited(path: Path) -> bytes:
    """The bytes of a file; never more than the limit is held.

    Raises:
        InvalidInput: it cannot be read, or is larger than 32 MiB.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        said = (error.strerror if isinstance(error, OSError) else "") or str(error)
        raise InvalidInput(
            "The file cannot be read", f"{shown_name(path)}: {said}", "Check the path."
        ) from error
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise InvalidInput(
            f"{shown_name(Path(path.name))}: document too large",
            f"It is larger than {limit} MiB.",
            "Split it into several.",
        )
    return data


def path_below(folder: Path | None, name: str) -> Path:
    """Where a document's reference to a file leads.

    Args:
        folder: What the document may read; None where it has no folder.
        name: The reference, relative to that folder.

    Raises:
        InvalidInput: it leads out of the folder, by a link too, or to what is no file.
    """
    if folder is None:
        raise InvalidInput("The document has no folder")
    try:
        path, folder = (folder / name).resolve(), folder.resolve()
    except (OSError, ValueError):
        raise InvalidInput("It is no path") from None
    if not path.is_relative_to(folder):
        raise InvalidInput("It leads out of the folder")
    if not _is_so(path.is_file):
        raise InvalidInput("There is no such file")
    return path
