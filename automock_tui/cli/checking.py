"""The command `validate`: what is wrong or doubtful in a document or a project."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from automock_tui.cli.context import Context
from automock_tui.cli.formats import IMPORTED, findings, print_report, read_source
from automock_tui.cli.output import print_data, print_json, say
from automock_tui.domain.errors import EXIT_FAILED
from automock_tui.domain.problems import Problem, Severity

if TYPE_CHECKING:
    from automock_tui.operations.judging import Judged


@click.command()
@click.option("--project", metavar="NAME", help="A project instead of a file.")
@click.option(
    "--format", "format_name", type=click.Choice(IMPORTED), default="auto", help="Found out if not given."
)
@click.option(
    "--against",
    multiple=True,
    metavar="FILE",
    help="An OpenAPI or Swagger description that the responses have to keep to. Repeatable.",
)
@click.option("--max-tasks", type=click.IntRange(1), metavar="N", help="As in a deployment of up to N tasks.")
@click.option("--public", is_flag=True, help="As in a deployment that everybody reaches.")
@click.option("--silence", multiple=True, metavar="RULE", help="Do not report a rule; kept for a project.")
@click.option("--unsilence", multiple=True, metavar="RULE", help="Report it again in the project.")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@click.argument("document", metavar="[FILE|-]", required=False)
@click.pass_obj
def validate(
    context: Context,
    project: str | None,
    format_name: str,
    against: tuple[str, ...],
    max_tasks: int | None,
    public: bool,
    silence: tuple[str, ...],
    unsilence: tuple[str, ...],
    as_json: bool,
    document: str | None,
) -> None:
    """Check a document or a project; ends with 1 where something in it will not work.

    docs/problems.md describes every rule. The app can mend what is marked with an asterisk by itself.
    """
    from automock_tui.operations.judging import Judging, validate_project, validate_source

    if bool(project) == bool(document):
        raise click.UsageError("give either a FILE or --project NAME")
    if unsilence and not project:
        raise click.UsageError("--unsilence is for a project")
    judging = Judging(max_tasks, public, silence, unsilence, [read_source(one) for one in against])
    if project:
        found = validate_project(context.workspace, project, judging)
    else:
        found = validate_source(read_source(document or ""), format_name, judging)
    (_print_json if as_json else _print_text)(found)
    if any(one.is_error for one in found.problems):
        sys.exit(EXIT_FAILED)


def _print_json(found: Judged) -> None:
    counts = {"format": found.made.format, "expectations": found.made.count}
    shown = {"problems": [_problem(one) for one in found.problems], "silenced": dict(found.silenced)}
    print_json(counts | shown | {"report": findings(found.made.report)})


def _problem(one: Problem) -> dict[str, Any]:
    place = {"line": one.place.line, "column": one.place.column, "pointer": one.place.pointer}
    said = {"message": one.message, "why": one.why, "fix": one.fix, "can_fix": one.can_fix}
    return {"rule": one.rule, "severity": one.severity.value, **place, "id": one.place.expectation_id, **said}


def _print_text(judged: Judged) -> None:
    made, found, silenced = judged
    for one in found:
        place, mark = one.place, "*" if one.can_fix else ""
        print_data(f"{place.line}:{place.column} {one.severity.value} {one.rule}{mark}: {one.message}")
        for words in filter(None, (one.why, one.fix)):
            print_data(f"    {words}")
    counts = {kind: sum(one.severity is kind for one in found) for kind in Severity}
    told = ", ".join(f"{count} {kind.value}{'s' * (count > 1)}" for kind, count in counts.items() if count)
    unheard = ", ".join(f"{rule} ({count})" for rule, count in silenced.items())
    say(f"{made.format}: {made.count} expectations, {told or 'no problems'}.")
    if unheard:
        say(f"Silenced: {unheard}.")
    print_report(made.report)


def doubts_of(problems: Iterable[Problem]) -> list[str]:
    """What a deploy should not go without a word about, a line each; errors stop it anyway."""
    return [
        f"expectations, line {one.place.line}: {one.message} {one.why}"
        for one in problems
        if one.severity is Severity.WARNING
    ]
