"""A project: what runs of it, its versions, what happened to it, and its jobs."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from automock_tui.domain.errors import AutomockError, NotFound
from automock_tui.operations.project_facts import ProjectFacts, read_facts
from automock_tui.ui import navigation, project_rows
from automock_tui.ui.actions import Reasons
from automock_tui.ui.format import ago
from automock_tui.ui.project_reasons import ON_PROJECT, why_not
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.line_list import ChoosingList, FactList, LineList
from automock_tui.ui.widgets.panel_bar import PanelBar, PanelScreen
from automock_tui.ui.widgets.state_card import StateCard
from automock_tui.ui.widgets.status_line import StatusLine
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from datetime import datetime

    from automock_tui.operations.workspace import Workspace
    from automock_tui.ui.app import AutomockApp


class ProjectScreen(Reasons, PanelScreen):
    """All that is known of one project, and what can be done with it.

    Args:
        workspace: Where it is.
        name: The project.
    """

    CSS_PATH = "project.tcss"
    AUTO_FOCUS = "#facts"
    PANELS = (("facts", "Deployment"), ("versions", "Versions"), ("activity", "Activity"), ("jobs", "Jobs"))
    PANEL_BODY = "#project-body"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "u",
            "resume",
            "Resume",
            tooltip="Carry on the deploy or destroy that died or failed",
            id="project.resume",
        ),
        Binding("e", "edit", "Edit", tooltip="Edit the expectations", id="project.edit"),
        Binding("i", "import", "Import", tooltip="Add expectations of a document", id="project.import"),
        Binding("d", "deploy", "Deploy", tooltip="Run the mock for some hours", id="project.deploy"),
        Binding("x", "extend", "Extend", tooltip="Give the mock more time", id="project.extend"),
        Binding(
            "D", "destroy", "Destroy", tooltip="Take the mock down; the project stays", id="project.destroy"
        ),
        Binding("v", "open_versions", "Versions", tooltip="Compare and restore versions", id="project.history"),
        Binding("l", "log", "Log", tooltip="Watch the latest job", id="project.log"),
        Binding("t", "traffic", "Traffic", tooltip="Watch the mock's requests live", id="project.traffic"),
        Binding("y", "copy", "Copy address", tooltip="Copy the mock's address", id="project.copy"),
        Binding("r", "refresh", "Refresh", tooltip="Ask again now", id="project.refresh"),
        Binding("escape", "leave", "Back", tooltip="Back to the projects", id="project.leave"),
        Binding("delete", "delete", "Delete", show=False, tooltip="Delete the project", id="project.delete"),
        Binding("1", "panel('facts')", "Deployment", show=False, tooltip="What runs", id="project.facts"),
        Binding(
            "2", "panel('versions')", "Versions", show=False, tooltip="What was saved", id="project.versions"
        ),
        Binding(
            "3", "panel('activity')", "Activity", show=False, tooltip="What happened", id="project.activity"
        ),
        Binding(
            "4", "panel('jobs')", "Jobs", show=False, tooltip="The jobs of this machine", id="project.jobs"
        ),
    ]

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._project = name
        self._facts: ProjectFacts | None = None
        self._read_at: datetime | None = None
        self._failure: AutomockError | None = None

    @property
    def ours(self) -> AutomockApp:
        """The app."""
        return app_of(self)

    def compose(self) -> ComposeResult:
        """Facts at the left; versions, activity and jobs at the right, or behind tabs."""
        yield TitleBar(self._project)
        yield PanelBar(id="project-panels")
        yield StateCard()
        with Horizontal(id="project-body"):
            yield FactList(id="facts")
            with Vertical(id="project-lists"):
                yield LineList("Versions", "No version yet", id="versions")
                yield LineList("Activity", "Nothing happened yet", id="activity")
                yield LineList("Jobs on this machine", "No job of it was started here", id="jobs")
        yield DetailLines()
        yield StatusLine()
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the project, again and again."""
        self.set_interval(1.0, self._tick)
        self.set_interval(self.ours.settings.refresh_seconds, self._refresh_if_seen)
        self.show_panel("facts")
        self._show_state()
        self._load()

    def on_screen_resume(self) -> None:
        """Back from another screen, what is shown may be old."""
        if self._facts is not None:
            self._load()

    # -- reading --------------------------------------------------------------------------------------------

    def _load(self) -> None:
        start(self, self._read(), group="project", on_error=self._not_read)

    def _refresh_if_seen(self) -> None:
        busy = any(worker.group == "project" for worker in self.workers)
        if self.is_current and not busy:
            self._load()

    async def _read(self) -> None:
        self._facts = await in_thread(read_facts, self._workspace, self._project)
        self._read_at, self._failure = self.ours.clock(), None
        self._show()

    def _not_read(self, error: AutomockError) -> None:
        self._failure = error
        if isinstance(error, NotFound):
            self._facts = None  # it was deleted: what was read of it is no longer true
        self._show_state()

    # -- showing --------------------------------------------------------------------------------------------

    def _show(self) -> None:
        found, utc, now = self._facts, self.ours.settings.utc, self.ours.now()
        if found is not None:
            self.query_one("#versions", LineList).show(project_rows.versions(found, now, utc=utc))
            self.query_one("#activity", LineList).show(project_rows.activity(found, now, utc=utc))
            self.query_one("#jobs", LineList).show(project_rows.jobs(found, now, utc=utc))
        self._show_state()

    def _show_state(self) -> None:
        card = self.query_one(StateCard)
        card.display = self._facts is None
        self.query_one("#project-body").display = self._facts is not None
        if self._failure is not None:
            card.show_error(self._failure, "r try again    esc back")
        else:
            card.show(f"Reading {self._project} …")
        self._tick()
        self.refresh_bindings()

    def _tick(self) -> None:
        found, now = self._facts, self.ours.now()
        if found is None or not self.is_current:
            return
        facts = list(project_rows.facts(found, now, utc=self.ours.settings.utc))
        self.query_one(FactList).show(facts)
        self._show_row()
        self.query_one(TitleBar).headline = project_rows.headline(found, now)
        line = self.query_one(StatusLine)
        line.left, line.stale = self._freshness()

    @on(ChoosingList.Moved)
    def _show_row(self) -> None:
        if isinstance(self.focused, ChoosingList):
            self.query_one(DetailLines).lines = self.focused.whole

    def _freshness(self) -> tuple[str, bool]:
        text = f"updated {ago(self.ours.clock() - self._read_at)}" if self._read_at else ""
        if self._failure is not None:
            return f"! {text} · cannot refresh: {self._failure.title}", True
        return text, False

    # -- actions --------------------------------------------------------------------------------------------

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        if action not in ON_PROJECT and action != "import":
            return ""
        if self._facts is None:
            return "the project is not read yet"
        if action == "log":
            return "" if self._facts.jobs else f"no job of {self._project} is known on this machine"
        return why_not(action, self._workspace, self._facts.status, None)

    @on(ChoosingList.Picked, "#facts")
    def _fact_picked(self, event: ChoosingList.Picked) -> None:
        fact = self.query_one(FactList).fact(event.row)
        if fact is not None and fact.copy:
            self._copy(fact.copy, fact.label)

    @on(ChoosingList.Picked, "#jobs")
    def _job_picked(self, event: ChoosingList.Picked) -> None:
        if self._facts is not None and event.row < len(self._facts.jobs):
            navigation.open_job(self.ours, self._facts.jobs[event.row].id)

    @on(ChoosingList.Picked, "#versions")
    def _version_picked(self, event: ChoosingList.Picked) -> None:
        if self._facts is not None and event.row < len(self._facts.versions):
            self._open_versions(self._facts.versions[event.row].version)

    def action_open_versions(self) -> None:
        """Compare and restore versions."""
        self._open_versions()

    def _open_versions(self, select: str = "") -> None:
        from automock_tui.ui.screens.versions import VersionsScreen

        self.ours.push_screen(VersionsScreen(self._workspace, self._project, select=select))

    def action_edit(self) -> None:
        """Edit the expectations."""
        navigation.open_editor(self.ours, self._project)

    def action_import(self) -> None:
        """Add the expectations of a document."""
        navigation.open_import(self.ours, self._project)

    def action_deploy(self) -> None:
        """Go to the form that deploys it."""
        navigation.open_deploy(self.ours, self._project)

    def action_traffic(self) -> None:
        navigation.open_traffic(self.ours, self._project)

    def action_log(self) -> None:
        """Watch its latest job."""
        if self._facts is not None and self._facts.jobs:
            navigation.open_job(self.ours, self._facts.jobs[0].id)

    def action_copy(self) -> None:
        """Copy the mock's address."""
        if self._facts is not None:
            self._copy(self._facts.status.address, "the address")

    def _copy(self, text: str, what: str) -> None:
        from automock_tui.ui.copying import copy

        start(self, copy(self.ours, text, what), group="copy")

    def action_extend(self) -> None:
        """Ask for more time."""
        from automock_tui.ui.asking import ask_extend

        if self._facts is not None and self._facts.status.metadata is not None:
            self._ask(ask_extend(self.ours, self._facts.status.metadata))

    def action_destroy(self) -> None:
        """Ask whether to take it down."""
        from automock_tui.ui.asking import ask_destroy

        self._ask(ask_destroy(self.ours, self._project))

    def action_resume(self) -> None:
        """Carry on what died or failed."""
        from automock_tui.ui.asking import resume

        self._ask(resume(self.ours, self._project))

    def _ask(self, question: Coroutine[Any, Any, None]) -> None:
        start(self, question, group="ask")

    def action_delete(self) -> None:
        """Ask whether to delete the project."""
        start(self, self._delete(), group="ask")

    async def _delete(self) -> None:
        from automock_tui.ui.asking import ask_delete

        version = self._facts.status.version if self._facts else ""
        if await ask_delete(self.ours, self._project, version):
            self.dismiss(None)

    def action_refresh(self) -> None:
        """Ask again now."""
        self._load()

    def action_leave(self) -> None:
        """Back to the projects."""
        self.dismiss(None)
