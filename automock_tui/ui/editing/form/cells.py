"""Lines of a form and the fields in them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import Path
from automock_tui.ui.editing.form.values import Kind, has, kind_for, shown, with_raw, write
from automock_tui.ui.editing.unreadable import Unreadable

ABSENT = "–"
"""The choice that takes a value out."""
YES_NO = (ABSENT, "yes", "no")

Write = Callable[[Expectation, str], Expectation]


class FieldError(ValueError):
    """What was typed cannot become part of the expectation; the text says why."""


@dataclass(frozen=True)
class Cell:
    """A field: where its value is, how it is shown, and how what is typed gets into the expectation."""

    path: Path
    kind: Kind
    text: str
    write: Write
    choices: tuple[str, ...] = ()
    placeholder: str = ""
    fixed: bool = False
    """Whether it can only be read."""


@dataclass(frozen=True)
class Line:
    """A line of the form. Lines with the same key are the same line before and after an edit."""

    key: str
    label: str
    cells: tuple[Cell, ...] = ()
    help: str = ""
    covers: tuple[Path, ...] = ()
    """Values that it stands for besides those of its cells."""
    remove: Callable[[Expectation], Expectation] | None = None
    """Takes the whole line out, where it is one of several."""
    more: Callable[[Expectation], Expectation] | None = None
    """Puts another value of the same name behind it."""
    is_head: bool = False
    is_open: bool = False


def edited(expectation: Expectation, one: Cell, text: str) -> Expectation:
    """The expectation with what was typed into a field.

    Raises:
        FieldError: it cannot become part of it.
    """
    if not isinstance(expectation, Unreadable) or expectation.base is None:
        return one.write(expectation, text)
    found = one.write(expectation.base, text)
    held = expectation.held
    if held[: len(one.path)] == one.path or not has(found, held[:-1]):
        return found
    if isinstance(found, Unreadable):
        raise FieldError(f"{held[-1]} is no JSON yet; mend that first")
    return with_raw(found, held, expectation.raw)


def text_line(
    expectation: Expectation,
    path: Path,
    label: str,
    *,
    kind: Kind = Kind.TEXT,
    placeholder: str = "",
    help: str = "",
) -> Line:
    """A line for one value of any kind but a choice."""
    return _line(label, cell(expectation, path, kind, placeholder=placeholder), help)


def number_line(
    expectation: Expectation, path: Path, label: str, placeholder: str = "", help: str = ""
) -> Line:
    """A line for a number."""
    return text_line(expectation, path, label, kind=Kind.NUMBER, placeholder=placeholder, help=help)


def json_line(expectation: Expectation, path: Path, label: str, placeholder: str = "", help: str = "") -> Line:
    """A line for any JSON."""
    return text_line(expectation, path, label, kind=Kind.JSON_LINE, placeholder=placeholder, help=help)


def choice_line(
    expectation: Expectation, path: Path, label: str, choices: Sequence[str], help: str = ""
) -> Line:
    """A line for one of a few words; the first choice takes the value out."""
    return _line(label, choice_cell(expectation, path, (ABSENT, *choices)), help)


def flag_line(expectation: Expectation, path: Path, label: str, help: str = "") -> Line:
    """A line for yes or no."""
    return _line(label, choice_cell(expectation, path, YES_NO), help)


def _line(label: str, one: Cell, help: str) -> Line:
    return Line(key_of(one.path, one.kind), label, (one,), help)


def key_of(path: Path, kind: Kind) -> str:
    """The key of a line about one value; a choice about the same value is another line."""
    return "/".join(map(str, path)) + ("|choice" if kind is Kind.CHOICE else "")


def cell(expectation: Expectation, path: Path, kind: Kind, *, placeholder: str = "") -> Cell:
    """A field for a value, as JSON where it is not of the kind that is wanted."""
    kind = kind_for(expectation, path, kind)
    return Cell(
        path, kind, shown(expectation, path, kind), partial(_write, path, kind), placeholder=placeholder
    )


def choice_cell(expectation: Expectation, path: Path, choices: Sequence[str]) -> Cell:
    """A field for one of a few words; a word that is not among them is shown too."""
    kind = kind_for(expectation, path, Kind.CHOICE)
    text = shown(expectation, path, kind) or ABSENT
    if kind is not Kind.CHOICE:
        return cell(expectation, path, Kind.JSON_LINE)
    words = tuple(choices) if text in choices else (*choices, text)
    return Cell(path, kind, text, partial(_write, path, kind), words)


def _write(path: Path, kind: Kind, expectation: Expectation, text: str) -> Expectation:
    if kind is Kind.CHOICE and text == ABSENT:
        text = ""
    return write(expectation, path, kind, text)


def button(key: str, label: str, press: Callable[[Expectation], Expectation], help: str = "") -> Line:
    """A line that does something when it is pressed."""
    return Line(key, "", (Cell((), Kind.BUTTON, label, lambda one, _text: press(one)),), help)


def note(key: str, text: str) -> Line:
    """A line that only says something."""
    return Line(key, "", (), text)
