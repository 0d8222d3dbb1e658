"""The user's own keys: are the actions known, and does any key now mean two things?

Textual moves a key without a word when another action is given it, so this looks for itself.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class KeyRow:
    """An action that a key runs, and where."""

    place: str
    binding: Binding

    @property
    def id(self) -> str:
        """The action's id, its name in a keymap."""
        return self.binding.id or ""

    def keys(self, keymap: Mapping[str, str]) -> list[str]:
        """The keys that run it, its own or the user's."""
        return [key.strip() for key in keymap.get(self.id, self.binding.key).split(",")]


def key_rows(owners: Iterable[type[DOMNode]]) -> list[KeyRow]:
    """Every action once; those that work everywhere come first, then place by place."""
    rows: dict[str, KeyRow] = {}
    for owner in sorted(owners, key=lambda owner: (not issubclass(owner, App), place_of(owner))):
        for binding in bindings_of(owner):
            rows.setdefault(binding.id or "", KeyRow(place_of(owner), binding))
    return list(rows.values())


def place_of(owner: type[DOMNode]) -> str:
    """Where the keys of a class work, in words: `Status table`, `Job`."""
    if issubclass(owner, App):
        return "Everywhere"
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"(Screen|Dialog)$", "", owner.__name__))
    return (words or owner.__name__).capitalize()


def keymap_problems(keymap: Mapping[str, str], owners: Iterable[type[DOMNode]]) -> list[str]:
    """What is wrong with a keymap, a sentence each; clashes that the user did not make are none of it."""
    owned = {owner: list(bindings_of(owner)) for owner in owners}
    known = {binding.id for bindings in owned.values() for binding in bindings}
    problems = [
        f"There is no action {name}; the settings show their ids." for name in keymap if name not in known
    ]
    everywhere = [binding for owner, found in owned.items() if issubclass(owner, App) for binding in found]
    for owner in owned:
        inherited = [binding for base in owner.__mro__ for binding in owned.get(base, ())]
        together = inherited if issubclass(owner, App) else inherited + everywhere
        problems += _clashes(keymap, together)
    return list(dict.fromkeys(problems))


def key_clashes(
    name: str, keys: Sequence[str], keymap: Mapping[str, str], owners: Iterable[type[DOMNode]]
) -> list[str]:
    """What would be wrong if these keys ran an action, a sentence each."""
    before = set(keymap_problems(keymap, owners := list(owners)))
    after = keymap_problems({**keymap, name: ",".join(keys)}, owners)
    return [problem for problem in after if problem not in before]


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
