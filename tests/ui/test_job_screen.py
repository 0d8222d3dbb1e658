"""The Job screen over real, recorded Terraform runs."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from textual.widgets import Button, Input

from automock_tui.domain.plan import Action, PlanSummary, ResourceChange
from automock_tui.domain.progress_parts import Counts
from automock_tui.domain.run_timeline import PastRun
from automock_tui.provisioning.job import JobError, JobKind, JobPhase, JobStatus
from automock_tui.ui.screens.job import JobScreen
from automock_tui.ui.screens.job_cancel import CancelJob, ForceCancel
from automock_tui.ui.screens.job_feed import JobReview
from automock_tui.ui.screens.plan_review import PlanReviewScreen
from automock_tui.ui.widgets.log_pane import LogPane, StreamState
from automock_tui.ui.widgets.resource_tree import ResourceTree
from automock_tui.ui.widgets.run_errors import RunErrors
from automock_tui.ui.widgets.run_outputs import RunOutputs

from .job_parts import Feed, Recording, Shell, event, job_of, stage, text_of

SIZES = [(80, 24), (120, 40), (250, 70)]


def watching(feed: Feed, at, **more) -> JobScreen:
    return JobScreen(feed, clock=lambda: at, **more)


async def settle(pilot, seconds: float = 0.35) -> None:
    """Let the screen read, and paint four times a second."""
    await pilot.pause(seconds)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def running(upto: int = 150) -> tuple[Feed, JobScreen]:
    run = Recording("apply_ok", upto)
    feed = Feed(job_of(run.start), run.lines)
    return feed, watching(feed, run.end + timedelta(seconds=3))


def over(name: str, status: JobStatus, **parts) -> JobScreen:
    run = Recording(name).ended(status.value)
    feed = Feed(job_of(run.start, status, finished_at=run.end, **parts), run.lines)
    return watching(feed, run.end + timedelta(hours=9))


@pytest.mark.parametrize("size", SIZES)
async def test_a_running_apply_shows_stage_counts_and_what_is_under_way(size):
    _, screen = running()
    async with Shell(screen).run_test(size=size) as pilot:
        await settle(pilot)
        shown = text_of(screen)
        assert "▶ Apply 39/58" in shown
        assert "✓ Init 4s" in shown
        assert "· Health" in shown
        assert "39 of 58  +58 ~0 −0   2 running" in shown
        assert "✓ network  20/20" in shown
        assert "▾ ▶ load balancer  2/4" in shown
        assert "lb_listener.http" in shown
        assert "creating 3s" in shown
        assert "esc Back" in shown


async def test_a_late_watcher_sees_the_first_line_too():
    _, screen = running()
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        log = screen.query_one(LogPane).view
        assert log.line_count == 155
        await pilot.press("2", "home")
        assert log.reader.current().text == "automock_stage"
        assert "PAUSED" in text_of(screen)


async def test_clocks_tick_here_while_terraform_is_silent():
    run = Recording("apply_ok", 150)
    now = [run.end]
    feed = Feed(job_of(run.start), run.lines)
    screen = JobScreen(feed, clock=lambda: now[0])
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "creating 0s" in text_of(screen)
        now[0] += timedelta(seconds=41)
        await settle(pilot, 0.6)
        assert "creating 41s" in text_of(screen)


async def test_lines_that_come_while_watching_are_followed():
    run = Recording("apply_ok").ended("succeeded")
    feed = Feed(job_of(run.start), run.lines[:100])
    screen = watching(feed, run.end)
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert not screen.has_ended
        feed.waiting = run.lines[100:]
        feed.become(
            status=JobStatus.SUCCEEDED, finished_at=run.end, outputs={"mockserver_url": "http://m.example"}
        )
        await settle(pilot, 1.5)
        assert screen.has_ended
        assert screen.query_one(LogPane).view.line_count == len(run.lines)


@pytest.mark.parametrize("size", SIZES)
async def test_success_shows_the_outputs_ready_to_copy(size):
    screen = over("apply_ok", JobStatus.SUCCEEDED, outputs={"mockserver_url": "http://petstore.example"})
    app = Shell(screen)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot, 0.6)
        shown = text_of(screen)
        assert "✓ petstore is deployed in 1m51s" in shown
        assert "http://petstore.example" in shown
        assert "58 of 58" in shown
        assert "■ ended: succeeded" in shown or size == (80, 24)
        assert screen.query_one(RunOutputs).has_focus
        await pilot.press("down", "down", "down", "y")
        assert app.clipboard == "http://demo-alb-1.us-east-1.elb.amazonaws.com"


async def test_a_sensitive_output_is_neither_shown_nor_copied():
    screen = over("apply_ok", JobStatus.SUCCEEDED)
    app = Shell(screen)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot, 0.6)
        assert "secret_sample     (sensitive)" in text_of(screen)
        await pilot.press(*["down"] * 5, "y")
        assert app.clipboard == ""


@pytest.mark.parametrize("size", SIZES)
async def test_failure_shows_what_where_and_what_to_do(size):
    error = JobError(
        title="Terraform failed",
        message="Error: attaching IAM Policy (arn:aws:iam::aws:policy/service-role/...) to IAM Role",
        hint="Ask for iam:AttachRolePolicy, then deploy again.",
    )
    screen = over("apply1", JobStatus.FAILED, error=error)
    async with Shell(screen).run_test(size=size) as pilot:
        await settle(pilot, 0.6)
        shown = text_of(screen)
        assert "✕ Failed in 1m49s: Terraform failed" in shown
        assert "What to do  Ask for iam:AttachRolePolicy, then deploy again." in shown
        assert "✕ Apply 41/58" in shown
        assert "Errors 2" in shown
        assert screen.query_one(RunErrors).has_focus
        cards = screen.query_one(RunErrors).cards
        assert cards[1].where == "aws_iam_role_policy_attachment.exec  ·  ecs.tf:29"
        assert cards[1].code.startswith('resource "aws_iam_role_policy_attachment" "exec"')
        tree = screen.query_one(ResourceTree)
        assert any("failed 0s" in text.plain for text in tree._texts)


async def test_the_jobs_advice_stands_with_the_diagnostic_it_is_about():
    diagnostic = {"severity": "error", "summary": "Error acquiring the state lock", "detail": "ID: 1"}
    run = Recording("apply1", 1)
    run.lines.append(event(run.end, "diagnostic", diagnostic=diagnostic))
    error = JobError(title="Terraform failed: Error acquiring the state lock", hint="Wait for bob, or unlock.")
    feed = Feed(job_of(run.start, JobStatus.FAILED, finished_at=run.end, error=error), run.lines)
    screen = watching(feed, run.end)
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await settle(pilot, 0.6)
        (card,) = screen.query_one(RunErrors).cards
        assert (card.title, card.hint) == ("Error acquiring the state lock", "Wait for bob, or unlock.")


async def test_a_lost_job_says_so_and_calls_what_was_under_way_unknown():
    run = Recording("apply_sigkill", 150)
    error = JobError(title="The job's process ended without a result", hint="Deploy again to carry on.")
    feed = Feed(job_of(run.start, JobStatus.LOST, finished_at=run.end, error=error), run.lines)
    screen = watching(feed, run.end + timedelta(hours=2))
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await settle(pilot, 0.6)
        shown = text_of(screen)
        assert "? Lost: The job's process ended without a result" in shown
        assert "Deploy again to carry on." in shown
        assert "unknown" in shown
        assert screen.query_one(LogPane).state is StreamState.LOST


async def test_a_cancelled_job_says_what_is_left():
    screen = over("apply_sigint1", JobStatus.CANCELLED)
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await settle(pilot, 0.6)
        shown = text_of(screen)
        assert "◼ Cancelled in" in shown
        assert "still there and costs money" in shown
        assert "cancelled" in "\n".join(text.plain for text in screen.query_one(ResourceTree)._texts)


async def test_a_destroy_counts_deletions():
    run = Recording("destroy", changing="destroy").ended("succeeded", "destroy")
    job = job_of(run.start, JobStatus.SUCCEEDED, kind=JobKind.DESTROY, finished_at=run.end, auto_approve=True)
    screen = watching(Feed(job, run.lines), run.end)
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await settle(pilot, 0.6)
        shown = text_of(screen)
        assert "✓ Destroy" in shown
        assert "−58" in shown
        assert "Review" not in shown, "nobody reviews what was approved beforehand"
        assert "petstore is destroyed" in shown


async def test_choosing_a_resource_shows_only_its_log_and_choosing_again_shows_all():
    _, screen = running()
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        log = screen.query_one(LogPane).view
        await pilot.press("down", "down", "down", "enter")
        await pilot.pause()
        assert {record.resource for record in log.reader.records()} == {"aws_lb.main"}
        assert "about lb.main" in text_of(screen)
        await pilot.press("enter")
        await pilot.pause()
        assert log.line_count == 155
        await pilot.press("home", "enter")
        await pilot.pause()
        assert "about network" in text_of(screen)


async def test_groups_open_and_close_and_the_cursor_stays_on_its_resource():
    _, screen = running()
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        tree = screen.query_one(ResourceTree)
        await pilot.press("down", "down", "down")
        assert tree._row().resource.address == "aws_lb.main"
        tree._chosen[tree._rows[0].purpose] = True
        tree.rebuild()
        assert tree._row().resource.address == "aws_lb.main"
        before = len(tree._rows)
        await pilot.press("space")
        assert len(tree._rows) == before - 4
        assert tree._row().resource is None
        await pilot.press("x")
        assert len(tree._rows) > 58


async def test_narrow_windows_have_tabs_wide_ones_have_all_side_by_side():
    _, screen = running()
    async with Shell(screen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "1 Resources  2 Log  3 Time  4 Errors  5 Outputs" in text_of(screen)
        assert not screen.query_one(LogPane).display or screen.query_one(LogPane).region.height == 0
        await pilot.press("2")
        await pilot.pause()
        assert "FOLLOW" in text_of(screen)
        assert screen.query_one(LogPane).view.has_focus
        await pilot.press("3")
        await pilot.pause()
        assert "╷0s" in text_of(screen)
        await pilot.click("#job-panels", offset=(2, 0))
        await pilot.pause()
        assert "load balancer" in text_of(screen)
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        shown = text_of(screen)
        assert "FOLLOW" in shown
        assert "load balancer" in shown
        assert "╷0s" in shown


async def test_leaving_asks_nothing_and_cancels_nothing():
    feed, screen = running()
    app = Shell(screen)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is not screen
        assert feed.cancelled == []


async def test_nothing_is_read_while_another_screen_covers_this_one():
    feed, screen = running()
    app = Shell(screen)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+c")
        await pilot.pause(0.2)
        reads = feed.reads
        await pilot.pause(0.3)
        assert feed.reads == reads
        await pilot.press("escape")
        await pilot.pause(0.3)
        assert feed.reads > reads


async def test_cancelling_asks_first_and_killing_needs_the_name():
    feed, screen = running()
    app = Shell(screen)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert isinstance(app.screen, CancelJob)
        assert "finishes the 2 resources" in text_of(app.screen)
        await pilot.press("escape")
        await pilot.pause()
        assert feed.cancelled == []
        await pilot.press("ctrl+c")
        await pilot.pause()
        await pilot.click("#cancel")
        await settle(pilot)
        assert feed.cancelled == [False]
        assert "cancelling" in text_of(screen)
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert isinstance(app.screen, ForceCancel)
        app.screen.query_one(Input).focus()
        await pilot.press(*"petstor", "enter")
        assert app.screen.query_one("#force", Button).disabled
        assert feed.cancelled == [False]
        await pilot.press("e", "enter")
        await settle(pilot)
        assert feed.cancelled == [False, True]


async def test_a_job_that_ended_is_not_cancelled():
    screen = over("apply_ok", JobStatus.SUCCEEDED)
    app = Shell(screen)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert app.screen is screen
        assert screen.why_not("cancel") == "the job is not running"


def planned() -> tuple[Feed, PlanSummary]:
    run = Recording("plan_create")
    run.lines = [
        line for line in run.lines if '"apply", "status"' not in line and '"apply","status"' not in line
    ]
    run.lines += [
        stage(run.end, "review", "started"),
        event(run.end, "automock_result", status="planned", summary="58 to add", error=None),
    ]
    change = ResourceChange("aws_vpc.main", "aws_vpc", "main", "", Action.CREATE)
    return Feed(job_of(run.start, JobStatus.PLANNED), run.lines), PlanSummary((change,), counts=Counts(add=1))


@pytest.mark.parametrize(("key", "done"), [("a", "confirm"), ("d", "discard"), ("escape", "")])
async def test_a_plan_is_reviewed_and_applied_discarded_or_left(key, done):
    feed, plan = planned()
    calls = []
    review = JobReview(
        plan=lambda: plan, confirm=lambda: calls.append("confirm"), discard=lambda: calls.append("discard")
    )
    screen = JobScreen(feed, review)
    app = Shell(screen)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "▶ Review waits for you" in text_of(screen)
        assert "Press r to review it" in text_of(screen)
        await pilot.press("r")
        await pilot.pause(0.3)
        assert isinstance(app.screen, PlanReviewScreen)
        await pilot.press(key)
        await settle(pilot)
        assert app.screen is screen
        assert calls == [done] * bool(done)
        assert app.errors == []


async def test_after_the_review_the_apply_goes_on_in_the_same_screen():
    feed, plan = planned()
    run = Recording("apply_ok").ended("succeeded")

    def confirm() -> None:
        feed.waiting = run.lines[4:]
        feed.become(status=JobStatus.SUCCEEDED, finished_at=run.end)

    screen = JobScreen(feed, JobReview(lambda: plan, confirm, confirm))
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("r")
        await pilot.pause(0.3)
        await pilot.press("a")
        await settle(pilot, 1.5)
        assert screen.has_ended
        assert "petstore is deployed" in text_of(screen)


async def test_a_watcher_without_the_right_to_review_is_told_why():
    feed, _ = planned()
    screen = JobScreen(feed)
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert screen.why_not("review") == "this plan is not for applying"


@pytest.mark.parametrize(
    ("part", "usual"),
    [
        ({"auto_approve": True}, "2m01s"),
        ({"phase": JobPhase.PLAN}, "11s"),
        ({"phase": JobPhase.APPLY}, "1m50s"),
    ],
)
async def test_what_the_part_that_runs_usually_takes_is_told(part, usual):
    run = Recording("apply_ok", 150)
    feed = Feed(job_of(run.start, **part), run.lines)
    stages = {"init": 3.0, "plan": 8.0, "review": 3_600.0, "apply": 90.0, "health": 20.0}
    past = [PastRun(stages, {"aws_cloudwatch_metric_alarm.alb_5xx": 100.0})]
    screen = watching(feed, run.end, past=lambda: past)
    async with Shell(screen).run_test(size=(160, 60)) as pilot:
        await settle(pilot, 0.6)
        assert f"usually {usual} " in text_of(screen)
        assert " of 1m40s" in text_of(screen), "the alarm is under way"


async def test_hostile_lines_reach_the_screen_as_text():
    run = Recording("apply_ok", 3)
    run.lines += [
        "not json at all [b]no markup[/b] \x1b[31mred",
        json.dumps({"@level": "error", "@message": "[red]x\x1b]0;t\x07" + "y" * 3_000_000, "type": "log"}),
        "\x00\udcff",
    ]
    screen = watching(Feed(job_of(run.start), run.lines), run.end)
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        shown = text_of(screen)
        assert "not json at all [b]no markup[/b] red" in shown
        assert "\x1b" not in shown
        assert screen.query_one(LogPane).view.line_count == len(run.lines)
