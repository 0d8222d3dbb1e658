"""All of stdout and stderr: data on one, words on the other."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import click

from automock_tui.domain.errors import AutomockError


def say(text: str = "") -> None:
    """Words for a person, on stderr."""
    click.echo(text, err=True)


def print_data(text: str) -> None:
    """Data, on stdout."""
    click.echo(text)


def print_json(value: Any, *, on_one_line: bool = False) -> None:
    """Data as JSON, on stdout; on one line where more of it follows."""
    indent = None if on_one_line else 2
    click.echo(json.dumps(value, indent=indent, ensure_ascii=False).encode(errors="backslashreplace"))


def print_error(error: AutomockError) -> None:
    """An error: what, where, what to do."""
    say(_styled("Error: " + _line(error.title), fg="red"))
    for line in error.message.splitlines():
        say("  " + _line(line))
    for line in error.hint.splitlines():
        say("  → " + _line(line))


def warn(text: str) -> None:
    """Something that is allowed but worth knowing."""
    say(_styled("Warning: ", fg="yellow") + _line(text))


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()) -> None:
    """Aligned columns on stdout; the columns in `right` are numbers."""
    cells = [list(headers), *[list(row) for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headers))]
    numeric = set(right)
    for row in cells:
        parts = [
            cell.rjust(width) if column in numeric else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print_data("  ".join(parts).rstrip())


def clean(text: str) -> str:
    """A text of somebody else on one line, without what would control the terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _line(text: str) -> str:
    """A line that quotes a document, its tabs one column wide so that a mark below them stays in its place."""
    return clean(text.replace("\t", " "))


def status_word(status: str) -> str:
    """A deployment's status for people; to them the record's `none` says nothing."""
    return "not deployed" if status == "none" else status


def local_time(at: datetime | None, *, utc: bool = False) -> str:
    """An instant for people, to the minute, in this machine's zone or UTC."""
    if at is None:
        return "–"
    shown = at if utc else at.astimezone()
    return f"{shown:%Y-%m-%d %H:%M} {shown.tzname() or ''}".rstrip()


def _styled(text: str, *, fg: str) -> str:
    plain = "NO_COLOR" in os.environ or not sys.stderr.isatty()
    return text if plain else click.style(text, fg=fg, bold=True)
