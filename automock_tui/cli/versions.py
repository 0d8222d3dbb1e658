"""Commands on versions: versions, diff, rollback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from automock_tui.cli.context import Context
from automock_tui.cli.output import clean, local_time, print_data, print_json, print_table, say, warn

if TYPE_CHECKING:
    from collections.abc import Callable

    from automock_tui.domain.project import Version
    from automock_tui.operations.rollback import RolledBack


@click.command()
@click.option("--project", required=True, metavar="NAME", help="Project whose versions to list.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.pass_obj
def versions(context: Context, project: str, as_json: bool) -> None:
    """List the versions of a project: when, by whom, why."""
    from automock_tui.operations.versions import list_versions

    found = list_versions(context.workspace, project)
    if as_json:
        print_json([_version_json(one, found.current, found.deployed) for one in found.versions])
        return
    if not found.versions:
        say(f"{project} has no versions yet.")
        return
    rows = [
        (
            one.version,
            local_time(one.saved_at, utc=context.settings.utc),
            clean(one.author) or "–",
            str(one.expectation_count),
            _marks(one.version, found.current, found.deployed),
            clean(one.message),
        )
        for one in found.versions
    ]
    print_table(("VERSION", "SAVED", "BY", "EXPECTATIONS", "", "MESSAGE"), rows, right=(3,))


def _marks(version: str, current: str, deployed: str) -> str:
    marks = (("current", version == current), ("deployed", version == deployed))
    return ", ".join(mark for mark, is_so in marks if is_so)


def _version_json(one: Version, current: str, deployed: str) -> dict[str, Any]:
    from automock_tui.domain.document import format_instant

    return {
        "version": one.version,
        "saved_at": format_instant(one.saved_at) if one.saved_at else None,
        "author": one.author,
        "message": one.message,
        "expectations": one.expectation_count,
        "current": one.version == current,
        "deployed": one.version == deployed,
    }


@click.command()
@click.option("--project", required=True, metavar="NAME", help="Project whose versions to compare.")
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B", default="current")
@click.pass_obj
def diff(context: Context, project: str, as_json: bool, before: str, after: str) -> None:
    """Show what changed from A to B, expectation by expectation.

    A and B are versions (v3), current, or files of expectations; B is current if not given.
    """
    from automock_tui.cli.differences import difference_json, difference_lines
    from automock_tui.operations.versions import compare

    found = compare(context.workspace, project, before, after)
    print_data(difference_json(found) if as_json else "\n".join(difference_lines(found)))


@click.command()
@click.option("--project", required=True, metavar="NAME", help="Project to roll back.")
@click.option("--to", required=True, metavar="V", help="The version to go back to, such as v3.")
@click.option("--message", default="", metavar="TEXT", help="Why.")
@click.option(
    "--infrastructure", is_flag=True, help="Also deploy with the options which that version was deployed with."
)
@click.option("--ttl-hours", type=float, metavar="H", help="With --infrastructure: as before if not given.")
@click.option("--yes", is_flag=True, help="With --infrastructure: apply the plan without asking.")
@click.option("--no-janitor", is_flag=True, help="With --infrastructure: go without the janitor.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def rollback(
    context: Context,
    project: str,
    to: str,
    message: str,
    infrastructure: bool,
    ttl_hours: float | None,
    yes: bool,
    no_janitor: bool,
    as_json: bool,
) -> None:
    """Make an earlier version the newest again; a running mock takes it over by itself."""
    from automock_tui.operations.rollback import roll_back

    if not infrastructure and (ttl_hours is not None or yes or no_janitor):
        raise click.UsageError("--ttl-hours, --yes and --no-janitor are for --infrastructure")
    version = _version(to)
    redeploy = _redeploy(context, project, version, ttl_hours, yes, no_janitor) if infrastructure else None
    done = roll_back(context.workspace, project, version, message=message)
    _say_done(project, done)
    if redeploy:
        redeploy()
    if as_json:
        print_json({"project": project, "to": done.to, "from": done.before, "version": done.version})


def _version(to: str) -> str:
    """`v3` for `3`, as `diff` takes both."""
    return f"v{int(to)}" if to.isascii() and to.isdigit() else to


def _say_done(project: str, done: RolledBack) -> None:
    if done.warning:
        warn(done.warning)
    if done.is_new:
        say(f"{project} {done.version} holds what {done.to} held; {done.before} stays in the versions.")
    else:
        say(f"{project} {done.version} holds what {done.to} holds; nothing to do.")


def _redeploy(
    context: Context, project: str, version: str, ttl_hours: float | None, yes: bool, no_janitor: bool
) -> Callable[[], None]:
    """What deploys as that version was deployed; what can be refused is refused before it is called."""
    from automock_tui.cli.follow import follow_job
    from automock_tui.cli.janitor_review import agree_on_janitor, check_janitor
    from automock_tui.cli.plans import apply_reviewed
    from automock_tui.operations.janitor_part import Choice
    from automock_tui.operations.rollback import deployment_of, start_redeploy

    workspace = context.workspace
    past = deployment_of(workspace, project, version)
    workspace.need_account()
    ttl = past.ttl_hours if ttl_hours is None else ttl_hours
    choice = Choice.WITHOUT if no_janitor else None
    if yes:
        check_janitor(workspace, ttl, choice)

    def deploy() -> None:
        job = start_redeploy(workspace, project, past, ttl, auto_approve=yes, janitor=choice)
        job = follow_job(workspace, job)
        apply_reviewed(workspace, job, agreed=lambda: agree_on_janitor(workspace, ttl, choice))
        say(f"{project} is deployed as on {local_time(past.at, utc=context.settings.utc)}.")

    return deploy
