"""Commands on the sandbox: up, status, down."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from automock_tui.cli.context import Context
from automock_tui.cli.output import print_data, print_json, say
from automock_tui.domain.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from automock_tui.operations.workspace import Workspace


_REPORTED = (
    "unsupported",
    "now",
    "speed",
    "janitor_ran_at",
    "janitor_runs",
    "janitor_failures",
    "janitor_failure",
)


@click.group()
def sandbox() -> None:
    """The emulated AWS account on this machine."""


@sandbox.command()
@click.option(
    "--speed", type=float, metavar="N", help="Let time run N times as fast, 1 to 3600, to see a TTL end."
)
@click.option("--json", "as_json", is_flag=True, help="Print where it is as JSON.")
@click.pass_obj
def up(context: Context, speed: float | None, as_json: bool) -> None:
    """Start the sandbox, or join the one that runs."""
    from automock_tui.bootstrap import DEFAULT_SANDBOX_REGION
    from automock_tui.sandbox.account import report, run_at
    from automock_tui.sandbox.account import up as start
    from automock_tui.sandbox.info import describe, time_of

    info = start(context.folders.sandbox, context.region or DEFAULT_SANDBOX_REGION)
    if speed is not None:
        run_at(info, speed)
        say(time_of(report(info)))
    print_json(info.to_dict()) if as_json else print_data(describe(info))


@sandbox.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def sandbox_status(context: Context, as_json: bool) -> None:
    """Say whether the sandbox runs, and what it was asked for and cannot do."""
    from automock_tui.sandbox.account import report, status
    from automock_tui.sandbox.info import describe, janitor_of, time_of

    info = status(context.folders.sandbox)
    if info is None:
        raise NotFound("The sandbox is not running", "", "Start it with: automock-tui sandbox up")
    found = report(info)
    if as_json:
        told = found.to_dict()
        print_json(info.to_dict() | {name: told[name] for name in _REPORTED})
        return
    print_data(describe(info))
    print_data(time_of(found))
    print_data(janitor_of(found))
    for action, count in sorted(found.unsupported.items()):
        print_data(f"not supported: {action} (asked {count} times)")


@sandbox.command()
@click.option("--copy", "keep", is_flag=True, help="First copy its projects to the local workspace.")
@click.option("--discard", is_flag=True, help="Lose its projects without being asked.")
@click.pass_obj
def down(context: Context, keep: bool, discard: bool) -> None:
    """End the sandbox; everything in it is lost, unless its projects are copied first."""
    from automock_tui.sandbox.account import down as stop
    from automock_tui.sandbox.account import status

    if keep and discard:
        raise click.UsageError("--copy and --discard exclude each other")
    if status(context.folders.sandbox) is not None and not discard:
        _offer_copies(context, keep)
    ended = stop(context.folders.sandbox)
    say("The sandbox has ended." if ended else "The sandbox was not running.")


def _offer_copies(context: Context, keep: bool) -> None:
    workspace = context.open("sandbox")
    names = workspace.projects.names()
    if not names:
        return
    what = f"The sandbox holds {len(names)} projects that end with it: {', '.join(names)}."
    if not keep:
        if not sys.stdin.isatty():
            raise InvalidInput("Projects would be lost", what, "Add --copy to keep them, or --discard.")
        say(what)
        keep = click.confirm("Copy them to the local workspace first?", default=True, err=True)
    if keep:
        _copy_all(workspace, context.open("local"), names)


def _copy_all(source: Workspace, target: Workspace, names: list[str]) -> None:
    from automock_tui.operations.copying import copy_all

    for copied in copy_all(source, target, names):
        say(f"Copied {copied.source} to {copied.name} {copied.version}.")
