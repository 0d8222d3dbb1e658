"""Which of several to take: a list where each can be on or off."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Button, SelectionList, Static
from textual.widgets.selection_list import Selection

from automock_tui.ui.dialogs.dialog import Dialog

Picked = dict[str, frozenset[str]]


class PickDialog(Dialog[Picked]):
    """Take some of each group; all of a group is taken where none of it is on.

    Args:
        title: The question.
        groups: What there is, by the name of the group.
        picked: What is on at first; everything where a group is not named.
    """

    AUTO_FOCUS = "SelectionList"
    keys = "space on or off · tab next · ⏎ on Take · esc leave"

    def __init__(
        self, title: str, groups: Mapping[str, Sequence[str]], picked: Mapping[str, Collection[str]]
    ) -> None:
        super().__init__(title)
        self._groups = {name: list(items) for name, items in groups.items() if items}
        self._picked = picked

    def compose_body(self) -> ComposeResult:
        """A list for each group."""
        for name, items in self._groups.items():
            on_at_first = self._picked.get(name) or items
            yield Static(Content(name), classes="hint")
            yield SelectionList(
                *(Selection(Content(item), item, item in on_at_first) for item in items),
                name=name,
                compact=True,
            )

    def compose_buttons(self) -> ComposeResult:
        """Take them, or leave."""
        yield Button("Take", id="yes", compact=True, variant="primary")
        yield Button("Leave", id="leave", compact=True)

    @on(Button.Pressed, "#yes")
    def _take(self) -> None:
        found: Picked = {}
        for one in self.query(SelectionList):
            chosen = frozenset(map(str, one.selected))
            is_all = len(chosen) == len(self._groups[one.name or ""])
            found[one.name or ""] = frozenset() if is_all else chosen
        self.dismiss(found)
