"""Versions of a project: list, read, compare. Going back to one is in `rollback`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from automock_tui.domain.errors import AutomockError, InvalidInput, NotFound
from automock_tui.domain.expectation import ExpectationSet, load_expectations
from automock_tui.domain.expectation_diff import SetDiff, diff_sets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from automock_tui.domain.project import Version
    from automock_tui.operations.workspace import Workspace

CURRENT = "current"
"""The name of the newest version, whatever its number."""


@dataclass(frozen=True)
class VersionList:
    """Versions, newest first, without their expectations.

    `current` is the newest; `deployed` the one that the last deploy began with, empty where nothing runs. A
    running mock takes over every later version by itself.
    """

    versions: Sequence[Version]
    current: str
    deployed: str


@dataclass(frozen=True)
class NamedSet:
    """Expectations and what they are called: a version's name or a file's path."""

    name: str
    text: str
    version: Version | None = None

    @property
    def expectations(self) -> ExpectationSet:
        """The text as expectations.

        Raises:
            InvalidInput: it is none.
        """
        try:
            return load_expectations(self.text)
        except InvalidInput as error:
            raise InvalidInput(f"{self.name}: {error.title}", error.message, error.hint) from error


@dataclass(frozen=True)
class Comparison:
    """Two sets, and what changed from the first to the second."""

    before: NamedSet
    after: NamedSet
    diff: SetDiff


def list_versions(workspace: Workspace, name: str) -> VersionList:
    """All versions of a project.

    Raises:
        NotFound: no such project.
    """
    found = workspace.projects.versions(name)
    return VersionList(found, found[0].version if found else "", _deployed(workspace, name))


def _deployed(workspace: Workspace, name: str) -> str:
    try:
        metadata = workspace.projects.deployment(name)
    except NotFound:
        raise
    except AutomockError:
        return ""  # a damaged deployment document is the status's to show; the versions are fine
    return metadata.expectations_version if metadata.is_deployed else ""


def read_set(workspace: Workspace, name: str, wanted: str) -> NamedSet:
    """The expectations that a name stands for: a version (`v3` or `3`), `current`, or a file.

    Raises:
        NotFound: no such project or version.
        InvalidInput: neither a version nor a file, or it cannot be read.
    """
    if wanted == CURRENT:
        current = workspace.projects.read_expectations(name)
        return NamedSet(current.version or CURRENT, _text(current.body))
    if number := re.fullmatch(r"v?([0-9]{1,18})", wanted):
        saved = workspace.projects.read_version(name, f"v{int(number[1])}")
        return NamedSet(saved.version.version, _text(saved.body), saved.version)
    return NamedSet(wanted, _file(wanted))


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def _file(path: str) -> str:
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8 text", f"Bad byte at offset {error.start}.") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InvalidInput(
            f"{path} is neither a version nor a file that can be read",
            f"{why}.",
            "Give a version such as v3, or current, or a file of expectations.",
        ) from error


def compare(workspace: Workspace, name: str, before: str, after: str) -> Comparison:
    """What changed from one set to another; each is a version, `current`, or a file.

    Raises:
        NotFound: no such project or version.
        InvalidInput: neither, or not expectations.
    """
    first, second = read_set(workspace, name, before), read_set(workspace, name, after)
    return Comparison(first, second, diff_sets(first.expectations, second.expectations))


def compare_texts(before: NamedSet, text: str) -> Comparison:
    """What changed from a set to a text that is not saved.

    Raises:
        InvalidInput: one of them is no expectations.
    """
    after = NamedSet("not saved", text)
    return Comparison(before, after, diff_sets(before.expectations, after.expectations))
