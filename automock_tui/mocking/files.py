"""Files beside a set of expectations: FILE bodies and template files, bounded to the set's folder."""

from __future__ import annotations

from pathlib import Path

MAX_BYTES = 32 * 1024 * 1024


class NoFile(Exception):
    """The file is not there, too large, or outside of the folder."""


def read_file(folder: Path | None, name: str) -> bytes:
    """The bytes of a file.

    Args:
        folder: Where files may be; None where there are none.
        name: Its path, relative to the folder, or absolute and inside of it.

    Raises:
        NoFile: it cannot be had; says why.
    """
    try:
        with locate(folder, name).open("rb") as file:
            found = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise NoFile(f"{name}: {getattr(error, 'strerror', None) or error}") from None
    if len(found) > MAX_BYTES:
        raise NoFile(f"{name} is larger than {MAX_BYTES // 1024 // 1024} MiB")
    return found


def locate(folder: Path | None, name: str) -> Path:
    """Where a file is, or would be; arguments and errors as for `read_file`."""
    if folder is None:
        raise NoFile("files are read only for a set that is a file itself")
    root = folder.resolve()
    try:
        path = (root / name).resolve()
    except (OSError, ValueError) as error:
        raise NoFile(f"{name}: {getattr(error, 'strerror', None) or error}") from None
    if not path.is_relative_to(root):
        raise NoFile(f"{name} is outside of {root}")
    return path


State = tuple[int, int, int]
"""Place on the disk, time of the last change (ns) and size of a file: another one, where it has changed."""


def state(path: Path) -> State | None:
    """The state of a file; None where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
