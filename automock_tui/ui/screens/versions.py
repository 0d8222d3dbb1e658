"""The versions of a project: who saved what when and why, what changed, and the way back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from automock_tui.domain.errors import AutomockError, LostRace
from automock_tui.domain.project import version_name, version_number
from automock_tui.operations.rollback import RolledBack, roll_back
from automock_tui.operations.versions import VersionList, compare, list_versions
from automock_tui.ui.actions import Reasons
from automock_tui.ui.dialogs.ask_line import AskLine
from automock_tui.ui.format import plural
from automock_tui.ui.screens.diff import DiffScreen
from automock_tui.ui.screens.version_text import VersionTextScreen
from automock_tui.ui.threads import in_thread
from automock_tui.ui.version_rows import version_lines
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.line_list import ChoosingList, LineList
from automock_tui.ui.widgets.state_card import StateCard
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from textual.timer import Timer

    from automock_tui.domain.project import Version
    from automock_tui.operations.workspace import Workspace

_REST_SECONDS = 0.25
"""How long the cursor rests on a version before what changed in it is asked for."""


class VersionsScreen(Reasons, Screen[None]):
    """All versions of one project.

    Args:
        workspace: Where it is.
        name: The project.
        select: The version to put the cursor on; the newest if it is empty.
    """

    CSS_PATH = "versions.tcss"
    AUTO_FOCUS = "#version-list"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "c",
            "changes",
            "Changes",
            key_display="⏎",
            tooltip="What this version changed",
            id="versions.changes",
        ),
        Binding("space", "mark", "Mark", tooltip="Mark it, to compare another with it", id="versions.mark"),
        Binding(
            "d",
            "compare",
            "Compare",
            tooltip="Compare with the marked one, or the newest",
            id="versions.compare",
        ),
        Binding("v", "view", "View", tooltip="Read its expectations", id="versions.view"),
        Binding(
            "R",
            "roll_back",
            "Roll back",
            tooltip="Make it the newest again, as a new version",
            id="versions.back",
        ),
        Binding("r", "refresh", "Refresh", show=False, tooltip="Ask again now", id="versions.refresh"),
        Binding("escape", "leave", "Back", tooltip="Back", id="versions.leave"),
    ]

    def __init__(self, workspace: Workspace, name: str, *, select: str = "") -> None:
        super().__init__()
        self._workspace = workspace
        self._project = name
        self._select = select
        self._marked = ""
        self._found: VersionList | None = None
        self._failure: AutomockError | None = None
        self._told: dict[str, str] = {}
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """The list, and two lines about the version under the cursor."""
        yield TitleBar(f"{self._project} · Versions")
        yield StateCard()
        yield LineList("Versions", "No version yet", id="version-list")
        yield DetailLines()
        yield KeyBar()

    def on_mount(self) -> None:
        """Read them."""
        self.action_refresh()

    # -- reading --------------------------------------------------------------------------------------------

    def action_refresh(self) -> None:
        """Read them again."""
        self._failure = None
        self._show_state()
        start(self, self._read(), group="versions", on_error=self._not_read)

    async def _read(self) -> None:
        self._found = await in_thread(list_versions, self._workspace, self._project)
        self._show()

    def _not_read(self, error: AutomockError) -> None:
        self._failure = error
        self._show_state()

    def _show(self) -> None:
        if self._found is None:
            return
        current = self._select or (self._version.version if self._version else "")
        found, ours = self._found, app_of(self)
        table = self.query_one(LineList)
        table.show(version_lines(found, self._marked, ours.now(), utc=ours.settings.utc))
        names = [one.version for one in found.versions]
        self._select = ""
        self._show_state()
        if current in names:
            table.cursor = names.index(current)
        if self.focused is None:
            table.focus()
        self._moved()

    def _show_state(self) -> None:
        self.query_one(StateCard).stand_in(
            self.query_one(LineList),
            self.query_one(DetailLines),
            failure=self._failure,
            keys="r try again    esc back",
            waiting="" if self._found else f"Reading the versions of {self._project} …",
        )
        if self._found is not None and self._failure is None:
            self.query_one(TitleBar).headline = plural(len(self._found.versions), "version")
        self.refresh_bindings()

    @property
    def _version(self) -> Version | None:
        """The version under the cursor."""
        versions = self._found.versions if self._found else ()
        cursor = self.query_one(LineList).cursor
        return versions[cursor] if cursor < len(versions) else None

    # -- what a version changed -----------------------------------------------------------------------------

    @on(ChoosingList.Moved)
    def _moved(self) -> None:
        version = self._version
        if version is None:
            return
        told = self._told.get(version.version, "")
        self.query_one(DetailLines).lines = (f"{version.version}  {version.message}".strip(), told)
        self.refresh_bindings()
        if self._rest is not None:
            self._rest.stop()
        if not told and self._before(version):
            self._rest = self.set_timer(_REST_SECONDS, partial(self._ask, version))

    def _ask(self, version: Version) -> None:
        start(self, self._tell(version), group="told", on_error=lambda _error: None)

    async def _tell(self, version: Version) -> None:
        before = self._before(version)
        found = await in_thread(compare, self._workspace, self._project, before, version.version)
        self._told[version.version] = f"since {before}: {found.diff.summary}"
        self._moved()

    def _before(self, version: Version) -> str:
        """The version before this one, empty for the first."""
        number = version_number(version.version)
        return version_name(number - 1) if number > 1 else ""

    # -- actions --------------------------------------------------------------------------------------------

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        if action in ("leave", "refresh"):
            return ""
        version = self._version if self._found and not self._failure else None
        if version is None:
            return "there is no version"
        if action == "changes":
            return "" if self._before(version) else f"{version.version} is the first"
        if action == "compare":
            same = version.version == self._other(version)
            return "move to another one: this would be compared with itself" if same else ""
        if action == "roll_back" and self._found and version.version == self._found.current:
            return f"{version.version} is the newest already"
        return ""

    def _other(self, version: Version) -> str:
        """The version to compare with."""
        newest = self._found.current if self._found else ""
        return self._marked if self._marked not in ("", version.version) else newest

    @on(ChoosingList.Picked)
    def _picked(self) -> None:
        if why := self.why_not("changes"):
            self.notify(why, title="No changes to show")
        else:
            self.action_changes()

    def action_changes(self) -> None:
        """Show what the version changed."""
        if version := self._version:
            self._open_diff(self._before(version), version.version)

    def action_compare(self) -> None:
        """Compare with the marked version, or with the newest; the older one comes first."""
        if version := self._version:
            pair = sorted((version.version, self._other(version)), key=version_number)
            self._open_diff(*pair)

    def _open_diff(self, before: str, after: str) -> None:
        load = partial(compare, self._workspace, self._project, before, after)
        self.app.push_screen(DiffScreen(self._project, load))

    def action_mark(self) -> None:
        """Mark the version, or take the mark away."""
        if version := self._version:
            self._marked = "" if self._marked == version.version else version.version
            self._show()

    def action_view(self) -> None:
        """Read the version."""
        if version := self._version:
            self.app.push_screen(VersionTextScreen(self._workspace, self._project, version.version))

    def action_roll_back(self) -> None:
        """Ask, then make the version the newest again."""
        if version := self._version:
            start(self, self._roll_back(version.version), group="ask", on_error=self._not_rolled_back)

    async def _roll_back(self, to: str) -> None:
        newest = self._found.current if self._found else ""
        found = await in_thread(compare, self._workspace, self._project, newest, to)
        live = "The running mock takes it over by itself within seconds. " if self._is_running else ""
        text = f"{to} comes back as a new version; {newest} stays in the versions. {live}\n"
        text += f"Against {newest}: {found.diff.summary}"
        ask = AskLine(f"Roll {self._project} back to {to}?", "Why", text=text, yes="Roll back")
        message = await self.app.push_screen_wait(ask)
        if message is None:
            return
        call = partial(roll_back, self._workspace, self._project, to, base_version=newest, message=message)
        self._rolled_back(await in_thread(call))

    @property
    def _is_running(self) -> bool:
        return bool(self._found and self._found.deployed)

    def _rolled_back(self, done: RolledBack) -> None:
        told = f"{done.version} holds what {done.to} held" if done.is_new else f"{done.to} is what there is"
        self.notify("\n".join(filter(None, (told, done.warning))), title=f"Rolled back {self._project}")
        self._select = done.version
        self.action_refresh()

    def _not_rolled_back(self, error: AutomockError) -> None:
        app_of(self).show_error(error)
        if isinstance(error, LostRace):
            self.action_refresh()

    def action_leave(self) -> None:
        """Back."""
        self.dismiss(None)
