"""The app: paints first, then opens its workspace, then shows screens over the operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from textual.app import App
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from automock_tui.domain.errors import AutomockError
from automock_tui.ui import navigation
from automock_tui.ui.actions import action_name, reason_of
from automock_tui.ui.messages import Connected, Connecting, Connection, NotConnected, ProjectsChanged
from automock_tui.ui.notices import Notice, new_notices
from automock_tui.ui.screens.projects import ProjectsScreen
from automock_tui.ui.theme import install_themes
from automock_tui.ui.threads import in_thread
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual._path import CSSPathType
    from textual.command import Provider
    from textual.dom import DOMNode
    from textual.screen import Screen

    from automock_tui.operations.workspace import Workspace
    from automock_tui.settings import Folders, Settings

Connect = Callable[[], "Workspace"]
Severity = Literal["information", "warning", "error"]


def _commands() -> type[Provider]:
    from automock_tui.ui.commands import AppCommands

    return AppCommands


class AutomockApp(App[None]):
    """The app.

    Args:
        settings: What the user configured.
        folders: Where files go.
        connect: Opens the first workspace; blocks.
        label: What that workspace is called until it is open.
    """

    TITLE = "automock-tui"
    # Textual loads the stylesheets of pushed screens only, so that of the first screen is named here.
    CSS_PATH: ClassVar[CSSPathType | None] = ["app.tcss", "screens/projects.tcss"]
    COMMANDS: ClassVar = {_commands}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (140, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("J", "jobs", "Jobs", show=False, tooltip="All jobs on this machine", id="app.jobs"),
        Binding("w", "workspace", "Workspace", tooltip="Choose where to work", id="app.workspace"),
        Binding(
            "comma", "settings", "Settings", show=False, key_display=",", tooltip="Settings", id="app.settings"
        ),
        Binding("ctrl+n", "notices", "Notices", show=False, tooltip="Read old notices", id="app.notices"),
        Binding(
            "ctrl+z",
            "suspend_process",
            "To the shell",
            show=False,
            tooltip="Back to the shell for a while; fg there returns",
            id="app.suspend",
        ),
        Binding("q", "quit", "Quit", show=False, tooltip="Leave the app; jobs go on", id="app.quit"),
        Binding(
            "question_mark,f1", "help", "Keys", key_display="?", tooltip="Keys of this place", id="app.help"
        ),
    ]

    connection: reactive[Connection] = reactive[Connection](Connecting(""), init=False)
    """Where the app stands with its workspace."""
    place: reactive[str] = reactive("")
    """The workspace's name, for title bars."""

    def __init__(self, settings: Settings, folders: Folders, connect: Connect, *, label: str = "") -> None:
        super().__init__()
        self.settings = settings
        self.folders = folders
        self.notices = new_notices()
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.store_time: Callable[[datetime], datetime] = lambda here: here
        """This machine's time to the store's."""
        self._connect = connect
        self._label = label or settings.workspace
        self._theme_problem = install_themes(self, settings.theme)

    def now(self) -> datetime:
        """The time by which TTLs count: the store's."""
        return self.store_time(self.clock())

    def get_default_screen(self) -> Screen[Any]:
        """The Projects screen is home."""
        return ProjectsScreen()

    def on_mount(self) -> None:
        if self._theme_problem:
            self.notify(self._theme_problem, title="Settings", severity="warning")
        # The shell has written over everything meanwhile.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self.call_after_refresh(self._after_first_paint)

    def _after_first_paint(self) -> None:
        self.connect(self._connect, self._label)
        if self.settings.keymap:
            self.set_keymap(self.settings.keymap)
            start(self, self._check_keymap(), group="keymap")

    # --- The workspace

    def connect(self, connect: Connect, label: str) -> None:
        """Open a workspace; what becomes of it is seen in `connection`."""
        self._connect, self._label = connect, label
        self.connection, self.place = Connecting(label), label
        start(self, self._open(connect, label), group="connect", on_error=partial(self._not_connected, label))

    def reconnect(self) -> None:
        """Try again to open the workspace."""
        self.connect(self._connect, self._label)

    async def _open(self, connect: Connect, label: str) -> None:
        workspace = await in_thread(connect)
        self.place = " · ".join(
            filter(None, (workspace.ref.kind.value, workspace.region, workspace.ref.profile))
        )
        self.connection = Connected(workspace)

    def _not_connected(self, label: str, error: AutomockError) -> None:
        self.connection = NotConnected(label, error)

    @property
    def workspace(self) -> Workspace:
        """The open workspace.

        Raises:
            AutomockError: none is open.
        """
        return navigation.workspace_of(self.connection)

    def projects_changed(self, news: ProjectsChanged) -> None:
        """Tell the Projects screen to look again."""
        home = self.screen_stack[0]
        if isinstance(home, ProjectsScreen):
            home.refresh_now(select=news.select)

    # --- Telling the user

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: Severity = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """A toast, kept in the history; user's data is no markup unless the caller says so."""
        self.notices.append(Notice(self.clock(), title, message, severity))
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def show_error(self, error: AutomockError) -> None:
        """Show what went wrong, and what to do, until the user closes it."""
        from automock_tui.ui.dialogs.message import ErrorDialog

        self.notices.append(Notice(self.clock(), error.title, f"{error.message} {error.hint}", "error"))
        self.push_screen(ErrorDialog(error))

    def show_bug(self, error: Exception) -> None:
        """Show a failure that is the app's own fault."""
        from automock_tui.ui.bug_report import record_bug

        self.show_error(record_bug(error, self.folders.state))

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text by the best way there is, without a word."""
        from automock_tui.ui.copying import copy

        start(self, copy(self, text), group="copy")

    def terminal_copy(self, text: str) -> None:
        """Copy a text through the terminal (OSC 52)."""
        super().copy_to_clipboard(text)

    # --- Keys

    async def run_action(
        self,
        action: Any,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action; one that cannot run now says why."""
        if await super().run_action(action, default_namespace, namespaces):
            return True
        node = self if str(action).startswith("app.") or default_namespace is None else default_namespace
        reason = reason_of(node, action) if isinstance(action, str) else ""
        if reason:
            self.notify(reason, title=_title_of(node, action), severity="warning")
        return bool(reason)

    def use_keymap(self, keymap: dict[str, str]) -> None:
        """Use other keys from now on."""
        self.settings = replace(self.settings, keymap=keymap)
        self.set_keymap(keymap)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where a key is asked for, none of the app's own keys does anything."""
        del action, parameters
        return not (self.screen_stack and getattr(self.screen, "takes_every_key", False))

    async def _check_keymap(self) -> None:
        from automock_tui.ui.keymap import action_owners, keymap_problems

        owners = await in_thread(action_owners)
        for problem in keymap_problems(self.settings.keymap, owners):
            self.notify(problem, title="Your keymap", severity="warning")

    def action_help(self) -> None:
        from automock_tui.ui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.screen))

    def action_settings(self) -> None:
        navigation.open_settings(self)

    def action_jobs(self) -> None:
        navigation.open_jobs(self)

    def action_notices(self) -> None:
        from automock_tui.ui.dialogs.notices import NoticesDialog

        self.push_screen(NoticesDialog(list(self.notices), utc=self.settings.utc))

    def action_workspace(self) -> None:
        from automock_tui.ui.switching import choose_workspace

        start(self, choose_workspace(self), group="ask")

    def action_help_quit(self) -> None:
        """Ctrl+C leaves nothing: it may have been meant to copy."""
        self.notify("ctrl+q leaves the app; jobs and mocks go on.", title="To leave")

    async def action_quit(self) -> None:
        from automock_tui.ui.quitting import ask_and_quit

        start(self, ask_and_quit(self), group="ask")


def _title_of(node: DOMNode, action: str) -> str:
    for _key, binding in node._bindings:
        if action_name(binding.action) == action_name(action):
            return f"{binding.description}: not now"
    return "Not now"
