"""Copy: take a project to another workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from automock_tui.domain.errors import AutomockError
from automock_tui.domain.project import EventKind
from automock_tui.operations.history import tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from automock_tui.operations.workspace import Workspace


@dataclass(frozen=True)
class Copied:
    """A project that now exists in the other workspace. `warning` says what of it could not be taken along."""

    name: str
    version: str
    source: str
    warning: str = ""


def copy_project(source: Workspace, target: Workspace, name: str, *, new_name: str = "") -> Copied:
    """Copy a project's current expectations, and by what they are judged; the deployment stays where it is.

    Raises:
        NotFound: no such project in the source.
        InvalidInput: the name is taken in the target.
    """
    current = source.projects.read_expectations(name)
    record = source.projects.open(name).record
    origin = f"{name} {current.version} in {source.label}"
    project = target.projects.create(
        new_name or name,
        current.body,
        description=record.description,
        source=origin,
        message=f"Copied from {origin}",
    )
    tell(target, project.name, EventKind.CREATED, f"Copied from {origin}")
    return Copied(
        project.name, project.version.version, origin, _copy_judging(source, target, name, project.name)
    )


def _copy_judging(source: Workspace, target: Workspace, name: str, new_name: str) -> str:
    """Take the silenced rules and the API descriptions along; says what hindered it, if anything."""
    from automock_tui.storage import judging

    try:
        silenced = source.projects.open(name).record.silenced_rules
        kept = judging.read_descriptions(source.projects.store, source.projects.find(name))
        store, bucket = target.projects.store, target.projects.find(new_name)
        if silenced:
            judging.change_silenced(store, bucket, lambda _: frozenset(map(str, silenced)))
        for key, body in kept:
            judging.keep_description(store, bucket, key, body)
    except AutomockError as error:
        return f"Its silenced rules and API descriptions were not all taken along: {error.title}"
    return ""


def copy_all(source: Workspace, target: Workspace, names: list[str]) -> Iterator[Copied]:
    """Copy several projects, each under a name that is free in the target (`petstore`, `petstore-2`, ...)."""
    taken = set(target.projects.names())
    for name in names:
        new_name = _free_name(name, taken)
        taken.add(new_name)
        yield copy_project(source, target, name, new_name=new_name)


def _free_name(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    tails = (f"-{number}" for number in range(2, len(taken) + 3))
    return next(made for tail in tails if (made := name[: 40 - len(tail)] + tail) not in taken)
