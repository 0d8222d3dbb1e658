"""Files that only their owner may read, written whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from automock_tui.domain.errors import AutomockError

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a write says when there is no room: the disk, the quota, or the largest size a file may have."""


@contextmanager
def readable_errors(path: Path) -> Iterator[None]:
    """Turn what the operating system says about a file into a message with a next step.

    Raises:
        AutomockError: for every OSError inside the block.
    """
    try:
        yield
    except OSError as error:
        raise file_error(error, path) from error


def file_error(error: OSError, path: Path) -> AutomockError:
    """The error to show for a failed file operation."""
    reason = error.strerror or str(error)
    if error.errno in DISK_FULL:
        return AutomockError("Disk full", f"{path}: {reason}", "Free some space, then try again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return AutomockError(
            "No access to a file", f"{path}: {reason}", "Make it readable and writable for you."
        )
    return AutomockError("File operation failed", f"{path}: {reason}", "Check the disk and the path.")


def make_private_folder(path: Path) -> None:
    """Create a folder that only its owner may enter; one that exists is made private."""
    path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    path.chmod(PRIVATE_FOLDER)


def open_private(path: Path, flags: int) -> int:
    """A file descriptor of a file that only its owner may read, created if need be."""
    return os.open(path, flags | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)


def write_private(path: Path, data: bytes) -> None:
    """Replace a file in one step that survives a crash: a reader sees the old or the new content, whole."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _write_synced(draft, data)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _write_synced(path: Path, data: bytes) -> None:
    with os.fdopen(open_private(path, os.O_WRONLY | os.O_EXCL), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
