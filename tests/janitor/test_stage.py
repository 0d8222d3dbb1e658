"""The stage `janitor` of a deploy's job: before anything else is made, and never without the user's consent."""

from __future__ import annotations

import json
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from automock_tui.domain.aws_errors import Forbidden
from automock_tui.domain.errors import AutomockError
from automock_tui.domain.event_types import Diagnostic
from automock_tui.operations import janitor, janitor_status
from automock_tui.operations.janitor_notes import ENFORCED_BY, REAP
from automock_tui.operations.janitor_part import Choice, JanitorRefused, Part, choose, part_to_review
from automock_tui.operations.janitor_stage import ensure_janitor
from automock_tui.operations.janitor_status import JanitorStatus
from automock_tui.provisioning.job import Changes
from automock_tui.provisioning.terraform_errors import explain

from .test_part import HOUR, Place


class Run:
    """As much of a job's run as the stage uses."""

    def __init__(self, ttl: float = HOUR, choice: str = "") -> None:
        self.job = SimpleNamespace(arguments={"ttl_seconds": ttl, "janitor": choice})
        self.said: list[str] = []
        self.stages: list[str] = []

    @contextmanager
    def stage(self, name):
        self.stages.append(name)
        yield

    def log(self, message, level="info"):
        self.said.append(message)

    def wait(self, seconds):
        raise AssertionError("nobody else is at it")

    def check_cancelled(self):
        pass


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def installs(monkeypatch):
    """What was installed; an error in `fails` is raised instead. The janitor is missing."""
    done, fails = [], []

    def install(workspace, *, on_line, wait_seconds, pause):
        if fails:
            raise fails.pop()
        on_line(json.dumps({"type": "apply_complete", "@message": "aws_sqs_queue.failed_runs: done"}))
        on_line(json.dumps({"type": "version"}))
        on_line("no JSON")
        done.append(workspace)
        return Changes(add=11)

    missing = JanitorStatus("eu-central-1", installed=False)
    monkeypatch.setattr(janitor_status, "presence", lambda workspace: missing)
    monkeypatch.setattr(janitor, "install", install)
    return SimpleNamespace(done=done, fails=fails)


def test_it_is_installed_in_a_stage_of_its_own(place, installs):
    run = Run()
    assert ensure_janitor(run, place) == {}
    assert (run.stages, installs.done) == (["janitor"], [place])
    assert "janitor: aws_sqs_queue.failed_runs: done" in run.said
    assert not any("no JSON" in text or "version" in text for text in run.said)


def test_without_a_ttl_or_by_choice_nothing_is_installed(place, installs):
    assert ensure_janitor(Run(ttl=0), place) == {}
    run = Run(choice=Choice.WITHOUT)
    assert ensure_janitor(run, place) == {ENFORCED_BY: REAP}
    choose(place, False)
    assert ensure_janitor(Run(), place) == {ENFORCED_BY: REAP}
    assert (run.stages, installs.done) == ([], [])
    assert "reap" in run.said[0]


@pytest.mark.parametrize(
    "refusal",
    [
        Forbidden("Not allowed: s3:CreateBucket", "These credentials lack it.", ""),
        explain(
            [Diagnostic("error", "creating IAM Role: api error AccessDenied: User is not authorized")], [], 1
        ),
    ],
    ids=["by S3", "by Terraform"],
)
def test_a_refusal_stops_the_deploy_and_the_next_one_knows(place, installs, refusal):
    installs.fails.append(refusal)
    with pytest.raises(JanitorRefused) as refused:
        ensure_janitor(Run(), place)
    assert "--no-janitor" in refused.value.hint
    assert part_to_review(place, HOUR).part is Part.REFUSED
    assert ensure_janitor(Run(choice=Choice.WITHOUT), place) == {ENFORCED_BY: REAP}
    assert ensure_janitor(Run(), place) == {}  # with other rights by now
    assert part_to_review(place, HOUR).part is Part.INSTALL


@pytest.mark.parametrize(
    ("zones", "options", "warns"),
    [
        (["Z1"], {"custom_domain": "a.example", "hosted_zone_id": "Z2"}, True),
        (["Z1", "Z2"], {"custom_domain": "a.example", "hosted_zone_id": "Z2"}, False),
        (["*"], {"custom_domain": "a.example", "hosted_zone_id": "Z2"}, False),
        (None, {"custom_domain": "a.example", "hosted_zone_id": "Z2"}, False),
        (["Z1"], {"custom_domain": "", "hosted_zone_id": "Z2"}, False),
    ],
)
def test_a_zone_that_the_janitor_may_not_tidy_is_told(place, installs, monkeypatch, zones, options, warns):
    monkeypatch.setattr(janitor, "state_bucket", lambda workspace: "b")
    monkeypatch.setattr(janitor, "_settings", lambda workspace, bucket: {"hosted_zone_ids": zones})
    run = Run()
    run.job.arguments["options"] = options
    ensure_janitor(run, place)
    assert any("zone Z2" in text for text in run.said) is warns


def test_another_failure_is_told_as_it_is(place, installs):
    installs.fails.append(AutomockError("The network failed", "no such host", "Check it."))
    with pytest.raises(AutomockError, match="network") as failed:
        ensure_janitor(Run(), place)
    assert not isinstance(failed.value, JanitorRefused)
    assert part_to_review(place, HOUR).part is Part.INSTALL
