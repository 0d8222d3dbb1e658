"""Import: documents of any known format into a new or an existing project, or only to be looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from automock_tui.domain.errors import InvalidInput, NotFound
from automock_tui.domain.expectation import Expectation, ExpectationSet, load_expectations
from automock_tui.domain.project import check_project_name
from automock_tui.importing.convert import convert
from automock_tui.importing.imported import Finding, Imported, Options
from automock_tui.importing.source import Source
from automock_tui.operations.create import Created, create_project
from automock_tui.operations.save import Saved, save_expectations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from automock_tui.domain.problems import Problem
    from automock_tui.linting import LintContext
    from automock_tui.operations.execute import Calls, Execution, Outcome, Preview
    from automock_tui.operations.workspace import Workspace


@dataclass(frozen=True)
class Converted:
    """The text of a document's expectations, and what could not be mapped."""

    format: str
    text: str
    count: int
    report: Sequence[Finding]
    calls: Sequence[Outcome] = ()
    """How the calls of a real server went, where they were asked for."""
    made_up: int = 0
    """Requests that were saved without an answer and got a plausible one."""


@dataclass(frozen=True)
class Choices:
    """What can be picked of a document: statuses, and names of examples; empty where it has none."""

    statuses: Sequence[str] = ()
    examples: Sequence[str] = ()


@dataclass(frozen=True)
class Joined:
    """A project's expectations with others beside them, before that is saved."""

    text: str
    base_version: str
    added: frozenset[str]
    """Ids that are new in the project."""
    replaced: frozenset[str]
    """Ids whose expectations take the place of the project's own."""


@dataclass(frozen=True)
class Merged:
    """A version that holds what was imported beside what was there."""

    saved: Saved
    format: str
    added: int
    replaced: int
    report: Sequence[Finding]
    calls: Sequence[Outcome] = ()


def convert_document(
    source: Source,
    format_name: str = "auto",
    options: Options | None = None,
    execution: Execution | None = None,
) -> Converted:
    """A document as the text of expectations; MockServer's own JSON stays as it is, letter by letter.

    Args:
        source: The document.
        format_name: Its format; `auto` finds it out.
        options: How to import.
        execution: How to agree to calls of the real server for requests without an answer; none are made if it
            is not given.

    Raises:
        InvalidInput: the document is broken, of no known format, or nothing in it can be imported.
        AutomockError: the calls were not agreed to.
    """
    if execution:
        return _with_real_answers(source, format_name, options or Options(), execution)
    if format_name in ("auto", "mockserver") and not source.is_folder:
        own = _own_json(source, format_name)
        if own is not None:
            return own
    return _converted(source, convert(source, format_name, options))


def _with_real_answers(source: Source, format_name: str, options: Options, execution: Execution) -> Converted:
    return with_answers(source, format_name, options, record(source, format_name, execution))


def preview_calls(
    source: Source, format_name: str, variables: Mapping[str, str] | None = None, before: Calls | None = None
) -> Preview:
    """What `record` would call; nothing is called.

    Raises:
        InvalidInput: the document is broken, or its format is not one of requests to call.
    """
    from automock_tui.importing.convert import collect
    from automock_tui.operations.execute import preview_of

    return preview_of(collect(source, format_name), variables, before)


def record(source: Source, format_name: str, execution: Execution, before: Calls | None = None) -> Calls:
    """What the real servers answer to the requests of a document that were saved without an answer.

    Raises:
        InvalidInput: the document is broken, or its format is not one of requests to call.
        AutomockError: the calls were not agreed to.
    """
    from automock_tui.importing.convert import collect
    from automock_tui.operations.execute import execute

    return execute(collect(source, format_name), execution, before)


def with_answers(source: Source, format_name: str, options: Options, calls: Calls) -> Converted:
    """A document as the text of expectations, with what real servers answered; nothing is called.

    Raises:
        InvalidInput: the document is broken, or its format is not one of requests to call.
    """
    from automock_tui.importing.convert import collect, finish
    from automock_tui.operations.execute import put_answers

    collected = collect(source, format_name)
    put_answers(collected, calls, options)
    return replace(_converted(source, finish(collected, options)), calls=tuple(calls.outcomes))


def _converted(source: Source, made: Imported) -> Converted:
    if not made.expectations:
        reasons = "\n".join(str(one) for one in made.report[:10])
        raise InvalidInput(f"{source.name}: nothing to import", reasons, "Give a document with requests in it.")
    found = ExpectationSet.of([Expectation.of(one) for one in made.expectations])
    return Converted(made.format, found.save(), len(found), made.report, made_up=made.made_up)


def _own_json(source: Source, format_name: str) -> Converted | None:
    """The document where it is MockServer's JSON; its own reader says best what is wrong with it."""
    from automock_tui.importing.curl import matches as is_curl
    from automock_tui.importing.mockserver import matches

    if source.data.lstrip()[:1] not in (b"[", b"{") or is_curl(source.text):
        return None
    tree = broken = None
    try:
        tree = source.tree
    except InvalidInput as error:
        broken = error
    if tree is not None and not (matches(tree) or format_name == "mockserver"):
        return None
    try:
        found = load_expectations(source.data)
    except InvalidInput as error:
        if tree is not None and format_name == "auto":
            return None  # YAML in flow style
        error.title = f"{source.name}: {error.title}"
        raise
    if broken is not None and not any(one.actions or one.path for one in found):
        raise broken  # JSON that this reader takes, but nothing in it is an expectation
    return Converted("mockserver", found.as_array().save(), len(found), ())


def choices_of(source: Source, format_name: str) -> Choices:
    """The statuses and examples to pick from; only API descriptions have some."""
    if format_name != "openapi":
        return Choices()
    from automock_tui.importing.openapi import choices

    return Choices(*choices(source))


def create_from(
    workspace: Workspace,
    name: str,
    source: Source,
    *,
    format_name: str = "auto",
    options: Options | None = None,
    description: str = "",
    execution: Execution | None = None,
) -> tuple[Created, Converted]:
    """A new project from a document; `execution` asks the real server for answers that it lacks.

    Raises:
        InvalidInput: a bad or taken name, or a document that cannot be imported.
    """
    if execution:
        _check_free(workspace, name)
    made = convert_document(source, format_name, options, execution)
    created = create_project(workspace, name, made.text, source=source.name, description=description)
    warning = _with_description(workspace, name, source, made.format)
    return replace(created, warning=" ".join(filter(None, (created.warning, warning)))), made


def _check_free(workspace: Workspace, name: str) -> None:
    """Raise InvalidInput for a name that no new project can have; before anything is called, not after."""
    from automock_tui.storage.creation import name_taken

    check_project_name(name)
    try:
        bucket = workspace.projects.find(name)
    except NotFound:
        return
    raise name_taken(name, bucket)


def _with_description(workspace: Workspace, name: str, source: Source, format_name: str) -> str:
    """Keep an API description, so that responses are checked against it; says what hindered it, if anything."""
    from automock_tui.operations.judging import keep_description

    return keep_description(workspace, name, source) if format_name == "openapi" else ""


def import_into(
    workspace: Workspace,
    name: str,
    source: Source,
    *,
    format_name: str = "auto",
    options: Options | None = None,
    message: str = "",
    execution: Execution | None = None,
) -> Merged:
    """Add a document's expectations to a project; those with an id that is there take its place.

    `execution` asks the real server for answers that the document lacks.

    Raises:
        NotFound: no such project.
        LostRace: somebody saved meanwhile; nothing was written.
        InvalidInput: the document cannot be imported.
    """
    if execution:
        workspace.projects.find(name)
    made = convert_document(source, format_name, options, execution)
    joined = join_into(workspace, name, made.text)
    saved = save_expectations(
        workspace,
        name,
        joined.text,
        base_version=joined.base_version,
        message=message or f"Imported from {source.name}",
    )
    warning = _with_description(workspace, name, source, made.format)
    saved = replace(saved, warning=" ".join(filter(None, (saved.warning, warning))))
    replaced = len(joined.replaced)
    return Merged(saved, made.format, made.count - replaced, replaced, made.report, made.calls)


def join_into(workspace: Workspace, name: str, text: str) -> Joined:
    """What a project would be with these expectations in it; nothing is saved.

    Raises:
        NotFound: no such project.
        InvalidInput: the project's own expectations cannot be read.
    """
    current = workspace.projects.read_expectations(name)
    here, new = load_expectations(current.body).as_array(), load_expectations(text).with_ids()
    known, ids = {one.id for one in here if one.id}, {one.id for one in new}
    merged = _merged(here, new)
    return Joined(merged.save(), current.version, frozenset(ids - known), frozenset(ids & known))


def joined_text(here: str, new: str) -> str:
    """Two documents as one: of an id that both have, the second one's expectation counts."""
    return _merged(load_expectations(here).as_array(), load_expectations(new).with_ids()).save()


def _merged(here: ExpectationSet, new: ExpectationSet) -> ExpectationSet:
    places = {one.id: index for index, one in enumerate(here) if one.id}
    found = list(here)
    for one in new:
        if one.id in places:
            found[places[one.id]] = one
        else:
            found.append(one)
    if not here:
        return ExpectationSet.of(found)
    return _laid_out(here, found)


def _laid_out(here: ExpectationSet, found: list[Expectation]) -> ExpectationSet:
    """The expectations that were there keep their layout; new ones follow, one per line."""
    kept = ExpectationSet(tuple(found[: len(here)]), here.gaps, here.is_array)
    if len(found) == len(here):
        return kept
    gaps = (*here.gaps[:-1], *[",\n  "] * (len(found) - len(here)), here.gaps[-1])
    return ExpectationSet(tuple(found), gaps, here.is_array)


def validate(
    source: Source, format_name: str = "auto", context: LintContext | None = None
) -> tuple[Converted, Sequence[Problem]]:
    """What is wrong or doubtful in a document, whatever its format.

    Raises:
        InvalidInput: it cannot be read at all.
    """
    from automock_tui.linting import lint

    made = convert_document(source, format_name, Options(keep_secrets=True))
    return made, tuple(lint(load_expectations(made.text), context))
