"""Save: open a project's expectations, check them, and keep them as a new version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.domain.expectation import load_expectations
from automock_tui.domain.project import EventKind
from automock_tui.operations.history import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from automock_tui.domain.expectation import ExpectationSet
    from automock_tui.domain.problems import Problem
    from automock_tui.linting import LintContext
    from automock_tui.operations.merging import MergedWith
    from automock_tui.operations.workspace import Workspace

SHOWN = 10
"""Problems named in one error; the editor lists them all."""


@dataclass(frozen=True)
class OpenedSet:
    """A project's expectations as stored, and the version they are."""

    text: str
    version: str


@dataclass(frozen=True)
class Saved:
    """A version that now exists. `text` is what it holds: not what was given where it was merged."""

    version: str
    problems: Sequence[Problem]
    warning: str = ""
    text: str = ""
    merged_with: MergedWith | None = None


def open_expectations(workspace: Workspace, name: str) -> OpenedSet:
    """The current expectations of a project.

    Raises:
        NotFound: no such project.
    """
    current = workspace.projects.read_expectations(name)
    return OpenedSet(current.body.decode("utf-8", "replace"), current.version)


def check_expectations(text: str, context: LintContext | None = None) -> Sequence[Problem]:
    """What is wrong or doubtful in a text of expectations, by the place where they will run.

    Raises:
        InvalidInput: it is not JSON, or not expectations at all; says line and column.
    """
    from automock_tui.linting import lint

    return tuple(lint(load_expectations(text), context))


def usable(text: str | bytes) -> tuple[ExpectationSet, Sequence[Problem]]:
    """A text as expectations that MockServer will take, with everything else that is wrong or doubtful in them.

    One bad expectation makes MockServer drop the whole set, so it must not get as far as a version. What it
    takes, though it will not work as meant, may be saved; it is a deploy that errors stop.

    Raises:
        InvalidInput: the text cannot be read, or MockServer would refuse some of it; says line and column.
    """
    from automock_tui.linting import lint

    found = load_expectations(text)
    problems = tuple(lint(found))
    refused = [problem for problem in problems if problem.is_refused]
    if refused:
        raise refusal("MockServer would refuse these expectations", refused)
    return found, problems


def refusal(title: str, problems: Sequence[Problem]) -> InvalidInput:
    """The error that names problems, the first of them with its place."""
    lines = [f"Line {one.place.line}, column {one.place.column}: {one.message}" for one in problems[:SHOWN]]
    more = f"... and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
    hint = problems[0].fix or "Correct them and try again."
    return InvalidInput(title, "\n".join([*lines, more]).strip(), hint)


def save_expectations(workspace: Workspace, name: str, text: str, *, base_version: str, message: str) -> Saved:
    """Keep a text as the project's next version; a running mock picks it up by itself.

    Where somebody saved a newer version than `base_version`, their changes and ours go together.

    Raises:
        InvalidInput: the text cannot be read, or MockServer would refuse some of it.
        MergeConflict: both changed the same; nothing was written.
        LostRace: the newer version cannot be merged; nothing was written.
    """
    from automock_tui.operations.merging import save_merging

    _, problems = usable(text)
    version, saved, merged_with = save_merging(
        workspace, name, text, base_version=base_version, message=message, check=usable
    )
    if merged_with is not None:
        _, problems = usable(saved)
    told = ": ".join(filter(None, [version.version, version.message]))
    problems = _heard(workspace, name, problems)
    details = {"merged_with": merged_with.version.version} if merged_with else None
    warning = tell(workspace, name, EventKind.SAVED, told, details)
    return Saved(version.version, problems, warning, saved, merged_with)


def _heard(workspace: Workspace, name: str, problems: Sequence[Problem]) -> Sequence[Problem]:
    """The problems without those that the project has silenced; all of them where that cannot be read now."""
    if not problems:
        return problems
    from automock_tui.operations.judging import split_silenced

    try:
        silenced = workspace.projects.open(name).record.silenced_rules
    except AutomockError:
        return problems  # the save is done, and must not look failed
    return split_silenced(problems, frozenset(map(str, silenced)))[0]
