"""Terraform's lines as events: real streams, every type, and anything at all."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automock_tui.domain.terraform_events import (
    ApplyCompleted,
    ApplyErrored,
    ApplyProgressed,
    ApplyStarted,
    AutomockLog,
    ChangeSummary,
    DiagnosticEvent,
    Event,
    Failure,
    InitOutput,
    LogEvent,
    Output,
    OutputsEvent,
    PlannedChange,
    ProvisionEvent,
    RawLine,
    RefreshCompleted,
    RefreshStarted,
    Resource,
    ResourceDrift,
    ResultEvent,
    Snippet,
    SourceRange,
    StageEvent,
    StateLock,
    StateLockEvent,
    UnknownEvent,
    VersionEvent,
    parse_line,
    parse_state_lock,
)

STREAMS = sorted((Path(__file__).parent.parent / "data" / "terraform").glob("*.jsonl"))
VPC = {
    "addr": "module.net.aws_vpc.main[0]",
    "module": "module.net",
    "resource": "aws_vpc.main[0]",
    "implied_provider": "aws",
    "resource_type": "aws_vpc",
    "resource_name": "main",
    "resource_key": 0,
}
VPC_RESOURCE = Resource("module.net.aws_vpc.main[0]", "aws_vpc", "main", "module.net", 0)
AT = datetime(2026, 11, 22, 21, 25, 35, 462780, tzinfo=UTC)


def line(kind: str, **parts: object) -> str:
    head = {"@level": "info", "@message": "words", "@module": "terraform.ui"}
    return json.dumps({**head, "@timestamp": "2026-11-22T21:25:35.462780Z", "type": kind, **parts})


@pytest.mark.parametrize("stream", STREAMS, ids=lambda path: path.stem)
def test_every_line_of_a_real_stream_is_understood(stream):
    for text in stream.read_text().splitlines():
        event, row = parse_line(text), json.loads(text)
        assert not isinstance(event, UnknownEvent | RawLine), text
        assert (event.message, event.level) == (row["@message"], row["@level"])
        assert event.at is not None and event.at.tzinfo is not None
        if "hook" in row:
            assert event.resource.address == row["hook"]["resource"]["addr"]


def test_there_are_real_streams():
    assert [path.stem for path in STREAMS] == [
        "apply1",
        "apply_ok",
        "apply_sigint1",
        "apply_sigkill",
        "destroy",
        "plan_create",
        "plan_locked",
        "plan_missing_var",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (line("version", terraform="1.11.4", ui="1.2"), VersionEvent(AT, "info", "words", "1.11.4", "1.2")),
        (line("log"), LogEvent(AT, "info", "words")),
        (
            line("init_output", message_code="initializing_backend_message"),
            InitOutput(AT, "info", "words", "initializing_backend_message"),
        ),
        (line("state_lock_acquire"), StateLockEvent(AT, "info", "words", "acquire")),
        (line("state_lock_release"), StateLockEvent(AT, "info", "words", "release")),
        (
            line(
                "planned_change",
                change={
                    "resource": VPC,
                    "previous_resource": {**VPC, "addr": "aws_vpc.old"},
                    "action": "replace",
                    "reason": "cannot_update",
                },
            ),
            PlannedChange(AT, "info", "words", VPC_RESOURCE, "replace", "cannot_update", "aws_vpc.old"),
        ),
        (
            line("resource_drift", change={"resource": VPC, "action": "update"}),
            ResourceDrift(AT, "info", "words", VPC_RESOURCE, "update"),
        ),
        (
            line(
                "change_summary", changes={"add": 1, "change": 2, "import": 3, "remove": 4, "operation": "plan"}
            ),
            ChangeSummary(AT, "info", "words", "plan", add=1, change=2, remove=4, imported=3),
        ),
        (
            line("refresh_start", hook={"resource": VPC, "id_key": "id", "id_value": "vpc-1"}),
            RefreshStarted(AT, "info", "words", VPC_RESOURCE, "vpc-1"),
        ),
        (
            line("refresh_complete", hook={"resource": VPC, "id_key": "id", "id_value": "vpc-1"}),
            RefreshCompleted(AT, "info", "words", VPC_RESOURCE, "vpc-1"),
        ),
        (
            line(
                "apply_start", hook={"resource": VPC, "action": "delete", "id_key": "id", "id_value": "vpc-1"}
            ),
            ApplyStarted(AT, "info", "words", VPC_RESOURCE, "delete", "vpc-1", 0.0),
        ),
        (
            line("apply_progress", hook={"resource": VPC, "action": "create", "elapsed_seconds": 10}),
            ApplyProgressed(AT, "info", "words", VPC_RESOURCE, "create", "", 10.0),
        ),
        (
            line(
                "apply_complete",
                hook={"resource": VPC, "action": "create", "id_value": "vpc-1", "elapsed_seconds": 11},
            ),
            ApplyCompleted(AT, "info", "words", VPC_RESOURCE, "create", "vpc-1", 11.0),
        ),
        (
            line("apply_errored", hook={"resource": VPC, "action": "create", "elapsed_seconds": 2}),
            ApplyErrored(AT, "info", "words", VPC_RESOURCE, "create", "", 2.0),
        ),
        (
            line("provision_progress", hook={"resource": VPC, "provisioner": "local-exec", "output": "hello"}),
            ProvisionEvent(AT, "info", "words", VPC_RESOURCE, "progress", "local-exec", "hello"),
        ),
        (
            line("automock_stage", stage="plan", status="done", elapsed_seconds=6.1),
            StageEvent(AT, "info", "words", "plan", "done", 6.1),
        ),
        (line("automock_log"), AutomockLog(AT, "info", "words")),
        (
            line("automock_result", status="succeeded", summary="58 added", error=None),
            ResultEvent(AT, "info", "words", "succeeded", "58 added", None),
        ),
        (
            line(
                "automock_result",
                status="failed",
                summary="",
                error={"title": "No", "message": "why", "hint": "what"},
            ),
            ResultEvent(AT, "info", "words", "failed", "", Failure("No", "why", "what")),
        ),
        (
            line("automock_result", status="failed", error="just words"),
            ResultEvent(AT, "info", "words", "failed", "", Failure("just words")),
        ),
        (line("ephemeral_op_start", hook={}), UnknownEvent(AT, "info", "words", "ephemeral_op_start")),
        (line("apply_start"), UnknownEvent(AT, "info", "words", "apply_start")),
        (line("apply_start", hook={"resource": {"addr": 5}}), UnknownEvent(AT, "info", "words", "apply_start")),
        ("Error: bad CLI config\n", RawLine(None, "", "Error: bad CLI config")),
        ("", RawLine(None, "", "")),
        ("[1]", RawLine(None, "", "[1]")),
        ('{"type":"log"} trailing', RawLine(None, "", '{"type":"log"} trailing')),
        ('  {"type":"log"}\r\n', LogEvent(None, "", "")),
    ],
)
def test_each_type_of_line(text, expected):
    assert parse_line(text) == expected


def test_a_diagnostic_has_its_place_and_its_snippet():
    text = (STREAMS[0].parent / "apply1.jsonl").read_text().splitlines()[-1]
    event = parse_line(text)
    assert isinstance(event, DiagnosticEvent)
    found = event.diagnostic
    assert found.is_error and found.address == "aws_iam_role_policy_attachment.exec"
    assert found.range == SourceRange("ecs.tf", 29, 50) and str(found.range) == "ecs.tf:29"
    code = 'resource "aws_iam_role_policy_attachment" "exec" {'
    assert found.snippet == Snippet(code, code.removesuffix(" {"), 29, 49, 50)


def test_a_diagnostic_may_lack_everything_but_its_summary():
    event = parse_line(
        line("diagnostic", diagnostic={"severity": "warning", "summary": "old", "snippet": None})
    )
    assert isinstance(event, DiagnosticEvent)
    assert not event.diagnostic.is_error and event.diagnostic.range is None


def test_a_held_lock_names_its_holder():
    text = (STREAMS[0].parent / "plan_locked.jsonl").read_text().splitlines()[-1]
    event = parse_line(text)
    assert isinstance(event, DiagnosticEvent)
    assert parse_state_lock(event.diagnostic) == StateLock(
        id="66259dec-ff74-a4b9-b838-8026f661165a",
        path="tfstate-bucket/stacks/intsigkill/terraform.tfstate",
        operation="OperationTypeApply",
        who="root@vm",
        version="1.11.4",
        created="2026-11-22 21:24:26.296143616 +0000 UTC",
    )


@pytest.mark.parametrize(
    ("summary", "detail"), [("other", "ID: 1"), ("Error acquiring the state lock", "gone")]
)
def test_no_lock_where_there_is_none(summary, detail):
    event = parse_line(
        line("diagnostic", diagnostic={"severity": "error", "summary": summary, "detail": detail})
    )
    assert isinstance(event, DiagnosticEvent)
    assert parse_state_lock(event.diagnostic) is None


def test_outputs_keep_no_sensitive_value():
    event = parse_line(
        line(
            "outputs",
            outputs={
                "url": {"sensitive": False, "type": "string", "value": "http://x"},
                "key": {"sensitive": True, "type": "string", "value": "hunter2"},
                "odd": {"type": "string", "value": "no word about it"},
            },
        )
    )
    assert isinstance(event, OutputsEvent) and not event.planned
    assert event.outputs["url"] == Output("url", "http://x", False, "string")
    assert event.outputs["key"] == Output("key", None, True, "string")
    assert event.outputs["odd"].value is None


def test_outputs_of_a_plan_are_only_planned():
    event = parse_line(line("outputs", outputs={"url": {"sensitive": False, "action": "create"}}))
    assert isinstance(event, OutputsEvent) and event.planned


@pytest.mark.parametrize(("ui", "supported"), [("1.2", True), ("1.9", True), ("2.0", False), ("", False)])
def test_the_version_of_the_stream(ui, supported):
    event = parse_line(line("version", terraform="9.9.9", ui=ui))
    assert isinstance(event, VersionEvent) and event.is_supported is supported


def test_a_time_without_a_zone_is_utc_and_a_bad_one_is_none():
    assert parse_line('{"type":"log","@timestamp":"2026-11-22T21:25:35"}').at == AT.replace(microsecond=0)
    assert parse_line('{"type":"log","@timestamp":"2026-11-22T22:25:35.46278+01:00"}').at == AT
    assert parse_line('{"type":"log","@timestamp":"yesterday"}').at is None
    assert parse_line('{"type":"log","@timestamp":7}').at is None


def test_a_line_of_megabytes():
    text = line("outputs", outputs={"big": {"sensitive": False, "value": "x" * 5_000_000}})
    event = parse_line(text)
    assert isinstance(event, OutputsEvent) and len(event.outputs["big"].value) == 5_000_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(st.text())
def test_any_text_is_an_event(text):
    assert isinstance(parse_line(text), Event)


@given(st.sampled_from(STREAMS), st.data())
def test_a_damaged_line_is_an_event(stream, data):
    row = json.loads(data.draw(st.sampled_from(stream.read_text().splitlines())))
    place, key = row, data.draw(st.sampled_from(sorted(row)))
    while isinstance(place[key], dict) and place[key] and data.draw(st.booleans()):
        place = place[key]
        key = data.draw(st.sampled_from(sorted(place)))
    place[key] = data.draw(JSON)
    assert isinstance(parse_line(json.dumps(row)), Event)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, '{"type":"log","n":' + "9" * 10_000 + "}"])
def test_hostile_lines_are_raw(text):
    assert isinstance(parse_line(text), RawLine)
