"""Traffic of a running mock, live: what came, who answered, and what to make of what nobody answered."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from automock_tui.domain.errors import AutomockError
from automock_tui.operations.traffic import Batch, Feed, Seen, feed_of, open_feed
from automock_tui.ui import navigation
from automock_tui.ui.actions import Reasons
from automock_tui.ui.dialogs.ask_line import AskLine
from automock_tui.ui.dialogs.verify import VerifyDialog
from automock_tui.ui.format import plural
from automock_tui.ui.row_filter import BadFilter
from automock_tui.ui.threads import in_thread
from automock_tui.ui.traffic_rows import TrafficBook, detail_text, why_lines
from automock_tui.ui.widgets.filter_bar import FilterBar
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.line_list import ChoosingList
from automock_tui.ui.widgets.log_pane.record import clean
from automock_tui.ui.widgets.state_card import StateCard
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.widgets.traffic_list import TrafficList
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from textual.timer import Timer

    from automock_tui.operations.workspace import Workspace

POLL_SECONDS = 0.5
_REST_SECONDS = 0.15
"""How long the cursor rests on a request before its headers and bodies are asked for."""
_ASKING = frozenset({"why", "create", "verify", "record", "keep", "clear"})
"""Actions that ask the mock."""
_NEAR = 4
"""Lines of the explanation of a miss beside the list; `w` shows all."""


class TrafficScreen(Reasons, Screen[None]):
    """The traffic of one mock.

    Args:
        workspace: Where the project is.
        name: The project, or what to call the mock.
        url: Where the mock answers; found from the project's deployment where it is empty.
        is_project: Whether expectations can be put into the project.
    """

    CSS_PATH = "traffic.tcss"
    AUTO_FOCUS = "#traffic-list"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-normal")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "why", "Why", key_display="⏎", tooltip="Why it was answered so", id="traffic.why"),
        Binding("c", "create", "Create", tooltip="An expectation from this request", id="traffic.create"),
        Binding("m", "misses", "Misses", tooltip="Only what nobody answered, or all", id="traffic.misses"),
        Binding("slash", "filter", "Filter", key_display="/", tooltip="Filter", id="traffic.filter"),
        Binding("space", "pause", "Pause", tooltip="Hold the list still, or go on", id="traffic.pause"),
        Binding("v", "verify", "Verify", tooltip="How often was it asked?", id="traffic.verify"),
        Binding(
            "R", "record", "Record", tooltip="Forward misses to a real API, or no longer", id="traffic.record"
        ),
        Binding("K", "keep", "Keep", tooltip="Make expectations of what was recorded", id="traffic.keep"),
        Binding("y", "copy", "Copy", show=False, tooltip="Copy it as a curl command", id="traffic.copy"),
        Binding(
            "u", "unmask", "Secrets", show=False, tooltip="Show secrets, or mask them", id="traffic.secrets"
        ),
        Binding("C", "clear", "Clear", show=False, tooltip="Forget all requests", id="traffic.clear"),
        Binding("tab", "app.focus_next", "Next pane", show=False, id="traffic.pane"),
        Binding("escape", "leave", "Back", tooltip="Back; the mock goes on", id="traffic.leave"),
    ]

    def __init__(self, workspace: Workspace, name: str, *, url: str = "", is_project: bool = True) -> None:
        super().__init__()
        self._workspace, self._project, self._url = workspace, name, url
        self._is_project = is_project
        self._feed: Feed | None = None
        self._book = TrafficBook()
        self._held: list[Batch] | None = None
        self._failure: AutomockError | None = None
        self._recording = ""
        self._dropped = 0
        self._masked = True
        self._exchange: dict[str, Any] | None = None
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """The list, and beside or below it the request under the cursor."""
        yield TitleBar(f"{self._project} · Traffic")
        yield StateCard()
        yield Static("", id="traffic-heading", markup=False)
        with Horizontal(id="traffic-body"):
            yield TrafficList(utc=self._workspace.settings.utc, id="traffic-list")
            with VerticalScroll(id="traffic-detail"):
                yield Static("", id="traffic-text", markup=False)
        yield FilterBar("words, !not, ~regex, method:get, path:/pets, status:404, matched:list")
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin to look."""
        self._show_state()
        self._poll_soon(0.01)

    # -- looking --------------------------------------------------------------------------------------------

    def _poll_soon(self, seconds: float = POLL_SECONDS) -> None:
        self.set_timer(seconds, self._poll)

    def _poll(self) -> None:
        if self.is_current or self._feed is None:
            start(self, self._look(), group="traffic", on_error=self._not_seen)
        else:
            self._poll_soon()

    async def _look(self) -> None:
        if self._feed is None or self._failure is not None:
            self._feed = await in_thread(self._open)
        batch = await in_thread(self._feed.poll)
        was_down, self._failure = self._failure is not None, None
        self._recording, self._dropped = batch.recording, batch.dropped
        if self._held is not None:
            self._held.append(batch)
        else:
            self._take(batch)
        if was_down or batch.is_fresh or batch.new or batch.changed:
            self._show_state()
        self._poll_soon()

    def _open(self) -> Feed:
        """The mock where it answers now: a project's may have been deployed anew, elsewhere."""
        return open_feed(self._url) if self._url else feed_of(self._workspace, self._project)

    def _not_seen(self, error: AutomockError) -> None:
        self._failure = error
        self._show_state()
        self._poll_soon(POLL_SECONDS * 4)

    def _take(self, batch: Batch) -> None:
        if batch.is_fresh:
            self._exchange = None
        if self._book.take(batch) or batch.new:
            self._list.show(self._book.shown)

    # -- showing --------------------------------------------------------------------------------------------

    @property
    def _list(self) -> TrafficList:
        return self.query_one(TrafficList)

    def _show_state(self) -> None:
        card, body = self.query_one(StateCard), self.query_one("#traffic-body")
        has_lines = bool(self._book.shown)
        card.display, body.display = not has_lines, has_lines
        self.query_one(TitleBar).headline = self._headline()
        if not has_lines:
            card.show(*self._card())
        self.call_after_refresh(self._show_heading)
        self.refresh_bindings()

    def _show_heading(self) -> None:
        heading = self.query_one("#traffic-heading", Static)
        heading.display = bool(self._book.shown)
        heading.update(self._list.heading())

    def _card(self) -> tuple[str, str, str]:
        if self._failure is not None:
            title, text = f"✕ {self._failure.title}", self._failure.explanation
            return title, text, "It is asked again and again.   esc back"
        if self._feed is None:
            return "Connecting …", "", ""
        if self._book.seen:
            return (
                "Nothing passes the filter",
                f"{plural(len(self._book.seen), 'request')} came.",
                "/ filter   m all",
            )
        text = f"Send one:\n\ncurl -i {self._feed.url}/"
        return "No requests yet", text, "R forward what nothing matches to a real API"

    def _headline(self) -> str:
        if self._feed is None:
            return ""
        shown = f" · {len(self._book.shown):,} shown" if self._book.is_filtered else ""
        misses = f" · {plural(self._book.misses, 'miss', 'misses')}" if self._book.misses else ""
        held = sum(len(batch.new) for batch in self._held or ())
        parts = [
            f"{plural(len(self._book.seen), 'request')}{misses}{shown}",
            f"paused, {held:,} more" if self._held is not None else "",
            f"recording {self._recording}" if self._recording else "",
            f"{self._dropped:,} forgotten" if self._dropped else "",
            f"✕ this is old: {self._failure.title[:1].lower()}{self._failure.title[1:]}"
            if self._failure
            else self._feed.url,
        ]
        return " · ".join(filter(None, parts))

    def on_resize(self) -> None:
        """The heading follows the width."""
        self.call_after_refresh(self._show_state)

    # -- one request ----------------------------------------------------------------------------------------

    @on(ChoosingList.Moved)
    def _moved(self) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(_REST_SECONDS, self._ask)

    def _ask(self) -> None:
        seen = self._list.current
        if seen is not None and self._feed is not None:
            start(self, self._read(self._feed, seen), group="exchange", on_error=self._not_read)

    async def _read(self, feed: Feed, seen: Seen) -> None:
        self._exchange = await in_thread(feed.exchange, seen.number)
        text = ""
        if seen.is_miss and feed.can_explain:
            found = why_lines(await in_thread(feed.why, seen.number))
            lines = [line for line in found if line.text]
            text = "\n".join("  " * line.indent + line.text for line in lines[: _NEAR + 1])
            text += "\n\nc create an expectation from this   w all near misses\n\n"
        self._show_text(text)

    def _show_text(self, before: str = "") -> None:
        if self._exchange is not None:
            text = clean(before + detail_text(self._exchange, masked=self._masked))
            self.query_one("#traffic-text", Static).update(text)
            self.query_one("#traffic-detail").scroll_home(animate=False)

    def _not_read(self, error: AutomockError) -> None:
        self._exchange = None
        self.query_one("#traffic-text", Static).update(f"{error.title}\n{error.message}")

    # -- actions --------------------------------------------------------------------------------------------

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        if action in ("leave", "filter", "misses", "pause"):
            return ""
        if self._feed is None:
            return "the mock does not answer yet"
        if self._failure is not None and action in _ASKING:
            return "the mock does not answer"
        if action in ("why", "record", "keep") and not self._feed.can_explain:
            return "a real MockServer does not tell"
        if action in ("why", "create", "verify", "copy") and self._list.current is None:
            return "there is no request"
        if action in ("create", "keep") and not self._is_project:
            return "this mock belongs to no project"
        if action == "keep" and not any(one.is_recorded for one in self._book.seen):
            return "nothing was recorded; R begins"
        return ""

    @on(ChoosingList.Picked)
    def _picked(self) -> None:
        if not self.why_not("why"):
            self.action_why()

    def action_why(self) -> None:
        """Explain the request under the cursor."""
        from automock_tui.ui.screens.explain import ExplainScreen

        seen, feed = self._list.current, self._feed
        if seen is not None and feed is not None:
            self.app.push_screen(ExplainScreen(f"{seen.method} {seen.target}", partial(feed.why, seen.number)))

    def action_create(self) -> None:
        """Open the editor with an expectation that matches the request under the cursor."""
        seen, feed = self._list.current, self._feed
        if seen is not None and feed is not None:
            start(self, self._create(feed, seen), group="create")

    async def _create(self, feed: Feed, seen: Seen) -> None:
        from automock_tui.operations.recording import expectation_for

        exchange = await in_thread(feed.exchange, seen.number)
        made = await in_thread(expectation_for, exchange)
        navigation.open_editor(app_of(self), self._project, add=[made])

    def action_misses(self) -> None:
        """Show only misses, or everything."""
        self._book.show_only_misses(not self._book.only_misses)
        self._list.show(self._book.shown)
        self._show_state()

    def action_pause(self) -> None:
        """Hold the list still, or show what came meanwhile."""
        if self._held is None:
            self._held = []
        else:
            held, self._held = self._held, None
            for batch in held:
                self._take(batch)
        self._show_state()

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).open()

    @on(FilterBar.Changed)
    def _filtered(self, event: FilterBar.Changed) -> None:
        try:
            self._book.filter(event.text)
        except BadFilter as error:
            event.bar.say(str(error))
            return
        event.bar.say(f"{len(self._book.shown):,}" if event.text else "")
        self._list.show(self._book.shown)
        self._show_state()

    @on(FilterBar.Closed)
    def _filter_closed(self) -> None:
        self._list.focus()

    def action_verify(self) -> None:
        """Ask how often this request must have come, and say whether it did."""
        seen = self._list.current
        if seen is not None and self._feed is not None:
            same = sum((one.method, one.path) == (seen.method, seen.path) for one in self._book.seen)
            self.app.push_screen(VerifyDialog(self._feed, seen.method, seen.path, same))

    def action_record(self) -> None:
        """Begin to forward misses to a real API, or end it."""
        if self._feed is not None:
            start(self, self._record(self._feed), group="record")

    async def _record(self, feed: Feed) -> None:
        if self._recording:
            await in_thread(feed.record, "")
            self._recording = ""
            self.notify(
                "Misses answer 404 again. K makes expectations of what was recorded.", title="Recording"
            )
            self._show_state()
            return
        text = (
            "What no expectation matches is sent there, with its headers and body, and the answer is kept "
            "until you make expectations of it with K. Secrets are masked in those."
        )
        ask = AskLine("Record from a real API", "Base address", text=text, yes="Record")
        url = await self.app.push_screen_wait(ask)
        if url:
            await in_thread(feed.record, url.strip())
            self._recording = url.strip()
            self._show_state()

    def action_keep(self) -> None:
        """Look at the expectations that the recording makes, then save them."""
        if self._feed is not None:
            start(self, self._keep(self._feed), group="keep")

    async def _keep(self, feed: Feed) -> None:
        from automock_tui.importing.imported import Options
        from automock_tui.operations.recording import recorded_document
        from automock_tui.ui.beginnings import converted
        from automock_tui.ui.import_saving import Target
        from automock_tui.ui.screens.import_result import ImportResultScreen

        numbers = [one.number for one in self._book.seen if one.is_recorded]
        document = await in_thread(recorded_document, feed, numbers, self._recording or feed.url)
        found = await in_thread(converted, document, Options())
        self.app.push_screen(ImportResultScreen(self._workspace, Target(self._project, is_new=False), found))

    def action_copy(self) -> None:
        """Copy the request as a curl command."""
        if self._exchange is not None and self._feed is not None:
            from automock_tui.operations.recording import curl_of

            self.app.copy_to_clipboard(curl_of(self._exchange, self._feed.url))
            self.notify("Copied as a curl command, secrets included", title="Traffic")

    def action_unmask(self) -> None:
        """Show secrets, or mask them."""
        self._masked = not self._masked
        self._show_text()

    def action_clear(self) -> None:
        """Forget all requests; the expectations stay."""
        if self._feed is not None:
            start(self, self._clear(self._feed), group="clear")

    async def _clear(self, feed: Feed) -> None:
        await in_thread(feed.clear)
        self._book.forget()
        self._exchange = None
        self._list.show([])
        self._show_state()

    def action_leave(self) -> None:
        """Back; the mock goes on."""
        self.dismiss(None)
