"""Commands on the traffic of a running mock: traffic, verify, record."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from automock_tui.cli.context import Context
from automock_tui.cli.output import clean, print_data, print_json, say, warn
from automock_tui.domain.document import format_instant
from automock_tui.domain.errors import AutomockError

if TYPE_CHECKING:
    from collections.abc import Callable

    from automock_tui.operations.traffic import Feed, Seen

POLL_SECONDS = 0.5
_PROJECT = click.option("--project", metavar="NAME", help="A running project of the workspace.")
_URL = click.option("--url", metavar="URL", help="A mock at this address in place of a project.")


def _which(command: Callable[..., None]) -> Callable[..., None]:
    return _PROJECT(_URL(command))


def _feed(context: Context, project: str | None, url: str | None) -> Feed:
    from automock_tui.operations.traffic import feed_of, open_feed

    if bool(project) == bool(url):
        raise click.UsageError("give either --project NAME or --url URL")
    return open_feed(url) if url else feed_of(context.workspace, project or "")


@click.command()
@_which
@click.option("--follow", is_flag=True, help="Go on as requests come; Ctrl+C stops.")
@click.option("--misses", is_flag=True, help="Only requests that no expectation matched.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
@click.pass_obj
def traffic(
    context: Context, project: str | None, url: str | None, follow: bool, misses: bool, as_json: bool
) -> None:
    """Show what a running mock was asked, how it answered, and by which expectation."""
    feed = _feed(context, project, url)
    if not (batch := feed.poll()).total:
        say(f"No requests yet. Send one, such as: curl -i {feed.url}/")
    while True:
        for seen in (*batch.new, *batch.changed):
            if seen.is_pending or (misses and not seen.is_miss):
                continue  # a pending one comes again when it is answered
            if as_json:
                print_json_line(seen)
            else:
                print_data(line_of(seen, utc=context.settings.utc))
        if not follow:
            return
        time.sleep(POLL_SECONDS)
        batch = feed.poll()


def print_json_line(seen: Seen) -> None:
    """A request as one line of JSON."""
    found: dict[str, Any] = asdict(seen) | {"at": format_instant(seen.at), "is_miss": seen.is_miss}
    print_json(found, on_one_line=True)


def line_of(seen: Seen, *, utc: bool = False) -> str:
    """A request on a line."""
    took = f"{seen.took * 1000:.1f} ms" if seen.took is not None else ""
    status = seen.status if seen.status is not None else "dropped" if seen.is_dropped else "–"
    recorded = "recorded" if seen.is_recorded else "no match"
    who = (seen.expectation or recorded) if seen.knows_match else ""
    request = f"{clean(seen.method):<7} {clean(seen.target)}"
    at = seen.at.astimezone(UTC if utc else None)
    return f"{at:%H:%M:%S}  {request}  {status}  {clean(who)}  {took}".rstrip()


@click.command()
@_which
@click.option(
    "--request",
    "given",
    required=True,
    metavar="FILE|TEXT|-",
    help="What must have come: 'GET /pets', a curl command, or a JSON request matcher of MockServer.",
)
@click.option(
    "--times", default="", metavar="N|N+|-N|N-M", help="Exactly, at least, at most, between; 1+ by default."
)
@click.pass_obj
def verify(context: Context, project: str | None, url: str | None, given: str, times: str) -> None:
    """Check how often a running mock was asked something; exit code 1 where it was not."""
    from automock_tui.cli.mocks import request_text
    from automock_tui.operations.verification import matcher_of, read_count, verification_of

    wanted = verification_of(matcher_of(request_text(given)), read_count(times))
    failure = _feed(context, project, url).verify(wanted)
    if failure:
        raise AutomockError("Not verified", f"{failure}.", "See what came with: automock-tui traffic")
    say("Verified.")


@click.command()
@_which
@click.option("--from", "base", metavar="URL", help="Begin: forward misses to this API.")
@click.option("--stop", is_flag=True, help="End: misses answer 404 again.")
@click.option("--save", is_flag=True, help="Add what was recorded to the project.")
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it to a new file instead."
)
@click.option("--keep-secrets", is_flag=True, help="Do not mask tokens and passwords.")
@click.pass_obj
def record(
    context: Context,
    project: str | None,
    url: str | None,
    base: str | None,
    stop: bool,
    save: bool,
    output: Path | None,
    keep_secrets: bool,
) -> None:
    """Forward what no expectation matches to a real API, and keep its answers as expectations."""
    if sum(map(bool, (base, stop, save, output))) != 1:
        raise click.UsageError("give one of --from URL, --stop, --save, --output FILE")
    if save and not project:
        raise click.UsageError("--save needs --project; --output writes a file")
    feed = _feed(context, project, url)
    if base or stop:
        feed.record(base or "")
        say(f"Misses go to {base} now; then --save or --output." if base else "Misses answer 404 again.")
        return
    _keep(context, feed, project, output, keep_secrets)


def _keep(context: Context, feed: Feed, project: str | None, output: Path | None, keep_secrets: bool) -> None:
    from automock_tui.cli.formats import write_new
    from automock_tui.importing.imported import Options
    from automock_tui.operations.importing import convert_document, import_into
    from automock_tui.operations.recording import recorded_document, recorded_numbers

    options = Options(keep_secrets=keep_secrets)
    document = recorded_document(feed, recorded_numbers(feed), feed.url)
    if output is not None:
        made = convert_document(document, "har", options)
        write_new(output, made.text)
        say(f"{made.count} expectations written to {output}.")
        report = made.report
    else:
        merged = import_into(context.workspace, project or "", document, format_name="har", options=options)
        say(f"Saved {merged.saved.version}: {merged.added} added, {merged.replaced} replaced.")
        report = merged.report
    for finding in report:
        warn(str(finding))
