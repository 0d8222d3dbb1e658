"""The user's own keys: are the actions known, and does any key now mean two things?

Textual moves a key without a word when another action is given it, so this looks for itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode


def action_owners() -> list[type[DOMNode]]:
    """Every class of the app that has keys. Imports all its modules, so it takes a moment."""
    import automock_tui.ui

    found: dict[type[DOMNode], None] = {}
    for module in pkgutil.walk_packages(automock_tui.ui.__path__, "automock_tui.ui."):
        for owner in vars(importlib.import_module(module.name)).values():
            if isinstance(owner, type) and issubclass(owner, DOMNode) and owner.__module__ == module.name:
                found[owner] = None
    return [owner for owner in found if any(True for _ in bindings_of(owner))]


def bindings_of(owner: type[DOMNode]) -> Iterator[Binding]:
    """The actions that a class itself declares."""
    for binding in vars(owner).get("BINDINGS", ()):
        if isinstance(binding, Binding) and binding.id:
            yield binding


def keymap_problems(keymap: Mapping[str, str], owners: Iterable[type[DOMNode]]) -> list[str]:
    """What is wrong with a keymap, a sentence each; clashes that the user did not make are none of it."""
    owned = {owner: list(bindings_of(owner)) for owner in owners}
    known = {binding.id for bindings in owned.values() for binding in bindings}
    problems = [f"There is no action {name}; ? shows their ids." for name in keymap if name not in known]
    everywhere = [binding for owner, found in owned.items() if issubclass(owner, App) for binding in found]
    for owner, bindings in owned.items():
        together = bindings if issubclass(owner, App) else bindings + everywhere
        problems += _clashes(keymap, together)
    return list(dict.fromkeys(problems))


def _clashes(keymap: Mapping[str, str], bindings: Iterable[Binding]) -> Iterator[str]:
    by_key: dict[str, list[str]] = defaultdict(list)
    for binding in bindings:
        name = binding.id or ""
        for key in keymap.get(name, binding.key).split(","):
            if name not in by_key[key.strip()]:
                by_key[key.strip()].append(name)
    for key, names in by_key.items():
        if len(names) > 1 and any(name in keymap for name in names):
            yield f"{' and '.join(sorted(names))} both have the key {key}."
