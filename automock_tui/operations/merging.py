"""Save what was made of a version that is no longer the newest: both people's edits go together."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automock_tui.domain.errors import InvalidInput, NotFound
from automock_tui.domain.expectation import ExpectationSet, load_expectations
from automock_tui.domain.expectation_diff import SetDiff, diff_sets
from automock_tui.domain.expectation_merge import MergedSet, merge_sets
from automock_tui.storage.documents import DamagedDocument
from automock_tui.storage.versions import SaveConflict

if TYPE_CHECKING:
    from automock_tui.domain.project import Version
    from automock_tui.operations.workspace import Workspace
    from automock_tui.storage.versions import SavedVersion

_ROUNDS = 10
"""Newer versions that one save merges with, one after another, before it gives up."""
_PAUSE = 0.2
"""Seconds, at most, between two rounds; by chance, so that two who save at once do not stay in step."""
_NAMED = 5

Check = Callable[[str], object]
"""Refuses, with `InvalidInput`, a text that MockServer would not take."""


@dataclass(frozen=True)
class MergedWith:
    """The version that a save was merged with, and what it had changed since ours was opened."""

    version: Version
    changed: SetDiff

    @property
    def told(self) -> str:
        """`v5 of bob@desk (1 added)`."""
        return f"{self.version.version} of {self.version.author or 'somebody'} ({self.changed.summary})"


class MergeConflict(SaveConflict):
    """A save and the newest version changed the same things. Nothing was written; the merge is in here.

    Where `merged` has no conflicts, `problem` says why what it makes cannot be saved.
    """

    def __init__(self, project: str, conflict: SaveConflict, merged: MergedSet, problem: str = "") -> None:
        super().__init__(project, conflict.base_version, conflict.mine, conflict.theirs)
        self.merged = merged
        self.problem = problem
        self.message = "\n".join([self.message, *_told(merged), *filter(None, [problem])])
        self.hint = (
            "Open the project in the app and save there to choose for each, or save on the newest version."
        )


def _told(merged: MergedSet) -> list[str]:
    lines = [f"{one.title} ({one.id or 'no id'}): {one.kind.value}." for one in merged.conflicts]
    more = len(lines) - _NAMED
    return [*lines[:_NAMED], f"And {more} more."] if more > 0 else lines


def save_merging(
    workspace: Workspace, name: str, text: str, *, base_version: str, message: str, check: Check
) -> tuple[Version, str, MergedWith | None]:
    """Save a text as the next version; where somebody was faster, with their changes in it.

    Returns:
        The version, the text that it has, and whom it was merged with.

    Raises:
        MergeConflict: both changed the same.
        SaveConflict: others save all the time, or one of the versions cannot be merged.
        InvalidInput: not a JSON array.
    """
    merging = _Merging(workspace, name, text, base_version, check)
    for round_ in range(_ROUNDS):
        try:
            return merging.save(message)
        except SaveConflict as newer:
            if round_ == _ROUNDS - 1 or isinstance(newer, MergeConflict):
                raise
            merging.bring_into(newer.theirs)
        time.sleep(random.uniform(0, _PAUSE))
    raise AssertionError("the last round returns or raises")


class _Merging:
    """What the user has, what it was made of, and what it became by merging."""

    def __init__(self, workspace: Workspace, name: str, text: str, base_version: str, check: Check) -> None:
        self._workspace, self._name, self._check = workspace, name, check
        self._mine, self._base_version = text, base_version
        self._text, self._onto = text, base_version
        self._merged_with: MergedWith | None = None

    def save(self, message: str) -> tuple[Version, str, MergedWith | None]:
        """Save what it is by now."""
        told = _message(message, self._merged_with)
        saved = self._workspace.projects.save_expectations(
            self._name, _bytes(self._text), base_version=self._onto, message=told
        )
        return saved, self._text, self._merged_with

    def bring_into(self, theirs: SavedVersion) -> None:
        """Merge what the user has, not an earlier merge of it, with the newest version.

        Raises:
            MergeConflict: both changed the same. SaveConflict: a version cannot be read as expectations.
        """
        conflict = SaveConflict(self._name, self._base_version, _bytes(self._mine), theirs)
        base = self._base(conflict)
        mine, newest = _loaded(conflict.mine, conflict), _loaded(theirs.body, conflict)
        self._text = self._checked(conflict, base, mine, newest).save()
        self._onto = theirs.version.version
        self._merged_with = MergedWith(theirs.version, diff_sets(base, newest))

    def _base(self, conflict: SaveConflict) -> ExpectationSet:
        if not self._base_version:
            return ExpectationSet()
        try:
            found = self._workspace.projects.read_version(self._name, self._base_version)
        except (NotFound, DamagedDocument):
            # Without it nobody knows what was deleted and what was added: the user must choose one of the two.
            raise conflict from None
        return _loaded(found.body, conflict)

    def _checked(
        self, conflict: SaveConflict, base: ExpectationSet, mine: ExpectationSet, theirs: ExpectationSet
    ) -> ExpectationSet:
        """The merge, if MockServer will take it; what two good halves made bad is for the user to choose."""
        problem = ""
        for fields in (True, False):
            merged = merge_sets(base, mine, theirs, fields=fields)
            problem = "" if merged.conflicts else self._problem(merged.expectations)
            if not merged.conflicts and not problem:
                return merged.expectations
            if merged.conflicts:
                break
        raise MergeConflict(self._name, conflict, merged, problem)

    def _problem(self, merged: ExpectationSet) -> str:
        try:
            self._check(merged.save())
        except InvalidInput as error:
            return f"{error.title}: {error.message}"
        return ""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _loaded(body: bytes, conflict: SaveConflict) -> ExpectationSet:
    try:
        return load_expectations(body)
    except InvalidInput:
        raise conflict from None


def _message(message: str, merged_with: MergedWith | None) -> str:
    if merged_with is None:
        return message
    with_whom = f"with {merged_with.version.version} of {merged_with.version.author or 'somebody'}"
    return f"{message} (merged {with_whom})" if message else f"Merged {with_whom}"
