"""A new project: its name, and what it begins with; also more expectations for a project that is there."""

from __future__ import annotations

import threading
from pathlib import Path
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
from automock_tui.ui import navigation, new_project_texts
from automock_tui.ui.actions import Reasons
from automock_tui.ui.beginnings import Beginning, Found, Inputs, described, look
from automock_tui.ui.dialogs.what_next import WhatNext
from automock_tui.ui.folder_rows import typed_path
from automock_tui.ui.kept_forms import forget, keep, kept
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.widgets.file_picker import FilePicker
from automock_tui.ui.widgets.json_editor import JsonEditor
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.line_list import ChoosingList, LineList
from automock_tui.ui.widgets.option_field import OptionField, focused_option
from automock_tui.ui.widgets.problem_list import ProblemList
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from automock_tui.operations.describe import ModelChoice
    from automock_tui.operations.templates import Template
    from automock_tui.operations.workspace import Workspace
    from automock_tui.ui.app import AutomockApp

_LOOK_AFTER = 0.3
"""Seconds without a keystroke after which what the project begins with is read and checked."""
_SHOWN_FOR = {
    "#new-templates": {Beginning.TEMPLATE},
    "#new-files": {Beginning.UPLOAD},
    "#new-paste": {Beginning.PASTE},
}
_FIELDS_FOR = {"file": {Beginning.FILE, Beginning.UPLOAD}, "sentence": {Beginning.DESCRIBE}}


class NewProjectScreen(Reasons, Screen[None]):
    """The form for a new project, or for an import.

    Args:
        workspace: Where it is or will be.
        into: The project to import into; empty for a new one.
    """

    CSS_PATH = "new_project.tcss"
    AUTO_FOCUS = "Input, ChoiceLine"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "create", "Go on", tooltip="See what was made, then save it", id="new.create"),
        Binding("escape", "leave", "Back", tooltip="Back; your text is kept", id="new.leave", priority=True),
        Binding("down", "app.focus_next", "Next field", show=False, id="new.next"),
        Binding("up", "app.focus_previous", "Previous field", show=False, id="new.previous"),
    ]

    def __init__(self, workspace: Workspace, into: str = "") -> None:
        super().__init__()
        self._workspace = workspace
        self._into = into
        self._names: list[str] | None = None
        self._texts = dict(new_project_texts.FIRST) | (
            {"name": into, "start": Beginning.FILE.value} if into else {}
        )
        self._templates: list[Template] = []
        self._found: Found | None = None
        self._goes_on = False
        """Whether to go on as soon as what it begins with is read."""
        self._timer: Timer | None = None
        self._is_asking = False
        self._left = threading.Event()
        """Set when the screen is left; a model is not waited for then."""

    @property
    def ours(self) -> AutomockApp:
        """The app."""
        return app_of(self)

    @property
    def _key(self) -> tuple[str, ...]:
        return "new", self._workspace.ref.identity, self._into

    def compose(self) -> ComposeResult:
        """The fields, then what was found in the expectations."""
        self._texts |= kept(self.app, self._key)
        texts = self._texts
        choices = [str(one) for one in Beginning if not (self._into and one is Beginning.BLANK)]
        yield TitleBar(f"Import into {self._into}" if self._into else "New project")
        with Vertical(id="new-form"):
            if not self._into:
                yield OptionField("name", "Name", texts["name"], placeholder="petstore")
                yield OptionField("description", "Description", texts["description"], placeholder="none")
            yield OptionField("start", "Begin with", texts["start"], choices=choices)
            yield OptionField("file", "File", texts["file"], placeholder="~/openapi.yaml")
            yield OptionField("sentence", "Sentence", texts["sentence"], placeholder="a shop with orders")
            yield LineList("Templates", "Reading …", id="new-templates")
            yield FilePicker(Path.cwd(), id="new-files")
            yield JsonEditor(tab_behavior="focus", id="new-paste")
            yield Static(id="new-name-problem")
            yield Static(id="new-found")
            yield LineList("Preview", "Nothing yet", id="new-preview")
        yield ProblemList(id="new-problems")
        yield DetailLines()
        yield KeyBar()

    def on_mount(self) -> None:
        """Learn which names are taken, and which templates there are."""
        self.query_one(JsonEditor).begin(self._texts["paste"])
        self._show_fields()
        self._look_soon()
        start(self, self._learn_templates(), group="templates")
        if not self._into:
            start(self, self._learn_names(), group="names", on_error=self._names_unknown)

    def on_unmount(self) -> None:
        """Wait for no model any more."""
        self._left.set()

    async def _learn_names(self) -> None:
        self._names = await in_thread(self._workspace.projects.names)
        self._show_name()

    def _names_unknown(self, error: AutomockError) -> None:
        # Creating checks the name again; here it only cannot be said early.
        self.notify(f"{error.title}. Whether the name is free is seen when it is created.", severity="warning")

    async def _learn_templates(self) -> None:
        from automock_tui.operations.templates import templates

        self._templates = await in_thread(templates)
        rows = self.query_one("#new-templates", LineList)
        rows.show([new_project_texts.template_line(one) for one in self._templates])
        names = [one.name for one in self._templates]
        rows.cursor = names.index(self._texts["template"]) if self._texts["template"] in names else 0

    # -- typing ---------------------------------------------------------------------------------------------

    @on(OptionField.Changed)
    def _typed(self, event: OptionField.Changed) -> None:
        self._texts[event.option] = event.text
        if event.option == "name":
            self._show_name()
        elif event.option == "start":
            self._show_fields()
            self._put("#new-found", "Reading …")
            self.query_one("#new-preview").display = False
        if event.option == "file" and self._beginning is Beginning.UPLOAD:
            self._browse()
        if event.option in ("start", "file", "sentence"):
            self._look_soon()

    def _browse(self) -> None:
        """Show the folder of what is typed, and of it what fits the rest."""
        typed = self._texts["file"]
        path = typed_path(typed) if typed.strip() else Path.cwd()
        if "/" not in typed:
            self.query_one(FilePicker).look(wanted=typed.strip())
        elif typed.endswith("/"):
            self.query_one(FilePicker).look(path)
        else:
            self.query_one(FilePicker).look(path.parent, path.name)

    @on(FilePicker.Taken)
    def _file_taken(self, event: FilePicker.Taken) -> None:
        self._field("file").value = str(event.path)

    @on(ChoosingList.Moved)
    def _row_moved(self) -> None:
        rows = self.focused
        if not isinstance(rows, LineList):
            return
        self.query_one(DetailLines).lines = rows.whole
        if rows.id == "new-templates" and rows.cursor < len(self._templates):
            chosen = self._templates[rows.cursor].name
            if chosen != self._texts["template"]:
                self._texts["template"] = chosen
                self._look_soon()

    @on(ChoosingList.Picked, "#new-templates")
    @on(ChoosingList.Picked, "#new-preview")
    def _row_picked(self) -> None:
        if self.why_not("create"):
            self.focus_next()
        else:
            self.action_create()

    @on(TextArea.Changed)
    def _pasted(self) -> None:
        self._look_soon()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.focus_next()

    def on_descendant_focus(self) -> None:
        """Say what the field is."""
        if not isinstance(self.focused, ChoosingList):
            self.query_one(DetailLines).lines = new_project_texts.HELP.get(focused_option(self), ("", ""))

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
        texts = self._texts
        given = (texts["template"], texts["file"], texts["paste"], texts["sentence"])
        inputs = Inputs(self._beginning, *given, self.ours.settings)
        found = await in_thread(look, inputs)
        rows = await in_thread(new_project_texts.preview, found)
        self._found = found
        self.query_one(ProblemList).show(found.findings.rows)
        self._put("#new-found", new_project_texts.said(found))
        self.query_one("#new-found").set_class(not found.is_usable, "-bad")
        preview = self.query_one("#new-preview", LineList)
        preview.show(rows)
        preview.display = bool(rows)
        self.refresh_bindings()
        if self._goes_on:
            self._goes_on = False
            if why := self.why_not("create"):
                self.notify(why, title="Not yet", severity="warning")
            else:
                self.action_create()

    # -- showing --------------------------------------------------------------------------------------------

    def _show_fields(self) -> None:
        for field in self.query(OptionField):
            if field.option in _FIELDS_FOR:
                field.display = self._beginning in _FIELDS_FOR[field.option]
        for place, wanted in _SHOWN_FOR.items():
            self.query_one(place).display = self._beginning in wanted
        if self._beginning is Beginning.UPLOAD:
            self._browse()

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
        if self._into:
            return ""
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

    # -- going on -------------------------------------------------------------------------------------------

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        if action != "create":
            return ""
        if self._is_asking:
            return "the model is writing; esc gives up"
        if wrong := self._name_problem():
            return wrong
        return "" if self._found is None or self._found.is_usable else new_project_texts.said(self._found)

    def action_create(self) -> None:
        """Look at what was made, and save it from there; as soon as it is read, where it is not yet."""
        self._goes_on = self._found is None
        if self._found is not None:
            start(self, self._go_on(self._found), group="create")

    async def _go_on(self, found: Found) -> None:
        from automock_tui.ui.import_saving import Target
        from automock_tui.ui.screens.import_result import ImportResultScreen

        if found.asks is not None:
            found = await self._asked(found.asks)
        name, description = self._texts["name"], self._texts["description"].strip()
        target = Target(name, is_new=not self._into, description=description)
        done = await self.app.push_screen_wait(ImportResultScreen(self._workspace, target, found))
        if done is None:
            return
        forget(self.app, self._key)
        app = self.ours
        self.dismiss(None)
        if done is WhatNext.DEPLOY:
            navigation.open_deploy(app, name)
        elif done is WhatNext.EDIT:
            navigation.open_editor(app, name)
        elif done is WhatNext.SAVE and not self._into:
            navigation.open_project(app, name)

    async def _asked(self, choice: ModelChoice) -> Found:
        """What a model makes of the sentence, and of the expectations that are there."""
        from automock_tui.operations.save import open_expectations

        document = ""
        if self._into:
            document = (await in_thread(open_expectations, self._workspace, self._into)).text
        self._put("#new-found", f"{choice.name} writes … this takes up to some minutes; esc gives up.")
        self._is_asking = True
        self.refresh_bindings()
        try:
            return await in_thread(described, choice, self._texts["sentence"], document, self._left.is_set)
        finally:
            self._is_asking = False
            if self.is_attached:
                self._look_soon()

    def action_leave(self) -> None:
        """Back; what was typed is kept."""
        self._texts["paste"] = self.query_one(JsonEditor).text
        keep(self.app, self._key, self._texts)
        self.dismiss(None)
