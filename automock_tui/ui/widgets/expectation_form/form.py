"""One expectation as a form: the lines of a step, kept in step with the expectation they are a view of."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input, TextArea

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import Path as JsonPath
from automock_tui.ui.editing.form import Cell, FieldError, FormView, Line, Step, edited, lines_of
from automock_tui.ui.widgets.expectation_form.controls import Control
from automock_tui.ui.widgets.expectation_form.head import GroupHead
from automock_tui.ui.widgets.expectation_form.line import FormLine


class ExpectationForm(VerticalScroll, can_focus=False):
    """The fields of one step. It changes the expectation it shows and says so."""

    DEFAULT_CSS = Path(__file__).with_name("expectation_form.tcss").read_text("utf-8")
    # With priority, because keys typed ahead would else still reach the field that the cursor is leaving.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "walk(1)", "Next field", show=False, id="fields.next", priority=True),
        Binding("up", "walk(-1)", "Previous field", show=False, id="fields.previous", priority=True),
        Binding("alt+x", "remove", "Remove line", tooltip="Take this name or value out", id="fields.remove"),
        Binding("alt+v", "more", "Add value", tooltip="Another value of this name", id="fields.more"),
    ]

    class Edited(Message):
        """A field was changed.

        Args:
            expectation: What it is now.
            key: The line that was typed in.
        """

        def __init__(self, expectation: Expectation, key: str) -> None:
            super().__init__()
            self.expectation = expectation
            self.key = key

    class Moved(Message):
        """Another field has the focus, or something else is to be said of it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._expectation: Expectation | None = None
        self._step = Step.REQUEST
        self._view = FormView()
        self._problems: Mapping[JsonPath, str] = {}
        self._one_at_a_time = asyncio.Lock()

    # -- what is shown --------------------------------------------------------------------------------------

    @property
    def view(self) -> FormView:
        """How the form is looked at."""
        return self._view

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self._step

    async def show(self, expectation: Expectation, step: Step, *, is_another: bool = False) -> None:
        """Show a step of an expectation.

        Args:
            expectation: What to show.
            step: Which part.
            is_another: Whether it is another expectation than before, not a change of the same.
        """
        if is_another:
            self._view = FormView()
        is_elsewhere = is_another or step is not self._step
        self._expectation, self._step = expectation, step
        await self._reconcile(lines_of(expectation, step, self._view))
        if is_elsewhere:
            self.scroll_home(animate=False)

    def show_problems(self, problems: Mapping[JsonPath, str]) -> None:
        """Say beside each field what is wrong with the value at its path, or in it."""
        self._problems = problems
        for line in self.lines:
            line.say(problem=self._problem_of(line.line))
        self.post_message(self.Moved())

    def _problem_of(self, line: Line) -> str:
        places = [cell.path for cell in line.cells if cell.path] + list(line.covers)
        found = (
            text for path, text in self._problems.items() if any(path[: len(one)] == one for one in places)
        )
        return next(found, "")

    @property
    def lines(self) -> list[FormLine]:
        """The lines."""
        return [one for one in self.children if isinstance(one, FormLine)]

    @property
    def current(self) -> FormLine | None:
        """The line that has the focus."""
        nodes = self.screen.focused.ancestors_with_self if self.screen.focused else []
        return next((node for node in nodes if isinstance(node, FormLine) and node.parent is self), None)

    def focus_first(self) -> bool:
        """Put the cursor into the first field, if there is any."""
        first = next(iter(self._stops()), None)
        self._focus(first)
        return first is not None

    def focus_path(self, path: JsonPath) -> None:
        """Put the cursor into the field that shows the value at a path, or the value it is in."""
        best: tuple[int, Control | GroupHead] | None = None
        for line in self.lines:
            head = line.query(GroupHead)
            owners: list[tuple[JsonPath, Control | GroupHead]] = [
                (cell.path, control) for cell, control in zip(line.line.cells, line.controls, strict=True)
            ]
            owners += [(one, head.first(GroupHead)) for one in line.line.covers] if head else []
            for place, owner in owners:
                if place and path[: len(place)] == place and (best is None or len(place) > best[0]):
                    best = len(place), owner
        self._focus(best[1] if best else next(iter(self._stops()), None))

    def _focus(self, control: Control | GroupHead | None) -> None:
        if control is not None:
            control.focus(scroll_visible=False)
            control.scroll_visible(animate=False)

    def _stops(self) -> list[Control | GroupHead]:
        """Where the cursor can go, in order."""
        found: list[Control | GroupHead] = []
        for line in self.lines:
            found += [one for one in line.controls if not one.disabled]
            found += line.query(GroupHead)
        return found

    # -- keeping the lines --------------------------------------------------------------------------------

    async def _reconcile(self, lines: list[Line], typed_in: Control | None = None) -> None:
        """Show these lines: those with the key of one that is there already stay, with their focus."""
        async with self._one_at_a_time, self.batch():
            focus = self._focus_place()
            there = {one.line.key: one for one in self.lines}
            kept = {line.key for line in lines if line.key in there and there[line.key].fits(line)}
            await self._drop(one for key, one in there.items() if key not in kept)
            await self._place(lines, there, kept, typed_in)
        self._restore(focus)

    async def _drop(self, gone: Iterable[FormLine]) -> None:
        for one in list(gone):
            await one.remove()

    async def _place(
        self, lines: list[Line], there: Mapping[str, FormLine], kept: set[str], typed_in: Control | None
    ) -> None:
        fresh: list[FormLine] = []
        for line in lines:
            if line.key not in kept:
                fresh.append(FormLine(line))
                continue
            widget = there[line.key]
            if fresh:
                await self.mount_all(fresh, before=widget)
                fresh = []
            widget.show(line, typed_in=typed_in)
        if fresh:
            await self.mount_all(fresh)
        for one in self.lines:
            one.say(problem=self._problem_of(one.line))

    def _focus_place(self) -> tuple[str, int] | None:
        current = self.current
        if current is None:
            return None
        place = next((n for n, one in enumerate(current.controls) if one is self.screen.focused), -1)
        return current.line.key, place

    def _restore(self, focus: tuple[str, int] | None) -> None:
        """Give the focus back to a field that had to be made anew."""
        if focus is None or self.current is not None:
            return
        line = next((one for one in self.lines if one.line.key == focus[0]), None)
        if line is not None and 0 <= focus[1] < len(line.controls):
            control = line.controls[focus[1]]
            self._focus(control)
            if isinstance(control, TextArea):
                control.move_cursor(control.document.end)
        elif self._stops():
            self._focus(self._stops()[0])

    # -- edits ------------------------------------------------------------------------------------------------

    async def on_form_line_typed(self, event: FormLine.Typed) -> None:
        """Put what was typed into the expectation."""
        event.stop()
        line = event.line
        if self._expectation is None or line.parent is not self or event.place >= len(line.line.cells):
            return
        cell = line.line.cells[event.place]
        if event.text != cell.text or cell.kind == "button":
            await self._write(line, cell, event.text, line.controls[event.place])

    async def _write(self, line: FormLine, cell: Cell, text: str, control: Control) -> None:
        assert self._expectation is not None
        try:
            found = edited(self._expectation, cell, text)
        except FieldError as error:
            line.say(error=str(error))
        except KeyError:
            line.say(error="what is around it in the JSON is no object; mend it as JSON")
        else:
            line.say(error="")
            await self._take(found, line.line.key, control)
        self.post_message(self.Moved())

    async def _take(self, expectation: Expectation, key: str, typed_in: Control | None) -> None:
        self._expectation = expectation
        await self._reconcile(lines_of(expectation, self._step, self._view), typed_in)
        self.post_message(self.Edited(expectation, key))

    async def on_group_head_flipped(self, event: GroupHead.Flipped) -> None:
        """Open a group, or close it."""
        event.stop()
        self._view.turn(event.line.key, not event.line.is_open)
        if self._expectation is not None:
            await self._reconcile(lines_of(self._expectation, self._step, self._view))

    @property
    def keys(self) -> tuple[str, ...]:
        """What the keys that work here depend on."""
        said = self.current.said if self.current else ""
        return said, self.why_not("remove"), self.why_not("more")

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        line = self.current.line if self.current else None
        if action == "remove":
            return "" if line and line.remove else "only a header, parameter or cookie is a line of its own"
        if action == "more":
            return "" if line and line.more else "only a header or parameter has several values"
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Up and down stay in a text that has lines there; other keys have reasons."""
        if action == "walk":
            return not self._stays(1 if parameters == (1,) else -1)
        return None if self.why_not(action) else True

    def _stays(self, step: int) -> bool:
        focused = self.screen.focused
        if not isinstance(focused, TextArea):
            return False
        edge = focused.document.line_count - 1 if step > 0 else 0
        return focused.cursor_location[0] != edge

    async def action_remove(self) -> None:
        """Take the line out."""
        current = self.current
        if current is not None and current.line.remove and self._expectation is not None:
            await self._take(current.line.remove(self._expectation), current.line.key + " out", None)

    async def action_more(self) -> None:
        """Put another value of the same name behind this one."""
        current = self.current
        if current is None or not current.line.more or self._expectation is None:
            return
        await self._take(current.line.more(self._expectation), current.line.key + " more", None)
        self.action_walk(1)

    def action_walk(self, step: int) -> None:
        """Go to the next field or the previous one; to the line's neighbour where it has several fields."""
        stops = self._stops()
        focused = self.screen.focused
        here = next((place for place, one in enumerate(stops) if one is focused), None)
        if here is None or not stops:
            self.focus_first()
            return
        current = self.current
        place = here + step
        while 0 <= place < len(stops) and current is not None and stops[place] in current.controls:
            place += step
        self._focus(stops[max(0, min(place, len(stops) - 1))])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field."""
        event.stop()
        self.screen.focus_next()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Keep the field that has the focus in sight, and say what it is about."""
        event.widget.scroll_visible(animate=False)
        self.post_message(self.Moved())
