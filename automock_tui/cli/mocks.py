"""Commands on mocks that run here: serve, explain."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from automock_tui.cli.context import Context
from automock_tui.cli.output import print_data, print_error, print_json, say, warn
from automock_tui.domain.errors import AutomockError, InvalidInput

if TYPE_CHECKING:
    from automock_tui.mocking.explaining import Explanation, NearMiss
    from automock_tui.operations.serve import Loaded, ServeOptions, Source


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@click.option("--project", metavar="NAME", help="Serve a project of the workspace in place of a file.")
@click.option(
    "--port", default=1080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option(
    "--ttl-hours", default=0.0, type=click.FloatRange(0), metavar="H", help="Stop after so many hours."
)
@click.option("--no-control", is_flag=True, help="Keep MockServer's control plane (/mockserver/...) closed.")
@click.option(
    "--tls-cert", type=click.Path(path_type=Path), metavar="PEM", help="Serve HTTPS with this certificate."
)
@click.option(
    "--tls-key", type=click.Path(path_type=Path), metavar="PEM", help="The key, if it is not in the same file."
)
@click.option(
    "--engine",
    default="builtin",
    show_default=True,
    type=click.Choice(["builtin", "mockserver"]),
    help="mockserver runs the real one: from --jar, Docker, or mockserver-client's launcher.",
)
@click.option("--jar", type=click.Path(path_type=Path), metavar="FILE", help="MockServer's jar; needs Java 17.")
@click.pass_obj
def serve(
    context: Context,
    file: Path | None,
    project: str | None,
    port: int,
    host: str,
    ttl_hours: float,
    no_control: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
    engine: str,
    jar: Path | None,
) -> None:
    """Run a mock here, answering as MockServer would; follows the file or project as it changes."""
    from automock_tui.operations.serve import LOOPBACK, ServeOptions
    from automock_tui.operations.serve import serve as run
    from automock_tui.operations.tls import Certificate

    if tls_key and not tls_cert:
        raise click.UsageError("--tls-key needs --tls-cert")
    if jar and engine != "mockserver":
        raise click.UsageError("--jar needs --engine mockserver")
    source = _source(context, file, project)
    if host not in LOOPBACK and not no_control:
        warn(f"whoever reaches {host} can change these mocks; --no-control closes the control plane.")
    certificate = Certificate(tls_cert, tls_key) if tls_cert else None
    options = ServeOptions(host, port, ttl_hours, not no_control, certificate)
    announcer = _Announcer(source.name, ttl_hours)
    if engine == "mockserver":
        _serve_real(source, options, announcer, jar)
    else:
        run(source, options, announcer)


def _serve_real(source: Source, options: ServeOptions, announcer: _Announcer, jar: Path | None) -> None:
    from automock_tui.operations.real_engine import find_engine, serve_real

    if not options.control:
        raise click.UsageError("MockServer cannot close its control plane; leave out --no-control")
    if options.certificate:
        raise click.UsageError("MockServer answers HTTPS on the same port with its own certificate")
    serve_real(source, options, announcer, find_engine(jar))


def _source(context: Context, file: Path | None, project: str | None) -> Source:
    from automock_tui.operations.serve import FileSource, ProjectSource

    if bool(file) == bool(project):
        raise click.UsageError("give either a FILE or --project NAME")
    return FileSource(file) if file else ProjectSource(context.workspace, project or "")


class _Announcer:
    """Says on stderr what happens; the address alone goes to stdout."""

    def __init__(self, name: str, ttl_hours: float) -> None:
        self._name = name
        self._ttl = f" for {ttl_hours:g} h" if ttl_hours else ""

    def started(self, url: str, loaded: Loaded) -> None:
        print_data(url)
        sys.stdout.flush()
        self._say(f"Serving {loaded.count} expectations of {self._name}{self._ttl}; Ctrl+C stops.", loaded)

    def reloaded(self, loaded: Loaded) -> None:
        self._say(f"Reloaded: {loaded.count} expectations.", loaded)

    def refused(self, error: AutomockError) -> None:
        print_error(error)
        say("The mock goes on with the expectations before.")

    def stopped(self, reason: str) -> None:
        say(f"Stopped: {reason}.")

    def _say(self, words: str, loaded: Loaded) -> None:
        say(words)
        from automock_tui.operations.serve import said_of

        for text in said_of(loaded):
            warn(text)


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@click.option("--project", metavar="NAME", help="A project of the workspace in place of a file.")
@click.option(
    "--request",
    "given",
    required=True,
    metavar="FILE|TEXT|-",
    help="A curl command, a HAR entry or lines such as 'GET /pets?limit=1'; a file with one; - for stdin.",
)
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1), help="Near misses to name.")
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as JSON.")
@click.pass_obj
def explain(
    context: Context, file: Path | None, project: str | None, given: str, limit: int, as_json: bool
) -> None:
    """Say which expectation answers a request, or why none does, field by field."""
    from automock_tui.operations.explain import explain_request

    content = _source(context, file, project).read() or b"[]"
    found = explain_request(content, request_text(given), limit)
    if as_json:
        print_json({"matched": bool(found.winner)} | found.to_dict())
    else:
        _print_explanation(found)


def request_text(given: str) -> str:
    """What --request gives: a text, the content of a file, or standard input.

    Raises:
        InvalidInput: the file cannot be read.
    """
    try:
        if given == "-":
            return sys.stdin.read()
        if "\n" not in given and len(given) < 4096 and Path(given).is_file():
            return Path(given).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("The request cannot be read", f"{given}: {error}", "Check --request.") from error
    return given


def _print_explanation(found: Explanation) -> None:
    if found.winner:
        print_data(f"Answered by {found.winner}  {found.winner_title}")
        for other in found.also_match:
            print_data(f"  would match too: {other}")
    else:
        print_data("No expectation matches." if found.near_misses else "There are no expectations.")
    for miss in found.near_misses:
        _print_miss(miss)


def _print_miss(miss: NearMiss) -> None:
    print_data(f"{miss.expectation_id}  {miss.title}")
    if miss.hindrance:
        print_data(f"  matches, but {miss.hindrance}")
    for one in miss.differences:
        print_data(f"  {one.field}: expected {one.expected}, found {one.actual}")
        if one.reason:
            print_data(f"    {one.reason}")
