"""The form of a deploy: the options most deploys look at, then every other one in groups that open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from automock_tui.ui.format import plural
from automock_tui.ui.option_labels import FIRST, groups_of, label_of, placeholder_of
from automock_tui.ui.option_values import TTL, text_of
from automock_tui.ui.widgets.option_field import OptionField, focused_option

if TYPE_CHECKING:
    from automock_tui.provisioning.stack import OptionVariable
    from automock_tui.ui.option_values import Checked, OptionValues


class GroupHead(Static, can_focus=True):
    """The line that opens and closes a group."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "flip", "Open or close", show=False, id="group.toggle"),
    ]

    async def action_flip(self) -> None:
        """Open the group, or close it."""
        group = self.parent
        assert isinstance(group, OptionGroup)
        await group.open(not group.is_open)

    async def on_click(self) -> None:
        """A click does the same."""
        await self.action_flip()


class OptionGroup(Vertical):
    """Options that few deploys change. Its fields are made when it is first opened."""

    def __init__(self, title: str, variables: Sequence[OptionVariable], values: OptionValues) -> None:
        super().__init__()
        self.title = title
        self.variables = variables
        self.is_open = False
        self._values = values

    def compose(self) -> ComposeResult:
        yield GroupHead(self._head())

    async def open(self, is_open: bool) -> None:
        """Show its options, or hide them."""
        self.is_open = is_open
        fields = self.query(OptionField)
        if is_open and not fields:
            await self.mount_all(field_of(self._values, variable.name) for variable in self.variables)
        for field in fields:
            field.display = is_open
        self.refresh_head()

    def refresh_head(self) -> None:
        """Say how many options are in it, and how many of them are not at their default."""
        self.query_one(GroupHead).update(self._head())

    def _head(self) -> Content:
        changed = sum(self._values.is_changed(variable.name) for variable in self.variables)
        text = f" {self.title}  [dim]{plural(len(self.variables), 'option')}[/]"
        mark = f"  [$accent]● {changed} changed[/]" if changed else ""
        return Content.from_markup(("▾" if self.is_open else "▸") + text + mark)


class OptionForm(VerticalScroll, can_focus=False):
    """All options of a deployment.

    Args:
        values: What stands in it; the form keeps it up to date.
    """

    DEFAULT_CSS = Path(__file__).with_name("option_form.tcss").read_text("utf-8")
    # With priority, because keys typed ahead would else still reach the field that the cursor is leaving.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "Next field", show=False, id="form.next", priority=True),
        Binding("up", "app.focus_previous", "Previous field", show=False, id="form.previous", priority=True),
    ]

    def __init__(self, values: OptionValues, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.values = values
        self._checked: Checked | None = None

    def compose(self) -> ComposeResult:
        for name in FIRST:
            yield field_of(self.values, name)
        for title, variables in groups_of(self.values.variables):
            yield OptionGroup(title, variables, self.values)

    def show_checked(self, checked: Checked) -> None:
        """Mark each field with what the check found."""
        self._checked = checked
        for field in self.query(OptionField):
            bad, changed = bool(checked.error_of(field.option)), self.values.is_changed(field.option)
            field.mark(bad=bad, changed=changed)
        for group in self.query(OptionGroup):
            group.refresh_head()

    def note_ttl(self, text: str) -> None:
        """Say when the TTL ends."""
        self._field(TTL).note(text)

    @property
    def current(self) -> str:
        """The option whose field has the focus, empty for none."""
        return focused_option(self.screen)

    async def go_to(self, option: str) -> None:
        """Put the cursor into a field; its group opens if it must."""
        for group in self.query(OptionGroup):
            if not group.is_open and any(variable.name == option for variable in group.variables):
                await self.open(group)
        self._field(option).focus_control()

    async def open(self, group: OptionGroup, is_open: bool = True) -> None:
        """Open a group, or close it."""
        await group.open(is_open)
        if self._checked:
            self.show_checked(self._checked)

    async def action_toggle_all(self) -> None:
        """Open all groups, or close them if all are open."""
        groups = list(self.query(OptionGroup))
        wanted = not all(group.is_open for group in groups)
        for group in groups:
            await self.open(group, wanted)

    async def on_option_field_changed(self, event: OptionField.Changed) -> None:
        """Keep the values up to date; an existing network asks for its parts at once."""
        self.values.texts[event.option] = event.text
        if event.option == "network_mode" and event.text == "existing":
            for group in self.query(OptionGroup):
                if group.title == "Network" and not group.is_open:
                    await self.open(group)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.screen.focus_next()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Keep the field that has the focus in sight."""
        event.widget.scroll_visible(animate=False)

    def _field(self, option: str) -> OptionField:
        return next(field for field in self.query(OptionField) if field.option == option)


def field_of(values: OptionValues, name: str) -> OptionField:
    """The field for an option."""
    text = values.texts[name]
    if name == TTL:
        return OptionField(name, label_of(name), text)
    variable = values.variable(name)
    choices = list(_choices(variable))
    return OptionField(name, label_of(name), text, choices=choices, placeholder=placeholder_of(name))


def _choices(variable: OptionVariable) -> Iterator[str]:
    if variable.type.value == "bool":
        yield from ("yes", "no")
    yield from map(text_of, variable.allowed)
