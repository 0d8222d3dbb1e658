"""Import: documents of any known format into a new or an existing project, or only to be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.expectation import Expectation, ExpectationSet, load_expectations
from automock_tui.domain.expectation_check import check_expectations
from automock_tui.importing.convert import convert
from automock_tui.importing.imported import Finding, Options
from automock_tui.importing.source import Source
from automock_tui.operations.create import Created, create_project
from automock_tui.operations.save import Saved, save_expectations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from automock_tui.domain.problems import Problem
    from automock_tui.operations.workspace import Workspace


@dataclass(frozen=True)
class Converted:
    """The text of a document's expectations, and what could not be mapped."""

    format: str
    text: str
    count: int
    report: Sequence[Finding]


@dataclass(frozen=True)
class Merged:
    """A version that holds what was imported beside what was there."""

    saved: Saved
    format: str
    added: int
    replaced: int
    report: Sequence[Finding]


def convert_document(source: Source, format_name: str = "auto", options: Options | None = None) -> Converted:
    """A document as the text of expectations; MockServer's own JSON stays as it is, letter by letter.

    Raises:
        InvalidInput: the document is broken, of no known format, or nothing in it can be imported.
    """
    if format_name in ("auto", "mockserver") and not source.is_folder:
        own = _own_json(source, format_name)
        if own is not None:
            return own
    made = convert(source, format_name, options)
    if not made.expectations:
        reasons = "\n".join(str(one) for one in made.report[:10])
        raise InvalidInput(f"{source.name}: nothing to import", reasons, "Give a document with requests in it.")
    found = ExpectationSet.of([Expectation.of(one) for one in made.expectations])
    return Converted(made.format, found.save(), len(found), made.report)


def _own_json(source: Source, format_name: str) -> Converted | None:
    """The document where it is MockServer's JSON; its own reader says best what is wrong with it."""
    from automock_tui.importing.curl import matches as is_curl
    from automock_tui.importing.mockserver import matches

    if source.data.lstrip()[:1] not in (b"[", b"{") or is_curl(source.text):
        return None
    try:
        tree = source.tree
    except InvalidInput:
        tree = None
    if tree is not None and not (matches(tree) or format_name == "mockserver"):
        return None
    try:
        found = load_expectations(source.data)
    except InvalidInput as error:
        if tree is not None and format_name == "auto":
            return None  # YAML in flow style
        error.title = f"{source.name}: {error.title}"
        raise
    return Converted("mockserver", found.as_array().save(), len(found), ())


def create_from(
    workspace: Workspace,
    name: str,
    source: Source,
    *,
    format_name: str = "auto",
    options: Options | None = None,
    description: str = "",
) -> tuple[Created, Converted]:
    """A new project from a document.

    Raises:
        InvalidInput: a bad or taken name, or a document that cannot be imported.
    """
    made = convert_document(source, format_name, options)
    return create_project(workspace, name, made.text, source=source.name, description=description), made


def import_into(
    workspace: Workspace,
    name: str,
    source: Source,
    *,
    format_name: str = "auto",
    options: Options | None = None,
    message: str = "",
) -> Merged:
    """Add a document's expectations to a project; those with an id that is there take its place.

    Raises:
        NotFound: no such project.
        LostRace: somebody saved meanwhile; nothing was written.
        InvalidInput: the document cannot be imported.
    """
    current = workspace.projects.read_expectations(name)
    made = convert_document(source, format_name, options)
    here = load_expectations(current.body).as_array()
    merged, replaced = _merged(here, load_expectations(made.text).with_ids())
    saved = save_expectations(
        workspace,
        name,
        merged.save(),
        base_version=current.version,
        message=message or f"Imported from {source.name}",
    )
    return Merged(saved, made.format, made.count - replaced, replaced, made.report)


def _merged(here: ExpectationSet, new: ExpectationSet) -> tuple[ExpectationSet, int]:
    places = {one.id: index for index, one in enumerate(here) if one.id}
    found, replaced = list(here), 0
    for one in new:
        if one.id in places:
            found[places[one.id]] = one
            replaced += 1
        else:
            found.append(one)
    if not here:
        return ExpectationSet.of(found), replaced
    return _laid_out(here, found), replaced


def _laid_out(here: ExpectationSet, found: list[Expectation]) -> ExpectationSet:
    """The expectations that were there keep their layout; new ones follow, one per line."""
    kept = ExpectationSet(tuple(found[: len(here)]), here.gaps, here.is_array)
    if len(found) == len(here):
        return kept
    gaps = (*here.gaps[:-1], *[",\n  "] * (len(found) - len(here)), here.gaps[-1])
    return ExpectationSet(tuple(found), gaps, here.is_array)


def validate(source: Source, format_name: str = "auto") -> tuple[Converted, Sequence[Problem]]:
    """What is wrong or doubtful in a document, whatever its format.

    Raises:
        InvalidInput: it cannot be read at all.
    """
    made = convert_document(source, format_name, Options(keep_secrets=True))
    return made, check_expectations(load_expectations(made.text))
