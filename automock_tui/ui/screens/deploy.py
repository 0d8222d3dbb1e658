"""Deploy: every option of the deployment, and what it will cost, alive on each keystroke."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from automock_tui.domain.errors import AutomockError
from automock_tui.ui import deploy_texts, navigation
from automock_tui.ui.actions import Reasons
from automock_tui.ui.estimate_text import headline
from automock_tui.ui.format import plural
from automock_tui.ui.kept_forms import forget, keep, kept
from automock_tui.ui.option_labels import label_of
from automock_tui.ui.option_values import OptionValues
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.widgets.estimate_panel import EstimatePanel
from automock_tui.ui.widgets.findings import Findings
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.option_field import OptionField
from automock_tui.ui.widgets.option_form import OptionForm
from automock_tui.ui.widgets.panel_bar import Panel, PanelBar
from automock_tui.ui.widgets.state_card import StateCard
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from automock_tui.domain.prices import PriceBook
    from automock_tui.operations.deploy import DeployForm
    from automock_tui.operations.workspace import Workspace
    from automock_tui.ui.app import AutomockApp
    from automock_tui.ui.option_values import Checked

_PANELS = (Panel("options", "f2", "Options"), Panel("estimate", "f3", "Estimate"))
_CLOCK_SECONDS = 10
"""How often "ends today 19:10" is worked out anew."""


class DeployScreen(Reasons, Screen[None]):
    """The form of a deploy, beside it the estimate.

    Args:
        workspace: Where to deploy.
        name: The project.
    """

    CSS_PATH = "deploy.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+s", "plan", "Plan", tooltip="Plan this deploy; you review it before it runs", id="deploy.plan"
        ),
        Binding("escape", "leave", "Back", tooltip="Back; what you typed is kept", id="deploy.leave"),
        Binding("f1", "explain", "This field", tooltip="What this field is", id="deploy.explain"),
        Binding(
            "ctrl+t", "traffic", "Traffic", tooltip="Estimate for another level of traffic", id="deploy.traffic"
        ),
        Binding(
            "ctrl+o", "open_all", "All options", tooltip="Open all groups, or close them", id="deploy.open-all"
        ),
        Binding("ctrl+r", "reset", "Reset", show=False, tooltip="Back to the first values", id="deploy.reset"),
        Binding("f2", "panel('options')", "Options", show=False, tooltip="The options", id="deploy.options"),
        Binding(
            "f3", "panel('estimate')", "Estimate", show=False, tooltip="The estimate", id="deploy.estimate"
        ),
        Binding("r", "retry", "Try again", show=False, tooltip="Read the project again", id="deploy.retry"),
    ]

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._project = name
        self._form: DeployForm | None = None
        self._prices: PriceBook | None = None
        self._values: OptionValues | None = None
        self._checked: Checked | None = None
        self._failure: AutomockError | None = None
        self._starting = False

    @property
    def ours(self) -> AutomockApp:
        """The app."""
        return app_of(self)

    def compose(self) -> ComposeResult:
        """The form itself comes when the project has been read."""
        yield TitleBar(f"Deploy {self._project}")
        yield PanelBar(id="deploy-panels")
        yield StateCard()
        with Horizontal(id="deploy-body"):
            with Vertical(id="deploy-left"):
                yield Static(id="deploy-running")
                yield Findings(id="deploy-findings")
            yield EstimatePanel(is_free=_is_free(self._workspace), id="deploy-estimate")
        yield Static(id="deploy-totals")
        yield DetailLines(id="deploy-help")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the project."""
        self.set_interval(_CLOCK_SECONDS, self._show_end)
        self._show_panel("options")
        self._load()

    def _load(self) -> None:
        self._failure = None
        self._show_state()
        start(self, self._read(), group="deploy-form", on_error=self._not_read)

    async def _read(self) -> None:
        self._form, self._prices = await in_thread(_read, self._workspace, self._project)
        self._values = self._first_values()
        before = kept(self.app, self._key)
        known = {name: text for name, text in before.items() if name in self._values.texts}
        self._values.texts.update(known)
        await self._show_form()

    def _not_read(self, error: AutomockError) -> None:
        self._failure = error
        self._show_state()

    def _first_values(self) -> OptionValues:
        form = self._form
        assert form is not None
        options, hours = form.options.model_dump(), form.ttl_hours
        return OptionValues.of(form.variables, options, hours, is_running=form.replaces)

    @property
    def _key(self) -> tuple[str, ...]:
        """Under which the texts are kept: what was typed before another deploy no longer counts."""
        generation = self._form.metadata.generation if self._form else 0
        return "deploy", self._workspace.ref.identity, self._project, str(generation)

    # -- showing --------------------------------------------------------------------------------------------

    def _show_state(self) -> None:
        card = self.query_one(StateCard)
        card.display = self._values is None
        self.query_one("#deploy-body").display = self._values is not None
        if self._failure is not None:
            card.show_error(self._failure, "r try again    esc back")
        else:
            card.show(f"Reading {self._project} …")
        self.refresh_bindings()

    async def _show_form(self) -> None:
        assert self._values is not None and self._form is not None
        await self.query(OptionForm).remove()
        form = OptionForm(self._values, id="deploy-form")
        await self.query_one("#deploy-left").mount(form, before="#deploy-findings")
        self.query_one(TitleBar).headline = deploy_texts.headline(self._form)
        self._show_state()
        self._check()
        await form.go_to("instance_size")

    def _check(self) -> None:
        """Check what is typed and estimate it; on every keystroke, so it must take a few milliseconds only."""
        assert self._values is not None and self._form is not None
        checked = self._checked = self._values.check()
        self.query_one(OptionForm).show_checked(checked)
        self.query_one(Findings).show([*checked.findings, *deploy_texts.expectation_findings(self._form)])
        self._estimate(checked)
        self._show_end()
        self._show_help()
        self.refresh_bindings()

    def _estimate(self, checked: Checked) -> None:
        from automock_tui.domain.cost import estimate

        panel = self.query_one(EstimatePanel)
        if checked.options is None or checked.ttl is None or self._prices is None:
            panel.show_old()
            self._put("#deploy-totals", "! correct the form: the price is of before the last change")
            return
        region = self._workspace.region
        found = estimate(checked.options, checked.ttl or None, region, panel.traffic, self._prices)
        panel.show(found)
        self._put("#deploy-totals", headline(found))

    def _show_end(self) -> None:
        if self._values is None or self._checked is None or self._form is None:
            return
        now, utc = self.ours.now(), self.ours.settings.utc
        self.query_one(OptionForm).note_ttl(deploy_texts.end_text(self._checked.ttl, now, utc=utc))
        running = deploy_texts.running_text(self._form, self._values, now, utc=utc)
        self._put("#deploy-running", running)
        self.query_one("#deploy-running").display = bool(running)

    def _show_help(self) -> None:
        form = self.query(OptionForm)
        if form and self._values is not None:
            self.query_one(DetailLines).lines = deploy_texts.help_of(self._values, form.first().current)

    def _put(self, place: str, text: str) -> None:
        self.query_one(place, Static).update(Content(text))

    def _show_panel(self, name: str) -> None:
        self.query_one("#deploy-body").set_class(name == "estimate", "-show-estimate")
        self.query_one(PanelBar).show(_PANELS, name)

    # -- what the user does ---------------------------------------------------------------------------------

    @on(OptionField.Changed)
    def _field_changed(self) -> None:
        # The form, which the message passed on its way, has put it into the values.
        if self._values is not None:
            self._check()

    @on(EstimatePanel.TrafficChanged)
    def _traffic_changed(self) -> None:
        if self._checked is not None:
            self._estimate(self._checked)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say what the field is."""
        del event
        self._show_help()

    @on(Findings.Chosen)
    async def _finding_chosen(self, event: Findings.Chosen) -> None:
        self._show_panel("options")
        await self.query_one(OptionForm).go_to(event.option)

    @on(PanelBar.Chosen)
    def _panel_clicked(self, event: PanelBar.Chosen) -> None:
        self.action_panel(event.panel)

    def action_panel(self, name: str) -> None:
        """Show the options or the estimate, and let the keys act on it."""
        self._show_panel(name)
        if name == "estimate":
            self.query_one(EstimatePanel).focus()
        else:
            self.call_after_refresh(self._focus_form)

    async def _focus_form(self) -> None:
        for form in self.query(OptionForm):
            await form.go_to("instance_size")

    def action_traffic(self) -> None:
        """Estimate for the next level of traffic."""
        self.query_one(EstimatePanel).action_traffic(1)

    async def action_open_all(self) -> None:
        """Open all groups of options, or close them."""
        await self.query_one(OptionForm).action_toggle_all()

    def action_explain(self) -> None:
        """Say everything about the field with the focus; elsewhere, which keys work."""
        form = self.query(OptionForm)
        option = form.first().current if form else ""
        if not option or self._values is None:
            self.ours.action_help()
            return
        from automock_tui.ui.dialogs.field_help import FieldHelp

        self.app.push_screen(FieldHelp(label_of(option), deploy_texts.long_help(self._values, option)))

    def action_reset(self) -> None:
        """Put back what the form began with."""
        start(self, self._reset(), group="deploy-form")

    async def _reset(self) -> None:
        self._values = self._first_values()
        forget(self.app, self._key)
        await self._show_form()

    def action_retry(self) -> None:
        """Read the project again."""
        self._load()

    def action_leave(self) -> None:
        """Back; what was typed is kept."""
        self._keep()
        self.dismiss(None)

    def _keep(self) -> None:
        if self._values is not None:
            keep(self.app, self._key, self._values.texts)

    # -- planning -------------------------------------------------------------------------------------------

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        if action == "retry":
            return "" if self._failure else "there is nothing to try again"
        if action not in ("plan", "traffic", "open_all", "reset"):
            return ""
        if self._values is None or self._checked is None:
            return "the project is not read yet"
        return self._why_no_plan(self._checked) if action == "plan" else ""

    def _why_no_plan(self, checked: Checked) -> str:
        if self._starting:
            return "the plan is starting"
        wrong = checked.errors
        return f"{plural(len(wrong), 'field')} to correct: {wrong[0].text}" if wrong else ""

    def action_plan(self) -> None:
        """Start the job that plans; it asks before it changes anything."""
        if self._checked is not None and self._checked.options is not None and self._checked.ttl is not None:
            self._starting = True
            self.refresh_bindings()
            start(self, self._plan(self._checked), group="deploy-plan", on_error=self._not_planned)

    async def _plan(self, checked: Checked) -> None:
        from automock_tui.operations.deploy import start_deploy

        assert checked.options is not None and checked.ttl is not None
        hours = checked.ttl.total_seconds() / 3600
        job = await in_thread(start_deploy, self._workspace, self._project, checked.options, hours)
        self._keep()
        app = self.ours
        self.dismiss(None)
        navigation.open_job(app, job.id)

    def _not_planned(self, error: AutomockError) -> None:
        self._starting = False
        self.refresh_bindings()
        self.ours.show_error(error)


def _read(workspace: Workspace, name: str) -> tuple[DeployForm, PriceBook]:
    """What the screen needs; also imports what a keystroke needs, so that none has to wait for it."""
    from automock_tui.domain import cost, cost_notes, options  # noqa: F401 - see above
    from automock_tui.operations.deploy import deploy_form
    from automock_tui.operations.estimate import price_book

    return deploy_form(workspace, name), price_book(workspace.folders)


def _is_free(workspace: Workspace) -> bool:
    return workspace.is_emulated
