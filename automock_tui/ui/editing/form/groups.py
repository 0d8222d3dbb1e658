"""Groups of lines that open and close. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from automock_tui.domain.expectation import Expectation
from automock_tui.ui.editing.form.cells import Line
from automock_tui.ui.editing.form.values import has
from automock_tui.ui.editing.form.view import FormView


def group(name: str, title: str, lines: Sequence[Line], expectation: Expectation, view: FormView) -> list[Line]:
    """A head, and the lines behind it while it is open."""
    used = sum(_is_used(line, expectation) for line in lines)
    is_open = view.is_open(name, is_used=bool(used))
    count = f"{used} of {len(lines)} set" if used else f"{len(lines)} fields"
    paths = tuple(cell.path for line in lines for cell in line.cells) + sum((line.covers for line in lines), ())
    head = Line(name, title, (), count, covers=paths, is_head=True, is_open=is_open)
    return [head, *(replace(line, label=f"  {line.label.strip()}") for line in lines if is_open)]


def _is_used(line: Line, expectation: Expectation) -> bool:
    return any(cell.path and has(expectation, cell.path) for cell in line.cells)
