"""By what a project's expectations are judged: its silenced rules, its API descriptions, its deployment."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from automock_tui.domain.errors import AutomockError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from automock_tui.domain.expectation import ExpectationSet
    from automock_tui.domain.options import DeploymentOptions
    from automock_tui.domain.problems import Problem
    from automock_tui.importing.source import Source
    from automock_tui.linting import LintContext
    from automock_tui.operations.importing import Converted
    from automock_tui.operations.workspace import Workspace

_EVERYBODY = ("0.0.0.0/0", "::/0")
MAX_DESCRIPTION_BYTES = 16 * 1024 * 1024
"""A larger description is not kept: reading it at each check would take longer than it is worth."""


def project_context(workspace: Workspace, name: str) -> LintContext:
    """By what the expectations of a project are judged, wherever they run.

    Raises:
        NotFound: no such project.
    """
    from automock_tui.linting import Description, LintContext
    from automock_tui.storage.judging import read_descriptions

    record = workspace.projects.open(name).record
    kept = read_descriptions(workspace.projects.store, workspace.projects.find(name))
    return LintContext(
        silenced=frozenset(map(str, record.silenced_rules)),
        descriptions=tuple(Description(*one) for one in kept),
    )


def deployed_context(context: LintContext, options: DeploymentOptions) -> LintContext:
    """The same for a deployment with these options."""
    version = options.mockserver_image.partition("@")[0].rpartition(":")[2]
    return replace(
        context,
        max_tasks=options.max_tasks,
        is_public=any(one in _EVERYBODY for one in options.allowed_cidrs),
        mockserver_version=version,
    )


def problems_of(expectations: ExpectationSet, context: LintContext) -> Sequence[Problem]:
    """Every problem of a set; a description that cannot be read is no reason to stop, and is left out."""
    from automock_tui.linting import lint

    try:
        return lint(expectations, context)
    except AutomockError:
        return lint(expectations, replace(context, descriptions=()))


@dataclass(frozen=True)
class Judging:
    """How `validate` is to judge: as in a deployment, without some rules, against descriptions."""

    max_tasks: int | None = None
    is_public: bool = False
    silence: Sequence[str] = ()
    unsilence: Sequence[str] = ()
    against: Sequence[Source] = ()

    def over(self, context: LintContext) -> LintContext:
        """The context with all this in it."""
        from automock_tui.linting import Description

        given = tuple(Description(one.name, one.data) for one in self.against)
        return replace(
            context,
            max_tasks=self.max_tasks,
            is_public=self.is_public,
            silenced=context.silenced | frozenset(self.silence),
            descriptions=(*context.descriptions, *given),
        )


class Judged(NamedTuple):
    """What `validate` found: the document, its problems, and how often each silenced rule was not reported."""

    made: Converted
    problems: Sequence[Problem]
    silenced: Mapping[str, int]


def split_silenced(
    problems: Sequence[Problem], silenced: frozenset[str]
) -> tuple[Sequence[Problem], Mapping[str, int]]:
    """The problems that are reported, and how often each silenced rule is not."""
    is_heard = [one.is_refused or one.rule not in silenced for one in problems]
    counts = Counter(dict.fromkeys(sorted(silenced), 0))
    counts.update(one.rule for one, heard in zip(problems, is_heard, strict=True) if not heard)
    return tuple(one for one, heard in zip(problems, is_heard, strict=True) if heard), counts


def _judged(source: Source, format_name: str, context: LintContext) -> Judged:
    from automock_tui.operations.importing import validate

    made, found = validate(source, format_name, replace(context, silenced=frozenset()))
    return Judged(made, *split_silenced(found, context.silenced))


def validate_source(source: Source, format_name: str, judging: Judging) -> Judged:
    """What is wrong or doubtful in a document, whatever its format.

    Raises:
        InvalidInput: it cannot be read at all, a description is none, or there is no such rule.
    """
    from automock_tui.linting import LintContext

    check_rules(judging.silence, can_silence=True)
    return _judged(source, format_name, judging.over(LintContext()))


def validate_project(workspace: Workspace, name: str, judging: Judging) -> Judged:
    """What is wrong or doubtful in a project; which rules it shall not report is kept with it.

    Raises:
        NotFound: no such project.
        InvalidInput: its expectations cannot be read, a description is none, or there is no such rule.
    """
    from automock_tui.importing.source import Source
    from automock_tui.operations.save import open_expectations

    if judging.silence or judging.unsilence:
        change_silenced(workspace, name, silence=judging.silence, unsilence=judging.unsilence)
    source = Source(name, open_expectations(workspace, name).text.encode())
    return _judged(source, "mockserver", judging.over(project_context(workspace, name)))


def change_silenced(
    workspace: Workspace, name: str, *, silence: Iterable[str] = (), unsilence: Iterable[str] = ()
) -> frozenset[str]:
    """Silence rules in a project, and let others be heard again; returns all that are silenced.

    Raises:
        InvalidInput: there is no such rule, or MockServer itself enforces it.
        NotFound: no such project.
    """
    from automock_tui.storage import judging

    added, removed = frozenset(silence), frozenset(unsilence)
    check_rules(added, can_silence=True)

    def changed(before: frozenset[str]) -> frozenset[str]:
        check_rules(removed - before)  # what a later version silenced here is unknown, and can be taken back
        return before - removed | added

    return judging.change_silenced(workspace.projects.store, workspace.projects.find(name), changed)


def check_rules(rules: Iterable[str], *, can_silence: bool = False) -> None:
    """Refuse what is no rule, or none that can be silenced.

    Raises:
        InvalidInput: names the rule.
    """
    from automock_tui.linting import RULES

    for one in rules:
        if one not in RULES:
            known = ", ".join(RULES)
            raise InvalidInput(f"There is no rule {one}", f"The rules: {known}.", "Choose one of them.")
        if can_silence and RULES[one].is_refused:
            fix = f"Mend the problem: {RULES[one].fix}"
            raise InvalidInput(f"The rule {one} cannot be silenced", RULES[one].why, fix)


def keep_description(workspace: Workspace, name: str, source: Source) -> str:
    """Keep the description that expectations were made of, without secrets; says what hindered it, if anything.

    Responses are checked against it from then on. Files that it refers to are not kept.
    """
    from automock_tui.domain.redaction import redact
    from automock_tui.storage import judging

    body = redact(json.dumps(source.tree, ensure_ascii=False, default=str)).encode()
    if len(body) > MAX_DESCRIPTION_BYTES:
        return f"{source.name} is too large to be kept; responses are not checked against it."
    stem = re.sub(r"[^a-z0-9.-]+", "-", source.stem.lower()).strip("-.") or "api"
    try:
        store, bucket = workspace.projects.store, workspace.projects.find(name)
        judging.keep_description(store, bucket, f"{stem[:60]}.json", body)
    except AutomockError as error:
        return f"{source.name} could not be kept, so that responses are not checked against it: {error.title}"
    return ""
