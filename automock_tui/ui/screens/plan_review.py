"""A plan before it happens: what goes, what changes, what it costs; apply it, discard it, or think about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Static

from automock_tui.domain.money import hourly_money, money
from automock_tui.domain.plan import Action, PlanSummary
from automock_tui.operations.janitor_part import Part
from automock_tui.provisioning.job import JobKind
from automock_tui.ui.actions import Reasons
from automock_tui.ui.dialogs.confirm import ConfirmDialog
from automock_tui.ui.dialogs.dialog import Dialog
from automock_tui.ui.format import plural, took
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.plan_list import PlanList, PlanValues
from automock_tui.ui.widgets.run_marks import short_address
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from automock_tui.operations.janitor_part import JanitorPart
    from automock_tui.provisioning.job import Job

_NAMED = 8
"""How many resources the last question names before it counts the rest."""


class PlanDecision(StrEnum):
    """What the reviewer chose."""

    CONFIRM = "confirm"
    CONFIRM_WITHOUT = "confirm without"
    """Apply it, and go without the janitor."""
    DISCARD = "discard"
    LATER = "later"


@dataclass(frozen=True)
class ReviewFacts:
    """What the reviewer should know besides the plan.

    Costs are dollars an hour, None where unknown; `after_max` is at the most tasks, `until_ttl` dollars for the
    whole life at the fewest. `is_complete` is false where some part has no price; `ends` when the plan destroys
    what costs; `is_free` in the sandbox. `janitor` is what the deploy has to do with it.
    """

    before: Decimal | None = None
    after: Decimal | None = None
    after_max: Decimal | None = None
    until_ttl: Decimal | None = None
    is_complete: bool = True
    ends: bool = False
    is_free: bool = False
    janitor: JanitorPart | None = None


def counts_content(plan: PlanSummary) -> Content:
    """`+58 create   ~2 change   ±1 replace   −3 destroy`, what does not happen left grey."""
    parts = []
    for action, sign, word, style in (
        (Action.CREATE, "+", "to create", "$text-success"),
        (Action.UPDATE, "~", "to change", "$text-warning"),
        (Action.REPLACE, "±", "to replace", "$text-error"),
        (Action.DELETE, "−", "to destroy", "$text-error"),
    ):
        count = len(plan.of(action))
        parts.append(
            Content.styled(f"{sign}{count} {word}", f"bold {style}" if count else "$foreground-disabled")
        )
    parts.append(Content.styled(f"{plan.unchanged} unchanged", "$foreground-muted"))
    return Content("   ").join(parts)


def cost_text(facts: ReviewFacts) -> str:
    """What the plan does to the cost."""
    if facts.is_free:
        return "Cost     nothing: this account is emulated on this machine"
    if facts.ends:
        return f"Cost     {hourly_money(facts.before)} now, then nothing" if facts.before is not None else ""
    if facts.after is None:
        return "Cost     not known: there is no price table for this region"
    change = f"{hourly_money(facts.before)} now, then " if facts.before is not None else ""
    most = f" to {hourly_money(facts.after_max)} at most" if facts.after_max is not None else ""
    life = f", {money(facts.until_ttl)} until its end" if facts.until_ttl is not None else ""
    least = "" if facts.is_complete else " at least (a part has no price here)"
    return f"Cost     {change}{hourly_money(facts.after)}{most}{life}{least}"


def ttl_text(job: Job) -> str:
    """What the job does about the TTL."""
    if job.kind is JobKind.DESTROY:
        return "TTL      ends with the deployment"
    seconds = job.arguments.get("ttl_seconds")
    if not isinstance(seconds, int | float):
        return ""
    if not seconds:
        return "TTL      none: it runs, and costs, until somebody destroys it"
    return f"TTL      {took(seconds)}, from the moment it is up; then it is due for teardown"


def janitor_text(part: JanitorPart | None, wanted: bool) -> str:
    """Who ends the mock: its own line of the plan, because a janitor is made and costs."""
    if part is None or not part.sentence():
        return ""
    shown = part if wanted or not part.can_choose else replace(part, part=Part.DECLINED)
    shown = replace(shown, part=Part.INSTALL) if wanted and part.part is Part.DECLINED else shown
    key = f"   (w: {'go without' if wanted else 'install it'})" if part.can_choose else ""
    return f"Janitor  {shown.sentence()}{key}"


class PlanReviewScreen(Reasons, Screen[PlanDecision]):
    """Shows a plan and asks what to do with it; leaving it with Esc lets it wait.

    Args:
        job: The job that made the plan.
        plan: The plan, secrets masked.
        facts: Cost, where it is known.
    """

    CSS_PATH = "plan_review.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a,ctrl+s", "apply", "Apply", tooltip="Do exactly this", key_display="a", id="plan.apply"),
        Binding("d", "discard", "Discard", tooltip="Give this plan up; nothing changes", id="plan.discard"),
        Binding("w", "janitor", "Janitor", tooltip="Install the janitor, or go without", id="plan.janitor"),
        Binding("escape", "later", "Decide later", tooltip="Back; the plan waits", id="plan.later"),
    ]

    def __init__(self, job: Job, plan: PlanSummary, facts: ReviewFacts | None = None) -> None:
        super().__init__()
        self._job = job
        self._plan = plan
        self._facts = facts
        self._janitor = facts.janitor if facts else None
        self._wants_janitor = self._janitor is not None and self._janitor.installs

    def compose(self) -> ComposeResult:
        """The counts and facts above, the changes left, their values right."""
        kind = "destroying" if self._job.kind is JobKind.DESTROY else "deploying"
        yield TitleBar(f"Plan for {kind} {self._job.project}")
        yield Static(counts_content(self._plan), id="plan-counts")
        yield Static(self._facts_text(), id="plan-facts", markup=False)
        if self._plan.is_empty:
            yield Static(self._nothing(), id="plan-nothing")
        else:
            with Container(id="plan-body"):
                yield PlanList(self._plan, id="plan-list")
                yield PlanValues(id="plan-values")
        yield KeyBar()

    def _facts_text(self) -> str:
        cost = cost_text(self._facts) if self._facts else ""
        lines = (cost, ttl_text(self._job), janitor_text(self._janitor, self._wants_janitor))
        return "\n".join(filter(None, lines))

    def _nothing(self) -> Content:
        return Content.assemble(
            ("No changes\n\n", "bold $text-success"),
            "What exists is already what this would make. Nothing is created, changed or destroyed.",
        )

    @on(PlanList.Moved)
    def _moved(self, event: PlanList.Moved) -> None:
        self.query_one(PlanValues).show(event.row)

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        if action == "janitor" and not (self._janitor and self._janitor.can_choose):
            return "this deploy installs no janitor"
        return "this was a plan only" if action == "apply" and self._job.plan_only else ""

    def action_janitor(self) -> None:
        """Install the janitor first, or go without."""
        self._wants_janitor = not self._wants_janitor
        self.query_one("#plan-facts", Static).update(self._facts_text())

    def action_later(self) -> None:
        """Let the plan wait."""
        self.dismiss(PlanDecision.LATER)

    def action_discard(self) -> None:
        """Give the plan up."""
        self.dismiss(PlanDecision.DISCARD)

    def action_apply(self) -> None:
        """Do it; asks once more where something that exists goes away."""
        refused = self._janitor is not None and self._janitor.needs_consent
        if self._plan.is_destructive or refused:
            start(self, self._ask(refused), group="plan-apply")
        else:
            self.dismiss(self._confirmed)

    @property
    def _confirmed(self) -> PlanDecision:
        part = self._janitor
        with_it = part is None or self._wants_janitor or not part.is_open
        return PlanDecision.CONFIRM if with_it else PlanDecision.CONFIRM_WITHOUT

    async def _ask(self, refused: bool) -> None:
        loss = ConfirmLoss(self._job, self._plan) if self._plan.is_destructive else None
        if loss is not None and not await self.app.push_screen_wait(loss):
            return
        if refused and not await self.app.push_screen_wait(self._go_without()):
            return
        self.dismiss(self._confirmed)

    def _go_without(self) -> ConfirmDialog:
        text = f"It {self._janitor.sentence()}." if self._janitor else ""
        return ConfirmDialog(
            "Deploy without the janitor?", text, yes="Deploy without it", no="Back to the plan", danger=True
        )


class ConfirmLoss(Dialog[bool]):
    """The last question before something that exists goes away."""

    keys = "enter choose · esc back to the plan"

    def __init__(self, job: Job, plan: PlanSummary) -> None:
        lost = [change for change in plan.changes if change.is_destructive]
        super().__init__(f"Destroy {plural(len(lost), 'resource')} of {job.project}?", danger=True)
        self._lost = lost

    def compose_body(self) -> ComposeResult:
        """What goes."""
        names = [
            f"{'±' if one.action is Action.REPLACE else '−'} {short_address(one.address)}" for one in self._lost
        ]
        more = len(names) - _NAMED
        shown = names[:_NAMED] + ([f"and {more} more"] if more > 0 else [])
        yield Static(Content.styled("\n".join(shown), "$text-error"))

    def compose_buttons(self) -> ComposeResult:
        """The safe choice first."""
        yield Button("Back to the plan", id="leave", compact=True)
        yield Button("Apply the plan", id="apply", variant="error", compact=True)

    @on(Button.Pressed, "#apply")
    def _apply(self) -> None:
        self.dismiss(True)
