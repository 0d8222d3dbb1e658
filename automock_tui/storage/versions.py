"""Versions of a project's expectations: saved once, kept to the byte, never rewritten.

Creating the object `versions/vN.json` is what saves. `expectations.json` and the project's record follow it;
where a crash came in between, `settle` brings them up whenever the project is opened next. An
`expectations.json` that no version holds was put there by another tool, and becomes a version itself.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from automock_tui.domain.errors import AutomockError, InvalidInput, LostRace
from automock_tui.domain.project import (
    EXPECTATIONS_KEY,
    PROJECT_KEY,
    ProjectRecord,
    Version,
    project_of_bucket,
    version_key,
    version_name,
    version_number,
)
from automock_tui.storage.documents import DamagedDocument, loads, read_document, to_json
from automock_tui.storage.objects import Forbidden, ObjectStore, PreconditionFailed, StoredObject
from automock_tui.storage.swap import read_or_none, swap

_BODY_MARK = b',\n  "expectations": '
_END = b"\n}\n"
_ROUNDS = 20
EMPTY = b"[]\n"
"""The expectations of a project that never had any."""
FOUND_MESSAGE = "Found in expectations.json: written by another tool"


@dataclass(frozen=True)
class SavedVersion:
    """One saved version: `version` with its expectations, and `body`, the same as the bytes that were saved."""

    version: Version
    body: bytes


@dataclass(frozen=True)
class Expectations:
    """The current expectations: the bytes of `expectations.json`, their ETag, and the version they are."""

    body: bytes
    etag: str
    version: str


class SaveConflict(LostRace):
    """A save was based on a version that is no longer the newest. Nothing was written; both sides are here.

    Args:
        project: The project's name.
        base_version: The version that ours started from.
        mine: The expectations that were to be saved.
        theirs: The newest version.
    """

    def __init__(self, project: str, base_version: str, mine: bytes, theirs: SavedVersion) -> None:
        newest = theirs.version
        super().__init__(
            f"{project} has a newer version: {newest.version}",
            f"{newest.author or 'Somebody'} saved it while yours was based on "
            f"{base_version or 'no version'}. Yours was not saved.",
            "Open the newest version, bring your changes into it, and save again.",
        )
        self.base_version = base_version
        self.mine = mine
        self.theirs = theirs


def check_expectations(body: bytes) -> list[Any]:
    """The expectations in a file: a JSON array in UTF-8.

    Raises:
        InvalidInput: it is not; says the line and column.
    """
    try:
        value = loads(body)
    except ValueError as error:
        _refuse(f"{error}.", "Correct it there, and save it as UTF-8 JSON.")
    if not isinstance(value, list):
        _refuse("They must be a JSON array.", "Put [ and ] around them.")
    return value


def _refuse(message: str, hint: str) -> NoReturn:
    raise InvalidInput("These expectations cannot be read", message, hint) from None


def without_bom(body: bytes) -> bytes:
    """The file without the mark that some editors put before UTF-8, which JSON does not allow."""
    return body.removeprefix(b"\xef\xbb\xbf")


def encode(version: Version, body: bytes) -> bytes:
    """The document of a version, with `body` in it as it is: byte for byte, not parsed and written anew."""
    head = version.to_dict()
    del head["expectations"]
    return to_json(head).removesuffix(_END) + _BODY_MARK + body + _END


def decode(raw: bytes, where: str, *, expected: str) -> SavedVersion:
    """Read what `encode` wrote, or a version that another tool wrote.

    Raises:
        DamagedDocument: neither.
    """
    head, mark, tail = raw.partition(_BODY_MARK)
    if mark and tail.endswith(_END):
        body = tail.removesuffix(_END)
        with contextlib.suppress(
            InvalidInput, DamagedDocument
        ):  # same words, but not our layout: read as a whole
            expectations = check_expectations(body)
            version = read_document(head + _END, Version, where)
            return SavedVersion(replace(version, version=expected, expectations=expectations), body)
    version = read_document(raw, Version, where)
    return SavedVersion(replace(version, version=expected), to_json(version.expectations))


def read_version(store: ObjectStore, bucket: str, name: str) -> SavedVersion | None:
    """One saved version, or None where there is none of that name."""
    found = read_or_none(store, bucket, version_key(name))
    return decode(found.body, f"{bucket}/{found.key}", expected=name) if found else None


def append(store: ObjectStore, bucket: str, number: int, draft: Version, body: bytes) -> Version | None:
    """Save version `number`, or None where somebody else did.

    A write of ours whose answer was lost is known by the draft's `write_id`.
    """
    version = replace(draft, version=version_name(number))
    key = version_key(version.version)
    taken = False

    def is_ours(there: bytes) -> bool:
        found = decode(there, f"{bucket}/{key}", expected=version.version).version
        return found.write_id == version.write_id

    def written(there: StoredObject | None) -> bytes | None:
        nonlocal taken
        taken = there is not None
        return None if taken else encode(version, body)

    swap(store, bucket, key, written, landed=is_ours)
    return None if taken else version


def draft(store: ObjectStore, author: str, message: str, expectations: list[Any]) -> Version:
    """A version that has no number so far."""
    return Version(
        version="",
        saved_at=store.now(),
        author=author,
        message=message,
        write_id=os.urandom(8).hex(),
        expectations=expectations,
        expectation_count=len(expectations),
    )


def read_record(store: ObjectStore, bucket: str) -> ProjectRecord:
    """The project's record; an empty one where there is none.

    Raises:
        DamagedDocument: it cannot be read.
    """
    name = project_of_bucket(bucket) or bucket
    found = read_or_none(store, bucket, PROJECT_KEY)
    if found is None:
        return ProjectRecord(project_name=name)
    record = read_document(found.body, ProjectRecord, f"{bucket}/{PROJECT_KEY}")
    return replace(record, project_name=record.project_name or name)


def settle(store: ObjectStore, bucket: str) -> Expectations:
    """Bring the record and `expectations.json` up to the newest version, and return it.

    Who may only read gets the newest version all the same.

    Raises:
        DamagedDocument: `expectations.json`, the record, or the newest version cannot be read.
        LostRace: others save all the time.
    """
    for _ in range(_ROUNDS):
        found = _look(store, bucket)
        if found.settled:
            return found.expectations
        try:
            _bring_up(store, bucket, found)
        except Forbidden:
            return found.expectations
    raise LostRace("Others save all the time", f"{bucket} changed {_ROUNDS} times in a row.", "Try again.")


@dataclass(frozen=True)
class _Found:
    """What a bucket holds. `number` is the newest version's, known by the record even if that is missing."""

    current: StoredObject | None
    record: ProjectRecord
    number: int
    newest: SavedVersion | None

    @property
    def lags(self) -> bool:
        """Whether `expectations.json` is not the newest version."""
        return self.newest is not None and (self.current is None or self.current.body != self.newest.body)

    @property
    def settled(self) -> bool:
        if self.newest is None:
            return self.current is None
        return not self.lags and self.record.current_version == self.newest.version.version

    @property
    def expectations(self) -> Expectations:
        etag = self.current.etag if self.current else ""
        if self.newest is not None:
            return Expectations(self.newest.body, etag, self.newest.version.version)
        return Expectations(self.current.body if self.current else EMPTY, etag, self.record.current_version)


def _look(store: ObjectStore, bucket: str) -> _Found:
    # expectations.json first: the version that it is exists by then, and is found among the next.
    current = read_or_none(store, bucket, EXPECTATIONS_KEY)
    record = read_record(store, bucket)
    number = version_number(record.current_version)
    newest = read_version(store, bucket, version_name(number)) if number else None
    while later := read_version(store, bucket, version_name(number + 1)):
        newest, number = later, number + 1
    if number and newest is None and current is None:
        where = f"{bucket}/{version_key(version_name(number))}"
        raise DamagedDocument(where, f"It is missing, and so is {EXPECTATIONS_KEY}.", b"")
    return _Found(current, record, number, newest)


def _bring_up(store: ObjectStore, bucket: str, found: _Found) -> None:
    """One step towards the newest version; what others do meanwhile is seen at the next look."""
    current, newest = found.current, found.newest
    if current is not None and (newest is None or (found.lags and not _was_saved(store, bucket, found))):
        _adopt(store, bucket, current, found)
        return
    if newest is None:
        return
    if found.record.current_version != newest.version.version:
        _advance_record(store, bucket, newest.version)
    if found.lags:
        with contextlib.suppress(PreconditionFailed):
            store.put(bucket, EXPECTATIONS_KEY, newest.body, if_match=current.etag if current else "")


def _was_saved(store: ObjectStore, bucket: str, found: _Found) -> bool:
    """Whether `expectations.json` is an earlier version, newest first: it almost always is the last but one."""
    for number in range(found.number - 1, 0, -1):
        with contextlib.suppress(DamagedDocument):
            saved = read_version(store, bucket, version_name(number))
            if saved and found.current and saved.body == found.current.body:
                return True
    return False


def _adopt(store: ObjectStore, bucket: str, current: StoredObject, found: _Found) -> None:
    """Keep what another tool put into `expectations.json` as a version of its own."""
    body = current.body
    try:
        expectations = check_expectations(without_bom(body))
    except InvalidInput as error:
        last = f" The last good version is {found.newest.version.version}." if found.newest else ""
        raise DamagedDocument(f"{bucket}/{EXPECTATIONS_KEY}", error.message + last, body) from error
    version = draft(store, "", FOUND_MESSAGE, expectations)
    version = replace(version, saved_at=current.last_modified)
    append(store, bucket, found.number + 1, version, without_bom(body))


def _advance_record(store: ObjectStore, bucket: str, version: Version) -> None:
    new = ProjectRecord(project_name=project_of_bucket(bucket) or bucket, created_at=version.saved_at)

    def advanced(current: StoredObject | None) -> bytes | None:
        record = read_document(current.body, ProjectRecord, f"{bucket}/{PROJECT_KEY}") if current else new
        if version_number(record.current_version) >= version_number(version.version):
            return None
        return replace(record, current_version=version.version, updated_at=version.saved_at).to_json()

    swap(store, bucket, PROJECT_KEY, advanced)


def save(
    store: ObjectStore, bucket: str, body: bytes, *, base_version: str, author: str, message: str
) -> Version:
    """Save expectations as the next version after `base_version`.

    Raises:
        InvalidInput: not a JSON array.
        SaveConflict: `base_version` is not the newest.
    """
    body = without_bom(body)
    saved = draft(store, author, message, check_expectations(body))
    current = settle(store, bucket)
    if current.version == base_version:
        version = append(store, bucket, version_number(base_version) + 1, saved, body)
        if version is not None:
            with contextlib.suppress(
                AutomockError
            ):  # it is saved; whoever opens the project next does the rest
                settle(store, bucket)
            return version
        current = settle(store, bucket)
    theirs = read_version(store, bucket, current.version)
    if theirs is None:
        theirs = SavedVersion(Version(version=current.version), current.body)
    raise SaveConflict(project_of_bucket(bucket) or bucket, base_version, body, theirs)
