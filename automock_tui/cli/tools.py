"""Commands on the tool itself: doctor, config."""

from __future__ import annotations

import sys

import click

from automock_tui.cli.context import Context
from automock_tui.cli.output import print_data, print_json, say


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_obj
def doctor(context: Context, as_json: bool) -> None:
    """Check what this tool needs on this machine."""
    from automock_tui.domain.workspace import WorkspaceKind
    from automock_tui.operations.doctor import checkup

    kind = WorkspaceKind(context.kind or context.settings.workspace)
    checks = []
    for check in checkup(context.settings, context.folders, kind, lambda: context.workspace):
        checks.append(check)
        if not as_json:
            print_data(f"{check.mark}  {check.name:<12} {check.detail}")
            if check.hint:
                print_data(f"{'':<18} → {check.hint}")
    if as_json:
        print_json([check.as_json() for check in checks])
    if any(check.ok is False for check in checks):
        say("Something needs doing; see the arrows.")
        sys.exit(1)


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
