"""Commands on projects: init, projects, copy, delete."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from automock_tui.cli.context import Context
from automock_tui.cli.executing import calls_made, execution_of
from automock_tui.cli.formats import findings, import_options, options_of, print_report, read_source
from automock_tui.cli.output import local_time, print_json, print_table, say, status_word, warn
from automock_tui.domain.errors import AutomockError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from automock_tui.importing.imported import Finding, Options
    from automock_tui.importing.source import Source
    from automock_tui.operations.create import Created


def _list_templates(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    """Print the templates and end; a project is not needed for that."""
    del parameter
    if not value or context.resilient_parsing:
        return
    from automock_tui.operations.templates import templates

    rows = [(one.name, str(one.count), one.description) for one in templates()]
    print_table(("TEMPLATE", "EXPECTATIONS", "WHAT IT ANSWERS"), rows, right=[1])
    context.exit()


@click.command()
@click.option("--project", required=True, metavar="NAME", help="Name of the new project.")
@click.option(
    "--from", "source", metavar="FILE|-|'curl ...'", help="A document to import, or - for standard input."
)
@click.option("--template", metavar="NAME", help="Start with a template; see --list-templates.")
@click.option("--blank", is_flag=True, help="Start with no expectations.")
@click.option("--describe", "sentence", metavar="TEXT", help="A language model writes it, or completes --from.")
@click.option(
    "--list-templates",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_templates,
    help="List the templates and end.",
)
@click.option("--description", default="", help="What the project is for.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@import_options
@click.pass_obj
def init(
    context: Context,
    project: str,
    source: str | None,
    template: str | None,
    blank: bool,
    sentence: str | None,
    description: str,
    as_json: bool,
    format_name: str,
    keep_secrets: bool,
    execute: bool,
    variables: tuple[str, ...],
    yes: bool,
    seed: int,
    statuses: str | None,
    examples: str | None,
) -> None:
    """Create a project from a document of any known format, a template, a description, or blank."""
    from automock_tui.operations.create import create_project
    from automock_tui.operations.importing import create_from

    given = sum((bool(source), bool(template), blank))
    if given + bool(sentence and not source) != 1:
        raise click.UsageError("give one of --from FILE, --template NAME, --describe TEXT or --blank")
    if sentence:
        options = options_of(keep_secrets, seed, statuses, examples)
        document = read_source(source) if source else None
        _init_described(context, project, sentence, document, options, description, as_json)
        return
    if execute and not source:
        raise click.UsageError("--execute calls the requests of a document; give one with --from FILE")
    if source:
        options = options_of(keep_secrets, seed, statuses, examples)
        document = read_source(source)
        created, made = create_from(
            context.workspace,
            project,
            document,
            format_name=format_name,
            options=options,
            description=description,
            execution=execution_of(execute, yes, variables),
        )
        calls = calls_made(made.calls, asked=execute)
        _print_created(context, created, as_json, made.format, made.report, calls)
        return
    text, origin = (_template(template), f"template {template}") if template else (None, "")
    created = create_project(context.workspace, project, text, source=origin, description=description)
    _print_created(context, created, as_json)


def _init_described(
    context: Context,
    project: str,
    sentence: str,
    document: Source | None,
    options: Options,
    description: str,
    as_json: bool,
) -> None:
    """Create a project that a model wrote, or a document that it completed."""
    from automock_tui.cli.describing import written
    from automock_tui.domain.project import check_project_name
    from automock_tui.operations.create import create_project
    from automock_tui.operations.importing import convert_document, joined_text

    check_project_name(project)
    there = convert_document(document, options=options).text if document else ""
    text, _ = written(context, sentence, there, ask=True)
    whole = joined_text(there, text) if there else text
    created = create_project(context.workspace, project, whole, source="a description", description=description)
    _print_created(context, created, as_json)


def _template(name: str) -> str:
    from automock_tui.operations.templates import read_template

    return read_template(name)


def _print_created(
    context: Context,
    created: Created,
    as_json: bool,
    format_name: str = "",
    report: Sequence[Finding] = (),
    more: Mapping[str, Any] | None = None,
) -> None:
    for problem in created.problems:
        warn(f"line {problem.place.line}: {problem.message}")
    if as_json:
        said = {"project": created.name, "version": created.version, "expectations": created.expectations}
        print_json({**said, "format": format_name or None, "report": findings(report), **(more or {})})
        return
    say(f"Created {created.name} {created.version} with {created.expectations} expectations.")
    print_report(report)
    say(f"Next: automock-tui {_where(context)}deploy --project {created.name}")


def _where(context: Context) -> str:
    return f"--workspace {context.kind} " if context.kind else ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.pass_obj
def projects(context: Context, as_json: bool) -> None:
    """List the projects of the workspace."""
    found = context.workspace.projects.list_all()
    if as_json:
        print_json(
            [
                {
                    "project": one.name,
                    "bucket": one.bucket,
                    "version": one.record.current_version if one.record else None,
                    "status": one.deployment.status.value if one.deployment else None,
                    "error": one.error.title if one.error else None,
                }
                for one in found
            ]
        )
        return
    if not found:
        say("No projects yet. Create one: automock-tui init --project NAME --from FILE")
        return
    rows = [
        (
            one.name,
            one.record.current_version if one.record else "–",
            status_word(one.deployment.status.value if one.deployment else "unreadable"),
            local_time(one.record.updated_at if one.record else None, utc=context.settings.utc),
            one.error.title if one.error else one.bucket,
        )
        for one in found
    ]
    print_table(("PROJECT", "VERSION", "STATUS", "UPDATED", "BUCKET"), rows)


@click.command()
@click.option("--project", required=True, metavar="NAME", help="Project to copy.")
@click.option(
    "--to-workspace", "target", required=True, type=click.Choice(["local", "aws", "sandbox"]), help="Where to."
)
@click.option("--as", "new_name", default="", metavar="NAME", help="Its name there; the same if not given.")
@click.pass_obj
def copy(context: Context, project: str, target: str, new_name: str) -> None:
    """Copy a project's expectations to another workspace."""
    from automock_tui.operations.copying import copy_project

    copied = copy_project(context.workspace, context.open(target), project, new_name=new_name)
    say(f"Copied {copied.source} to {copied.name} {copied.version} in {target}.")
    if copied.warning:
        warn(copied.warning)


@click.command()
@click.option("--project", required=True, metavar="NAME", help="Project to delete.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(context: Context, project: str, yes: bool) -> None:
    """Delete a project with all its versions."""
    from automock_tui.operations.delete import delete_project

    context.workspace.projects.find(project)
    if not yes:
        confirm_by_name(project, "This deletes the project, all its versions and its history, for ever.")
    delete_project(context.workspace, project)
    say(f"Deleted {project}.")


def confirm_by_name(project: str, what: str) -> None:
    """Ask for the project's name to be typed.

    Raises:
        InvalidInput: there is nobody to ask.
        AutomockError: another name was typed.
    """
    if not sys.stdin.isatty():
        raise InvalidInput("Not confirmed", what, "Add --yes to do it without being asked.")
    say(what)
    if click.prompt(f"Type {project} to go on", err=True) != project:
        raise AutomockError("Not confirmed", "Another name was typed; nothing was changed.")
