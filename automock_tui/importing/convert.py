"""From a document of any known format to expectations that MockServer takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from automock_tui.domain.errors import InvalidInput
from automock_tui.importing.bruno_text import looks_like_bru
from automock_tui.importing.detect import FORMATS, detect, fits, module_of
from automock_tui.importing.exchange import Exchange
from automock_tui.importing.imported import Expectation, Imported, Options, Report
from automock_tui.importing.source import Source

MAX_EXPECTATIONS = 20_000
CALLABLE = ("postman", "insomnia", "bruno", "curl")
"""Formats of requests that may be without answers."""


def convert(source: Source, format_name: str = "auto", options: Options | None = None) -> Imported:
    """The expectations of a document, and what could not be mapped.

    Args:
        source: The document.
        format_name: Its format; `auto` finds it out.
        options: How to import.

    Raises:
        InvalidInput: no such format, the document is broken, or nothing in it can be imported.
    """
    options, report = options or Options(), Report()
    name = _format_of(source, format_name)
    _tell_of_letters(source, name, report)
    with _bounded(source):
        found: list[Expectation] = module_of(name).convert(source, options, report)
    return _imported(source, name, found, report)


@dataclass(frozen=True)
class Collected:
    """The requests of a collection, before they are made into expectations."""

    source: Source
    format: str
    exchanges: list[Exchange]
    report: Report


def collect(source: Source, format_name: str = "auto") -> Collected:
    """The requests of a collection, which `finish` makes into expectations.

    Raises:
        InvalidInput: no such format, the document is broken, or its format is not one of requests to call.
    """
    report = Report()
    name = _format_of(source, format_name)
    if not hasattr(module_of(name), "exchanges"):
        raise InvalidInput(
            f"{source.name}: no requests to call",
            f"It is of the format {name}; real answers are asked for requests of {', '.join(CALLABLE)}.",
            "Leave --execute out.",
        )
    _tell_of_letters(source, name, report)
    with _bounded(source):
        return Collected(source, name, module_of(name).exchanges(source, report), report)


def finish(collected: Collected, options: Options | None = None) -> Imported:
    """The expectations of what was collected; a plausible answer where there still is none."""
    from automock_tui.importing.generated import expectations_of

    with _bounded(collected.source):
        found = expectations_of(collected.exchanges, options or Options(), collected.report)
    return _imported(collected.source, collected.format, found, collected.report)


def _format_of(source: Source, format_name: str) -> str:
    name = detect(source) if format_name == "auto" else format_name
    if name not in FORMATS:
        raise InvalidInput(f"No format {name!r}", f"Known are: {', '.join(FORMATS)}.", "Choose one of these.")
    if format_name != "auto" and not fits(source, name):
        raise InvalidInput(
            f"{source.name}: not of the format {name}",
            "What makes a document one of these is missing in it.",
            "Leave --format out to have the format found out.",
        )
    return name


def _tell_of_letters(source: Source, name: str, report: Report) -> None:
    is_tree = not source.is_folder and name != "curl" and not (name == "bruno" and looks_like_bru(source.text))
    if is_tree and source.has_half_letters:
        report.add("", "half of a letter (a lone surrogate)", "replaced by \ufffd: nobody can send it")


@contextmanager
def _bounded(source: Source) -> Iterator[None]:
    try:
        yield
    except RecursionError:
        raise InvalidInput(
            f"{source.name}: nested too deep", "Its parts refer to each other without end.", "Simplify it."
        ) from None


def _imported(source: Source, name: str, found: list[Expectation], report: Report) -> Imported:
    if len(found) > MAX_EXPECTATIONS:
        raise InvalidInput(
            f"{source.name}: too many expectations",
            f"It makes {len(found):,}; the limit is {MAX_EXPECTATIONS:,}.",
            "Split it into several projects.",
        )
    return Imported(name, found, report.findings, report.made_up)
