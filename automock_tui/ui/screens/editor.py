"""The editor of a project's expectations: as a form, or as JSON. What is typed is on disk within a second."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.ui import editor_questions as questions
from automock_tui.ui import pauses
from automock_tui.ui.editing.form import STEPS
from automock_tui.ui.editing.form.values import dedented, indented, own_indent
from automock_tui.ui.editor_questions import DraftAnswer
from automock_tui.ui.external_editor import edit_outside, editor_command
from automock_tui.ui.json_layout import laid_out
from automock_tui.ui.screens.editor_running import EditorRunning
from automock_tui.ui.screens.editor_views import Mode
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.widgets.filter_bar import FilterBar
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from automock_tui.domain.expectation import ExpectationSet
    from automock_tui.linting import LintContext
    from automock_tui.operations.drafts import Draft
    from automock_tui.operations.save import OpenedSet
    from automock_tui.operations.workspace import Workspace


def _binding(key: str, action: str, name: str, tooltip: str, id: str, **more: Any) -> Binding:
    return Binding(key, action, name, tooltip=tooltip, id=f"editor.{id}", **more)


class _Read(NamedTuple):
    """A project as it was read; `expectations` is None where its text cannot be read as such."""

    opened: OpenedSet
    is_running: bool
    context: LintContext | None
    expectations: ExpectationSet | None


class EditorScreen(EditorRunning):
    """One project's expectations: a list, the one that is looked at as a form or as JSON, and what is wrong.

    Args:
        workspace: Where the project is.
        name: The project.
        add: New expectations to open it with, not saved yet.
    """

    CSS_PATH = "editor.tcss"
    AUTO_FOCUS = "ExpectationList"
    BINDINGS: ClassVar[list[BindingType]] = [
        _binding("ctrl+s", "save", "Save", "Save as a new version", "save"),
        _binding("f2", "json", "Form/JSON", "This expectation as a form, or as JSON", "json", priority=True),
        _binding("f3", "all", "All as JSON", "The whole document as JSON, and back", "all", priority=True),
        _binding("slash", "filter", "Filter", "Show only some", "filter", key_display="/"),
        _binding("escape", "leave", "Back", "Back; what is not saved stays a draft", "leave", priority=True),
        _binding("f8", "next_problem", "Next problem", "Go to the next problem", "next-problem"),
        _binding("f7", "fix", "Fix", "Mend this problem, where that is safe", "fix", priority=True),
        _binding("f12", "silence", "Silence", "Silence this problem's rule, or hear one again", "silence"),
        _binding("ctrl+pagedown", "step(1)", "Next step", "The next step of the form", "next-step", show=False),
        _binding("ctrl+pageup", "step(-1)", "Previous step", "The step before", "previous-step", show=False),
        *(
            _binding(str(n + 1), f"show_step('{name}')", name, f"Show {name}", f"step-{n + 1}", show=False)
            for n, name in enumerate((*(step.value for step in STEPS), "JSON"))
        ),
        _binding("ctrl+t", "lay_out", "Format", "Indent the JSON anew; nothing else changes", "format"),
        _binding("ctrl+g", "go_to_line", "Go to line", "Go to a line", "line", show=False),
        _binding("ctrl+e", "outside", "$EDITOR", "Edit in your own editor", "outside", priority=True),
        _binding("f9", "run_here", "Run here", "Serve this on this machine as you type, or end it", "run"),
        _binding("f4", "explain", "Try", "Who would answer a request, or why nobody does", "explain"),
        _binding("f10", "watch", "Traffic", "The requests of what runs here", "watch", show=False),
        _binding("ctrl+z", "undo", "Undo", "Undo", "undo", show=False, priority=True),
        _binding("ctrl+y", "redo", "Redo", "Redo", "redo", show=False, priority=True),
        _binding("f6", "other_pane", "Problems", "To the problems and back", "pane", show=False, priority=True),
        _binding("f5", "retry", "Try again", "Read the project again", "retry", show=False),
    ]

    def __init__(self, workspace: Workspace, name: str, *, add: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(workspace, name)
        self._add = tuple(add)

    def on_mount(self) -> None:
        """Read the project and the draft."""
        self.set_interval(1.0, self._show_lines)
        self.query_one(DetailLines).display = False
        self._show_state()
        start(self, self._open(), group="editor-open", on_error=self._not_opened)

    # -- opening --------------------------------------------------------------------------------------------

    async def _open(self) -> None:
        read = await in_thread(_read, self._workspace, self._project)
        opened, self._is_running, self._checker.context = read.opened, read.is_running, read.context
        self._begin(opened, read.expectations)
        draft = await self._read_draft()
        if draft is not None and draft.text != self._base:
            await self._offer(draft, opened.version)
        if self._add:
            await in_thread(self._session.add, self._add)
            self._add = ()
            self._refresh_views()
            self._changed()
            self._opened_one()

    async def _offer(self, draft: Draft, version: str) -> None:
        answer = await self.app.push_screen_wait(questions.ask_draft(draft, version, self.ours.clock()))
        if answer is DraftAnswer.DISCARD:
            await in_thread(self._keeper.drop, self._number)
            self._told = "draft discarded"
        else:
            self._version = draft.base_version or self._version
            self._kept_at = draft.written_at
            self._take(draft.text, "the draft")

    async def _read_draft(self) -> Draft | None:
        try:
            return await in_thread(self._keeper.read)
        except AutomockError as error:
            self._draft_failure = error
            return None

    def _begin(self, opened: OpenedSet, found: ExpectationSet | None) -> None:
        self._version = self._base_version = opened.version
        if found is None:
            self._mode = Mode.ALL
            self._editor.begin(opened.text)
        else:
            self._session = type(self._session)(found)
        self._opened = True
        pauses.hold()
        # As the editor has it: line ends of two kinds in one file are one kind there.
        self._base = self.text
        self._set_mode(self._mode)
        self.set_focus(self._editor if found is None else self.list)
        self._check_soon()

    def _not_opened(self, error: AutomockError) -> None:
        self._failure = error
        self._show_state()

    # -- reasons --------------------------------------------------------------------------------------------

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        if action == "retry":
            return "" if self._failure else "there is nothing to try again"
        if action == "leave":
            return ""
        if not self._opened:
            return "the project is not open yet"
        reasons: dict[str, Callable[[], str]] = {
            "save": self._why_no_save,
            "fix": self._why_no_fix,
            "silence": self._why_no_silence,
            "undo": lambda: "" if self._can_undo() else "nothing was done yet",
            "redo": lambda: "" if self._can_redo() else "nothing was undone",
            "watch": lambda: "" if self._preview.url else "it does not run here; f9 starts it",
            "lay_out": self._why_no_json,
            "go_to_line": self._why_no_json,
            "json": lambda: (
                "" if self._session.current or self._mode is Mode.ALL else "there is no expectation"
            ),
        }
        if action in reasons:
            return reasons[action]()
        if action in ("next_problem", "other_pane") and self.problems.is_empty:
            return "no problem is found"
        if action == "outside" and not editor_command(os.environ):
            return "set the environment variable EDITOR to an editor that is installed"
        if action in ("filter", "step", "show_step") and self._mode is Mode.ALL:
            return "all is shown as JSON; f3 goes back to the list"
        return ""

    def _why_no_save(self) -> str:
        if self._saving:
            return "a save is under way"
        return "" if self.is_changed else f"nothing has changed since {self._version}"

    def _why_no_json(self) -> str:
        return "this is the form; f2 shows the JSON" if self._mode is Mode.FORM else ""

    # -- actions --------------------------------------------------------------------------------------------

    def action_retry(self) -> None:
        """Read the project again."""
        self._failure = None
        self._show_state()
        start(self, self._open(), group="editor-open", on_error=self._not_opened)

    def action_leave(self) -> None:
        """Back: from the filter, from the fields to the list, from the list to where one came from."""
        bar = self.query_one(FilterBar)
        if self._opened and bar.has_focus_within:
            bar.close()
        elif self._opened and self._mode is not Mode.ALL and not self.list.has_focus:
            self._show_right(False)
            self.list.focus()
        elif self._opened and bar.text:
            bar.close()
        else:
            self._go_away()

    def _go_away(self) -> None:
        if self.is_changed and self.text != self._base:
            self.notify("What you typed is kept as a draft; the editor offers it next time.", title="Not saved")
        self.dismiss(None)

    def action_filter(self) -> None:
        """Show only some expectations."""
        self._show_right(False)
        self.query_one(FilterBar).open()

    def action_json(self) -> None:
        """The expectation as JSON, or as a form again."""
        if self._mode is Mode.ALL:
            start(self, self._leave_to(Mode.ONE), group="view")
        elif self._mode is Mode.FORM:
            self._set_mode(Mode.ONE)
            self._opened_one()
        else:
            self._set_mode(Mode.FORM)
            self._opened_one()

    def action_all(self) -> None:
        """All as JSON, or the list again."""
        if self._mode is Mode.ALL:
            start(self, self._leave_to(Mode.FORM), group="view")
        else:
            self._show_all()

    async def _leave_to(self, mode: Mode) -> None:
        if await self._leave_all(mode) and mode is Mode.ONE:
            self._opened_one()

    def action_step(self, step: int) -> None:
        """The next step of the form, or the one before."""
        if self._mode is Mode.ONE:
            self._set_mode(Mode.FORM)
            return
        place = STEPS.index(self._step) + step
        self.show_step(STEPS[place % len(STEPS)])
        if self.form.current is not None:
            self._opened_one()

    def action_show_step(self, name: str) -> None:
        """A step of the form, or the JSON; on a narrow screen the fields come into sight."""
        self.show_step(name)
        if self.is_narrow:
            self._opened_one()

    # -- text in bulk ---------------------------------------------------------------------------------------

    def action_lay_out(self) -> None:
        """Indent the JSON anew."""
        start(self, self._lay_out(), group="format")

    async def _lay_out(self) -> None:
        editor = self._editor if self._mode is Mode.ALL else self._one
        before = editor.text
        try:
            text = await in_thread(laid_out, before)
        except ValueError as error:
            self.notify(f"{error}", title="Not formatted: this is no JSON", severity="warning")
            return
        text = text.rstrip("\n") if self._mode is Mode.ONE else text
        if text != before and editor.text == before:
            editor.put(text)

    def action_go_to_line(self) -> None:
        """Ask for a line and go there."""
        start(self, self._ask_line(), group="ask")

    async def _ask_line(self) -> None:
        editor = self._editor if self._mode is Mode.ALL else self._one
        answer = await self.app.push_screen_wait(questions.ask_line_number(editor.document.line_count))
        if answer:
            editor.go_to(int(answer[:9]), 1)

    def action_outside(self) -> None:
        """Edit in the user's own editor: all of it where that is shown, else the one; the app waits."""
        current = self._session.current
        is_one = self._mode is not Mode.ALL and current is not None
        before = dedented(current.text, own_indent(current.text)) if is_one and current else self.text
        try:
            with self.app.suspend():
                edit = partial(edit_outside, editor_command(os.environ), before, self._workspace.folders.drafts)
                after = edit(self._project)
        except SuspendNotSupported:
            self.notify("This terminal cannot be handed over.", title="No editor", severity="warning")
            return
        except AutomockError as error:
            self.ours.show_error(error)
            return
        if after != before:
            self._take_outside(after, is_one)

    def _take_outside(self, after: str, is_one: bool) -> None:
        if not is_one:
            self._take(after, "your editor")
            return
        assert self._session.current is not None
        self._session.put_text(indented(after.strip(), own_indent(self._session.current.text)))
        if not self._session.is_readable and self._mode is Mode.FORM:
            self._set_mode(Mode.ONE)
        self._shown = None
        self._refresh_views()
        self._changed()


def _read(workspace: Workspace, name: str) -> _Read:
    """The expectations of a project, and by what they are judged."""
    from automock_tui.domain.expectation import load_expectations
    from automock_tui.operations.save import open_expectations

    opened = open_expectations(workspace, name)
    context, is_running = _judged(workspace, name)
    try:
        return _Read(opened, is_running, context, load_expectations(opened.text))
    except InvalidInput:
        return _Read(opened, is_running, context, None)


def _judged(workspace: Workspace, name: str) -> tuple[LintContext | None, bool]:
    """By what the expectations are judged, and whether a mock runs that a save would change."""
    from automock_tui.domain.options import DeploymentOptions
    from automock_tui.operations.judging import deployed_context, project_context

    context = None
    try:
        context = project_context(workspace, name)
        if not workspace.projects.is_deployed(name):
            return context, False
        known = DeploymentOptions.model_fields.keys()
        kept = workspace.projects.deployment(name).options
        options = DeploymentOptions(**{key: value for key, value in kept.items() if key in known})
    except AutomockError:
        return context, False  # a damaged document is the Project screen's to show, the text is fine
    except ValueError:
        return context, True  # options of another tool or time
    return deployed_context(context, options), True
