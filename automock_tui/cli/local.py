"""Deploy and destroy in the local workspace, as commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from automock_tui.cli.output import print_json, say, warn

if TYPE_CHECKING:
    from automock_tui.cli.context import Context
    from automock_tui.operations.local_deploy import LocalBasis
    from automock_tui.operations.tls import Certificate


def deploy_here(
    context: Context,
    project: str,
    ttl_hours: float,
    *,
    port: int | None,
    tls_cert: str | None,
    tls_key: str | None,
    plan_only: bool,
    flags: dict[str, Any],
    as_json: bool,
) -> None:
    """Start a project's mock as a process of this machine.

    Raises:
        UsageError: a flag that only a deployment in AWS has.
        AutomockError: it cannot be served, or its port or its certificate cannot be had.
    """
    from automock_tui.operations.local_deploy import deploy_and_wait, local_basis
    from automock_tui.operations.serve import said_of_problems
    from automock_tui.operations.tls import Certificate

    _refuse_aws_flags(flags)
    basis = local_basis(context.workspace, project)
    for text in said_of_problems(basis.problems):
        warn(text)
    asked = basis.port if port is None else port
    is_as_before = tls_cert is None and tls_key is None
    certificate = basis.certificate if is_as_before else Certificate.given(tls_cert or "", tls_key or "")
    if plan_only:
        _print_plan(basis, asked, certificate, as_json=as_json)
        return
    job = deploy_and_wait(context.workspace, project, ttl_hours, port=asked, certificate=certificate)
    say(f"{job.summary}.")


def _refuse_aws_flags(flags: dict[str, Any]) -> None:
    given = [name for name, value in flags.items() if value not in (None, (), False)]
    if given:
        names = ", ".join("--var" if name == "variables" else "--" + name.replace("_", "-") for name in given)
        raise click.UsageError(
            f"{names}: the local workspace has no such thing; it takes --ttl-hours, --port and --tls-cert"
        )


def _print_plan(basis: LocalBasis, port: int, certificate: Certificate | None, *, as_json: bool) -> None:
    count, scheme = basis.expectation_count, "https" if certificate else "http"
    if as_json:
        plan = {"expectations": count, "port": port or None, "scheme": scheme, "replaces": basis.is_running}
        print_json(plan)
        return
    where = f"port {port}" if port else "a free port"
    say(f"A process of this machine would serve {count} expectations over {scheme} at {where}, for nothing.")
    if basis.is_running:
        say("It would replace the one that runs; the TTL would count anew.")


def destroy_here(context: Context, project: str) -> None:
    """End a project's mock.

    Raises:
        AutomockError: its process does not end, or its port stays open.
    """
    from automock_tui.operations.local_deploy import destroy_local

    say(f"{destroy_local(context.workspace, project)}.")
