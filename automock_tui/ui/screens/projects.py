"""Home: every project, its state, and how long it lives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from automock_tui.domain.errors import AutomockError
from automock_tui.ui import navigation
from automock_tui.ui.actions import Reasons
from automock_tui.ui.format import ago, plural, took
from automock_tui.ui.messages import Connected, Connecting, Connection, NotConnected
from automock_tui.ui.project_detail import detail_of
from automock_tui.ui.project_reasons import why_not
from automock_tui.ui.row_filter import BadFilter
from automock_tui.ui.status_columns import column
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.widgets.filter_bar import FilterBar
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.state_card import StateCard
from automock_tui.ui.widgets.status_line import StatusLine
from automock_tui.ui.widgets.status_table import StatusTable
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from automock_tui.operations.status import ProjectStatus
    from automock_tui.operations.status import StatusTable as Answer
    from automock_tui.operations.workspace import Workspace
    from automock_tui.ui.app import AutomockApp
    from automock_tui.ui.job_watch import JobNews, JobWatch

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_FRESH = timedelta(seconds=3)
_STALE_AFTER = 2.5
"""How many refresh intervals may pass before what is shown counts as stale."""


class ProjectsScreen(Reasons, Screen[None]):
    """The status table, its filter, and the actions on one project."""

    AUTO_FOCUS = "StatusTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", key_display="⏎", tooltip="Open the project", id="projects.open"),
        Binding(
            "u",
            "resume",
            "Resume",
            tooltip="Carry on the deploy or destroy that died or failed",
            id="projects.resume",
        ),
        Binding("n", "new", "New", tooltip="Make a new project", id="projects.new"),
        Binding("e", "edit", "Edit", tooltip="Edit the project's expectations", id="projects.edit"),
        Binding("d", "deploy", "Deploy", tooltip="Run the mock for some hours", id="projects.deploy"),
        Binding("x", "extend", "Extend", tooltip="Give the mock more time", id="projects.extend"),
        Binding(
            "D", "destroy", "Destroy", tooltip="Take the mock down; the project stays", id="projects.destroy"
        ),
        Binding("l", "log", "Log", tooltip="Watch the project's latest job", id="projects.log"),
        Binding("t", "traffic", "Traffic", tooltip="Watch the mock's requests live", id="projects.traffic"),
        Binding("slash", "filter", "Filter", key_display="/", tooltip="Show only some", id="projects.filter"),
        Binding("y", "copy", "Copy address", tooltip="Copy the mock's address", id="projects.copy"),
        Binding("s", "sort", "Sort", tooltip="Order by the next column", id="projects.sort"),
        Binding("S", "reverse", "Reverse", show=False, tooltip="Turn the order around", id="projects.reverse"),
        Binding("r", "refresh", "Refresh", tooltip="Ask again now", id="projects.refresh"),
        Binding(
            "delete",
            "delete",
            "Delete",
            show=False,
            tooltip="Delete the project and its versions",
            id="projects.delete",
        ),
        Binding(
            "p", "example", "Example", show=False, tooltip="Make the example petstore", id="projects.example"
        ),
        Binding(
            "F",
            "findings",
            "Left-overs",
            show=False,
            tooltip="Look for what is left over, stuck or locked, and put it right",
            id="projects.findings",
        ),
        Binding("escape", "show_all", "Show all", show=False, tooltip="End the filter", id="projects.show-all"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._answer: Answer | None = None
        self._answered_at: datetime | None = None
        self._asked_at = _LONG_AGO
        self._failure: AutomockError | None = None
        self._select = ""
        self._watch: JobWatch | None = None
        self._news: JobNews | None = None

    @property
    def ours(self) -> AutomockApp:
        """The app."""
        return app_of(self)

    def compose(self) -> ComposeResult:
        yield TitleBar()
        yield FilterBar()
        yield StateCard()
        yield StatusTable(self.ours.now)
        yield DetailLines()
        yield StatusLine()
        yield KeyBar()

    def on_mount(self) -> None:
        self.watch(self.app, "connection", self._connection_changed)
        self.set_interval(1.0, self._tick)

    def on_screen_resume(self) -> None:
        # Back from another screen, what is shown may be old; back from a dialog, it is not.
        if self._answered_at is not None and self.ours.clock() - self._asked_at > _FRESH:
            self.refresh_now()

    @property
    def table(self) -> StatusTable:
        """The table."""
        return self.query_one(StatusTable)

    @property
    def current(self) -> ProjectStatus | None:
        """The project under the cursor."""
        return self.table.current

    # --- Asking

    def _connection_changed(self, connection: Connection) -> None:
        self._answer = self._answered_at = self._failure = self._watch = self._news = None
        self.table.show_rows([])
        if isinstance(connection, Connected):
            self._watch = _new_watch(connection.workspace)
            self.refresh_now()
        self._show_state()

    def refresh_now(self, *, select: str = "") -> None:
        """Ask for the status of all projects; the cursor goes to `select` when the answer is there."""
        self._select = select or self._select
        self._asked_at = self.ours.clock()
        connection = self.ours.connection
        if isinstance(connection, Connected):
            start(self, self._ask(connection.workspace), group="status", on_error=self._not_answered)

    @property
    def is_asking(self) -> bool:
        """Whether an answer is awaited."""
        return any(worker.group == "status" and worker.node is self for worker in self.workers)

    def _refresh_if_due(self) -> None:
        # A slow answer is waited for: asking again meanwhile would never see one.
        since = self.ours.clock() - self._asked_at
        chosen = self.ours.settings.refresh_seconds
        period = self._answer.refresh_seconds(chosen) if self._answer else chosen
        if not self.is_asking and since >= timedelta(seconds=period):
            self.refresh_now()

    async def _ask(self, workspace: Workspace) -> None:
        from automock_tui.operations.status import status

        answer = await in_thread(status, workspace)
        self._answer, self._answered_at, self._failure = answer, self.ours.clock(), None
        self.ours.store_time = answer.store_time
        if self._watch is not None:
            self._watch.track(row.job for row in answer.rows if row.job is not None)
        self.table.show_rows(answer.rows)
        if self._select and self.table.go_to(self._select):
            self._select = ""
        self._show_state()

    def _not_answered(self, error: AutomockError) -> None:
        self._failure = error
        self._show_state()

    # --- Showing

    def _show_state(self) -> None:
        card = self._card()
        empty = self._answer is not None and not self._answer.rows
        state = self.query_one(StateCard)
        state.display = card is not None
        self.table.display = card is None
        if card is not None:
            state.show(*card)
        if empty and isinstance(self.ours.connection, Connected):
            self._welcome(self.ours.connection.workspace)
        self._show_lines()
        self.refresh_bindings()
        if card is None and self.focused is None:
            self.table.focus()

    def _card(self) -> tuple[str, str, str] | None:
        connection = self.ours.connection
        if isinstance(connection, NotConnected):
            error = connection.error
            keys = "r try again    w choose another workspace"
            return f"✕ {error.title}", error.explanation, keys
        if isinstance(connection, Connecting):
            return f"Opening {connection.label or 'the workspace'} …", "", "w choose another workspace"
        if self._answer is None and self._failure is not None:
            error = self._failure
            return f"✕ {error.title}", error.explanation, "r try again    w choose another workspace"
        if self._answer is None:
            return "Looking for projects …", "", ""
        if not self._answer.rows:
            text = "A project is a set of mock expectations. Make one, or look at the example first."
            return (
                "No projects here yet",
                text,
                "n new project    p make the example petstore    w other workspace",
            )
        return None

    def _tick(self) -> None:
        if not self._is_seen:
            return
        self.table.tick()
        self._show_lines()
        self._refresh_if_due()
        if self._watch is not None:
            start(self, self._look_at_jobs(self._watch), group="jobs")

    @property
    def _is_seen(self) -> bool:
        """Whether the screen is on view, perhaps under dialogs."""
        stack = self.app.screen_stack
        return self in stack and all(screen.is_modal for screen in stack[stack.index(self) + 1 :])

    async def _look_at_jobs(self, watch: JobWatch) -> None:
        if watch.is_idle:
            return
        news = await in_thread(watch.poll)
        self._news = news
        self.table.show_steps(news.steps)
        for job in news.ended:
            title = "Deployed" if job.is_live else "Job ended"
            self.notify(f"{job.kind.value} of {job.project}: {job.status.value}", title=title)
        if news.ended:
            self.refresh_now()

    def _show_lines(self) -> None:
        from automock_tui.operations.status import overview

        now = self.ours.now()
        if self._answer is not None:
            headline = overview(self._answer, now) if self._answer.rows else ""
            self.query_one(TitleBar).headline = headline
        line = self.query_one(StatusLine)
        line.left, line.stale = self._freshness()
        line.right = self._jobs_text()
        row = self.current
        self.query_one(DetailLines).lines = detail_of(row, now, utc=self.ours.settings.utc) if row else ("", "")

    def _freshness(self) -> tuple[str, bool]:
        if self._answered_at is None:
            return "", False
        elapsed = self.ours.clock() - self._answered_at
        limit = timedelta(seconds=_STALE_AFTER * self.ours.settings.refresh_seconds)
        text = f"updated {ago(elapsed)}"
        if self._failure is not None:
            return f"! {text} · cannot refresh: {self._failure.title}", True
        return (f"! {text}, still asking", True) if elapsed > limit else (f"{text}{self._counts()}", False)

    def _counts(self) -> str:
        total = len(self._answer.rows) if self._answer else 0
        shown = self.table.shown
        text = (
            f" · {plural(total, 'project')}" if shown == total else f" · {shown} of {plural(total, 'project')}"
        )
        skew = self._answer.skew_seconds if self._answer else 0
        off = f" · this machine's clock is {abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}"
        return text + (off if abs(skew) > 30 else "")

    def _jobs_text(self) -> str:
        jobs = self._news.active if self._news else ()
        if not jobs:
            return ""
        job, more = jobs[0], len(jobs) - 1
        text = f"job: {job.project} {job.kind.value} {took(job.elapsed_seconds(self.ours.clock()))}"
        return text + (f" +{more}" if more else "")

    def _welcome(self, workspace: Workspace) -> None:
        from automock_tui.ui.welcoming import welcome_once

        start(self, welcome_once(self.ours, workspace), group="welcome", exclusive=False)

    # --- The table's news

    @on(StatusTable.Moved)
    def _moved(self) -> None:
        self._show_lines()
        self.refresh_bindings()

    @on(StatusTable.Chosen)
    def _chosen(self) -> None:
        self.action_open()

    @on(FilterBar.Changed)
    def _filter_changed(self, event: FilterBar.Changed) -> None:
        try:
            self.table.filter(event.text)
        except BadFilter as error:
            event.bar.say(str(error))
        else:
            event.bar.say(f"{self.table.shown} shown")
        self._show_lines()

    @on(FilterBar.Closed)
    def _filter_closed(self) -> None:
        self.table.focus()

    # --- Actions

    def why_not(self, action: str) -> str:
        """Why an action on the project under the cursor cannot run."""
        connection = self.ours.connection
        workspace = connection.workspace if isinstance(connection, Connected) else None
        names = {row.name for row in self._answer.rows} if self._answer else None
        return why_not(action, workspace, self.current, names)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "show_all":
            return bool(self.query_one(FilterBar).text)
        return super().check_action(action, parameters)

    def action_open(self) -> None:
        navigation.open_project(self.ours, self._current_name)

    def action_new(self) -> None:
        navigation.open_new_project(self.ours)

    def action_edit(self) -> None:
        navigation.open_editor(self.ours, self._current_name)

    def action_deploy(self) -> None:
        navigation.open_deploy(self.ours, self._current_name)

    def action_traffic(self) -> None:
        navigation.open_traffic(self.ours, self._current_name)

    def action_log(self) -> None:
        if self.current is not None and self.current.job is not None:
            navigation.open_job(self.ours, self.current.job.id)

    def action_extend(self) -> None:
        from automock_tui.ui.asking import ask_extend

        if self.current is not None and self.current.metadata is not None:
            start(self.app, ask_extend(self.ours, self.current.metadata), group="ask")

    def action_destroy(self) -> None:
        from automock_tui.ui.asking import ask_destroy

        start(self.app, ask_destroy(self.ours, self._current_name), group="ask")

    def action_resume(self) -> None:
        from automock_tui.ui.asking import resume

        start(self.app, resume(self.ours, self._current_name), group="ask")

    def action_findings(self) -> None:
        from automock_tui.ui.doctoring import look_for_trouble

        start(self.app, look_for_trouble(self.ours), group="ask")

    def action_delete(self) -> None:
        if self.current is not None:
            start(self.app, self._delete(self.current.name, self.current.version), group="ask")

    async def _delete(self, name: str, version: str) -> None:
        from automock_tui.ui.asking import ask_delete

        await ask_delete(self.ours, name, version)

    def action_example(self) -> None:
        from automock_tui.ui.example import make_example

        start(self, make_example(self.ours), group="ask")

    def action_copy(self) -> None:
        from automock_tui.ui.copying import copy

        if self.current is not None:
            start(self, copy(self.ours, self.current.address, "the address"), group="copy")

    def action_refresh(self) -> None:
        if isinstance(self.ours.connection, NotConnected):
            self.ours.reconnect()
        else:
            self.refresh_now()

    def action_filter(self) -> None:
        self.query_one(FilterBar).open()

    def action_show_all(self) -> None:
        self.query_one(FilterBar).close()

    def action_sort(self) -> None:
        self.table.sort_next()
        self._tell_order()

    def action_reverse(self) -> None:
        self.table.sort(self.table.sort_key, reverse=not self.table.sort_reversed)
        self._tell_order()

    def _tell_order(self) -> None:
        order = "down" if self.table.sort_reversed else "up"
        self.query_one(StatusLine).left = f"by {column(self.table.sort_key).title.lower()}, {order}"

    @property
    def _current_name(self) -> str:
        return self.current.name if self.current else ""


def _new_watch(workspace: Workspace) -> JobWatch:
    from automock_tui.ui.job_watch import JobWatch

    return JobWatch(workspace)
