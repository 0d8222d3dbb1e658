"""The parts of the Job screen without a screen: bars, axes, groups, verdicts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automock_tui.domain.apply_progress import Progress, advance
from automock_tui.domain.progress_parts import ResourceState
from automock_tui.domain.run_timeline import by_purpose
from automock_tui.domain.terraform_events import parse_line
from automock_tui.provisioning.job import JobStatus
from automock_tui.ui.screens.job_feed import JobStream, record_of
from automock_tui.ui.widgets.log_pane import Level
from automock_tui.ui.widgets.resource_tree import group_state, is_open, tree_rows
from automock_tui.ui.widgets.run_banner import verdict
from automock_tui.ui.widgets.run_marks import middle
from automock_tui.ui.widgets.stage_strip import stage_looks
from automock_tui.ui.widgets.timeline import axis, bar

from .job_parts import Recording, job_of


def progress_of(name: str, upto: int | None = None) -> Progress:
    return advance(Progress(), map(parse_line, Recording(name, upto).lines))


@pytest.mark.parametrize(
    ("start", "end", "state", "drawn"),
    [
        (0, 10, ResourceState.DONE, "█████"),
        (4, 9, ResourceState.DONE, "  ██▌"),
        (4, 4, ResourceState.DONE, "  ▏"),
        (4, 10, ResourceState.RUNNING, "  ███▶"),
        (4, 4, ResourceState.RUNNING, "  ▶"),
        (0, 4, ResourceState.FAILED, "██✕"),
        (0, 4, ResourceState.LOST, "██?"),
    ],
)
def test_a_bar_says_when_how_long_and_how_it_ended(start, end, state, drawn):
    assert bar(start, end, 0.5, state) == drawn


@given(st.floats(0.001, 1e6), st.floats(0, 1), st.integers(8, 300), st.sampled_from(ResourceState))
def test_a_bar_stays_on_its_axis(seconds, share, cells, state):
    drawn = bar(seconds * share, seconds, cells / seconds, state)
    assert len(drawn) <= cells + 2


@given(st.floats(0.1, 1e6), st.integers(0, 300))
def test_an_axis_fits_and_starts_at_zero(seconds, cells):
    marks = axis(seconds, cells)
    assert len(marks) <= cells
    assert not marks or marks.startswith("╷0s")


def test_an_axis_has_round_steps():
    assert axis(100, 50) == "╷0s            ╷30s           ╷1m00s         ╷1m30s"[: len(axis(100, 50))]


@given(st.text(max_size=80), st.integers(0, 60))
def test_the_middle_goes_first(text, width):
    shown = middle(text, width)
    assert len(shown) <= max(width, 0)
    if len(text) <= width:
        assert shown == text
    elif width >= 3:
        assert "…" in shown
        assert text.endswith(shown.rsplit("…", 1)[1]) or "…" in text


def test_a_group_is_as_bad_as_its_worst_member():
    groups = by_purpose(progress_of("apply1"))
    states = {purpose.value: group_state(members, ended=True) for purpose, members in groups.items()}
    assert states["network"] is ResourceState.DONE
    assert states["service"] is ResourceState.FAILED
    assert states["scaling"] is ResourceState.PLANNED
    assert states["observability"] is ResourceState.PLANNED, "after the end nothing of it runs"
    assert group_state(groups[next(iter(groups))]) is ResourceState.DONE


def test_groups_open_while_busy_unless_the_user_chose():
    groups = by_purpose(progress_of("apply_ok", 150))
    network, balancer = list(groups.values())[:2]
    assert not is_open(network, None)
    assert is_open(network, True)
    assert is_open(balancer, None)
    assert not is_open(balancer, False)
    assert len(tree_rows(progress_of("apply_ok"), dict.fromkeys(groups, True))) == 58 + len(groups)


def test_a_stage_that_was_passed_over_is_skipped():
    looks = stage_looks(progress_of("apply_ok", 100), ("init", "plan", "review", "apply", "health"))
    assert [look.mark for _, look in looks] == ["✓", "✓", "–", "▶", "·"]


def test_a_stream_reads_on_where_its_time_was_over():
    run = Recording("apply_ok")
    stream = JobStream()
    stream.put(run.lines * 20)
    records = stream.read(seconds=0)
    assert 0 < len(records) < len(run.lines) * 20
    while stream.backlog:
        records += stream.read(seconds=0)
    assert len(records) == len(run.lines) * 20
    assert stream.progress.steps_done == 58


def test_events_become_lines_with_level_source_and_resource():
    records = [record_of(parse_line(line)) for line in Recording("apply1").lines]
    (error,) = [record for record in records if record.level is Level.ERROR]
    assert error.resource == "aws_iam_role_policy_attachment.exec"
    assert error.text.endswith("(ecs.tf:29)")
    assert {record.source for record in records} == {"automock", "terraform"}
    assert all(record.time for record in records)
    raw = record_of(parse_line("no json"))
    assert (raw.text, raw.level, raw.time) == ("no json", Level.INFO, 0.0)


def test_every_end_has_a_verdict_and_a_running_job_none():
    start = Recording("apply_ok", 1).start
    for status in JobStatus:
        found = verdict(job_of(start, status, finished_at=start + timedelta(seconds=71)))
        if status in (JobStatus.RUNNING, JobStatus.STARTING, JobStatus.SERVING):
            assert found is None
        else:
            assert found is not None
            assert found.title
            assert found.next_steps
