"""From a document of any known format to expectations that MockServer takes."""

from __future__ import annotations

from automock_tui.domain.errors import InvalidInput
from automock_tui.importing.detect import FORMATS, detect, fits, module_of
from automock_tui.importing.imported import Expectation, Imported, Options, Report
from automock_tui.importing.source import Source

MAX_EXPECTATIONS = 20_000


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
    name = detect(source) if format_name == "auto" else format_name
    if name not in FORMATS:
        raise InvalidInput(f"No format {name!r}", f"Known are: {', '.join(FORMATS)}.", "Choose one of these.")
    if format_name != "auto" and not fits(source, name):
        raise InvalidInput(
            f"{source.name}: not of the format {name}",
            "What makes a document one of these is missing in it.",
            "Leave --format out to have the format found out.",
        )
    try:
        found: list[Expectation] = module_of(name).convert(source, options, report)
    except RecursionError:
        raise InvalidInput(
            f"{source.name}: nested too deep", "Its parts refer to each other without end.", "Simplify it."
        ) from None
    if len(found) > MAX_EXPECTATIONS:
        raise InvalidInput(
            f"{source.name}: too many expectations",
            f"It makes {len(found):,}; the limit is {MAX_EXPECTATIONS:,}.",
            "Split it into several projects.",
        )
    return Imported(name, found, report.findings)
