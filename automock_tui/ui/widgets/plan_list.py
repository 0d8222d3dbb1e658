"""The changes of a plan, what is lost first, and the values that change in each."""

from __future__ import annotations

from typing import NamedTuple

from rich.text import Text
from textual.message import Message

from automock_tui.domain.plan import Action, OutputChange, PlanSummary, ResourceChange
from automock_tui.domain.plan_values import AttributeChange
from automock_tui.ui.format import plural
from automock_tui.ui.widgets.log_pane.record import clean
from automock_tui.ui.widgets.row_list import RowList
from automock_tui.ui.widgets.run_marks import middle, short_address


class ActionLook(NamedTuple):
    """How an action looks: its sign, its word, the name of its style, and whether what exists goes away."""

    sign: str
    word: str
    style: str


ACTION_LOOKS = {
    Action.DELETE: ActionLook("−", "destroy", "text-error"),
    Action.REPLACE: ActionLook("±", "replace (destroy, then create)", "text-error"),
    Action.UPDATE: ActionLook("~", "change in place", "text-warning"),
    Action.CREATE: ActionLook("+", "create", "text-success"),
    Action.FORGET: ActionLook("·", "forget (it stays, unmanaged)", "text-warning"),
}
_REASONS = {
    "delete_because_no_resource_config": "no longer wanted",
    "delete_because_count_index": "fewer are wanted",
    "delete_because_each_key": "its key is no longer wanted",
    "replace_because_tainted": "its last creation failed",
    "replace_because_cannot_update": "a value cannot be changed in place",
    "replace_by_request": "asked for",
    "replace_by_triggers": "another resource changes",
}


def reason_text(reason: str) -> str:
    """Terraform's reason in plain words; an unknown one as it is."""
    return _REASONS.get(reason, reason.replace("_", " "))


class PlanRow(NamedTuple):
    """A row of the list: a heading, a resource or an output."""

    title: str
    style: str
    change: ResourceChange | None = None
    output: OutputChange | None = None


def plan_rows(plan: PlanSummary) -> list[PlanRow]:
    """The rows of a plan: a heading for each action with its resources, then outputs, then drift."""
    rows: list[PlanRow] = []
    for action, look in ACTION_LOOKS.items():
        changes = plan.of(action)
        if changes:
            rows.append(PlanRow(f"{look.sign} {look.word}  {len(changes)}", look.style))
            rows += [PlanRow(f"{look.sign} {short_address(one.address)}", look.style, one) for one in changes]
    if plan.outputs:
        rows.append(PlanRow(f"  outputs  {len(plan.outputs)}", "foreground-muted"))
        rows += [PlanRow(f"  {one.name}", "text", output=one) for one in plan.outputs]
    if plan.drift:
        rows.append(PlanRow(f"  changed outside of Terraform  {len(plan.drift)}", "foreground-muted"))
        rows += [PlanRow(f"  {short_address(one.address)}", "foreground-muted", one) for one in plan.drift]
    return rows


def attribute_lines(attribute: AttributeChange) -> list[tuple[str, str]]:
    """One value before and after, as lines with the names of their styles."""
    forced = "   forces replacement" if attribute.forces_replacement else ""
    lines = [(f"{attribute.path}{forced}", "text-error" if forced else "text")]
    lines += [(f"  − {line}", "text-error") for line in clean(attribute.before).splitlines()]
    lines += [(f"  + {line}", "text-success") for line in clean(attribute.after).splitlines()]
    return lines


def row_lines(row: PlanRow) -> list[tuple[str, str]]:
    """All that is known of a row, as lines with the names of their styles."""
    if row.output is not None:
        return attribute_lines(AttributeChange(row.output.name, row.output.before, row.output.after))
    if row.change is None:
        return [(row.title, row.style)]
    lines = [(row.change.address, "group")]
    if row.change.reason:
        lines.append((f"why: {reason_text(row.change.reason)}", "foreground-muted"))
    for attribute in row.change.attributes:
        lines += attribute_lines(attribute)
    if not row.change.attributes:
        lines.append(("its values are known after apply", "foreground-muted"))
    return lines


class PlanList(RowList):
    """What a plan changes."""

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, row: PlanRow) -> None:
            super().__init__()
            self.row = row

    def __init__(self, plan: PlanSummary, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows = plan_rows(plan)
        self.border_title = plural(len(plan.changes), "resource")

    def on_mount(self) -> None:
        """Put the cursor on the first change."""
        self.rebuild()
        self.cursor = min(1, len(self.rows) - 1)

    def on_resize(self) -> None:
        """Use the new width."""
        self.rebuild()

    def rebuild(self) -> None:
        """Make the rows anew."""
        self.set_texts([self._text(row) for row in self.rows])

    def _text(self, row: PlanRow) -> Text:
        heading = row.change is None and row.output is None
        indent = "" if heading else "  "
        room = max(8, self.scrollable_content_region.width - len(indent) - 1)
        text = Text(indent + middle(row.title, room), style=self.style_of(row.style), end="")
        if heading:
            text.stylize(self.style_of("group"))
            text.stylize(self.style_of(row.style))
        return text

    def watch_cursor(self) -> None:
        """Tell where the cursor is."""
        super().watch_cursor()
        if self.cursor < len(self.rows):
            self.post_message(self.Moved(self.rows[self.cursor]))


class PlanValues(RowList):
    """The values of one resource that change."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = "Values"
        self._row: PlanRow | None = None

    def show(self, row: PlanRow) -> None:
        """Show what is known of a row."""
        self._row = row
        self.cursor = 0
        self.rebuild()

    def rebuild(self) -> None:
        """Make the rows anew."""
        lines = row_lines(self._row) if self._row else []
        self.set_texts([Text(f" {line}", style=self.style_of(style), end="") for line, style in lines])
