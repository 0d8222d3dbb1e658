"""Which format a document has, by what is in it; the name of the file does not count."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from automock_tui.domain.errors import InvalidInput
from automock_tui.importing.source import Source

TREES = ("openapi", "postman", "insomnia", "har", "bruno", "wiremock", "mockoon", "mockserver")
"""Formats of JSON or YAML, in the order in which they are tried."""
FORMATS = ("mockserver", "openapi", "postman", "insomnia", "bruno", "har", "wiremock", "mockoon", "curl")


def module_of(name: str) -> Any:
    """The module of a format."""
    return import_module(f"automock_tui.importing.{name}")


def detect(source: Source) -> str:
    """The name of a document's format.

    Raises:
        InvalidInput: no format that is known, or not a text document at all.
    """
    if source.is_folder:
        return _first(("bruno", "wiremock"), lambda module: module.matches_folder(source)) or _unknown(source)
    text = source.text
    if not text.strip():
        raise InvalidInput(f"{source.name}: the document is empty", "", "Give a document to import.")
    if module_of("curl").matches(text):
        return "curl"
    if module_of("bruno").matches_text(source):
        return "bruno"
    tree = source.tree
    return _first(TREES, lambda module: module.matches(tree)) or _unknown(source)


def fits(source: Source, name: str) -> bool:
    """Whether a document is of this format; raises InvalidInput where it is none at all."""
    module = module_of(name)
    if source.is_folder:
        return hasattr(module, "matches_folder") and bool(module.matches_folder(source))
    if name == "curl" or (name == "bruno" and module.matches_text(source)):
        return name == "bruno" or bool(module.matches(source.text))
    return bool(module.matches(source.tree))


def _first(names: tuple[str, ...], fits: Callable[[Any], bool]) -> str:
    return next((name for name in names if name in FORMATS and fits(module_of(name))), "")


def _unknown(source: Source) -> str:
    raise InvalidInput(
        f"{source.name}: not a format that is known",
        f"Known are: {', '.join(FORMATS)}.",
        "Name the format with --format if it is one of these.",
    )
