"""The reducer: exact numbers of the real streams, the odd cases, and independence of how events are batched."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automock_tui.domain.apply_progress import (
    Counts,
    Progress,
    ResourceState,
    StageState,
    abandon,
    advance,
)
from automock_tui.domain.run_timeline import (
    PastRun,
    Purpose,
    by_purpose,
    past_run,
    purpose_of,
    slowest,
    timeline,
    usual_work,
    usually,
)
from automock_tui.domain.terraform_events import ApplyCompleted, ApplyStarted, Failure, parse_line

DATA = Path(__file__).parent.parent / "data" / "terraform"
START = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)


def stream(name):
    return [parse_line(text) for text in (DATA / f"{name}.jsonl").read_text().splitlines()]


def event(kind, seconds=0.0, **parts):
    at = (START + timedelta(seconds=seconds)).isoformat()
    return parse_line(json.dumps({"type": kind, "@timestamp": at, "@message": "", **parts}))


def resource(address):
    return {"addr": address, "resource_type": address.split(".")[0], "resource_name": address.split(".")[-1]}


def planned(address, action="create", seconds=0.0):
    return event("planned_change", seconds, change={"resource": resource(address), "action": action})


def hook(kind, address, action="create", seconds=0.0, **more):
    return event(kind, seconds, hook={"resource": resource(address), "action": action, **more})


def states(progress):
    return {state.value: len(progress.in_state(state)) for state in ResourceState if progress.in_state(state)}


@pytest.mark.parametrize(
    ("name", "done", "total", "plan", "applied", "found", "cards"),
    [
        ("apply1", 41, 58, Counts(add=58), Counts(add=41), {"planned": 16, "done": 41, "failed": 1}, [1]),
        ("apply_ok", 58, 58, Counts(add=58), Counts(add=58), {"done": 58}, []),
        (
            "apply_sigint1",
            31,
            58,
            Counts(add=58),
            Counts(add=31),
            {"planned": 24, "done": 31, "cancelled": 3},
            [1, 1, 1],
        ),
        (
            "apply_sigkill",
            38,
            58,
            Counts(add=58),
            Counts(add=38),
            {"planned": 19, "running": 1, "done": 38},
            [],
        ),
        ("destroy", 58, 58, Counts(remove=58), Counts(remove=58), {"done": 58}, []),
        ("plan_create", 0, 58, Counts(add=58), Counts(), {"planned": 58}, []),
        ("plan_locked", 0, 0, Counts(), Counts(), {}, [1]),
        ("plan_missing_var", 0, 0, Counts(), Counts(), {}, [1]),
    ],
)
def test_the_final_numbers_of_real_streams(name, done, total, plan, applied, found, cards):
    progress = advance(Progress(), stream(name))
    assert (progress.steps_done, progress.steps_total) == (done, total)
    assert (progress.planned, progress.applied) == (plan, applied)
    assert states(progress) == found
    assert [card.count for card in progress.cards] == cards
    assert progress.terraform_version == "1.11.4"


def test_a_successful_apply_has_outputs_and_terraforms_own_count():
    progress = advance(Progress(), stream("apply_ok"))
    assert progress.operation == "apply" and progress.summary is not None and progress.summary.add == 58
    assert progress.outputs["cluster"].value == "demo-cluster"
    assert progress.outputs["secret_sample"].sensitive and progress.outputs["secret_sample"].value is None
    assert progress.fraction == 1.0
    vpc = progress.resources["aws_vpc.main"]
    assert vpc.id.startswith("vpc-") and vpc.reported_seconds == 11


def test_a_failed_resource_tells_its_error():
    progress = advance(Progress(), stream("apply1"))
    (failed,) = progress.in_state(ResourceState.FAILED)
    assert failed.address == "aws_iam_role_policy_attachment.exec"
    assert failed.error.startswith("attaching IAM Policy")
    assert progress.cards[0].diagnostic.address == failed.address


def test_an_interrupted_run_collapses_the_empty_diagnostics():
    progress = advance(Progress(), stream("apply_sigint1"))
    assert progress.interrupted
    assert [(card.diagnostic.summary, card.count) for card in progress.diagnostics][1] == (
        "execution halted",
        6,
    )
    assert all("context canceled" in one.error for one in progress.in_state(ResourceState.CANCELLED))


def test_empty_diagnostics_alone_are_one_card():
    halted = {"severity": "error", "summary": "execution halted", "detail": ""}
    progress = advance(Progress(), [event("diagnostic", diagnostic=halted)] * 5)
    assert [(card.diagnostic.summary, card.count) for card in progress.cards] == [("execution halted", 5)]


def test_cards_are_errors_first_and_duplicates_merged():
    warning = event("diagnostic", diagnostic={"severity": "warning", "summary": "old syntax"})
    error = event("diagnostic", diagnostic={"severity": "error", "summary": "boom"})
    progress = advance(Progress(), [warning, error, warning])
    assert [(card.diagnostic.summary, card.count) for card in progress.cards] == [
        ("boom", 1),
        ("old syntax", 2),
    ]


def test_what_was_running_when_the_process_died_is_lost():
    progress = abandon(advance(Progress(), stream("apply_sigkill")))
    assert [one.address for one in progress.in_state(ResourceState.LOST)] == ["aws_lb.main"]
    lost = progress.resources["aws_lb.main"]
    assert lost.elapsed(START + timedelta(days=1)) == pytest.approx(10, abs=0.2), "the clock stops with it"
    assert not progress.is_finished, "nobody said how it ended"


def test_a_plan_and_then_its_apply_in_one_stream_count_once():
    progress = advance(Progress(), stream("plan_create") + stream("apply_ok"))
    assert (progress.steps_done, progress.steps_total, progress.planned) == (58, 58, Counts(add=58))


def test_the_plan_stays_in_sight_until_the_apply_speaks_of_resources():
    plan, (version, *_) = stream("plan_create"), stream("apply_ok")
    assert advance(Progress(), [*plan, version]).steps_total == 58


def test_a_second_plan_without_changes_is_empty():
    nothing = event("change_summary", changes={"add": 0, "change": 0, "remove": 0, "operation": "plan"})
    again = event("version", terraform="1.11.4", ui="1.2")
    progress = advance(Progress(), [*stream("apply_ok"), again, nothing])
    assert progress.steps_total == 0 and not progress.resources


def test_errors_of_an_earlier_command_go_and_warnings_stay():
    error = event("diagnostic", diagnostic={"severity": "error", "summary": "locked"})
    warning = event("diagnostic", diagnostic={"severity": "warning", "summary": "old syntax"})
    progress = advance(Progress(), [error, warning, *stream("plan_create")])
    assert [card.diagnostic.summary for card in progress.cards] == ["old syntax"]


def test_a_replacement_is_two_steps():
    events = [
        planned("aws_lb.main", "replace"),
        hook("apply_start", "aws_lb.main", "delete", 1, id_value="old"),
        hook("apply_complete", "aws_lb.main", "delete", 3, elapsed_seconds=2),
    ]
    half = advance(Progress(), events)
    assert (half.steps_done, half.steps_total, half.fraction) == (1, 2, 0.5)
    assert half.resources["aws_lb.main"].state is ResourceState.RUNNING
    assert half.planned == Counts(add=1, remove=1) and str(half.planned) == "+1 ~0 −1"
    rest = [
        hook("apply_start", "aws_lb.main", "create", 4),
        hook("apply_complete", "aws_lb.main", "create", 9, id_value="new", elapsed_seconds=5),
    ]
    whole = advance(half, rest)
    lb = whole.resources["aws_lb.main"]
    assert (lb.state, lb.id, lb.action) == (ResourceState.DONE, "new", "replace")
    assert lb.elapsed(START) == 8 and whole.applied == Counts(add=1, remove=1)


def test_an_instance_and_its_deposed_predecessor_share_an_address():
    events = [
        planned("aws_lb.main", "update"),
        planned("aws_lb.main", "delete"),
        hook("apply_complete", "aws_lb.main", "delete", 1),
    ]
    progress = advance(Progress(), events)
    assert (progress.steps_done, progress.steps_total, len(progress.resources)) == (1, 2, 1)


@pytest.mark.parametrize("action", ["read", "noop", "move", "import", "forget"])
def test_what_changes_nothing_is_not_counted(action):
    events = [planned("aws_vpc.main", action), hook("apply_start", "data.aws_region.here", "read")]
    assert advance(Progress(), events).steps_total == 0


def test_joining_late_counts_what_is_seen():
    late = advance(Progress(), [hook("apply_complete", "aws_vpc.main", seconds=20, elapsed_seconds=11)])
    assert (late.steps_done, late.steps_total) == (1, 1)
    assert late.resources["aws_vpc.main"].started_at == START + timedelta(seconds=9)


def test_running_time_ticks_and_never_runs_backwards():
    progress = advance(
        Progress(),
        [
            hook("apply_start", "aws_lb.main"),
            hook("apply_progress", "aws_lb.main", seconds=10, elapsed_seconds=10),
        ],
    )
    lb = progress.resources["aws_lb.main"]
    assert lb.elapsed(START + timedelta(seconds=17)) == 17
    assert lb.elapsed(START + timedelta(seconds=3)) == 10, "this machine's clock is behind"


def stage(name, status, seconds=0.0, elapsed=0.0):
    return event("automock_stage", seconds, stage=name, status=status, elapsed_seconds=elapsed)


def test_stages_have_states_and_times():
    progress = advance(
        Progress(), [stage("init", "started"), stage("init", "done", 2, 2.1), stage("plan", "started", 2)]
    )
    assert progress.stage("init").state is StageState.DONE and progress.stage("init").elapsed(START) == 2.1
    assert progress.stage("plan").elapsed(START + timedelta(seconds=9)) == 7
    assert progress.stage("apply").state is StageState.PENDING
    failed = advance(progress, [stage("plan", "failed", 5, 3.0)])
    assert failed.stage("plan").state is StageState.FAILED and failed.stage("plan").elapsed(START) == 3.0


def test_a_plan_waits_for_its_review_and_the_apply_goes_on():
    waiting = advance(
        Progress(),
        [*stream("plan_create"), stage("review", "started"), event("automock_result", status="planned")],
    )
    assert waiting.awaits_review and not waiting.is_finished
    assert waiting.stage("review").state is StageState.RUNNING
    going = advance(waiting, [stage("review", "done", 60, 60)])
    assert not going.awaits_review
    done = advance(
        going, [*stream("apply_ok"), event("automock_result", status="succeeded", summary="58 added")]
    )
    assert done.is_finished and done.result is not None and done.result.summary == "58 added"


def test_a_result_ends_everything_that_was_under_way():
    error = {"title": "Stopped", "message": "You cancelled it.", "hint": "Destroy what is there."}
    progress = advance(
        Progress(),
        [
            stage("apply", "started"),
            planned("aws_lb.main"),
            hook("apply_start", "aws_lb.main"),
            event("automock_result", 30, status="cancelled", summary="", error=error),
        ],
    )
    assert states(progress) == {"lost": 1} and progress.stage("apply").state is StageState.FAILED
    assert progress.result is not None and progress.result.error == Failure(*error.values())


def test_purposes_of_the_real_stack():
    groups = by_purpose(advance(Progress(), stream("plan_create")))
    assert {purpose.value: len(found) for purpose, found in groups.items()} == {
        "network": 20,
        "load balancer": 4,
        "service": 14,
        "scaling": 6,
        "observability": 9,
        "other": 5,
    }
    assert list(groups) == [purpose for purpose in Purpose if purpose in groups]


@pytest.mark.parametrize(
    ("kind", "purpose"),
    [
        ("aws_route_table_association", Purpose.NETWORK),
        ("aws_route53_record", Purpose.DOMAIN),
        ("aws_acm_certificate_validation", Purpose.DOMAIN),
        ("aws_cloudwatch_log_group", Purpose.OBSERVABILITY),
        ("aws_cloudwatch_event_rule", Purpose.OTHER),
        ("", Purpose.OTHER),
    ],
)
def test_purpose_of_a_type(kind, purpose):
    assert purpose_of(kind) is purpose


def test_slowest_and_timeline():
    events = stream("apply_ok")
    progress = advance(Progress(), events)
    assert slowest(progress, 1)[0].address == "aws_lb.main" and len(slowest(progress)) == 5
    spans = timeline(progress, datetime(2030, 1, 1, tzinfo=UTC))
    assert len(spans) == 58 and spans[0].start == 0
    assert [span.start for span in spans] == sorted(span.start for span in spans)
    first = next(one.at for one in events if isinstance(one, ApplyStarted))
    last = [one.at for one in events if isinstance(one, ApplyCompleted)][-1]
    whole = (last - first).total_seconds()
    assert max(span.end for span in spans) == pytest.approx(whole, abs=1), "nothing runs on after its end"
    assert timeline(Progress(), START) == ()


def test_what_a_run_took_is_learnt_from_its_log():
    learnt = past_run(advance(Progress(), [*stream("apply_ok"), stage("apply", "done", 90, 75.5)]))
    assert len(learnt.resources) == 58 and learnt.stages == {"apply": 75.5}
    assert usually("aws_lb.main", [learnt]) == pytest.approx(60.1, abs=0.1)
    assert usually("aws_lb.other", [learnt]) is None
    assert past_run(Progress()) == ({}, {})


def test_the_usual_work_is_that_of_the_part_that_runs_now():
    runs = [
        PastRun({"init": 2.0, "plan": 8.0, "review": 900.0, "apply": 70.0, "health": 20.0}),
        PastRun({"init": 4.0, "plan": 8.0, "apply": 80.0, "health": 20.0}),
        PastRun({}),
    ]
    assert usual_work(runs, after_review=False) == 11
    assert usual_work(runs, after_review=True) == 95
    assert usual_work(runs, after_review=None) == 106
    assert usual_work([PastRun({"apply": 5.0})], after_review=False) is None
    assert usual_work([], after_review=None) is None


MIXED = [
    stage("init", "started"),
    stage("init", "done", 1, 1),
    *stream("plan_create"),
    event("automock_result", status="planned"),
    stage("apply", "started"),
    *stream("apply_sigint1"),
    event("automock_result", status="cancelled"),
    *stream("destroy"),
]


@settings(deadline=None)
@given(st.lists(st.integers(0, len(MIXED)), max_size=20))
def test_batches_do_not_matter(cuts):
    progress, edges = Progress(), [0, *sorted(cuts), len(MIXED)]
    for start, end in itertools.pairwise(edges):
        progress = advance(progress, MIXED[start:end])
    assert progress == advance(Progress(), MIXED)


@settings(deadline=None)
@given(st.lists(st.sampled_from(MIXED), max_size=60))
def test_any_order_keeps_the_numbers_sane(events):
    before = Progress()
    after = advance(before, events)
    assert before == Progress(), "the former picture is untouched"
    assert 0 <= after.fraction <= 1
    assert after.steps_total >= len(after.resources)
    assert advance(abandon(after), []) == abandon(after)
