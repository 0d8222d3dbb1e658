"""The views of the editor: the list with a form or the JSON of one expectation, or the JSON of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Region
from textual.timer import Timer
from textual.widgets import TextArea

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.expectation import Expectation, ExpectationSet
from automock_tui.ui.editing.form import STEPS, Step, also_of
from automock_tui.ui.editing.form.values import dedented, indented, own_indent
from automock_tui.ui.editing.rows import FILTER_HINT
from automock_tui.ui.editing.session import EditSession
from automock_tui.ui.editor_check import Checked
from automock_tui.ui.format import plural, shorten
from automock_tui.ui.screens.editor_text import SafeText
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.widgets.expectation_form import ExpectationForm
from automock_tui.ui.widgets.expectation_list import ExpectationList
from automock_tui.ui.widgets.filter_bar import FilterBar
from automock_tui.ui.widgets.json_editor import JsonEditor
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.log_pane.record import clean
from automock_tui.ui.widgets.panel_bar import Panel, PanelBar
from automock_tui.ui.widgets.problem_list import ProblemList
from automock_tui.ui.widgets.state_card import StateCard
from automock_tui.ui.widgets.status_line import StatusLine
from automock_tui.ui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from automock_tui.operations.workspace import Workspace

LOOK_AFTER = 0.06
"""Seconds the cursor rests on an expectation before its fields are shown, so that scrolling stays smooth."""
LIST_AFTER = 0.15
"""Seconds from a keystroke until the list shows it."""
JSON = "JSON"


class Mode(StrEnum):
    """How an expectation is edited."""

    FORM = "form"
    ONE = "json"
    ALL = "all"


class EditorViews(SafeText):
    """Three views of one session.

    Args:
        workspace: Where the project is.
        name: The project.
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__(workspace, name)
        self._session = EditSession(ExpectationSet())
        self._mode = Mode.FORM
        self._step = Step.REQUEST
        self._editor = JsonEditor(id="editor-all")
        self._one = JsonEditor(id="editor-one")
        self._shown: int | None = None
        self._problem_at = -1
        self._look_timer: Timer | None = None
        self._list_timer: Timer | None = None
        self._also: tuple[str, ...] = ()
        self._field_keys: tuple[str, ...] = ()
        self._indent = ""

    def compose(self) -> ComposeResult:
        """The list, the one that is looked at, what is wrong, and whether all is safe."""
        yield TitleBar(f"Edit {self._project}")
        yield StateCard(id="editor-state")
        with Horizontal(id="editor-body"):
            with TitledPanel(id="editor-left"):
                yield FilterBar(FILTER_HINT)
                yield ExpectationList(id="editor-list")
            with TitledPanel(id="editor-right"):
                yield PanelBar(id="editor-steps")
                yield StateCard(id="editor-empty")
                yield ExpectationForm(id="editor-form")
                yield self._one
        yield self._editor
        yield ProblemList(id="editor-problems")
        yield DetailLines(id="editor-detail")
        yield StatusLine()
        yield KeyBar()

    # -- parts ------------------------------------------------------------------------------------------------

    @property
    def editor(self) -> JsonEditor:
        """The JSON of all expectations."""
        return self._editor

    @property
    def one(self) -> JsonEditor:
        """The JSON of the expectation that is looked at."""
        return self._one

    @property
    def list(self) -> ExpectationList:
        """The expectations."""
        return self.query_one(ExpectationList)

    @property
    def form(self) -> ExpectationForm:
        """The fields of the expectation that is looked at."""
        return self.query_one(ExpectationForm)

    @property
    def problems(self) -> ProblemList:
        """What is wrong."""
        return self.query_one(ProblemList)

    @property
    def session(self) -> EditSession:
        """What is edited."""
        return self._session

    @property
    def mode(self) -> Mode:
        """Which view is shown."""
        return self._mode

    @property
    def is_narrow(self) -> bool:
        """Whether only one of list and fields fits."""
        return self.has_class("-narrow")

    # -- the state as text ------------------------------------------------------------------------------------

    def _snapshot(self) -> Callable[[], str]:
        if self._mode is Mode.ALL:
            text = self._editor.text
            return lambda: text
        return self._session.expectations.save

    def _edited_set(self) -> ExpectationSet | None:
        return None if self._mode is Mode.ALL else self._session.expectations

    def _take(self, text: str, label: str) -> None:
        """Take a whole text, as one step; one that cannot be read is shown as JSON of all."""
        if self._mode is not Mode.ALL:
            try:
                self._session.load(text, label)
            except InvalidInput:
                self._editor.begin(self._session.expectations.save())
                self._set_mode(Mode.ALL)
            else:
                self._refresh_views()
                self._changed()
                return
        self._editor.put(text)

    # -- showing ----------------------------------------------------------------------------------------------

    def _show_state(self) -> None:
        card = self.query_one("#editor-state", StateCard)
        card.display = not self._opened
        self.query_one("#editor-body").display = self._opened and self._mode is not Mode.ALL
        self._editor.display = self._opened and self._mode is Mode.ALL
        if self._failure is not None:
            card.show_error(self._failure, "f5 try again    esc back")
        else:
            card.show(f"Opening {self._project} …")
        self.refresh_bindings()

    def _set_mode(self, mode: Mode) -> None:
        self._mode = mode
        self._shown = None
        self._show_state()
        if mode is not Mode.ALL:
            self._refresh_views()
        self._show_lines()

    def _refresh_views(self) -> None:
        """Show the session as it is now, everywhere."""
        self.list.show(self._session)
        self._show_count()
        self._show_one()

    def _show_count(self) -> None:
        total, shown = len(self._session.expectations), self.list.shown
        bar = self.query_one(FilterBar)
        bar.say(f"{shown:{len(f'{total:,}')},} of {total:,}")  # always as wide: no new layout at each letter
        chosen = len(self._session.selected)
        said = f"Expectations {total:,}" + (f" · {chosen:,} selected" if chosen else "")
        self.query_one("#editor-left", TitledPanel).entitle(said)

    def _show_one(self) -> None:
        """Show the one that is looked at, as form or JSON."""
        one = self._session.current
        is_form = self._mode is Mode.FORM and one is not None
        empty = self.query_one("#editor-empty", StateCard)
        empty.display = one is None
        self.form.display, self._one.display = is_form, self._mode is Mode.ONE and one is not None
        self._show_steps()
        if one is None:
            empty.show("No expectations", "Nothing is mocked yet.", "a add one    f3 paste JSON    esc back")
            return
        panel = self.query_one("#editor-right", TitledPanel)
        panel.entitle(f"{one.title}" + (f" · {one.id}" if one.id else ""))
        if is_form:
            is_another, self._shown = self._shown != self._session.index, self._session.index
            self.run_worker(self._show_form(one, is_another), group="show-form", exclusive=False)
        elif self._shown != self._session.index or self._one_text() != one.text:
            self._begin_one(one)
        self._show_marks()

    def _one_text(self) -> str:
        """What is in the JSON of one expectation, as it is spelled in the document."""
        return indented(self._one.text, self._indent)

    async def _show_form(self, one: Expectation, is_another: bool) -> None:
        await self.form.show(one, self._step, is_another=is_another)
        self._also = also_of(one, self.form.view)
        self._show_lines()

    def _begin_one(self, one: Expectation) -> None:
        line, column = self._one.cursor_location
        same = self._shown == self._session.index
        self._shown = self._session.index
        self._indent = own_indent(one.text)
        with self._one.prevent(TextArea.Changed):
            self._one.begin(dedented(one.text, self._indent))
        self._one.go_to(*(line + 1, column + 1) if same else (1, 1))

    def _show_steps(self) -> None:
        panels = tuple(Panel(step.value, str(place + 1), step.value) for place, step in enumerate(STEPS))
        panels += (Panel(JSON, "7", JSON),)
        current = self._step.value if self._mode is Mode.FORM else JSON
        self.query_one(PanelBar).show(panels, current)

    def _show_marks(self) -> None:
        """Say beside the fields what the last check found, as long as it is about this expectation."""
        checked = self._checked
        if checked is not None and self._mode is Mode.FORM:
            self.form.show_problems(checked.problems_of(self._session.index))

    def _show_checked(self, checked: Checked) -> None:
        self.problems.show(checked.findings.rows, checked.findings.silenced)
        self.list.show(self._session, checked.severities)
        if checked.expectations is not None and self._mode is not Mode.ALL and not self._session.is_readable:
            # What was typed for one made several of it: they are what the text says.
            self._session.replace(checked.expectations, "what was typed")
            self._refresh_views()
        self._show_marks()

    def _show_title(self) -> None:
        parts = ["● not saved" if self.is_changed else "", self._version]
        if self._checked is not None:
            findings = self._checked.findings
            parts.append("cannot be read" if findings.count is None else plural(findings.count, "expectation"))
            parts += [plural(findings.errors, "error")] if findings.errors else []
            parts += [plural(findings.others, "warning")] if findings.others else []
        self.query_one(TitleBar).headline = " · ".join(filter(None, (*parts, self._also_said())))

    def _also_said(self) -> str:
        """What else the title says."""
        return ""

    def _show_lines(self) -> None:
        if not self._opened or not self.is_mounted:
            return
        line = self.query_one(StatusLine)
        line.left, line.stale = self._safety()
        line.right = self._where()
        self._show_detail()

    def _where(self) -> str:
        if self._mode is Mode.FORM:
            return " · ".join(filter(None, self._where_in_form()))
        editor = self._editor if self._mode is Mode.ALL else self._one
        row, column = editor.cursor_location
        return f"line {row + 1} of {editor.document.line_count}, column {column + 1}"

    def _where_in_form(self) -> Iterator[str]:
        current = self._session.current
        if current is None:
            return
        if self.is_narrow and self.query_one("#editor-body").has_class("-right"):
            yield shorten(clean(current.title), 24)  # nothing else says it there
        if self._also:
            yield f"also in the JSON: {', '.join(self._also[:4])}{' …' if len(self._also) > 4 else ''}"
        yield f"{self._session.index + 1:,} of {len(self._session.expectations):,}"

    def _show_detail(self) -> None:
        detail = self.query_one(DetailLines)
        lines = self._detail()
        detail.display = any(lines)
        detail.lines = lines

    def _detail(self) -> tuple[str, str]:
        """What there is to say about what is under the cursor."""
        problem = self.problems.current if self.problems.has_focus else None
        if problem is None and self._mode is Mode.ALL:
            problem = self.problems.at_line(self._editor.cursor_location[0] + 1)
        if problem is not None:
            return problem.text, problem.more
        line = self.form.current if self._mode is Mode.FORM else None
        if line is None:
            return "", ""
        return (f"✕ {line.said}", line.line.help) if line.said else (line.line.help, "")


class TitledPanel(Vertical):
    """A panel whose title changes with each key; Textual's own draws all that is in it anew for that."""

    def entitle(self, text: str) -> None:
        """Put a plain text on the border."""
        title = Content(clean(text))
        if title != self._border_title:
            self._border_title = title
            self.refresh(Region(0, -1, self.size.width, 1))
