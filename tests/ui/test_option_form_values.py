"""The texts of the Deploy form: what they amount to, and what is said about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from automock_tui.domain.options import DeploymentOptions
from automock_tui.provisioning.stack import option_variables
from automock_tui.ui.deploy_texts import end_text
from automock_tui.ui.option_labels import FIRST, facts_of, groups_of, label_of
from automock_tui.ui.option_values import TTL, OptionValues


def values(*, is_running: bool = False, ttl: float = 4.0, **texts: str) -> OptionValues:
    made = OptionValues.of(option_variables(), DeploymentOptions().model_dump(), ttl, is_running=is_running)
    made.texts.update(texts)
    return made


def test_the_defaults_come_through_the_form_unchanged():
    checked = values().check()
    assert checked.options == DeploymentOptions()
    assert checked.ttl == timedelta(hours=4)
    assert not checked.errors


def test_every_option_comes_through_the_form_unchanged():
    options = DeploymentOptions(
        instance_size="xlarge",
        min_tasks=2,
        max_tasks=9,
        cpu_architecture="ARM64",
        custom_domain="mock.example.com",
        hosted_zone_id="Z0123456789ABC",
        notification_email="team@example.com",
        network_mode="existing",
        vpc_id="vpc-0123456789abcdef0",
        public_subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        allowed_cidrs=["10.0.0.0/8", "203.0.113.7/32"],
        control_plane_cidrs=["203.0.113.7/32"],
        alarms=False,
        container_insights=True,
        log_level="INFO",
        log_retention_days=365,
    )
    made = OptionValues.of(option_variables(), options.model_dump(), 0.5)
    checked = made.check()
    assert checked.options == options
    assert checked.ttl == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("min_tasks", "two", "min_tasks needs a whole number; found 'two'."),
        ("min_tasks", "", "min_tasks needs a whole number"),
        ("min_tasks", "201", "min_tasks must be a whole number from 1 to 200."),
        ("cpu_target_percent", "96", "cpu_target_percent must be a whole number from 10 to 95."),
        ("notification_email", "nobody", "e-mail address"),
        ("allowed_cidrs", "10.0.0.1/8", "did you mean 10.0.0.0/8?"),
        ("allowed_cidrs", "", "allowed_cidrs must hold 1 to 25 ranges."),
        ("mockserver_image", "mockserver/mockserver:latest", "is not one version"),
        (TTL, "169", "it can be 0 (no end) to 168"),
        (TTL, "-1", "it can be 0 (no end) to 168"),
        (TTL, "nan", "it can be 0 (no end) to 168"),
        (TTL, "soon", "ttl_hours needs hours from 0 (no end) to 168, such as 4 or 0.5; found 'soon'."),
    ],
)
def test_a_field_that_does_not_fit_says_so_at_the_field(option: str, text: str, said: str):
    checked = values(**{option: text}).check()
    assert said in checked.error_of(option)
    assert [finding.option for finding in checked.errors] == [option]


def test_what_concerns_several_fields_is_said_too():
    assert "max_tasks (3) must be at least min_tasks (5)" in values(min_tasks="5").check().error_of("")
    assert "custom_domain needs hosted_zone_id" in values(custom_domain="a.example.com").check().error_of("")
    assert "needs vpc_id" in values(network_mode="existing").check().error_of("")


def test_a_warning_keeps_nothing_from_being_sent():
    checked = values(min_tasks="2").check()
    assert checked.options is not None
    assert not checked.errors
    assert "below 3 x min_tasks" in checked.findings[0].text


def test_every_wrong_field_is_named_at_once():
    checked = values(min_tasks="x", cpu_target_percent="y", ttl_hours="z").check()
    assert {finding.option for finding in checked.errors} == {"min_tasks", "cpu_target_percent", TTL}


def test_changed_means_another_value_not_another_spelling():
    made = values(allowed_cidrs=" 0.0.0.0/0 ", max_tasks="03", min_tasks="2")
    assert not made.is_changed("allowed_cidrs")
    assert not made.is_changed("max_tasks")
    assert made.is_changed("min_tasks")


def test_changes_are_against_what_runs():
    made = values(is_running=True, max_tasks="8", allowed_cidrs="0.0.0.0/0,")
    assert made.changes() == [("max_tasks", "3", "8")]
    assert values(max_tasks="8").changes() == []


def test_every_option_of_the_stack_has_its_place_in_the_form():
    names = [variable.name for variable in option_variables()]
    grouped = [variable.name for _, members in groups_of(option_variables()) for variable in members]
    assert sorted([*grouped, *FIRST]) == sorted([*names, TTL])
    assert all(len(label_of(name)) <= 18 for name in names)


def test_the_facts_of_a_field_come_from_the_stack():
    facts = {variable.name: facts_of(variable) for variable in option_variables()}
    assert facts["min_tasks"] == "whole number 1 to 200 · default 1"
    assert facts["instance_size"] == "small | medium | large | xlarge · default small"
    assert facts["custom_domain"] == "text · default empty"


def test_the_end_is_said_in_words():
    now = datetime(2026, 9, 29, 10, 0, tzinfo=UTC)
    assert end_text(timedelta(hours=4), now, utc=True) == "h   ends today 14:00 UTC"
    assert end_text(timedelta(hours=20), now, utc=True) == "h   ends Wed 06:00 UTC"
    assert "no end" in end_text(timedelta(0), now)
    assert end_text(None, now) == ""
