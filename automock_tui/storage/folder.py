"""Projects' buckets as folders on this machine, with the same guarantees between processes as S3."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.storage.objects import (
    BucketNotFound,
    Forbidden,
    ObjectNotFound,
    PreconditionFailed,
    StoredObject,
)

_LOCKS = ".locks"
_DELETED = ".deleted-"
_PARTIAL = ".partial"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


class FolderStore:
    """An object store in a folder: buckets are folders, keys are paths in them.

    Writers of one bucket take turns by a lock that the kernel drops when its holder dies. A write goes to a
    file of its own first and then takes the place of the old one, so that a reader, or a crash at any point,
    finds either the old content or the new. An ETag is the hash of the content.

    Args:
        root: The folder that holds the buckets; made when the first one is.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def buckets(self, prefix: str) -> list[str]:
        """Names of all buckets that start with prefix, sorted."""
        with _explained(self._root):
            try:
                entries = list(os.scandir(self._root))
            except FileNotFoundError:
                return []
            names = (entry.name for entry in entries if not entry.name.startswith(".") and entry.is_dir())
            return sorted(name for name in names if name.startswith(prefix))

    def create_bucket(self, bucket: str, *, tags: dict[str, str] | None = None) -> None:
        """Create a folder that only its owner may enter. Tags mean nothing here.

        Raises:
            PreconditionFailed: the name is taken.
        """
        folder = self._folder(bucket)
        with _explained(folder), self._locked(bucket):
            try:
                folder.mkdir(mode=0o700)
            except FileExistsError:
                raise PreconditionFailed(f"The bucket name {bucket} is taken") from None
            _sync(self._root)

    def delete_bucket(self, bucket: str) -> None:
        """Delete a bucket with everything in it; a bucket that is gone is no error."""
        folder = self._folder(bucket)
        with _explained(folder), self._locked(bucket):
            with suppress(FileNotFoundError):
                folder.rename(self._root / f"{_DELETED}{os.urandom(8).hex()}")
                _sync(self._root)
            for leftover in self._root.glob(f"{_DELETED}*"):
                shutil.rmtree(leftover, ignore_errors=True)

    def get(self, bucket: str, key: str) -> StoredObject:
        """Read one object.

        Raises:
            ObjectNotFound: no such object.
            BucketNotFound: no such bucket.
        """
        path = self._path(bucket, key)
        with _explained(path):
            try:
                with path.open("rb") as file:
                    body = file.read()
                    modified = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                raise self._absent(bucket, key) from None
        return StoredObject(key, body, _etag(body), modified)

    def put(self, bucket: str, key: str, body: bytes, *, if_match: str) -> str:
        """Write one object only if its ETag still is `if_match`; empty means that it must not exist.

        Raises:
            PreconditionFailed: it is not so.
            BucketNotFound: no such bucket.
            AutomockError: the disk is full or refuses; the old content is untouched.
        """
        path = self._path(bucket, key)
        with _explained(path), self._locked(bucket):
            if self._current_etag(bucket, key) != if_match:
                raise PreconditionFailed(f"{path} was changed by somebody else")
            _make_parents(path.parent, self._folder(bucket))
            _replace(path, body)
        return _etag(body)

    def delete(self, bucket: str, key: str) -> None:
        """Delete one object; one that is gone is no error."""
        path = self._path(bucket, key)
        with _explained(path), self._locked(bucket), suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()
            _sync(path.parent)

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """Keys that start with prefix, sorted.

        Raises:
            BucketNotFound: no such bucket.
        """
        folder = self._folder(bucket)
        with _explained(folder):
            if not folder.is_dir():
                raise _no_bucket(folder)
            paths = (Path(where) / name for where, _, names in os.walk(folder) for name in names)
            found = (path.relative_to(folder).as_posix() for path in paths if not _is_partial(path))
            return sorted(key for key in found if key.startswith(prefix))

    def now(self) -> datetime:
        """This machine's clock, UTC."""
        return datetime.now(UTC)

    def clock_skew(self) -> float:
        """Always 0: the store's clock is this machine's."""
        return 0.0

    def clock_pace(self) -> float:
        """1: the clock is this machine's."""
        return 1.0

    def _folder(self, bucket: str) -> Path:
        if not bucket or bucket.startswith(".") or "/" in bucket or "\0" in bucket:
            raise InvalidInput(f"Bad bucket name: {bucket!r}")
        return self._root / bucket

    def _path(self, bucket: str, key: str) -> Path:
        """The file of a key, which must not lead out of its bucket."""
        parts = key.split("/")
        if any(part in {"", ".", ".."} or "\0" in part for part in parts) or _is_partial(Path(key)):
            raise InvalidInput(f"Bad object key: {key!r}")
        return self._folder(bucket).joinpath(*parts)

    def _absent(self, bucket: str, key: str) -> ObjectNotFound:
        folder = self._folder(bucket)
        return ObjectNotFound(f"{folder / key} does not exist") if folder.is_dir() else _no_bucket(folder)

    def _current_etag(self, bucket: str, key: str) -> str:
        try:
            return self.get(bucket, key).etag
        except BucketNotFound:
            raise
        except ObjectNotFound:
            return ""

    @contextmanager
    def _locked(self, bucket: str) -> Iterator[None]:
        """Hold the bucket's lock, against other processes and other threads."""
        locks = self._root / _LOCKS
        self._root.parent.mkdir(parents=True, exist_ok=True)
        self._root.mkdir(mode=0o700, exist_ok=True)
        locks.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(locks / bucket, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()}"'


def _is_partial(path: Path) -> bool:
    return path.name.startswith(".") and path.name.endswith(_PARTIAL)


def _no_bucket(folder: Path) -> BucketNotFound:
    return BucketNotFound(
        f"{folder} is gone",
        "The project's folder was deleted.",
        "See what there is with: automock-tui projects",
    )


def _make_parents(folder: Path, bucket: Path) -> None:
    missing = [
        parent for parent in (folder, *folder.parents) if bucket in parent.parents and not parent.exists()
    ]
    for parent in reversed(missing):
        parent.mkdir(mode=0o700, exist_ok=True)
        _sync(parent.parent)


def _replace(path: Path, body: bytes) -> None:
    """Put new content in place of the old, all or nothing. The caller holds the bucket's lock."""
    for leftover in path.parent.glob(f".*{_PARTIAL}"):  # of a writer that was killed: we hold its lock now
        leftover.unlink()
    partial = path.with_name(f".{os.urandom(8).hex()}{_PARTIAL}")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Have a folder's entries reach the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what the system raises inside into errors with a next step."""
    try:
        yield
    except OSError as error:
        raise _from_system(error, path) from error


def _from_system(error: OSError, path: Path) -> AutomockError:
    said = os.strerror(error.errno) if error.errno else str(error)
    if error.errno in _FULL:
        return AutomockError(
            "The disk is full",
            f"{path}: {said}. What was there before is untouched.",
            "Make room, then try again.",
        )
    if error.errno in _REFUSED:
        return Forbidden(
            "This folder cannot be used", f"{path}: {said}.", "Check who owns it and its permissions."
        )
    return AutomockError("The disk refused", f"{path}: {said}.", "Check the disk, then try again.")
