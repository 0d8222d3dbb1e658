"""Deploy and destroy in the local workspace, as commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from automock_tui.cli.output import print_json, say, warn

if TYPE_CHECKING:
    from automock_tui.cli.context import Context


def deploy_here(
    context: Context,
    project: str,
    ttl_hours: float,
    *,
    port: int | None,
    plan_only: bool,
    flags: dict[str, Any],
    as_json: bool,
) -> None:
    """Start a project's mock as a process of this machine.

    Raises:
        UsageError: a flag that only a deployment in AWS has.
        AutomockError: it cannot be served, or its port cannot be had.
    """
    from automock_tui.operations.local_deploy import deploy_and_wait, local_basis
    from automock_tui.operations.serve import said_of_problems

    _refuse_aws_flags(flags)
    basis = local_basis(context.workspace, project)
    for text in said_of_problems(basis.problems):
        warn(text)
    asked = basis.port if port is None else port
    if plan_only:
        _print_plan(basis.expectation_count, asked, is_running=basis.is_running, as_json=as_json)
        return
    job = deploy_and_wait(context.workspace, project, ttl_hours, port=asked)
    say(f"{job.summary}.")


def _refuse_aws_flags(flags: dict[str, Any]) -> None:
    given = [name for name, value in flags.items() if value not in (None, (), False)]
    if given:
        names = ", ".join("--var" if name == "variables" else "--" + name.replace("_", "-") for name in given)
        raise click.UsageError(
            f"{names}: the local workspace has no such thing; it takes --ttl-hours and --port"
        )


def _print_plan(count: int, port: int, *, is_running: bool, as_json: bool) -> None:
    if as_json:
        print_json({"expectations": count, "port": port or None, "replaces": is_running})
        return
    where = f"port {port}" if port else "a free port"
    say(f"A process of this machine would serve {count} expectations at {where}. It costs nothing.")
    if is_running:
        say("It would replace the one that runs; the TTL would count anew.")


def destroy_here(context: Context, project: str) -> None:
    """End a project's mock.

    Raises:
        AutomockError: its process does not end, or its port stays open.
    """
    from automock_tui.operations.local_deploy import destroy_local

    say(f"{destroy_local(context.workspace, project)}.")
