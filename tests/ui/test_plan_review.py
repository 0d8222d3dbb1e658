"""The review of a plan: what is lost comes first, secrets stay masked, and the choice is explicit."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from automock_tui.domain.plan import Action, OutputChange, PlanSummary, ResourceChange
from automock_tui.domain.plan_values import MASK, AttributeChange
from automock_tui.domain.progress_parts import Counts
from automock_tui.operations.janitor_part import JanitorPart, Part
from automock_tui.provisioning.job import JobKind, JobStatus
from automock_tui.ui.dialogs.confirm import ConfirmDialog
from automock_tui.ui.screens.plan_review import (
    ConfirmLoss,
    PlanDecision,
    PlanReviewScreen,
    ReviewFacts,
    cost_text,
    ttl_text,
)
from automock_tui.ui.widgets.plan_list import plan_rows, reason_text

from .job_parts import Shell, job_of, text_of

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)


def change(address: str, action: Action, *attributes: AttributeChange, reason: str = "") -> ResourceChange:
    kind, name = address.split(".")
    return ResourceChange(address, kind, name, "", action, reason, attributes)


MIXED = PlanSummary(
    changes=(
        change(
            "aws_cloudwatch_metric_alarm.cpu_high",
            Action.DELETE,
            AttributeChange("threshold", "80", ""),
            reason="delete_because_count_index",
        ),
        change(
            "aws_lb_target_group.mock",
            Action.REPLACE,
            AttributeChange("port", "1080", "1081", forces_replacement=True),
            reason="replace_because_cannot_update",
        ),
        change(
            "aws_ecs_task_definition.mock", Action.UPDATE, AttributeChange("container_definitions", MASK, MASK)
        ),
        change("aws_sns_topic.alerts", Action.CREATE, AttributeChange("name", "", "petstore-[alerts]")),
    ),
    outputs=(OutputChange("alb_dns", Action.UPDATE, "a.elb", "(known after apply)"),),
    counts=Counts(2, 1, 2),
    unchanged=41,
)
HARMLESS = PlanSummary((MIXED.changes[3],), counts=Counts(add=1))


def review(plan: PlanSummary, facts: ReviewFacts | None = None, **parts) -> PlanReviewScreen:
    return PlanReviewScreen(job_of(NOW, JobStatus.PLANNED, **parts), plan, facts)


def test_what_is_lost_comes_first():
    titles = [row.title.strip() for row in plan_rows(MIXED)]
    assert titles == [
        "− destroy  1",
        "− cloudwatch_metric_alarm.cpu_high",
        "± replace (destroy, then create)  1",
        "± lb_target_group.mock",
        "~ change in place  1",
        "~ ecs_task_definition.mock",
        "+ create  1",
        "+ sns_topic.alerts",
        "outputs  1",
        "alb_dns",
    ]


def test_an_unknown_reason_is_shown_as_it_is():
    assert reason_text("delete_because_no_module") == "delete because no module"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (250, 70)])
async def test_counts_and_the_first_loss_are_seen_at_once(size):
    async with Shell(review(MIXED)).run_test(size=size) as pilot:
        await pilot.pause()
        shown = text_of(pilot.app.screen)
        assert "+1 to create   ~1 to change   ±1 to replace   −1 to destroy   41 unchanged" in shown
        assert "why: fewer are wanted" in shown
        assert "− 80" in shown
        assert "4h00m, from the moment it is up" in shown
        assert "a Apply" in shown


async def test_moving_shows_the_values_and_secrets_stay_masked():
    async with Shell(review(MIXED)).run_test(size=(120, 40)) as pilot:
        await pilot.press("down", "down")
        await pilot.pause()
        shown = text_of(pilot.app.screen)
        assert "port   forces replacement" in shown
        assert "− 1080" in shown
        assert "+ 1081" in shown
        await pilot.press("down", "down")
        await pilot.pause()
        assert f"+ {MASK}" in text_of(pilot.app.screen)
        await pilot.press("down", "down")
        await pilot.pause()
        assert "+ petstore-[alerts]" in text_of(pilot.app.screen)


async def test_a_harmless_plan_is_applied_with_one_key():
    app = Shell(review(HARMLESS))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("a")
        await pilot.pause()
        assert app.answer is PlanDecision.CONFIRM


async def test_losing_something_is_asked_twice_and_names_it():
    app = Shell(review(MIXED))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("a")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmLoss)
        shown = text_of(app.screen)
        assert "Destroy 2 resources of petstore?" in shown
        assert "± lb_target_group.mock" in shown
        await pilot.press("enter")
        await pilot.pause()
        assert app.answer is None, "the default is to go back"
        await pilot.press("a")
        await pilot.pause()
        await pilot.click("#apply")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.answer is PlanDecision.CONFIRM


@pytest.mark.parametrize(("key", "decision"), [("d", PlanDecision.DISCARD), ("escape", PlanDecision.LATER)])
async def test_it_can_be_discarded_or_left(key, decision):
    app = Shell(review(MIXED))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert app.answer is decision


async def test_an_empty_plan_says_no_changes():
    async with Shell(review(PlanSummary(unchanged=58))).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = text_of(pilot.app.screen)
        assert "No changes" in shown
        assert "58 unchanged" in shown


async def test_a_plan_only_cannot_be_applied():
    app = Shell(review(MIXED, plan_only=True))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("a")
        await pilot.pause()
        assert app.answer is None
        assert app.screen.why_not("apply") == "this was a plan only"


def test_cost_before_and_after():
    facts = ReviewFacts(Decimal("0.109"), Decimal("0.0432"), Decimal("0.233"), Decimal("0.44"))
    assert cost_text(facts) == "Cost     $0.11/h now, then $0.0432/h to $0.23/h at most, $0.44 until its end"
    assert "emulated" in cost_text(ReviewFacts(is_free=True))
    assert "not known" in cost_text(ReviewFacts())
    assert "at least" in cost_text(ReviewFacts(after=Decimal("0.1"), is_complete=False))
    assert cost_text(ReviewFacts(before=Decimal("0.1"), ends=True)) == "Cost     $0.10/h now, then nothing"


def test_what_becomes_of_the_ttl():
    assert "4h00m, from the moment it is up" in ttl_text(job_of(NOW))
    assert "until somebody destroys it" in ttl_text(job_of(NOW, arguments={"ttl_seconds": 0}))
    assert "ends with the deployment" in ttl_text(job_of(NOW, kind=JobKind.DESTROY))
    assert ttl_text(job_of(NOW, arguments={})) == ""


def janitor(part: Part, reason: str = "") -> ReviewFacts:
    return ReviewFacts(is_free=True, janitor=JanitorPart(part, "eu-central-1", reason))


async def test_the_janitor_has_its_own_line_and_may_be_gone_without():
    app = Shell(review(HARMLESS, janitor(Part.INSTALL)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Janitor  is installed first in eu-central-1" in text_of(app.screen)
        assert "$0.25 a month" in text_of(app.screen)
        await pilot.press("w")
        await pilot.pause()
        assert "only `automock-tui reap`" in " ".join(text_of(app.screen).split())
        await pilot.press("w", "w", "a")
        await pilot.pause()
        assert app.answer is PlanDecision.CONFIRM_WITHOUT


async def test_who_chose_to_go_without_can_have_it_after_all():
    app = Shell(review(HARMLESS, janitor(Part.DECLINED)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("w", "a")
        await pilot.pause()
        assert app.answer is PlanDecision.CONFIRM


@pytest.mark.parametrize("part", [Part.PRESENT, Part.SANDBOX, Part.NO_END])
async def test_where_nothing_is_to_be_chosen_the_key_is_off_and_says_why(part):
    app = Shell(review(HARMLESS, janitor(part)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert app.screen.why_not("janitor") == "this deploy installs no janitor"
        assert ("Janitor  " in text_of(app.screen)) == (part is not Part.NO_END)
        await pilot.press("a")
        await pilot.pause()
        assert app.answer is PlanDecision.CONFIRM


@pytest.mark.parametrize(
    ("keys", "answer"), [(["tab", "enter"], PlanDecision.CONFIRM_WITHOUT), (["enter"], None)]
)
async def test_a_refused_janitor_is_gone_without_only_by_consent(keys, answer):
    app = Shell(review(HARMLESS, janitor(Part.REFUSED, "No permission: iam:CreateRole")))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("a")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmDialog)
        assert "Deploy without the janitor?" in text_of(app.screen)
        assert "iam:CreateRole" in text_of(app.screen)
        await pilot.press(*keys)
        await pilot.pause()
        assert app.answer is answer
