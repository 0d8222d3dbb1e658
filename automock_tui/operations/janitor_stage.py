"""The stage `janitor` of a deploy's job: install it, or bring it up to date, before anything else is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from automock_tui.domain.errors import AutomockError
from automock_tui.operations.janitor_notes import ENFORCED_BY, REAP
from automock_tui.operations.janitor_part import (
    Choice,
    JanitorPart,
    JanitorRefused,
    Part,
    check_part,
    forget_choice,
    janitor_part,
    remember_refusal,
)

if TYPE_CHECKING:
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.runner import JobRun

STAGE = "janitor"
LOCK_PATIENCE_SECONDS = 180
"""How long another deploy may take to install it: 45 s on an idle machine."""


def ensure_janitor(run: JobRun, workspace: Workspace) -> dict[str, str]:
    """Install the janitor where this deploy needs it.

    Returns:
        The notices for the deployment's record: who ends it where the janitor does not.

    Raises:
        JanitorRefused: no permission; nothing was changed.
        AutomockError: it could not be installed for another reason.
    """
    chosen = run.job.arguments.get("janitor")
    ttl = float(run.job.arguments.get("ttl_seconds") or 0)
    part = janitor_part(workspace, ttl, Choice(chosen) if chosen else None)
    check_part(part)
    if part.part is Part.DECLINED:
        run.log("No janitor ends this mock: run `automock-tui reap` when its time is over", level="warn")
        return {ENFORCED_BY: REAP}
    if part.installs:
        with run.stage(STAGE):
            _install(run, workspace, part)
    if part.installs or part.part is Part.PRESENT:
        _check_zone(run, workspace)
    return {}


def _check_zone(run: JobRun, workspace: Workspace) -> None:
    """A record that the janitor may not delete is a teardown that fails at its very end."""
    from automock_tui.operations.janitor import may_tidy

    options = run.job.arguments.get("options", {})
    zone = options.get("hosted_zone_id") if options.get("custom_domain") else ""
    try:
        is_fine = not zone or may_tidy(workspace, zone)
    except AutomockError:
        return  # these credentials may not read how it was installed
    if not is_fine:
        run.log(
            f"The janitor may not delete records of zone {zone}, and could not finish this mock's teardown: "
            f"name every zone with automock-tui janitor install --zone {zone} --zone ...",
            level="warn",
        )


def _install(run: JobRun, workspace: Workspace, part: JanitorPart) -> None:
    from automock_tui.operations.janitor import install, is_refusal

    run.log(f"The janitor {part.sentence()}")
    try:
        changes = install(
            workspace, on_line=lambda line: _tell(run, line), wait_seconds=LOCK_PATIENCE_SECONDS, pause=run.wait
        )
    except AutomockError as error:
        if not is_refusal(error):
            raise
        remember_refusal(workspace, error.title)
        raise JanitorRefused(f"{error.title}. {error.message}") from error
    forget_choice(workspace)
    run.check_cancelled()
    run.log(f"The janitor is installed: {changes.add} added, {changes.change} changed")


def _tell(run: JobRun, line: str) -> None:
    """Terraform's words as ours: its resources are not those of the deployment whose progress is shown."""
    try:
        event = json.loads(line)
    except ValueError:
        return
    if isinstance(event, dict) and event.get("type") in ("apply_start", "apply_complete", "diagnostic"):
        run.log(f"janitor: {event.get('@message', '')}")
