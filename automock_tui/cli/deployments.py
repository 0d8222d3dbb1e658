"""Commands on deployments: estimate, deploy, status, extend-ttl, destroy."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from automock_tui.cli.checking import doubts_of
from automock_tui.cli.context import Context
from automock_tui.cli.options import deployment_flags, options_from_flags
from automock_tui.cli.output import local_time, print_data, print_json, print_table, say, status_word, warn
from automock_tui.cli.projects import confirm_by_name
from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.domain.workspace import WorkspaceKind

if TYPE_CHECKING:
    from automock_tui.domain.options import DeploymentOptions
    from automock_tui.operations.status import ProjectStatus, StatusTable

TTL_HELP = "Hours it may live, 0 to 168, fractions allowed; 0 is for ever."


@click.command()
@deployment_flags
@click.option("--ttl-hours", type=float, metavar="H", help=TTL_HELP)
@click.option("--requests-per-second", "traffic", default="10", metavar="N", help="Traffic to assume.")
@click.option("--refresh-prices", is_flag=True, help="First ask the AWS Price List API.")
@click.option("--json", "as_json", is_flag=True, help="Print the estimate as JSON.")
@click.pass_obj
def estimate(
    context: Context,
    /,
    ttl_hours: float | None,
    traffic: str,
    refresh_prices: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Say what a deployment would cost, part by part."""
    from automock_tui.cli.estimates import estimate_json, print_estimate

    options = options_from_flags(flags)
    if refresh_prices:
        _refresh_prices(context)
    found = _estimate(context, options, _ttl(context, ttl_hours), traffic)
    if as_json:
        print_json(estimate_json(found))
    else:
        print_estimate(found)


def _refresh_prices(context: Context) -> None:
    from automock_tui.operations.estimate import refresh

    for problem in refresh(context.workspace, [_region(context)]):
        warn(problem)


def _estimate(context: Context, options: DeploymentOptions, ttl_hours: float, traffic: str) -> Any:
    from automock_tui.domain.cost import estimate as estimate_cost
    from automock_tui.domain.deployment import check_ttl_hours
    from automock_tui.domain.traffic import Traffic
    from automock_tui.operations.estimate import price_book

    try:
        level = Traffic.at(traffic)
    except (ValueError, ArithmeticError) as error:
        raise InvalidInput(
            f"Bad traffic: {traffic!r}", "It is not a number of 0 or more.", "Give requests per second."
        ) from error
    prices = price_book(context.folders)
    return estimate_cost(options, check_ttl_hours(ttl_hours), _region(context), level, prices)


def _region(context: Context) -> str:
    """The region to price: the given one, or that of the workspace where it has one."""
    if context.region or context.settings.region:
        return context.region or context.settings.region
    if (context.kind or context.settings.workspace) == "aws":
        return context.workspace.region
    from automock_tui.bootstrap import DEFAULT_SANDBOX_REGION

    return DEFAULT_SANDBOX_REGION


def _ttl(context: Context, given: float | None) -> float:
    return context.settings.ttl_hours if given is None else given


@click.command()
@click.option("--project", required=True, metavar="NAME", help="Project to deploy.")
@deployment_flags
@click.option("--ttl-hours", type=float, metavar="H", help=TTL_HELP)
@click.option("--plan-only", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--yes", is_flag=True, help="Apply the plan without asking, the janitor's too if it is missing.")
@click.option("--no-janitor", is_flag=True, help="Go without the janitor: only `reap`, or you, ends the mock.")
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="N", help="Local workspace: where to listen; 0 is any."
)
@click.option(
    "--tls-cert", metavar="PEM", help="Local workspace: serve HTTPS with this certificate; '' for HTTP."
)
@click.option("--tls-key", metavar="PEM", help="Local workspace: its key, if it is not in the same file.")
@click.option(
    "--resume", is_flag=True, help="Carry on a deploy that died or failed, as it was asked for, without asking."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def deploy(
    context: Context,
    /,
    project: str,
    ttl_hours: float | None,
    plan_only: bool,
    yes: bool,
    no_janitor: bool,
    port: int | None,
    tls_cert: str | None,
    tls_key: str | None,
    resume: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Put a project's mock on AWS, or on this machine (local workspace), for a limited time."""
    if resume:
        if plan_only or ttl_hours is not None or any(value for value in flags.values()):
            raise click.UsageError("--resume takes the options and the TTL of the deploy that it carries on")
        _resume(context, project)
        _print_one(context, project, as_json)
        return
    from automock_tui.cli.estimates import print_totals
    from automock_tui.cli.follow import follow_job
    from automock_tui.cli.janitor_review import agree_on_janitor, check_janitor
    from automock_tui.cli.plans import apply_reviewed, plan_json, print_plan
    from automock_tui.operations.deploy import deploy_basis, plan_of, start_deploy
    from automock_tui.operations.janitor_part import Choice

    workspace = context.workspace
    ttl = _ttl(context, ttl_hours)
    here = {"port": port, "tls_cert": tls_cert, "tls_key": tls_key}
    if workspace.is_local:
        _deploy_here(context, project, ttl, plan_only=plan_only, flags=flags, as_json=as_json, **here)
        return
    if given := [name for name, value in here.items() if value is not None]:
        raise click.UsageError(f"--{given[0].replace('_', '-')} is for the local workspace")
    basis = deploy_basis(workspace, project)
    options = options_from_flags(flags, basis.options)
    problems = basis.problems_with(options)
    for text in (*options.warnings(), *doubts_of(problems)):
        warn(text)
    choice = Choice.WITHOUT if no_janitor else None
    if yes and not plan_only:
        check_janitor(workspace, ttl, choice)
    job = start_deploy(
        workspace, project, options, ttl,
        plan_only=plan_only, auto_approve=yes, janitor=choice, problems=problems,
    )  # fmt: skip
    if not plan_only:
        print_totals(_estimate(context, options, ttl, "10"), emulated=workspace.is_emulated)
    job = follow_job(workspace, job)
    if plan_only:
        plan = plan_of(workspace, job.id)
        print_json(plan_json(plan)) if as_json else print_plan(plan)
        return
    apply_reviewed(workspace, job, agreed=lambda: agree_on_janitor(workspace, ttl, choice))
    _print_one(context, project, as_json)


def _resume(context: Context, project: str) -> None:
    from automock_tui.cli.follow import follow_job
    from automock_tui.operations.recovery import resume_deploy

    follow_job(context.workspace, resume_deploy(context.workspace, project))


def _deploy_here(context: Context, project: str, ttl: float, *, plan_only: bool, **given: Any) -> None:
    from automock_tui.cli.local import deploy_here

    deploy_here(context, project, ttl, plan_only=plan_only, **given)
    if not plan_only:
        _print_one(context, project, given["as_json"])


def _print_one(context: Context, project: str, as_json: bool) -> None:
    from automock_tui.domain.deployment import format_remaining
    from automock_tui.operations.status import status as ask_status

    table = ask_status(context.workspace, [project], live=as_json)  # its job has just seen that it is healthy
    row, now = table.rows[0], table.now()
    if as_json:
        print_json(row.as_json(now))
        return
    print_data(f"project   {row.name}")
    print_data(f"status    {row.word}")
    if row.address:
        print_data(f"address   {row.address}")
    if row.remaining(now) is not None:
        print_data(f"ends      {_at(context, row.expires_at)} (in {format_remaining(row.remaining(now))})")


def _at(context: Context, at: datetime | None) -> str:
    return local_time(at, utc=context.settings.utc)


@click.command()
@click.option("--project", metavar="NAME", help="Only this project.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the status as JSON; with --watch a line each time."
)
@click.option("--watch", is_flag=True, help="Keep showing it until interrupted.")
@click.pass_obj
def status(context: Context, project: str | None, as_json: bool, watch: bool) -> None:
    """Show every mock: status, address, time left."""

    from automock_tui.operations.status import status as ask_status

    names = [project] if project else None
    while True:
        table = ask_status(context.workspace, names)
        if not watch:
            _print_status(context, table, as_json, single=bool(project))
            if not (as_json or project):
                _warn_of_orphans(context)
            return
        _tick(context, table, as_json, single=bool(project))


def _tick(context: Context, table: StatusTable, as_json: bool, *, single: bool) -> None:
    """Show a table until it is time to ask again: on a terminal the countdown goes on each second."""
    period = context.settings.refresh_seconds
    ticks = sys.stdout.isatty() and not as_json
    for _ in range(max(1, round(period)) if ticks else 1):
        if ticks:
            click.clear()
        _print_status(context, table, as_json, single=single, more=True)
        sys.stdout.flush()
        time.sleep(1 if ticks else period)


def _print_status(
    context: Context, table: StatusTable, as_json: bool, *, single: bool, more: bool = False
) -> None:
    now = table.now()
    if abs(table.skew_seconds) > 30:
        warn(f"this machine's clock is {table.skew_seconds:+.0f} s off the store's; the store's counts")
    if as_json:
        rows = [row.as_json(now) for row in table.rows]
        print_json(rows[0] if single else rows, on_one_line=more)
    elif not table.rows:
        say("No projects yet. Create one: automock-tui init --project NAME --from FILE")
    else:
        headers = ("PROJECT", "STATUS", "ENDS IN", "TASKS", "COST", "VERSION", "ADDRESS")
        print_table(headers, (_cells(row, now) for row in table.rows), right=(2, 4))
        _print_notes(context, table)


def _warn_of_orphans(context: Context) -> None:
    """What costs money though nothing of its project is deployed; a status is one without it, too."""
    if context.workspace.account is None:
        return
    from automock_tui.operations.orphans import find_orphans

    try:
        found = find_orphans(context.workspace, costly=True)
    except AutomockError as error:
        warn(f"what is left over is not known: {error.title}")
        return
    for orphan in found:
        warn(f"{orphan.project}: {orphan.text}; look and delete with: automock-tui doctor --fix")


def _cells(row: ProjectStatus, now: datetime) -> tuple[str, ...]:
    from automock_tui.domain.deployment import format_remaining

    ends = format_remaining(row.remaining(now)) if row.is_running else "–"
    cost = row.cost_so_far.total_text() if row.cost_so_far else "–"
    return row.name, status_word(row.word), ends, row.tasks, cost, row.version or "–", row.address or "–"


def _print_notes(context: Context, table: StatusTable) -> None:
    from automock_tui.operations.status import overview

    say(overview(table, table.now()))
    for row in table.rows:
        if row.error or row.note:
            warn(f"{row.name}: {row.error or row.note}")
    if context.workspace.ref.kind is WorkspaceKind.SANDBOX and any(row.cost_so_far for row in table.rows):
        say("The sandbox costs nothing; the costs are what AWS would charge.")


@click.command("extend-ttl")
@click.option("--project", required=True, metavar="NAME", help="Project whose mock gets more time.")
@click.option("--hours", required=True, type=float, metavar="N", help="Hours to add; fractions allowed.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def extend_ttl(context: Context, project: str, hours: float, as_json: bool) -> None:
    """Give a running mock more time."""
    from automock_tui.domain.deployment import format_remaining
    from automock_tui.domain.document import format_instant
    from automock_tui.operations.extend import extend_ttl as extend

    done = extend(context.workspace, project, hours)
    if done.warning:
        warn(done.warning)
    if as_json:
        print_json(
            {
                "project": project,
                "current_expiry": format_instant(done.old_expiry),
                "time_remaining_seconds": int(done.old_remaining.total_seconds()),
                "new_expiry": format_instant(done.new_expiry),
                "new_remaining_seconds": int(done.new_remaining.total_seconds()),
            }
        )
        return
    print_data(f"current expiry   {_at(context, done.old_expiry)}")
    print_data(f"time remaining   {format_remaining(done.old_remaining)}")
    print_data(f"new expiry       {_at(context, done.new_expiry)}")
    print_data(f"new remaining    {format_remaining(done.new_remaining)}")


@click.command()
@click.option("--project", required=True, metavar="NAME", help="Project whose mock is taken down.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def destroy(context: Context, project: str, yes: bool, as_json: bool) -> None:
    """Take a mock down; the project and its versions stay."""
    from automock_tui.cli.follow import follow_job
    from automock_tui.operations.destroy import preview, start_destroy

    workspace = context.workspace
    shown = preview(workspace, project)
    say("Goes:  " + "; ".join(shown.goes))
    say("Stays: " + "; ".join(shown.stays))
    if not yes:
        confirm_by_name(project, f"This takes down {shown.address or project}.")
    if workspace.is_local:
        from automock_tui.cli.local import destroy_here

        destroy_here(context, project)
    else:
        follow_job(workspace, start_destroy(workspace, project, auto_approve=True))
    _print_one(context, project, as_json)
