"""Commands on projects: init, projects, copy, delete."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from automock_tui.cli.context import Context
from automock_tui.cli.output import local_time, print_json, print_table, say, warn
from automock_tui.domain.errors import AutomockError, InvalidInput


@click.command()
@click.option("--project", required=True, metavar="NAME", help="Name of the new project.")
@click.option("--from", "source", metavar="FILE|-", help="A MockServer JSON file, or - for standard input.")
@click.option("--blank", is_flag=True, help="Start with no expectations.")
@click.option("--description", default="", help="What the project is for.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def init(
    context: Context, project: str, source: str | None, blank: bool, description: str, as_json: bool
) -> None:
    """Create a project from a file, or blank."""
    from automock_tui.operations.create import create_project

    if bool(source) == blank:
        raise click.UsageError("give either --from FILE or --blank")
    text = _read_source(source) if source else None
    name = "standard input" if source == "-" else Path(source or "").name
    created = create_project(context.workspace, project, text, source=name, description=description)
    for problem in created.problems:
        warn(f"line {problem.place.line}: {problem.message}")
    if as_json:
        print_json({"project": created.name, "version": created.version, "expectations": created.expectations})
    else:
        say(f"Created {created.name} {created.version} with {created.expectations} expectations.")
        say(f"Next: automock-tui {_where(context)}deploy --project {created.name}")


def _read_source(source: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise InvalidInput(
            "The file cannot be read", f"{source}: {error.strerror or error}", "Check the path after --from."
        ) from error


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
            one.deployment.status.value if one.deployment else "unreadable",
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
