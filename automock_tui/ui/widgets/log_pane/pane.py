"""A log with its badge, its bar for finding and filtering, and its keys."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from automock_tui.domain.errors import AutomockError
from automock_tui.settings import expanded
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.links import Links
from automock_tui.ui.widgets.log_pane import saving
from automock_tui.ui.widgets.log_pane.buffer import CAPACITY
from automock_tui.ui.widgets.log_pane.detail import LineDetail
from automock_tui.ui.widgets.log_pane.lines import TimeFormat, for_file
from automock_tui.ui.widgets.log_pane.moments import moment_of
from automock_tui.ui.widgets.log_pane.prompt_bar import PromptBar, Purpose
from automock_tui.ui.widgets.log_pane.record import Level, LogRecord
from automock_tui.ui.widgets.log_pane.search import Filter, compile_pattern
from automock_tui.ui.widgets.log_pane.stream import StreamState, describe
from automock_tui.ui.widgets.log_pane.view import LogView

_LEVELS = {Level.DEBUG: "all levels", Level.WARN: "warnings and errors", Level.ERROR: "errors"}


class LogPane(Vertical):
    """A log to follow, search and copy.

    Args:
        title: What the log is of, shown on its border.
        file_name: The start of the name that saving proposes.
        capacity: How many lines are kept in memory.
        utc: Whether times are UTC at first.
    """

    DEFAULT_CSS = Path(__file__).with_name("log_pane.tcss").read_text("utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "follow", "Follow", tooltip="Stay at the newest line, or stop there", id="log.follow"),
        Binding("slash", "find", "Find", key_display="/", tooltip="Find text in the whole log", id="log.find"),
        Binding("n", "next_match(1)", "Next", show=False, tooltip="Go to the next match", id="log.next"),
        Binding(
            "N", "next_match(-1)", "Previous", show=False, tooltip="Go to the last match", id="log.previous"
        ),
        Binding("ampersand", "filter", "Filter", key_display="&", tooltip="Show only some", id="log.filter"),
        Binding("v", "level", "Level", show=False, tooltip="All, warnings, errors", id="log.level"),
        Binding("t", "time", "Time", show=False, tooltip="Local time, UTC, or none", id="log.time"),
        Binding("w", "wrap", "Wrap", show=False, tooltip="Wrap long lines, or cut them", id="log.wrap"),
        Binding("m", "later(60)", "+1 min", show=False, tooltip="Go one minute on", id="log.minute-on"),
        Binding("M", "later(-60)", "-1 min", show=False, tooltip="Go one minute back", id="log.minute-back"),
        Binding(
            "right_square_bracket",
            "later(600)",
            "+10 min",
            show=False,
            key_display="]",
            tooltip="Go ten minutes on",
            id="log.ten-on",
        ),
        Binding(
            "left_square_bracket",
            "later(-600)",
            "-10 min",
            show=False,
            key_display="[",
            tooltip="Go ten minutes back",
            id="log.ten-back",
        ),
        Binding("T", "go_to_time", "Go to time", show=False, tooltip="Go to a time of day", id="log.go-to"),
        Binding("y", "copy_line", "Copy", tooltip="Copy the line under the cursor", id="log.copy"),
        Binding("Y", "copy_all", "Copy all", show=False, tooltip="Copy every line on view", id="log.copy-all"),
        Binding("s", "save", "Save", tooltip="Save the lines on view to a file", id="log.save"),
        Binding(
            "escape", "clear_search", "Show all", show=False, tooltip="End find and filter", id="log.show-all"
        ),
    ]

    def __init__(
        self,
        title: str = "Log",
        *,
        file_name: str = "automock-log",
        capacity: int = CAPACITY,
        utc: bool = False,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.border_title = title
        self._file_name = file_name
        self._capacity, self._utc = capacity, utc
        self._state = StreamState.CONNECTING
        self._state_detail = ""
        self._last_line = time.monotonic()
        self._about = ""

    def compose(self) -> ComposeResult:
        """The badge line, the log, and the bar."""
        yield Links("", classes="log-pane--status")
        yield LogView(self._capacity)
        yield PromptBar()

    def on_mount(self) -> None:
        """Tell how long a live stream has been silent, once a second."""
        self._tick = self.set_interval(1, self._show_status, pause=True)
        if self._utc:
            self.view.time_format = TimeFormat.UTC
        self._show_status()

    @property
    def view(self) -> LogView:
        """The lines."""
        return self.query_one(LogView)

    @property
    def state(self) -> StreamState:
        """Where the stream stands."""
        return self._state

    def focus_log(self) -> None:
        """Let the keys act on the lines."""
        self.view.focus()

    # -- the stream -----------------------------------------------------------------------------------------

    def extend(self, records: Sequence[LogRecord]) -> None:
        """Append lines."""
        if records:
            self._last_line = time.monotonic()
            self.view.extend(records)

    def set_state(self, state: StreamState, detail: str = "") -> None:
        """Say where the stream stands; the detail says how it ended or what happens next."""
        if (state, detail) == (self._state, self._state_detail):
            return
        self._state, self._state_detail = state, detail
        self._last_line = time.monotonic()
        (self._tick.resume if state is StreamState.LIVE else self._tick.pause)()
        self._show_status()

    def show_resources(self, addresses: Collection[str], label: str) -> None:
        """Show only lines about some Terraform addresses; none shows all again."""
        self._about = label if addresses else ""
        self.view.show_only(replace(self.view.reader.filter, resources=frozenset(addresses)))

    # -- the badge line -------------------------------------------------------------------------------------

    @on(LogView.Changed)
    def _changed(self, event: LogView.Changed) -> None:
        event.stop()
        self._show_status()

    def _show_status(self) -> None:
        self.query_one(".log-pane--status", Links).update(Content(" ").join(self._status_parts()), layout=False)
        self._show_note()

    def _status_parts(self) -> list[Content]:
        view = self.view
        look = describe(self._state, silent_for=time.monotonic() - self._last_line, detail=self._state_detail)
        parts = [self._badge(), Content.styled(f"{look.mark} {look.words}", look.style), self._counts()]
        if self._about:
            parts.append(
                Content.from_markup(
                    "[$text-accent]about [b]$about[/b][/] [@click=outer('forget_about')]✕[/]", about=self._about
                )
            )
        if view.reader.filter.level > Level.DEBUG:
            parts.append(Content.styled(_LEVELS[view.reader.filter.level], "$text-warning"))
        if view.wrapped:
            parts.append(Content.styled("wrapped", "$foreground-muted"))
        if view.reader.filter.pattern is not None:
            parts.append(Content.styled("filtered", "$text-warning"))
        if view.reader.found is not None:
            parts.append(Content.styled(f"found {self._found()}", "$text-warning"))
        return parts

    def _badge(self) -> Content:
        view = self.view
        if view.following:
            return Content.from_markup(
                "[@click=outer('follow')][$text-success on $success-muted b] FOLLOW [/][/]"
            )
        badge = "[@click=outer('follow')][$text-warning on $warning-muted b] PAUSED [/][/]"
        if view.unseen:
            badge += f" [@click=outer('newest')][b]+{view.unseen:,} new ↓[/b][/]"
        return Content.from_markup(badge)

    def _counts(self) -> Content:
        view = self.view
        shown, held, dropped = view.line_count, len(view.reader.buffer), view.reader.buffer.first
        words = f"{held:,} lines" if view.reader.filter == Filter() else f"{shown:,} of {held:,} lines"
        words += f", {dropped:,} earlier in the job's folder" if dropped else ""
        return Content.styled(words + (" …" if view.reader.searching else ""), "$foreground-muted")

    def _found(self) -> str:
        at, total = self.view.reader.found or (0, 0)
        return f"{at or '–'}/{total:,}{'…' if self.view.reader.searching else ''}"

    def _show_note(self) -> None:
        bar = self.query_one(PromptBar)
        if bar.display and bar.purpose is Purpose.FIND and self.view.reader.find is not None:
            bar.note = self._found()
        elif bar.display and bar.purpose is Purpose.FILTER and self.view.reader.filter.pattern is not None:
            bar.note = f"{self.view.line_count:,} lines"

    # -- keys -----------------------------------------------------------------------------------------------

    def action_follow(self) -> None:
        """Follow, or stay here."""
        self.view.following = not self.view.following

    def action_newest(self) -> None:
        """Go to the newest line and follow."""
        self.view.action_follow()

    def action_find(self) -> None:
        """Open the bar to find."""
        self.query_one(PromptBar).ask(Purpose.FIND)

    def action_filter(self) -> None:
        """Open the bar to filter."""
        self.query_one(PromptBar).ask(Purpose.FILTER)

    def action_next_match(self, step: int) -> None:
        """Go to another match."""
        if not self.view.next_match(step):
            sought = self.view.reader.find is not None
            self.notify("No match" if sought else "Press / and type what to find", title="Find")

    def action_level(self) -> None:
        """Step through the levels."""
        levels = list(_LEVELS)
        current = self.view.reader.filter.level
        chosen = levels[(levels.index(current) + 1) % len(levels)]
        self.view.show_only(replace(self.view.reader.filter, level=chosen))

    def action_time(self) -> None:
        """Step through the ways to show time."""
        self.view.time_format = self.view.time_format.next()
        self.notify(self.view.time_format.value.capitalize(), title="Log")

    def action_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self.view.wrapped = not self.view.wrapped

    def action_later(self, seconds: float) -> None:
        """Go to what was said so many seconds later, or earlier."""
        self._go_to(self.view.reader.time + seconds)

    def action_go_to_time(self) -> None:
        """Open the bar for a time."""
        self.query_one(PromptBar).ask(Purpose.TIME)

    def _go_to(self, instant: float) -> None:
        if not self.view.reader.time:
            self.notify("No line of this log has a time", title="Log", severity="warning")
        elif not self.view.go_to_time(instant):
            self.notify("Nothing was said then or later: this is the last line", title="Log")

    def action_copy_line(self) -> None:
        """Copy one line."""
        record = self.view.reader.current()
        if record is None:
            self.notify("There is no line to copy", title="Log", severity="warning")
        else:
            self.app.copy_to_clipboard(record.text)
            self.notify("Copied 1 line", title="Log")

    def action_copy_all(self) -> None:
        """Copy what is on view."""
        records = self.view.reader.records()
        self.app.copy_to_clipboard("\n".join(map(for_file, records)))
        self.notify(f"Copied {len(records):,} lines", title="Log")

    def action_save(self) -> None:
        """Open the bar to save."""
        proposal = expanded("~") / f"{self._file_name}-{datetime.now():%Y%m%d-%H%M%S}.log"
        self.query_one(PromptBar).ask(Purpose.SAVE, str(proposal))

    def action_forget_about(self) -> None:
        """Show the lines about every resource."""
        self.show_resources((), "")

    def action_clear_search(self) -> None:
        """Drop find and filter."""
        self._about = ""
        self.view.look_for(None)
        self.view.show_only(Filter())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape belongs to us only while there is something to drop."""
        if action == "clear_search" and self.is_mounted:
            return self.view.reader.find is not None or self.view.reader.filter != Filter()
        return True

    # -- the bar --------------------------------------------------------------------------------------------

    @on(PromptBar.Typed)
    def _bar_typed(self, event: PromptBar.Typed) -> None:
        event.stop()
        if event.purpose in (Purpose.FIND, Purpose.FILTER):
            self._apply(event)

    @on(PromptBar.Accepted)
    def _bar_accepted(self, event: PromptBar.Accepted) -> None:
        event.stop()
        self.focus_log()
        if event.purpose is Purpose.SAVE:
            self._save(self.view.reader.records(), event.text)
        elif event.purpose is Purpose.TIME and event.text.strip():
            self._go_to_typed(event.text)

    @on(PromptBar.Closed)
    def _bar_closed(self, event: PromptBar.Closed) -> None:
        event.stop()
        self.focus_log()
        if event.purpose is Purpose.FIND:
            self.view.look_for(None)
        elif event.purpose is Purpose.FILTER:
            self.view.show_only(self.view.reader.filter.with_text_of(Filter()))

    def _go_to_typed(self, text: str) -> None:
        try:
            self._go_to(moment_of(text, self.view.reader.time, self.view.time_format))
        except AutomockError as error:
            bar = self.query_one(PromptBar)
            bar.ask(Purpose.TIME, text)
            bar.note = f"{error.title}. {error.hint}"

    def _apply(self, event: PromptBar.Typed) -> None:
        try:
            if event.purpose is Purpose.FIND:
                self.view.look_for(compile_pattern(event.text, regex=event.regex) if event.text else None)
            else:
                self.view.show_only(
                    self.view.reader.filter.with_text_of(Filter.of(event.text, regex=event.regex))
                )
        except AutomockError as error:
            self.query_one(PromptBar).note = f"{error.title}: {error.message}"

    @on(LogView.DetailRequested)
    def _detail(self, event: LogView.DetailRequested) -> None:
        event.stop()
        self.app.push_screen(LineDetail(event.record))

    @work(group="log-save", exit_on_error=False)
    async def _save(self, records: list[LogRecord], path: str) -> None:
        try:
            target = await in_thread(saving.save, records, path)
        except AutomockError as error:
            self.notify(f"{error.message} {error.hint}", title=error.title, severity="error")
        else:
            self.notify(f"{len(records):,} lines in {target}", title="Log saved")
