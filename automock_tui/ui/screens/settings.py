"""The settings: each with what it means, changed here and kept in the file."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from automock_tui.domain.workspace import WorkspaceKind
from automock_tui.ui import navigation
from automock_tui.ui.actions import Reasons
from automock_tui.ui.config_file import Value, save_setting
from automock_tui.ui.dialogs.choice import Choice, ChoiceDialog
from automock_tui.ui.dialogs.theme import ThemeDialog
from automock_tui.ui.dialogs.value import ValueDialog
from automock_tui.ui.format import plural
from automock_tui.ui.setting_docs import SettingDoc, parse_setting, setting_docs
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from automock_tui.ui.app import AutomockApp
    from automock_tui.ui.dialogs.dialog import Dialog

_NAME_WIDTH = 17
_KEYMAP_TEXT = (
    "The key of every action: see them all, give an action another key, or take it back. ⏎ opens them."
)


class SettingsScreen(Reasons, Screen[None]):
    """All settings with their values."""

    CSS_PATH = "settings.tcss"
    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,e", "change", "Change", key_display="⏎", tooltip="Change the setting", id="settings.change"
        ),
        Binding(
            "backspace", "reset", "Default", key_display="⌫", tooltip="Back to the default", id="settings.reset"
        ),
        Binding("y", "copy_path", "Copy file", tooltip="Copy the settings file's path", id="settings.copy"),
        Binding("j", "step('down')", "Down", show=False, tooltip="Next", id="settings.down"),
        Binding("k", "step('up')", "Up", show=False, tooltip="Previous", id="settings.up"),
        Binding("escape", "app.pop_screen", "Back", tooltip="Back to where you were", id="settings.back"),
    ]

    @property
    def ours(self) -> AutomockApp:
        """The app."""
        return app_of(self)

    def compose(self) -> ComposeResult:
        yield TitleBar("settings")
        lines = [*map(self._line, setting_docs()), self._keymap_line()]
        yield OptionList(*map(Option, lines), id="settings", compact=True)
        yield Static(id="about")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = 0

    def _line(self, doc: SettingDoc) -> Content:
        value = getattr(self.ours.settings, doc.name)
        changed = value != doc.default
        shown = str(value) if value != "" else "(not set)"
        return Content.assemble(
            ("● " if changed else "  ", "$accent"),
            (f"{doc.name:<{_NAME_WIDTH}}", "bold"),
            (shown, "bold $accent" if changed else "$text-muted"),
        )

    def _keymap_line(self) -> Content:
        count = len(self.ours.settings.keymap)
        return Content.assemble(
            ("● " if count else "  ", "$accent"),
            (f"{'keymap':<{_NAME_WIDTH}}", "bold"),
            (f"{plural(count, 'key')} of your own", "bold $accent" if count else "$text-muted"),
        )

    @property
    def _doc(self) -> SettingDoc | None:
        """The setting under the cursor; None on the keymap, which is many."""
        at = self.query_one(OptionList).highlighted or 0
        return setting_docs()[at] if at < len(setting_docs()) else None

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        return "each key has its own default: open the keymap" if action == "reset" and not self._doc else ""

    def on_screen_resume(self) -> None:
        """Keys may have been changed."""
        place = len(setting_docs())
        self.query_one(OptionList).replace_option_prompt_at_index(place, self._keymap_line())

    @on(OptionList.OptionHighlighted)
    def _about(self) -> None:
        doc = self._doc
        self.refresh_bindings()
        if doc is None:
            self.query_one("#about", Static).update(Content(_KEYMAP_TEXT))
            return
        default = str(doc.default) if doc.default != "" else "(not set)"
        wins = " (set now: it wins)" if doc.variable in os.environ else ""
        lines = [
            doc.text,
            f"Default: {default}. Also: {doc.variable}{wins}.",
            f"File: {self.ours.folders.config_file}",
        ]
        self.query_one("#about", Static).update(Content("\n".join(lines)))

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self.action_change()

    # --- Changing

    def action_step(self, way: str) -> None:
        getattr(self.query_one(OptionList), f"action_cursor_{way}")()

    def action_change(self) -> None:
        if self._doc is None:
            navigation.open_keys(self.ours)
        else:
            start(self.ours, self._change(self._doc), group="ask")

    def action_reset(self) -> None:
        if self._doc is not None:
            start(self.ours, self._save(self._doc, self._doc.default), group="ask")

    def action_copy_path(self) -> None:
        self.app.copy_to_clipboard(str(self.ours.folders.config_file))
        self.notify(str(self.ours.folders.config_file), title="Copied the path")

    async def _change(self, doc: SettingDoc) -> None:
        answer = await self.ours.push_screen_wait(self._dialog(doc))
        if answer is not None:
            await self._save(doc, answer)

    def _dialog(self, doc: SettingDoc) -> Dialog[Any]:
        if doc.name == "theme":
            return ThemeDialog()
        if doc.name == "workspace":
            return ChoiceDialog(doc.name, doc.text, [Choice(kind.value, kind.value) for kind in WorkspaceKind])
        if isinstance(doc.default, bool):
            return ChoiceDialog(doc.name, doc.text, [Choice(True, "Yes"), Choice(False, "No")])
        value = str(getattr(self.ours.settings, doc.name))
        return ValueDialog(doc.name, doc.text, value, partial(parse_setting, self.ours.settings, doc))

    async def _save(self, doc: SettingDoc, value: Value) -> None:
        await in_thread(save_setting, self.ours.folders.config_file, doc.name, value)
        changes: dict[str, Any] = {doc.name: value}
        self.ours.settings = replace(self.ours.settings, **changes)
        if doc.name == "theme":
            self.ours.theme = str(value)
        self.query_one(OptionList).replace_option_prompt_at_index(setting_docs().index(doc), self._line(doc))
        self._about()
        self.notify(f"{doc.name} = {value if value != '' else '(not set)'}", title="Saved")
