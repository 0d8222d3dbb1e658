"""Actions: every key binding is one, with its id, name, key, help and, when it cannot run, a reason.

A `Binding` is the record of an action: `id` (for the user's keymap), `description` (its name), `tooltip` (its
help), `show` (in the key bar). A screen or widget that implements `why_not` gives the reason;
`Reasons.check_action` turns the reason into a disabled key, the app tells it when the key is pressed, the help
and the palette show it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from textual.binding import Binding
    from textual.dom import DOMNode
    from textual.screen import Screen


@runtime_checkable
class Explains(Protocol):
    """A node that knows why one of its actions cannot run now."""

    def why_not(self, action: str) -> str:
        """The reason in a few words, such as "nothing is deployed"; empty where the action can run."""


class Reasons:
    """A mixin for screens: an action with a reason is disabled."""

    def why_not(self, action: str) -> str:
        """The reason why an action cannot run now, empty where it can."""
        del action
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Textual's question; None greys the key out."""
        del parameters
        return None if self.why_not(action) else True


@dataclass(frozen=True)
class Action:
    """An action that a key runs here and now."""

    node: DOMNode
    binding: Binding
    enabled: bool
    reason: str

    @property
    def name(self) -> str:
        """Its name."""
        return self.binding.description

    @property
    def help(self) -> str:
        """What it does."""
        return self.binding.tooltip


def action_name(action: str) -> str:
    """The method name in an action such as `app.copy(1)`."""
    return action.partition("(")[0].rpartition(".")[2]


def reason_of(node: DOMNode, action: str) -> str:
    """Why a node cannot run an action, empty where it can or does not say."""
    return node.why_not(action_name(action)) if isinstance(node, Explains) else ""


def actions_here(screen: Screen[object]) -> list[Action]:
    """Every action that says what it does, disabled ones too, each once; those of the key bar come first."""
    return sorted(_distinct(screen), key=lambda action: not action.binding.show)


def _distinct(screen: Screen[object]) -> Iterator[Action]:
    seen: set[tuple[int, str]] = set()
    for node, binding, enabled, _tooltip in screen.active_bindings.values():
        mark = (id(node), binding.action)
        if not binding.tooltip or mark in seen:
            continue
        seen.add(mark)
        yield Action(node, binding, enabled, "" if enabled else reason_of(node, binding.action))
