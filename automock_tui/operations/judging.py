"""By what a project's expectations are judged: its silenced rules, its API descriptions, its deployment."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from automock_tui.domain.errors import AutomockError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from automock_tui.domain.expectation import ExpectationSet
    from automock_tui.domain.options import DeploymentOptions
    from automock_tui.domain.problems import Problem
    from automock_tui.importing.source import Source
    from automock_tui.linting import LintContext
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
    check_rules(removed)
    return judging.change_silenced(
        workspace.projects.store, workspace.projects.find(name), lambda before: before - removed | added
    )


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
