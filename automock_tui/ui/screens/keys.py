"""The keys: every action with its id and its key, changed here and kept in the settings' keymap."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.dom import DOMNode
from textual.keys import format_key
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from automock_tui.ui.actions import Reasons
from automock_tui.ui.config_file import save_setting
from automock_tui.ui.dialogs.press_key import PressKeyDialog
from automock_tui.ui.format import plural
from automock_tui.ui.keymap import KeyRow, action_owners, key_clashes, key_rows, keymap_problems
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.filter_bar import FilterBar
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from automock_tui.ui.app import AutomockApp

_PLACE_WIDTH = 17
_KEY_WIDTH = 13
_NAME_WIDTH = 15


class KeysScreen(Reasons, Screen[None]):
    """Every action of the app and its keys."""

    CSS_PATH = "keys.tcss"
    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,e", "change", "Change", key_display="⏎", tooltip="Press its new key", id="keys.change"),
        Binding("a", "add", "Add", tooltip="Give it one more key", id="keys.add"),
        Binding("backspace", "reset", "Default", key_display="⌫", tooltip="Its own key again", id="keys.reset"),
        Binding("slash", "filter", "Filter", key_display="/", tooltip="Show only some", id="keys.filter"),
        Binding("y", "copy", "Copy id", tooltip="Copy the action's id", id="keys.copy"),
        Binding("j", "step('down')", "Down", show=False, tooltip="Next", id="keys.down"),
        Binding("k", "step('up')", "Up", show=False, tooltip="Previous", id="keys.up"),
        Binding("escape", "app.pop_screen", "Back", tooltip="Back to the settings", id="keys.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._owners: list[type[DOMNode]] = []
        self._rows: list[KeyRow] = []
        self._shown: list[KeyRow] = []

    @property
    def ours(self) -> AutomockApp:
        """The app."""
        return app_of(self)

    def compose(self) -> ComposeResult:
        """The actions, and what is to say about the one under the cursor."""
        yield TitleBar("settings · keys")
        yield OptionList(id="keys", compact=True)
        yield FilterBar("words of the place, the action, the key or the id")
        yield Static("Looking…", id="about")
        yield KeyBar()

    def on_mount(self) -> None:
        """Find the actions."""
        start(self.ours, self._load(), group="keys")

    async def _load(self) -> None:
        self._owners = await in_thread(action_owners)
        self._rows = key_rows(self._owners)
        self._show()

    # -- showing --------------------------------------------------------------------------------------------

    @property
    def _keymap(self) -> dict[str, str]:
        return self.ours.settings.keymap

    @property
    def _row(self) -> KeyRow | None:
        at = self.query_one("#keys", OptionList).highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    def _show(self) -> None:
        """Show the actions that pass the filter; the cursor stays on its action."""
        before = self._row
        words = self.query_one(FilterBar).text.lower().split()
        self._shown = [row for row in self._rows if all(word in self._searched(row) for word in words)]
        options = self.query_one("#keys", OptionList)
        options.clear_options()
        options.add_options([Option(self._line(row)) for row in self._shown])
        if self._shown:
            options.highlighted = self._shown.index(before) if before in self._shown else 0
        self.query_one(FilterBar).say(f"{len(self._shown)} of {len(self._rows)}")
        self.query_one(TitleBar).headline = f"{plural(len(self._keymap), 'key')} of your own"
        self._about()
        self.refresh_bindings()

    def _searched(self, row: KeyRow) -> str:
        words = (row.place, row.binding.description, row.binding.tooltip, row.id, self._keys_of(row))
        return " ".join(words).lower()

    def _keys_of(self, row: KeyRow) -> str:
        return " ".join(format_key(key) for key in row.keys(self._keymap))

    def _line(self, row: KeyRow) -> Content:
        changed = row.id in self._keymap
        return Content.assemble(
            ("● " if changed else "  ", "$accent"),
            (f"{row.place:<{_PLACE_WIDTH}} ", "$text-muted"),
            (f"{self._keys_of(row):<{_KEY_WIDTH}} ", "bold $accent" if changed else "bold"),
            (f"{row.binding.description:<{_NAME_WIDTH}} ", ""),
            (row.id, "$text-muted"),
        )

    @on(OptionList.OptionHighlighted)
    def _about(self) -> None:
        row = self._row
        lines = [self._problem()] if self._problem() else []
        if row is not None:
            own = " ".join(format_key(key) for key in row.keys({}))
            lines.insert(0, f"{row.binding.tooltip or row.binding.description}. Its own key: {own}.")
        elif self._rows:
            lines.insert(0, "No action is like that. esc shows all again.")
        self.query_one("#about", Static).update(Content("\n".join(lines)))

    def _problem(self) -> str:
        found = keymap_problems(self._keymap, self._owners) if self._keymap else []
        return f"▲ {found[0]}" + (f" And {len(found) - 1} more." if len(found) > 1 else "") if found else ""

    @on(FilterBar.Changed)
    def _filtered(self) -> None:
        self._show()

    @on(FilterBar.Closed)
    def _to_list(self) -> None:
        self.query_one("#keys").focus()

    # -- doing ----------------------------------------------------------------------------------------------

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        row = self._row if self._rows else None
        if action in ("change", "add", "reset", "copy") and row is None:
            return "no action is chosen"
        if action == "reset" and row is not None and row.id not in self._keymap:
            return "it has its own key"
        return ""

    def action_step(self, way: str) -> None:
        """Go to the next or the previous action."""
        getattr(self.query_one("#keys", OptionList), f"action_cursor_{way}")()

    def action_filter(self) -> None:
        """Type what to show."""
        self.query_one(FilterBar).open()

    @on(OptionList.OptionSelected)
    def action_change(self) -> None:
        """Ask for its new key."""
        self._ask(())

    def action_add(self) -> None:
        """Ask for one more key."""
        if self._row is not None:
            self._ask(self._row.keys(self._keymap))

    def _ask(self, keep: Sequence[str]) -> None:
        if self._row is not None:
            start(self.ours, self._ask_key(self._row, keep), group="ask")

    async def _ask_key(self, row: KeyRow, keep: Sequence[str]) -> None:
        clashes = partial(self._clashes, row)
        text = f"{row.binding.tooltip or row.binding.description} ({row.place.lower()})"
        key = await self.ours.push_screen_wait(PressKeyDialog(row.binding.description, text, clashes))
        if key is not None:
            await self._save(row, ",".join(dict.fromkeys([*keep, key])))

    def _clashes(self, row: KeyRow, key: str) -> list[str]:
        return key_clashes(row.id, [key], self._keymap, self._owners)

    def action_reset(self) -> None:
        """Its own key again."""
        if self._row is not None:
            start(self.ours, self._save(self._row, None), group="ask")

    async def _save(self, row: KeyRow, keys: str | None) -> None:
        await in_thread(save_setting, self.ours.folders.config_file, row.id, keys, "keymap")
        others = {name: held for name, held in self._keymap.items() if name != row.id}
        self.ours.use_keymap({**others, row.id: keys} if keys else others)
        self._show()
        self.notify(f"{row.binding.description}: {self._keys_of(row)}", title="Saved")

    def action_copy(self) -> None:
        """Copy the action's id."""
        if self._row is not None:
            self.app.copy_to_clipboard(self._row.id)
            self.notify(f"Copied {self._row.id}", title="Keys")
