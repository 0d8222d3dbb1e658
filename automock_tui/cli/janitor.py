"""Commands that end what is over: reap, and the janitor that does it by itself."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from automock_tui.cli.context import Context
from automock_tui.cli.output import local_time, print_data, print_json, print_table, say, warn
from automock_tui.domain.errors import AutomockError, InvalidInput

if TYPE_CHECKING:
    from automock_tui.operations.janitor_status import JanitorStatus
    from automock_tui.operations.reap import Reaped
    from automock_tui.provisioning.job import Changes


@click.command()
@click.option("--project", default="", metavar="NAME", help="Only this project.")
@click.option("--once", is_flag=True, help="One pass only; run it again later for what takes time.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def reap(context: Context, project: str, once: bool, as_json: bool) -> None:
    """Take down every mock whose TTL is over, and send the warnings that are due.

    What the janitor does in the cloud, from here: for accounts where it may not be installed, and for CI. Ends
    with 1 where something is left.
    """
    from dataclasses import asdict

    from automock_tui.operations.reap import reap as run

    done = run(context.workspace, project=project, once=once, on_line=say)
    if as_json:
        print_json([asdict(one) for one in done])
    elif done:
        print_table(
            ("PROJECT", "DONE", "DELETED", "LEFT"),
            [(one.project, one.action, str(one.deleted), str(len(one.left))) for one in done],
            right=(2, 3),
        )
    else:
        say("Nothing is due.")
    _check_finished(done, once)


def _check_finished(done: list[Reaped], once: bool) -> None:
    trouble = [one for one in done if one.trouble or not (once or one.is_finished)]
    if trouble:
        raise AutomockError(
            f"{len(trouble)} of {len(done)} are not finished",
            "\n".join(f"{one.project}: {one.detail}" for one in trouble),
            "Run it again; where permissions are missing, with an account that has them; where a record cannot "
            "be read, with an older version of it in its place.",
        )


@click.group()
def janitor() -> None:
    """The function in the cloud that takes down mocks whose TTL is over."""


@janitor.command()
@click.option(
    "--email", metavar="ADDRESS", help="Who is told when a teardown fails, '' for nobody; nobody at first."
)
@click.option(
    "--zone", "zones", multiple=True, metavar="ID", help="Route 53 zone it may tidy, '*' for all; all at first."
)
@click.option("--reserve/--no-reserve", default=None, help="One run at a time; some accounts cannot reserve.")
@click.pass_obj
def install(context: Context, email: str | None, zones: tuple[str, ...], reserve: bool | None) -> None:
    """Install it in this account and region, or bring it up to date; what is not given stays as it was."""
    from automock_tui.operations.janitor import install as run
    from automock_tui.operations.janitor_part import forget_choice

    workspace = context.workspace
    changes = run(workspace, email=email, zones=zones or None, reserve=reserve, on_line=_tell_terraform)
    forget_choice(workspace)
    say(f"The janitor is installed in {workspace.region} ({_counted(changes)}).")
    if email:
        say(f"AWS asks {email} to confirm by mail; until then nobody is told of its alarms.")


@janitor.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def janitor_status(context: Context, as_json: bool) -> None:
    """Say whether it is installed, up to date and running; ends with 1 where it is not."""
    from automock_tui.operations.janitor_status import status

    found = status(context.workspace)
    if as_json:
        print_json(found.as_json())
    elif not found.installed:
        print_data(f"not installed in {found.region}")
        say("Install it with: automock-tui janitor install")
    else:
        _print_status(context, found)
    sys.exit(0 if found.is_well else 1)


def _print_status(context: Context, found: JanitorStatus) -> None:
    alarms = ", ".join(f"{name} {state}" for name, state in sorted(found.alarms.items())) or "none"
    seconds = found.schedule.total_seconds()
    pause = f"{seconds / 60:g} minutes" if seconds >= 60 else f"{seconds:g} seconds"
    last = local_time(found.last_run, utc=context.settings.utc) if found.last_run else "none known"
    next_run = local_time(found.next_run, utc=context.settings.utc) if found.next_run else "not known"
    print_data(f"function  {found.function} ({'up to date' if found.current else 'of another version'})")
    print_data(f"schedule  {f'every {pause}' if found.enabled else 'off, or not whole'}")
    print_data(f"last run  {last} ({found.runs} in 24 hours)")
    print_data(f"next run  {next_run}")
    print_data(f"failures  {found.failures} in 24 hours, {found.dead_letters} unread in its queue")
    print_data(f"alarms    {alarms}")
    print_data(f"log       {found.log_group}")
    if found.complaint:
        warn(found.complaint)


@janitor.command()
@click.option("--yes", is_flag=True, help="Do it without being asked.")
@click.pass_obj
def uninstall(context: Context, yes: bool) -> None:
    """Take it away; after that nothing ends a mock by itself."""
    from automock_tui.operations.janitor import depending
    from automock_tui.operations.janitor import uninstall as run

    workspace = context.workspace
    if names := depending(workspace):
        warn(f"These will not end by themselves: {', '.join(names)}. Run `automock-tui reap` for them.")
    if not yes:
        if not sys.stdin.isatty():
            raise InvalidInput("Not confirmed", "It would be taken away.", "Add --yes to do so.")
        click.confirm(f"Take the janitor of {workspace.region} away?", abort=True, err=True)
    say(f"The janitor is gone ({_counted(run(workspace, on_line=_tell_terraform))}).")


def _counted(changes: Changes) -> str:
    return f"{changes.add} added, {changes.change} changed, {changes.remove} destroyed"


def _tell_terraform(line: str) -> None:
    """Terraform's own words for what it makes or destroys; the rest is noise here."""
    try:
        event = json.loads(line)
    except ValueError:
        return
    if not isinstance(event, dict) or event.get("type") not in ("apply_complete", "apply_errored"):
        return
    if event.get("hook", {}).get("action") != "read":
        say(f"  {event.get('@message', '')}")
