"""The document to import: its bytes, its name, and the folder that its relative references may use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from automock_tui.domain.errors import InvalidInput
from automock_tui.importing.trees import MAX_BYTES, decode, parse

MAX_FILES = 2_000
MAX_ENTRIES = 50_000
"""Files read of one folder, and files and folders looked at."""


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

    @cached_property
    def tree(self) -> Any:
        """The document as a tree of JSON or YAML; raises InvalidInput where it is neither."""
        return parse(self.text, self.name)

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files, such as a Bruno collection."""
        return self.path is not None and self.path.is_dir()

    @property
    def stem(self) -> str:
        """Its name without the ending, for projects and titles."""
        return Path(self.name).stem

    def files(self, *endings: str) -> list[Source]:
        """The files of the folder with one of these endings, in the order of their names.

        Raises:
            InvalidInput: too many of them, or one cannot be read.
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
        found.sort()
        return [Source(str(one.relative_to(self.path)), read_limited(one), one) for one in found]


def open_source(path: Path) -> Source:
    """A file or a folder as a document.

    Raises:
        InvalidInput: it cannot be read, or is larger than 32 MiB.
    """
    if path.is_dir():
        return Source(path.name or str(path), path=path)
    return Source(path.name, read_limited(path), path)


def read_limited(path: Path) -> bytes:
    """The bytes of a file; never more than the limit is held.

    Raises:
        InvalidInput: it cannot be read, or is larger than 32 MiB.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInput(
            "The file cannot be read", f"{path}: {error.strerror or error}", "Check the path."
        ) from error
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise InvalidInput(
            f"{path.name}: document too large", f"It is larger than {limit} MiB.", "Split it into several."
        )
    return data
