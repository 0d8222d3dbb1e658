"""The command palette: every action that works here, and every theme."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.markup import escape

from automock_tui.ui.actions import Action, actions_here
from automock_tui.ui.theme import theme_names

_NOT_HERE = {"command_palette", "app.command_palette"}


class _Command(NamedTuple):
    name: str
    help: str
    run: Callable[[], Any]


class AppCommands(Provider):
    """What the palette offers; a disabled action is there too, with its reason, and tells it when run."""

    async def discover(self) -> Hits:
        """Everything, before the user types."""
        for command in self._commands():
            yield DiscoveryHit(command.name, command.run, help=command.help)

    async def search(self, query: str) -> Hits:
        """What matches, the best first."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = matcher.match(command.name)
            if score > 0:
                yield Hit(score, matcher.highlight(command.name), command.run, help=command.help)

    def _commands(self) -> Iterator[_Command]:
        for action in actions_here(self.screen):
            if action.binding.action not in _NOT_HERE:
                yield self._of_action(action)
        for theme in theme_names():
            yield _Command(
                f"Theme: {theme}",
                "Use this theme until the app ends",
                partial(setattr, self.app, "theme", theme),
            )

    def _of_action(self, action: Action) -> _Command:
        key = self.app.get_key_display(action.binding)
        text = f"not now: {action.reason}" if action.reason else action.help
        run = partial(self.app.run_action, action.binding.action, action.node)
        return _Command(f"{action.name} ({escape(key)})", escape(text), run)
