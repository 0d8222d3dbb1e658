"""What an import made, what it left out and why, what is wrong in it; then: what next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from automock_tui.domain.errors import AutomockError
from automock_tui.domain.expectation import ExpectationSet, load_expectations
from automock_tui.importing.imported import Options
from automock_tui.operations.importing import Choices, Joined, choices_of, join_into
from automock_tui.operations.versions import CURRENT
from automock_tui.ui import beginnings, import_rows
from automock_tui.ui.actions import Reasons
from automock_tui.ui.beginnings import Found, converted
from automock_tui.ui.call_texts import recorded_text
from automock_tui.ui.dialogs.what_next import WhatNext
from automock_tui.ui.format import plural
from automock_tui.ui.import_saving import Target, save_found
from automock_tui.ui.messages import ProjectsChanged
from automock_tui.ui.problem_rows import check_text
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.line_list import ChoosingList, LineList
from automock_tui.ui.widgets.panel_bar import PanelBar, PanelScreen
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from automock_tui.operations.workspace import Workspace
    from automock_tui.ui.app import AutomockApp

_BLANK = "[]\n"


class ImportResultScreen(Reasons, PanelScreen):
    """Looks at expectations before they are saved, and saves them.

    Its answer is what was done; None when the user went back to change something.

    Args:
        workspace: Where the project is, or will be.
        target: Which project.
        found: The expectations.
    """

    CSS_PATH = "import_result.tcss"
    AUTO_FOCUS = "#made"
    PANELS = (("made", "Made"), ("left-out", "Left out"), ("wrong", "Problems"))
    PANEL_BODY = "#result-body"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-normal")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,enter", "next", "What next", tooltip="Save, deploy, run or discard", id="result.next"),
        Binding("space", "leave_out", "Leave out", tooltip="Leave it out, or take it", id="result.toggle"),
        Binding("m", "secrets", "Mask secrets", tooltip="Mask the secrets, or keep them", id="result.secrets"),
        Binding("t", "pick", "Pick", tooltip="Pick statuses and examples to take", id="result.pick"),
        Binding("c", "call", "Call API", tooltip="Record answers that were made up", id="result.call"),
        Binding("d", "changes", "Changes", tooltip="What changes in the project", id="result.changes"),
        Binding("1", "panel('made')", "Made", show=False, tooltip="What was made", id="result.made"),
        Binding(
            "2", "panel('left-out')", "Left out", show=False, tooltip="What was left out", id="result.left-out"
        ),
        Binding("3", "panel('wrong')", "Problems", show=False, tooltip="What is wrong", id="result.problems"),
        Binding("escape", "leave", "Back", tooltip="Back to the form; nothing is saved", id="result.leave"),
    ]

    def __init__(self, workspace: Workspace, target: Target, found: Found) -> None:
        super().__init__()
        self._workspace, self._target, self._found = workspace, target, found
        self._options = Options()
        self._choices = Choices()
        self._set = ExpectationSet.of([])
        self._without: set[int] = set()
        self._joined: Joined | None = None
        self._problems = found.findings
        self._rows = import_rows.Rows([], [], [], "")
        self._busy = "it is being read"

    @property
    def ours(self) -> AutomockApp:
        """The app."""
        return app_of(self)

    def compose(self) -> ComposeResult:
        """What was made at the left, what was not and what is wrong at the right, or behind tabs."""
        yield TitleBar(self._target.name)
        yield Static(id="result-said")
        yield PanelBar(id="result-panels")
        with Horizontal(id="result-body"):
            yield LineList("Made", "No expectations", id="made")
            with Vertical(id="result-right"):
                yield LineList("Left out or changed", "Nothing was left out", id="left-out")
                yield LineList("Problems", "No problems", id="wrong")
        yield DetailLines()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show what there is."""
        self.show_panel("made")
        self._say("Reading …")
        start(self, self._take(self._found), group="import", on_error=self._failed)

    # -- reading --------------------------------------------------------------------------------------------

    async def _take(self, found: Found) -> None:
        """Show other expectations."""
        self._found, self._problems = found, found.findings
        before, self._set = self._set, await in_thread(_read, found.text)
        if found.document is not None and found.format == "openapi":
            self._choices = await in_thread(choices_of, found.document, found.format)
        if _requests(before) != _requests(self._set):
            self._without.clear()
        elif self._without:
            self._problems = await in_thread(check_text, self._taken().save())
        await self._rejoin()

    async def _rejoin(self) -> None:
        """Say anew what becomes of the project."""
        if not self._target.is_new:
            self._joined = await in_thread(join_into, self._workspace, self._target.name, self._taken().save())
        joined = self._joined
        marks = import_rows.Marks(
            self._without, joined.replaced if joined else (), joined.added if joined else ()
        )
        self._rows = await in_thread(
            import_rows.rows_of, self._set, self._found.report, self._problems.rows, marks
        )
        self._busy = ""
        self._show()

    def _taken(self) -> ExpectationSet:
        if not self._without:
            return self._set
        return ExpectationSet.of([one for index, one in enumerate(self._set) if index not in self._without])

    def _failed(self, error: AutomockError) -> None:
        self._busy = ""
        self._show()
        self.ours.show_error(error)

    # -- showing --------------------------------------------------------------------------------------------

    def _show(self) -> None:
        self.query_one("#made", LineList).show(self._rows.made)
        self.query_one("#left-out", LineList).show(self._rows.left_out)
        self.query_one("#wrong", LineList).show(self._rows.problems)
        self._say("\n".join(self._sentences()))
        self.query_one(TitleBar).headline = self._rows.methods
        self.show_panels()
        self._moved()
        self.refresh_bindings()

    def _sentences(self) -> list[str]:
        found = self._found
        said = [self._made_sentence(), *filter(None, [found.said])]
        masked = import_rows.secrets_in(found.report)
        if masked:
            said.append(f"! {plural(masked, 'secret')} masked; m keeps them as they are.")
        elif self._options.keep_secrets:
            said.append("! The document's secrets are kept as they are; m masks them.")
        if found.calls is not None:
            said.append(recorded_text(found.calls))
        if found.made_up:
            made_up = plural(found.made_up, "answer")
            said.append(f"! {made_up} made up, as none was saved; c calls the real API for real ones.")
        if len(self._set) > import_rows.MOST:
            said.append(f"The first {import_rows.MOST:,} are shown; all are taken.")
        if self._options.statuses or self._options.examples:
            said.append("Only picked statuses and examples are taken; t picks others.")
        return said

    def _made_sentence(self) -> str:
        found, count = self._found, len(self._set)
        if not count:
            return f"{self._target.name} begins with no expectations."
        made = import_rows.made_text(count, len(self._without), found.source, found.format)
        joined = self._joined
        where = f": {len(joined.added)} new (+), {len(joined.replaced)} replaced (~)" if joined else ""
        wrong = f"; {plural(self._problems.errors, 'error')}" if self._problems.errors else ""
        return f"{'✕' if wrong else '✓'} {made}{where}{wrong}."

    def _say(self, text: str) -> None:
        said = self.query_one("#result-said", Static)
        said.set_class(text.startswith("✕"), "-bad")
        said.update(Content(text))

    def panel_items(self) -> Sequence[int]:
        """How many rows each panel has."""
        return len(self._set), len(self._rows.left_out), len(self._problems.rows)

    @on(ChoosingList.Moved)
    def _moved(self) -> None:
        if isinstance(self.focused, ChoosingList):
            self.query_one(DetailLines).lines = self.focused.whole

    # -- actions --------------------------------------------------------------------------------------------

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        if action == "leave_out":
            return "" if self._has_row else "choose an expectation first"
        if action == "changes":
            return "" if self._joined else "it is a new project: everything is new"
        if action == "secrets":
            masked = self._options.keep_secrets or import_rows.secrets_in(self._found.report)
            return "" if masked else "no secrets were found in it"
        if action == "call":
            return self._busy or ("" if self._found.made_up else "no answer was made up")
        if action == "pick":
            several = len(self._choices.statuses) > 1 or len(self._choices.examples) > 1
            return "" if several else "only an API description has statuses to pick"
        return self._busy if action == "next" else ""

    @property
    def _has_row(self) -> bool:
        made = self.query_one("#made", LineList)
        return made.has_focus and made.cursor < len(self._rows.made)

    def on_descendant_focus(self) -> None:
        """Other keys work in another list."""
        self.refresh_bindings()

    @on(ChoosingList.Picked)
    def _picked(self) -> None:
        self.action_next()

    def action_leave_out(self) -> None:
        """Leave the expectation under the cursor out, or take it again."""
        self._without ^= {self.query_one("#made", LineList).cursor}
        start(self, self._recheck(), group="import", on_error=self._failed)

    async def _recheck(self) -> None:
        self._problems = await in_thread(check_text, self._taken().save())
        await self._rejoin()

    def action_changes(self) -> None:
        """Compare the project as it is with what it would be."""
        from automock_tui.operations.versions import compare_texts, read_set
        from automock_tui.ui.screens.diff import DiffScreen

        if self._joined is not None:
            workspace, target, text = self._workspace, self._target, self._joined.text
            self.app.push_screen(
                DiffScreen(target.name, lambda: compare_texts(read_set(workspace, target.name, CURRENT), text))
            )

    def action_secrets(self) -> None:
        """Keep the document's secrets, or mask them."""
        self._convert(replace(self._options, keep_secrets=not self._options.keep_secrets))

    def _convert(self, options: Options) -> None:
        if self._found.document is not None:
            self._busy = "it is being converted once more"
            self._say("Converting …")
            self.refresh_bindings()
            start(self, self._reconvert(options), group="import", on_error=self._failed)

    async def _reconvert(self, options: Options) -> None:
        assert self._found.document is not None
        found = await in_thread(converted, self._found.document, options, self._found.calls)
        if found.text is None:
            row = found.findings.rows[0]
            raise AutomockError("Nothing would be left", row.text, "Pick others.")
        self._options = options
        await self._take(found)

    def action_call(self) -> None:
        """Ask whether to call the real API for the answers that were made up."""
        start(self, self._call(), group="ask")

    async def _call(self) -> None:
        from automock_tui.ui.dialogs.call_api import CallApiDialog
        from automock_tui.ui.dialogs.calling import CallingDialog

        document, before = self._found.document, self._found.calls
        if document is None:
            return
        masks = not self._options.keep_secrets
        agreed = await self.app.push_screen_wait(CallApiDialog(document, masks=masks, before=before))
        if agreed is None:
            return
        calls = await self.app.push_screen_wait(CallingDialog(document, agreed, before))
        if calls is not None:
            self._found = replace(self._found, calls=calls)
            self._convert(self._options)

    def action_pick(self) -> None:
        """Pick statuses and examples."""
        start(self, self._pick(), group="ask")

    async def _pick(self) -> None:
        from automock_tui.ui.dialogs.pick import PickDialog

        groups = {"Statuses": self._choices.statuses, "Named examples": self._choices.examples}
        picked = {"Statuses": self._options.statuses, "Named examples": self._options.examples}
        answer = await self.app.push_screen_wait(PickDialog("Which to take?", groups, picked))
        if answer is not None:
            statuses = answer.get("Statuses", frozenset())
            examples = answer.get("Named examples", frozenset())
            self._convert(replace(self._options, statuses=statuses, examples=examples))

    def action_next(self) -> None:
        """Ask what to do with them."""
        if not self._busy:
            start(self, self._ask_next(), group="ask")

    async def _ask_next(self) -> None:
        from automock_tui.ui.dialogs.what_next import WhatNextDialog

        name = self._target.name
        what = f"the project {name}" if self._target.is_new else f"a new version of {name}"
        dialog = WhatNextDialog(name, self._made_sentence(), what=what, why_not=self._reasons())
        answer = await self.app.push_screen_wait(dialog)
        if answer is WhatNext.RUN:
            beginnings.run_locally(self.ours, self._whole_text(), self._target.name)
        elif answer is WhatNext.DISCARD:
            self.dismiss(answer)
        elif answer is not None:
            await self._save()
            self.dismiss(answer)

    def _reasons(self) -> dict[WhatNext, str]:
        refused = "MockServer would refuse them: see Problems" if self._problems.refused else ""
        wrong = refused or ("errors stop a deploy: see Problems" if self._problems.errors else "")
        found = dict.fromkeys((WhatNext.SAVE, WhatNext.RUN, WhatNext.EDIT), refused)
        return found | {WhatNext.DEPLOY: wrong}

    def _whole_text(self) -> str:
        return self._joined.text if self._joined else self._taken().save()

    async def _save(self) -> None:
        self._busy = "it is being saved"
        joined = self._joined
        text = joined.text if joined else self._taken().save() if len(self._set) else None
        base = joined.base_version if joined else None
        try:
            warning = await in_thread(save_found, self._workspace, self._target, self._found, text, base)
        finally:
            self._busy = ""
        if warning:
            self.notify(warning, title=self._target.name, severity="warning")
        self.ours.projects_changed(ProjectsChanged(self._target.name))

    def action_leave(self) -> None:
        """Back to the form."""
        self.dismiss(None)


def _read(text: str | None) -> ExpectationSet:
    """The expectations of a text that was checked; each has an id, so that it can be told apart."""
    if text is None:
        return load_expectations(_BLANK)
    return load_expectations(text).as_array()


def _requests(expectations: ExpectationSet) -> list[tuple[str, str]]:
    """By which expectations that were made once more are known to be the same ones."""
    return [(one.method, one.path) for one in expectations]
