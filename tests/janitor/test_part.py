"""What a deploy has to do with the janitor: asked once, remembered, never installed against a refusal."""

from __future__ import annotations

import json

import pytest

from automock_tui.domain.aws_errors import Forbidden, Unreachable
from automock_tui.domain.workspace import WorkspaceKind, WorkspaceRef
from automock_tui.operations import janitor_part, janitor_status
from automock_tui.operations.janitor_part import (
    Choice,
    JanitorRefused,
    Part,
    check_part,
    choose,
    forget_choice,
    remember_refusal,
)
from automock_tui.operations.janitor_status import JanitorStatus
from automock_tui.settings import Folders

HOUR = 3600.0


class Place:
    """As much of a workspace as the janitor's part looks at."""

    def __init__(self, folder, kind=WorkspaceKind.AWS, region="eu-central-1"):
        self.ref = WorkspaceRef(kind=kind, profile="work", region=region)
        self.region = region
        self.folders = Folders(folder / "config", folder / "data", folder / "state", folder / "cache")


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def found(monkeypatch):
    """What AWS says of the janitor; an exception is raised."""
    answer = {"is": JanitorStatus("eu-central-1", installed=False)}

    def presence(workspace):
        if isinstance(answer["is"], Exception):
            raise answer["is"]
        return answer["is"]

    monkeypatch.setattr(janitor_status, "presence", presence)
    return answer


def part_of(place, choice=None, ttl=HOUR) -> Part:
    return janitor_part.janitor_part(place, ttl, choice).part


def test_it_is_installed_where_it_is_missing_old_or_off(place, found):
    assert part_of(place) is Part.INSTALL
    cases = {
        Part.UPGRADE: JanitorStatus("r", installed=True, current=False, enabled=True),
        Part.PRESENT: JanitorStatus("r", installed=True, current=True, enabled=True),
    }
    for part, status in cases.items():
        found["is"] = status
        assert part_of(place) is part
    found["is"] = JanitorStatus("r", installed=True, current=True, enabled=False)
    assert part_of(place) is Part.UPGRADE


def test_nobody_is_asked_where_there_is_nothing_to_end_or_the_sandbox_does_it(tmp_path, place, found):
    found["is"] = AssertionError("AWS was asked")
    assert part_of(place, ttl=0) is Part.NO_END
    assert part_of(Place(tmp_path, WorkspaceKind.SANDBOX)) is Part.SANDBOX


def test_a_choice_is_remembered_for_its_account_and_region_only(tmp_path, place, found):
    assert not janitor_part.janitor_part(place, HOUR).is_settled
    choose(place, False)
    declined = janitor_part.janitor_part(place, HOUR)
    assert (declined.part, declined.is_settled) == (Part.DECLINED, True)
    assert part_of(Place(tmp_path, region="us-east-1")) is Part.INSTALL
    assert part_of(place, Choice.INSTALL) is Part.INSTALL  # what is said now counts
    choose(place, True)
    settled = janitor_part.janitor_part(place, HOUR)
    assert (settled.part, settled.is_settled) == (Part.INSTALL, True)
    assert part_of(place, Choice.WITHOUT) is Part.DECLINED
    forget_choice(place)
    assert not janitor_part.janitor_part(place, HOUR).is_settled


def test_a_refusal_is_told_before_the_next_deploy_and_needs_consent(place, found):
    remember_refusal(place, "No permission: iam:CreateRole")
    part = janitor_part.part_to_review(place, HOUR)
    assert part.needs_consent and "iam:CreateRole" in part.sentence()
    with pytest.raises(JanitorRefused, match="may not be installed") as refused:
        check_part(part)
    assert "--no-janitor" in refused.value.hint
    check_part(janitor_part.janitor_part(place, HOUR))  # a deploy that asks nobody tries again
    choose(place, False)
    check_part(janitor_part.part_to_review(place, HOUR))


def test_a_review_can_be_read_although_aws_is_silent(place, found):
    found["is"] = Unreachable("AWS does not answer", "", "")
    part = janitor_part.part_to_review(place, HOUR)
    assert (part.part, part.is_open) == (Part.UNKNOWN, False)
    assert "AWS does not answer" in part.sentence()
    with pytest.raises(Unreachable):
        janitor_part.janitor_part(place, HOUR)


def test_who_may_not_even_look_is_asked_too(place, found):
    found["is"] = Forbidden("Not allowed: lambda:GetFunctionConfiguration", "", "")
    assert part_of(place) is Part.REFUSED
    assert part_of(place, Choice.WITHOUT) is Part.DECLINED


def test_somebody_else_installed_it_meanwhile(place, found):
    remember_refusal(place, "No permission: iam:CreateRole")
    found["is"] = JanitorStatus("r", installed=True, current=True, enabled=True)
    assert part_of(place) is Part.PRESENT


@pytest.mark.parametrize("damage", [b"", b"[]", b"{", b'{"aws|work|eu-central-1|": 3}', b"\xff"])
def test_a_damaged_memory_is_asked_anew(place, found, damage):
    choose(place, False)
    path = place.folders.state / "janitor.json"
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(damage)
    assert part_of(place) is Part.INSTALL
    choose(place, False)
    assert json.loads(path.read_bytes())
    assert part_of(place) is Part.DECLINED


def test_every_part_says_what_it_means(place):
    texts = {part: janitor_part.JanitorPart(part, "eu-central-1", "why").sentence() for part in Part}
    assert texts.pop(Part.NO_END) == ""
    assert all(texts.values()) and len(set(texts.values())) == len(texts)
    assert "$0.25 a month" in texts[Part.INSTALL]
    assert "reap" in texts[Part.DECLINED] and "reap" in texts[Part.REFUSED]
