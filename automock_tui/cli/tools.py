"""Commands on the tool itself: doctor, config."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from automock_tui.cli.context import Context
from automock_tui.cli.output import print_data, print_error, print_json, say
from automock_tui.domain.errors import AutomockError

if TYPE_CHECKING:
    from automock_tui.operations.doctor import Check


@click.command()
@click.option("--project", default="", metavar="NAME", help="Only this project's deployment.")
@click.option("--fix", is_flag=True, help="Offer to put right what can be: left-overs, stale locks.")
@click.option("--yes", is_flag=True, help="With --fix: do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_obj
def doctor(context: Context, project: str, fix: bool, yes: bool, as_json: bool) -> None:
    """Check what this tool needs on this machine, and what is half done or left over."""
    from automock_tui.domain.workspace import WorkspaceKind
    from automock_tui.operations.doctor import checkup

    kind = WorkspaceKind(context.kind or context.settings.workspace)
    checks, wrong = [], 0
    found = checkup(context.settings, context.folders, kind, lambda: context.workspace, project=project)
    for check in found:
        checks.append(check)
        if not as_json:
            _print_check(check)
        fixed = fix and check.can_be_fixed and _put_right(check, yes)
        wrong += check.ok is False and not fixed
    if as_json:
        print_json([check.as_json() for check in checks])
    if wrong:
        can = not fix and any(check.can_be_fixed for check in checks)
        say("Something needs doing; see the arrows." + (" Some of it by: doctor --fix" if can else ""))
        sys.exit(1)


def _print_check(check: Check) -> None:
    print_data(f"{check.mark}  {check.name:<12} {check.detail}")
    if check.hint:
        print_data(f"{'':<18} → {check.hint}")


def _put_right(check: Check, yes: bool) -> bool:
    """Whether a finding was put right, once the user agreed."""
    found = check.finding
    if found is None or found.fix is None:
        return False
    if not yes and not (sys.stdin.isatty() and click.confirm(found.question, err=True)):
        say(
            f"Left as it is: {check.name}."
            + ("" if sys.stdin.isatty() else " Add --yes to fix without asking.")
        )
        return False
    try:
        say(found.fix(say))
    except AutomockError as error:
        print_error(error)
        return False
    return True


@click.group()
def config() -> None:
    """The settings and where they are."""


@config.command()
@click.pass_obj
def show(context: Context) -> None:
    """Print every setting with its value."""
    from dataclasses import asdict

    print_json(asdict(context.settings))


@config.command()
@click.pass_obj
def path(context: Context) -> None:
    """Print where the settings file is."""
    print_data(str(context.folders.config_file))
