"""Templates: sets of expectations to begin with, shipped with the tool."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from automock_tui.domain.errors import AutomockError, InvalidInput

_PACKAGE = Path(__file__).parents[1]
_FOLDERS = (_PACKAGE / "templates", _PACKAGE / "_examples", _PACKAGE.parent / "examples")
"""Where the files are; the example is in the wheel, or beside the package in a source tree."""


@dataclass(frozen=True)
class Template:
    """A set to begin with; `count` is how many expectations it has."""

    name: str
    title: str
    description: str
    count: int


def template_names() -> list[str]:
    """The names, in the order in which they are offered."""
    return list(_index())


def templates() -> list[Template]:
    """Every template, in the order in which they are offered.

    Raises:
        AutomockError: the installation lacks one of them.
    """
    return [
        Template(name, said["title"], said["description"], len(json.loads(read_template(name))))
        for name, said in _index().items()
    ]


def read_template(name: str) -> str:
    """The expectations of a template, as MockServer's JSON.

    Raises:
        InvalidInput: there is no such template.
        AutomockError: the installation lacks it.
    """
    known = template_names()
    if name not in known:
        raise InvalidInput(f"No template {name!r}", f"There are: {', '.join(known)}.", "Choose one of these.")
    found = next((path for folder in _FOLDERS if (path := folder / f"{name}.json").is_file()), None)
    if found is None:
        raise _missing(f"{name}.json")
    return found.read_text("utf-8")


def _index() -> dict[str, dict[str, str]]:
    import tomllib

    path = _FOLDERS[0] / "index.toml"
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise _missing(path.name) from error


def _missing(name: str) -> AutomockError:
    return AutomockError(
        "A template is missing", f"{name} is not in the installation.", "Install automock-tui again."
    )
