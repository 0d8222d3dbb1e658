"""What a language model wrote, on a terminal: shown, accepted expectation by expectation, saved."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from automock_tui.cli.context import Context
from automock_tui.cli.output import say
from automock_tui.domain.errors import AutomockError

if TYPE_CHECKING:
    from automock_tui.domain.expectation import ExpectationSet
    from automock_tui.operations.describe import Described


def written(context: Context, sentence: str, document: str = "", *, ask: bool) -> tuple[str, Described]:
    """Expectations by a model, those that the user takes.

    Raises:
        AutomockError: no model can be asked, or none of its expectations was taken.
    """
    from automock_tui.operations.describe import choose_model, describe

    choice = choose_model(context.settings)
    say(f"Asking {choice.name} ({choice.where}); secrets are taken out of what is sent.")
    made = describe(choice, sentence, document=document)
    say(made.said)
    return _taken(made.text, document, ask=ask and sys.stdin.isatty()), made


def _taken(text: str, document: str, *, ask: bool) -> str:
    from automock_tui.domain.expectation import ExpectationSet, load_expectations

    found = load_expectations(text)
    before = load_expectations(document) if document else ExpectationSet()
    taken = [one for one in found if _changes(before, one.id, one.text) and _accept(before, one, ask=ask)]
    if not taken:
        raise AutomockError("Nothing was taken", f"{len(found)} were written.", "Describe it anew.")
    return ExpectationSet.of(taken).save()


def _changes(before: ExpectationSet, identity: str, text: str) -> bool:
    at = before.find(identity)
    return at is None or before[at].text != text


def _accept(before: ExpectationSet, one: object, *, ask: bool) -> bool:
    from automock_tui.domain.expectation import Expectation, ExpectationSet
    from automock_tui.domain.expectation_diff import diff_sets

    assert isinstance(one, Expectation)
    at = before.find(one.id)
    mark = "+" if at is None else "~"
    say(f"{mark} {one.id}  {one.summary}")
    if at is not None:
        diff = diff_sets(ExpectationSet.of([before[at]]), ExpectationSet.of([one]))
        for change in diff.changes:
            say(f"    changes {', '.join(field.pointer for field in change.fields)}")
    return not ask or click.confirm("  take it?", default=True, err=True)


@click.command("describe")
@click.option("--project", required=True, metavar="NAME", help="Project to complete.")
@click.option("--yes", is_flag=True, help="Take every expectation without asking.")
@click.argument("sentence", default="", metavar="[TEXT]")
@click.pass_obj
def describe_(context: Context, project: str, yes: bool, sentence: str) -> None:
    """Let a language model complete a project, as a sentence says.

    Needs the extra ai, and ANTHROPIC_API_KEY, OPENAI_API_KEY or OLLAMA_BASE_URL; the setting model chooses
    another. Each expectation is shown before it is taken.
    """
    from automock_tui.importing.source import Source
    from automock_tui.operations.importing import import_into
    from automock_tui.operations.save import open_expectations

    document = open_expectations(context.workspace, project).text
    text, made = written(context, sentence, document, ask=not yes)
    source = Source("a description", text.encode())
    message = f"Described: {sentence}"[:200] if sentence else f"Completed by {made.model}"
    done = import_into(context.workspace, project, source, format_name="mockserver", message=message)
    say(f"Saved {done.saved.version}: {done.added} added, {done.replaced} replaced.")
