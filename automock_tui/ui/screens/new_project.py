"""A new project: its name, and what it begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input, Static, TextArea

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.domain.project import check_project_name
from automock_tui.ui import navigation
from automock_tui.ui.actions import Reasons
from automock_tui.ui.beginnings import Beginning, Found, look
from automock_tui.ui.format import plural
from automock_tui.ui.kept_forms import forget, keep, kept
from automock_tui.ui.messages import ProjectsChanged
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.widgets.json_editor import JsonEditor
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.option_field import OptionField, focused_option
from automock_tui.ui.widgets.problem_list import ProblemList
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from automock_tui.operations.create import Created
    from automock_tui.operations.workspace import Workspace
    from automock_tui.ui.app import AutomockApp

_LOOK_AFTER = 0.3
"""Seconds without a keystroke after which what the project begins with is read and checked."""
_FIRST = {"name": "", "description": "", "start": Beginning.EXAMPLE.value, "file": "", "paste": ""}
_HELP = {
    "name": (
        "3 to 40 of a-z, 0-9 and hyphen",
        "It becomes part of the name of the project's bucket.",
    ),
    "description": ("any text", "What the project is for; shown on its page."),
    "start": (
        "example | file | paste | blank",
        "What its first version holds; the example is a pet store.",
    ),
    "file": ("a path on this machine", "A JSON array of MockServer expectations; ~ is your home folder."),
}


class NewProjectScreen(Reasons, Screen[None]):
    """The form for a new project.

    Args:
        workspace: Where it will be.
    """

    CSS_PATH = "new_project.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "create", "Create", tooltip="Create the project", id="new.create"),
        Binding("escape", "leave", "Back", tooltip="Back; your text is kept", id="new.leave", priority=True),
        Binding("down", "app.focus_next", "Next field", show=False, id="new.next"),
        Binding("up", "app.focus_previous", "Previous field", show=False, id="new.previous"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._names: list[str] | None = None
        self._texts = dict(_FIRST)
        self._found: Found | None = None
        self._timer: Timer | None = None
        self._creating = False

    @property
    def ours(self) -> AutomockApp:
        """The app."""
        return app_of(self)

    @property
    def _key(self) -> tuple[str, ...]:
        return "new", self._workspace.ref.identity

    def compose(self) -> ComposeResult:
        """The fields, then what was found in the expectations."""
        self._texts |= kept(self.app, self._key)
        yield TitleBar("New project")
        with Vertical(id="new-form"):
            yield OptionField("name", "Name", self._texts["name"], placeholder="petstore")
            yield OptionField("description", "Description", self._texts["description"], placeholder="none")
            yield OptionField("start", "Begin with", self._texts["start"], choices=list(map(str, Beginning)))
            yield OptionField("file", "File", self._texts["file"], placeholder="~/expectations.json")
            yield JsonEditor(tab_behavior="focus", id="new-paste")
            yield Static(id="new-name-problem")
            yield Static(id="new-found")
        yield ProblemList(id="new-problems")
        yield DetailLines()
        yield KeyBar()

    def on_mount(self) -> None:
        """Learn which names are taken."""
        self.query_one(JsonEditor).begin(self._texts["paste"])
        self._show_fields()
        self._look_soon()
        start(self, self._learn_names(), group="names", on_error=self._names_unknown)

    async def _learn_names(self) -> None:
        self._names = await in_thread(self._workspace.projects.names)
        self._show_name()

    def _names_unknown(self, error: AutomockError) -> None:
        # Creating checks the name again; here it only cannot be said early.
        self.notify(f"{error.title}. Whether the name is free is seen when it is created.", severity="warning")

    # -- typing ---------------------------------------------------------------------------------------------

    @on(OptionField.Changed)
    def _typed(self, event: OptionField.Changed) -> None:
        self._texts[event.option] = event.text
        if event.option == "name":
            self._show_name()
        elif event.option in ("start", "file"):
            self._show_fields()
            self._look_soon()

    @on(TextArea.Changed)
    def _pasted(self) -> None:
        self._look_soon()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.focus_next()

    def on_descendant_focus(self) -> None:
        """Say what the field is."""
        self.query_one(DetailLines).lines = _HELP.get(focused_option(self), ("", ""))

    @property
    def _beginning(self) -> Beginning:
        return Beginning(self._texts["start"])

    def _look_soon(self) -> None:
        self._found = None
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_LOOK_AFTER, self._start_look)
        self.refresh_bindings()

    def _start_look(self) -> None:
        self._texts["paste"] = self.query_one(JsonEditor).text
        start(self, self._look(), group="look")

    async def _look(self) -> None:
        found = await in_thread(look, self._beginning, self._texts["file"], self._texts["paste"])
        self._found = found
        self.query_one(ProblemList).show(found.findings.rows)
        self._put("#new-found", _said(found))
        self.query_one("#new-found").set_class(not found.is_usable, "-bad")
        self.refresh_bindings()

    # -- showing --------------------------------------------------------------------------------------------

    def _show_fields(self) -> None:
        for field in self.query(OptionField):
            if field.option == "file":
                field.display = self._beginning is Beginning.FILE
        self.query_one(JsonEditor).display = self._beginning is Beginning.PASTE

    def _show_name(self) -> None:
        wrong = self._name_problem()
        typed = bool(self._texts["name"])
        self._field("name").mark(bad=bool(wrong) and typed, changed=False)
        self._put("#new-name-problem", f"✕ {wrong}" if wrong and typed else "")
        self.refresh_bindings()

    def _field(self, option: str) -> OptionField:
        return next(field for field in self.query(OptionField) if field.option == option)

    def _name_problem(self) -> str:
        name = self._texts["name"]
        try:
            check_project_name(name)
        except InvalidInput as error:
            return error.message if name else "it needs a name"
        return f"There is a project {name} already." if name in (self._names or ()) else ""

    def _put(self, place: str, text: str) -> None:
        field = self.query_one(place, Static)
        field.display = bool(text)
        field.update(Content(text))

    @on(ProblemList.Moved)
    def _problem_moved(self) -> None:
        problems = self.query_one(ProblemList)
        if problems.has_focus and problems.current is not None:
            self.query_one(DetailLines).lines = (problems.current.text, problems.current.more)

    @on(ProblemList.GoTo)
    def _go_to(self, event: ProblemList.GoTo) -> None:
        editor = self.query_one(JsonEditor)
        if editor.display and event.row.line:
            editor.go_to(event.row.line, event.row.column)
            editor.focus()

    # -- creating -------------------------------------------------------------------------------------------

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        if action != "create":
            return ""
        if self._creating:
            return "it is being created"
        if wrong := self._name_problem():
            return wrong
        if self._found is None:
            return "what it begins with is still being read"
        return "" if self._found.is_usable else _said(self._found)

    def action_create(self) -> None:
        """Create the project."""
        if self._found is not None:
            self._creating = True
            self.refresh_bindings()
            start(self, self._create(self._found), group="create", on_error=self._not_created)

    async def _create(self, found: Found) -> None:
        from automock_tui.operations.create import create_project

        created = await in_thread(
            create_project,
            self._workspace,
            self._texts["name"],
            found.text,
            source=found.source,
            description=self._texts["description"].strip(),
        )
        forget(self.app, self._key)
        self.ours.projects_changed(ProjectsChanged(created.name))
        await self._ask_next(created)

    async def _ask_next(self, created: Created) -> None:
        from automock_tui.ui.dialogs.what_next import WhatNext, WhatNextDialog

        text = f"{created.name} {created.version} has {plural(created.expectations, 'expectation')}."
        dialog = WhatNextDialog(created.name, text, why_not_deploy=self._workspace.why_not_deploy)
        answer = await self.app.push_screen_wait(dialog)
        app = self.ours
        self.dismiss(None)
        if answer is WhatNext.DEPLOY:
            navigation.open_deploy(app, created.name)
        elif answer is WhatNext.EDIT:
            navigation.open_editor(app, created.name)

    def _not_created(self, error: AutomockError) -> None:
        self._creating = False
        self.refresh_bindings()
        self.ours.show_error(error)

    def action_leave(self) -> None:
        """Back; what was typed is kept."""
        self._texts["paste"] = self.query_one(JsonEditor).text
        keep(self.app, self._key, self._texts)
        self.dismiss(None)


def _said(found: Found) -> str:
    """What was found, in a line."""
    if found.problem:
        return f"! {found.problem}"
    if found.text is None:
        return "It begins with no expectations."
    if found.findings.errors:
        return f"✕ {plural(found.findings.errors, 'error')} in {found.source}: MockServer would refuse it."
    warnings = f", {plural(found.findings.others, 'warning')}" if found.findings.others else ", no problems"
    return f"✓ {plural(found.findings.count or 0, 'expectation')} in {found.source}{warnings}."
