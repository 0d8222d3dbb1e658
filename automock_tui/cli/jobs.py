"""Commands on jobs: logs, jobs."""

from __future__ import annotations

import click

from automock_tui.cli.context import Context
from automock_tui.cli.output import local_time, print_json, print_table, say


@click.command()
@click.argument("job_id", metavar="[JOB]", required=False)
@click.option("--project", metavar="NAME", help="The newest job of this project.")
@click.option("--follow", is_flag=True, help="Go on until the job ends; the exit code is the job's.")
@click.option("--json", "as_json", is_flag=True, help="Print the events as they were written, one JSON a line.")
@click.pass_obj
def logs(context: Context, job_id: str | None, project: str | None, follow: bool, as_json: bool) -> None:
    """Show what a job said; the newest if none is named."""
    from automock_tui.cli.follow import follow_log, print_log
    from automock_tui.operations.jobs import find_job
    from automock_tui.provisioning.jobs import JobStore

    store = JobStore(context.folders.jobs)
    job = find_job(store, job_id or "", project or "", context.kind)
    if follow:
        follow_log(store, job, as_json=as_json)
    else:
        print_log(store, job, as_json=as_json)


@click.command()
@click.option(
    "--keep", type=click.IntRange(0), metavar="N", help="Delete those that are over, but the newest N."
)
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.pass_obj
def jobs(context: Context, keep: int | None, as_json: bool) -> None:
    """List the jobs of this machine, newest first.

    One that runs, waits for its review, or holds a state that could not be saved, is never deleted.
    """
    from automock_tui.provisioning.jobs import JobStore

    store = JobStore(context.folders.jobs)
    if keep is not None:
        gone = store.prune(keep)
        say(f"Deleted {len(gone)} {'job' if len(gone) == 1 else 'jobs'} with their logs.")
    found = store.all()
    if as_json:
        print_json([job.to_dict() for job in found])
        return
    if not found:
        say("No jobs yet. A deploy or a destroy makes one.")
        return
    rows = [
        (
            job.id,
            job.kind.value,
            job.project,
            job.workspace.label,
            job.status.value,
            local_time(job.created_at, utc=context.settings.utc),
            job.error.title if job.error else job.summary,
        )
        for job in found
    ]
    print_table(("JOB", "KIND", "PROJECT", "WORKSPACE", "STATUS", "CREATED", "SUMMARY"), rows)
