"""Commands on documents: import, validate, export."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from automock_tui.cli.context import Context
from automock_tui.cli.executing import calls_made, execution_of
from automock_tui.cli.output import clean, print_json, say, warn
from automock_tui.domain.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from automock_tui.importing.imported import Finding, Options
    from automock_tui.importing.source import Source

IMPORTED = (
    "auto",
    "mockserver",
    "openapi",
    "postman",
    "insomnia",
    "bruno",
    "har",
    "wiremock",
    "mockoon",
    "curl",
)
EXPORTED = ("json", "yaml", "openapi", "har", "curl")
_SHOWN = 20
"""Findings that are printed; `--json` prints them all."""


def import_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that imports."""
    for option in (
        click.option(
            "--status", "statuses", metavar="CODE,...", help="Only these statuses of an API description."
        ),
        click.option(
            "--example",
            "examples",
            metavar="NAME,...",
            help="Of an answer with several named examples only these.",
        ),
        click.option("--seed", default=0, metavar="N", help="Of generated values; the same gives the same."),
        click.option("--keep-secrets", is_flag=True, help="Do not mask tokens, passwords and keys."),
        click.option(
            "--execute",
            is_flag=True,
            help="Call the real API for requests saved without an answer, and record what it says. Asks first.",
        ),
        click.option(
            "--variable",
            "variables",
            multiple=True,
            metavar="NAME=VALUE",
            help="For --execute: a variable that the collection lacks. Repeatable.",
        ),
        click.option("--yes", is_flag=True, help="Do not ask before --execute."),
        click.option(
            "--format",
            "format_name",
            type=click.Choice(IMPORTED),
            default="auto",
            help="Found out if not given.",
        ),
    ):
        command = option(command)
    return command


def options_of(keep_secrets: bool, seed: int, statuses: str | None, examples: str | None = None) -> Options:
    """The import options that were given."""
    from automock_tui.importing.imported import Options

    return Options(keep_secrets, seed, _listed((statuses or "").lower()), _listed(examples or ""))


def _listed(text: str) -> frozenset[str]:
    return frozenset(one.strip() for one in text.split(",") if one.strip())


def read_source(given: str) -> Source:
    """A file, a folder, `-` for standard input, or a curl command itself.

    Raises:
        InvalidInput: it cannot be read.
    """
    from automock_tui.importing.source import Source, open_source
    from automock_tui.importing.trees import MAX_BYTES

    if given == "-":
        return Source("standard input", sys.stdin.buffer.read(MAX_BYTES + 1))
    if given.startswith("curl "):
        return Source("command line", given.encode("utf-8", "surrogateescape"))
    return open_source(Path(given))


def print_report(report: Sequence[Finding]) -> None:
    """What could not be mapped, on stderr."""
    for one in report[:_SHOWN]:
        say(f"  · {clean(str(one))}")
    if len(report) > _SHOWN:
        say(f"  ... and {len(report) - _SHOWN} more; --json lists them all.")


def findings(report: Sequence[Finding]) -> list[dict[str, str]]:
    """What could not be mapped, as data."""
    return [one._asdict() for one in report]


@click.command("import")
@click.option("--project", required=True, metavar="NAME", help="Project to add to.")
@click.option("--message", default="", help="What this version is about.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@import_options
@click.argument("document", metavar="FILE|-|'curl ...'")
@click.pass_obj
def import_(
    context: Context,
    project: str,
    message: str,
    as_json: bool,
    document: str,
    format_name: str,
    keep_secrets: bool,
    execute: bool,
    variables: tuple[str, ...],
    yes: bool,
    seed: int,
    statuses: str | None,
    examples: str | None,
) -> None:
    """Add the expectations of a document to a project.

    Reads MockServer, OpenAPI, Swagger, Postman, Insomnia, Bruno, HAR, WireMock, Mockoon and curl. An
    expectation whose id the project has takes its place.
    """
    from automock_tui.operations.importing import import_into

    done = import_into(
        context.workspace,
        project,
        read_source(document),
        format_name=format_name,
        options=options_of(keep_secrets, seed, statuses, examples),
        message=message,
        execution=execution_of(execute, yes, variables),
    )
    for problem in done.saved.problems:
        warn(f"line {problem.place.line}: {problem.message}")
    if as_json:
        counts = {"format": done.format, "added": done.added, "replaced": done.replaced}
        made = {"report": findings(done.report), **calls_made(done.calls, asked=execute)}
        print_json({"project": project, "version": done.saved.version, **counts, **made})
        return
    said = f"{done.added} expectation{'s' * (done.added != 1)} added, {done.replaced} replaced"
    say(f"Imported {done.format}: {said}; {project} is now {done.saved.version}.")
    if done.saved.merged_with:
        say(f"Merged with {done.saved.merged_with.told}.")
    print_report(done.report)


@click.command()
@click.option("--project", required=True, metavar="NAME", help="Project to export.")
@click.option("--version", default="", metavar="V", help="One of its versions; the current one if not given.")
@click.option("--format", "format_name", type=click.Choice(EXPORTED), default="json", show_default=True)
@click.option(
    "--output", metavar="FILE", help="Write to a file that is not there yet; else to standard output."
)
@click.pass_obj
def export(context: Context, project: str, version: str, format_name: str, output: str | None) -> None:
    """Write a project's expectations as a document of another tool."""
    from automock_tui.operations.exporting import export_project

    text, report = export_project(context.workspace, project, format_name, version=version)
    if output:
        write_new(Path(output), text)
        say(f"Wrote {output}.")
    else:
        click.echo(text, nl=not text.endswith("\n"))
    if report:
        say("Not in the export:")
        print_report(report)


def write_new(path: Path, text: str) -> None:
    """Write a file that only its owner may read.

    Raises:
        InvalidInput: it is there already, or cannot be written.
    """
    from automock_tui.provisioning.files import open_private

    try:
        with os.fdopen(open_private(path, os.O_WRONLY | os.O_EXCL), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InvalidInput("The file is there already", str(path), "Name another file.") from None
    except OSError as error:
        raise InvalidInput("The file cannot be written", f"{path}: {error.strerror or error}", "") from error
