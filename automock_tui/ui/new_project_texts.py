"""What the form of a new project says: its first values, the help of its fields, and what was found. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automock_tui.ui.beginnings import Beginning, Found
from automock_tui.ui.format import plural
from automock_tui.ui.import_rows import Marks, made_lines, made_text
from automock_tui.ui.project_rows import Line
from automock_tui.ui.status_cells import Cell

if TYPE_CHECKING:
    from automock_tui.operations.templates import Template

_PREVIEWED = 200
"""Rows of the preview; the next screen shows them all."""
FIRST = {
    "name": "",
    "description": "",
    "start": Beginning.TEMPLATE.value,
    "template": "petstore",
    "file": "",
    "sentence": "",
    "paste": "",
}
_FORMATS = "MockServer, OpenAPI, Postman, Insomnia, Bruno, HAR, WireMock, Mockoon or curl; by what is in it."
HELP = {
    "name": (
        "3 to 40 of a-z, 0-9 and hyphen",
        "It becomes part of the name of the project's bucket.",
    ),
    "description": ("any text", "What the project is for; shown on its page."),
    "start": (
        "template | file | upload | paste | describe | blank",
        "Where the expectations come from.",
    ),
    "file": ("a path on this machine; drop a file on the terminal to paste its path", _FORMATS),
    "sentence": ("what the mock should answer, in your words", "A model makes expectations of it."),
}


def template_line(template: Template) -> Line:
    """A template as a row."""
    columns = (template.name, plural(template.count, "expectation"))
    return Line(Cell("▪", "muted"), columns, template.description)


def preview(found: Found) -> list[Line]:
    """The first expectations; none where they cannot be read."""
    from automock_tui.domain.expectation import ExpectationSet, load_expectations

    if found.text is None or found.findings.count is None:
        return []
    first = list(load_expectations(found.text))[:_PREVIEWED]
    return made_lines(ExpectationSet.of(first), Marks())


def said(found: Found) -> str:
    """What was found, in a line."""
    if found.problem:
        return f"! {found.problem}"
    if found.asks is not None:
        return f"ctrl+s sends this to {found.asks.name} ({found.asks.where}), without the secrets in it."
    if found.text is None and not found.findings.refused:
        return "It begins with no expectations."
    if found.findings.refused:
        return f"✕ {plural(found.findings.refused, 'error')} in {found.source}: MockServer would refuse it."
    warnings = f", {plural(found.findings.others, 'warning')}" if found.findings.others else ", no problems"
    if found.findings.errors:
        warnings = f", {plural(found.findings.errors, 'error')} to mend before a deploy"
    left_out = f", {plural(len(found.report), 'thing')} left out or changed" if found.report else ""
    answers = plural(found.made_up, "answer")
    made_up = f" {answers} made up: the real API can be called for them next." if found.made_up else ""
    return f"✓ {made_text(found.count, 0, found.source, found.format)}{warnings}{left_out}.{made_up}"
