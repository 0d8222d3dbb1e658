"""What the Deploy screen says about the deploy as a whole. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from automock_tui.domain.deployment import DeploymentStatus, format_remaining
from automock_tui.domain.problems import Severity
from automock_tui.ui.format import clock_time, plural
from automock_tui.ui.option_labels import TTL_HELP, facts_of
from automock_tui.ui.option_values import TTL, Finding, OptionValues

if TYPE_CHECKING:
    from automock_tui.operations.deploy import DeployForm

_UNDER_WAY = (DeploymentStatus.DEPLOYING, DeploymentStatus.DESTROYING)


def headline(form: DeployForm) -> str:
    """What will be deployed."""
    parts = [form.version or "no version", plural(form.expectation_count, "expectation")]
    wrong = sum(problem.is_error for problem in form.problems)
    doubtful = sum(problem.severity is Severity.WARNING for problem in form.problems)
    parts += [plural(wrong, "error")] if wrong else []
    parts += [plural(doubtful, "warning")] if doubtful else []
    return " · ".join(parts)


def end_text(ttl: timedelta | None, now: datetime, *, utc: bool = False) -> str:
    """When a mock ends that is deployed now."""
    if ttl is None:
        return ""
    if not ttl:
        return "h   no end: it runs until somebody destroys it"
    until = clock_time(now + ttl, now, utc=utc)
    today = "" if " " in until.removesuffix(" UTC") else "today "
    return f"h   ends {today}{until}"


def running_text(form: DeployForm, values: OptionValues, now: datetime, *, utc: bool = False) -> str:
    """What runs already and what this deploy changes of it; empty where nothing runs."""
    metadata = form.metadata
    if metadata.status in _UNDER_WAY:
        return f"! {metadata.project_name} is {metadata.status.value} (by {metadata.updated_by or 'somebody'})."
    if not form.replaces:
        return ""
    failed = metadata.status is DeploymentStatus.FAILED
    what = f"Its last deploy failed: {metadata.failure}" if failed else f"Runs {metadata.expectations_version}"
    left = format_remaining(metadata.remaining(now))
    ends = (
        f"ends {clock_time(metadata.ttl_expiry, now, utc=utc)} ({left})"
        if metadata.ttl_expiry
        else "has no end"
    )
    changes = [f"{name} {before or 'empty'} → {after or 'empty'}" for name, before, after in values.changes()]
    if metadata.expectations_version not in ("", form.version):
        changes.insert(0, f"expectations {metadata.expectations_version} → {form.version}")
    told = "; ".join(changes) or "no option"
    return f"{what}, {ends}. This deploy changes: {told}. The TTL then counts anew."


def expectation_findings(form: DeployForm) -> list[Finding]:
    """What the expectations themselves have that a deploy should not go without a word about."""
    found = []
    refused = [problem for problem in form.problems if problem.is_error]
    if refused:
        first = refused[0]
        text = f"These expectations would not work: line {first.place.line}: {first.message} {first.why}"
        found.append(Finding("", text, is_error=False))
    if not form.expectation_count:
        found.append(Finding("", "There are no expectations: the mock will answer everything with 404.", False))
    return found


def help_of(values: OptionValues, option: str) -> tuple[str, str]:
    """Two lines about a field: its facts, and its description."""
    if not option:
        return "", ""
    if option == TTL:
        return "ttl_hours · hours 0 to 168", TTL_HELP
    variable = values.variable(option)
    running = f" · now running: {values.running[option] or 'empty'}" if values.running else ""
    return f"{option} · {facts_of(variable)}{running}", variable.description


def long_help(values: OptionValues, option: str) -> str:
    """Everything there is to say about a field."""
    facts, description = help_of(values, option)
    rules = () if option == TTL else values.variable(option).rules
    return "\n\n".join(filter(None, (description, facts, "\n".join(rules))))
