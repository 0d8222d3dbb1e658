"""Terraform's JSON stream (`-json`), line by line, as typed events.

`parse_line` never raises: a type that we do not know becomes an `UnknownEvent`, a known type without its parts
too, and a line that is no JSON object a `RawLine`, so that nothing a newer Terraform says is lost. The same
stream carries our own lines (`automock_stage`, `automock_log`, `automock_result`).

Terraform describes its lines in "Machine-Readable UI" (UI version 1.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from json import JSONDecoder
from typing import Any

from automock_tui.domain.event_types import (
    ApplyCompleted,
    ApplyErrored,
    ApplyProgressed,
    ApplyStarted,
    AutomockLog,
    ChangeSummary,
    Diagnostic,
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
)

__all__ = [
    "ApplyCompleted",
    "ApplyErrored",
    "ApplyProgressed",
    "ApplyStarted",
    "AutomockLog",
    "ChangeSummary",
    "Diagnostic",
    "DiagnosticEvent",
    "Event",
    "Failure",
    "InitOutput",
    "LogEvent",
    "Output",
    "OutputsEvent",
    "PlannedChange",
    "ProvisionEvent",
    "RawLine",
    "RefreshCompleted",
    "RefreshStarted",
    "Resource",
    "ResourceDrift",
    "ResultEvent",
    "Snippet",
    "SourceRange",
    "StageEvent",
    "StateLock",
    "StateLockEvent",
    "UnknownEvent",
    "VersionEvent",
    "parse_diagnostic",
    "parse_line",
    "parse_state_lock",
]

_scan = JSONDecoder().raw_decode
_LOCK_FIELD = re.compile(r"^\s+(ID|Path|Operation|Who|Version|Created):[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)


def parse_line(line: str) -> Event:
    """One line of the stream as an event; never raises."""
    row = _object(line)
    if row is None:
        return RawLine(None, "", line.rstrip("\r\n"))
    kind = row.get("type")
    level = row.get("@level", "")
    message = row.get("@message", "")
    if level.__class__ is not str or message.__class__ is not str:
        level, message = _text(level), _text(message)
    at = _instant(row.get("@timestamp"))
    try:
        return _PARSERS[kind](row, at, level, message)
    except _UNREADABLE:
        return UnknownEvent(at, level, message, _text(kind))


def parse_state_lock(diagnostic: Diagnostic) -> StateLock | None:
    """The lock that stopped a run, or None where the diagnostic is about something else."""
    if "state lock" not in diagnostic.summary:
        return None
    found = dict(
        re.findall(r"^\s+(ID|Path|Operation|Who|Version|Created):[ \t]*(.*?)\s*$", diagnostic.detail, re.M)
    )
    if not found.get("ID"):
        return None
    return StateLock(**{name.lower(): value for name, value in found.items()})


def _object(line: str) -> dict[str, Any] | None:
    line = line.strip()
    try:
        row, end = _scan(line)
    except (ValueError, RecursionError):
        return None
    return row if row.__class__ is dict and end == len(line) else None


def _instant(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(value)  # type: ignore[arg-type]  # what is no string raises TypeError
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


@lru_cache(maxsize=4096)
def _interned(address: str, kind: Any, name: Any, module: Any, key: Any) -> Resource:
    return Resource(address, _text(kind), _text(name), _text(module), key)


def _resource(row: Mapping[str, Any]) -> Resource:
    part = row["resource"]
    address = part["addr"]
    if not isinstance(address, str):
        raise TypeError("a resource without an address")
    return _interned(
        address,
        part.get("resource_type", ""),
        part.get("resource_name", ""),
        part.get("module", ""),
        part.get("resource_key"),
    )


Row = dict[str, Any]
Parser = Callable[[Row, datetime | None, str, str], Event]


def _version(row: Row, at: datetime | None, level: str, message: str) -> Event:
    return VersionEvent(at, level, message, _text(row["terraform"]), _text(row.get("ui")))


def _log(row: Row, at: datetime | None, level: str, message: str) -> Event:
    return LogEvent(at, level, message)


def _init_output(row: Row, at: datetime | None, level: str, message: str) -> Event:
    return InitOutput(at, level, message, _text(row.get("message_code")))


def _state_lock(row: Row, at: datetime | None, level: str, message: str) -> Event:
    return StateLockEvent(at, level, message, row["type"].removeprefix("state_lock_"))


def _diagnostic(row: Row, at: datetime | None, level: str, message: str) -> Event:
    return DiagnosticEvent(at, level, message, parse_diagnostic(row["diagnostic"]))


def parse_diagnostic(part: Mapping[str, Any]) -> Diagnostic:
    """A diagnostic object, as the stream and `terraform validate -json` write it.

    Raises:
        KeyError, TypeError, AttributeError: it is not one.
    """
    return Diagnostic(
        severity=_text(part["severity"]),
        summary=_text(part["summary"]),
        detail=_text(part.get("detail")),
        address=_text(part.get("address")),
        range=_range(part.get("range")),
        snippet=_snippet(part.get("snippet")),
    )


def _range(part: Mapping[str, Any] | None) -> SourceRange | None:
    if not part:
        return None
    start = part.get("start") or {}
    return SourceRange(_text(part.get("filename")), _count(start.get("line")), _count(start.get("column")))


def _snippet(part: Mapping[str, Any] | None) -> Snippet | None:
    if not part:
        return None
    return Snippet(
        code=_text(part.get("code")),
        context=_text(part.get("context")),
        start_line=_count(part.get("start_line")),
        highlight_start=_count(part.get("highlight_start_offset")),
        highlight_end=_count(part.get("highlight_end_offset")),
    )


def _planned_change(row: Row, at: datetime | None, level: str, message: str) -> Event:
    change = row["change"]
    previous = change.get("previous_resource") or {}
    return PlannedChange(
        at,
        level,
        message,
        _resource(change),
        _text(change["action"]),
        _text(change.get("reason")),
        _text(previous.get("addr")),
    )


def _resource_drift(row: Row, at: datetime | None, level: str, message: str) -> Event:
    return ResourceDrift(at, level, message, _resource(row["change"]), _text(row["change"]["action"]))


def _change_summary(row: Row, at: datetime | None, level: str, message: str) -> Event:
    found = row["changes"]
    counts = (_count(found.get(name)) for name in ("add", "change", "remove", "import"))
    return ChangeSummary(at, level, message, _text(found.get("operation")), *counts)


def _outputs(row: Row, at: datetime | None, level: str, message: str) -> Event:
    found = {name: _output(name, part) for name, part in row["outputs"].items()}
    planned = any("action" in part for part in row["outputs"].values())
    return OutputsEvent(at, level, message, found, planned)


def _output(name: str, part: Mapping[str, Any]) -> Output:
    sensitive = part.get("sensitive") is not False
    return Output(name, None if sensitive else part.get("value"), sensitive, part.get("type"))


def _refresh_started(row: Row, at: datetime | None, level: str, message: str) -> Event:
    hook = row["hook"]
    return RefreshStarted(at, level, message, _resource(hook), _text(hook.get("id_value")))


def _refresh_completed(row: Row, at: datetime | None, level: str, message: str) -> Event:
    hook = row["hook"]
    return RefreshCompleted(at, level, message, _resource(hook), _text(hook.get("id_value")))


def _apply(event: type[ApplyStarted]) -> Parser:
    def parse(row: Row, at: datetime | None, level: str, message: str) -> Event:
        hook = row["hook"]
        identity, elapsed = hook.get("id_value"), hook.get("elapsed_seconds")
        return event(
            at, level, message, _resource(hook), _text(hook["action"]), _text(identity), _number(elapsed)
        )

    return parse


def _provision(row: Row, at: datetime | None, level: str, message: str) -> Event:
    hook, step = row["hook"], row["type"].removeprefix("provision_")
    provisioner, output = _text(hook.get("provisioner")), _text(hook.get("output"))
    return ProvisionEvent(at, level, message, _resource(hook), step, provisioner, output)


def _stage(row: Row, at: datetime | None, level: str, message: str) -> Event:
    elapsed = _number(row.get("elapsed_seconds"))
    return StageEvent(at, level, message, _text(row["stage"]), _text(row["status"]), elapsed)


def _automock_log(row: Row, at: datetime | None, level: str, message: str) -> Event:
    return AutomockLog(at, level, message)


def _result(row: Row, at: datetime | None, level: str, message: str) -> Event:
    return ResultEvent(
        at, level, message, _text(row["status"]), _text(row.get("summary")), _failure(row.get("error"))
    )


def _failure(part: object) -> Failure | None:
    if not part:
        return None
    if not isinstance(part, dict):
        return Failure(_text(part))
    return Failure(*(_text(part.get(name)) for name in Failure._fields))


_PARSERS: dict[object, Parser] = {
    "version": _version,
    "log": _log,
    "init_output": _init_output,
    "state_lock_acquire": _state_lock,
    "state_lock_release": _state_lock,
    "diagnostic": _diagnostic,
    "planned_change": _planned_change,
    "resource_drift": _resource_drift,
    "change_summary": _change_summary,
    "outputs": _outputs,
    "refresh_start": _refresh_started,
    "refresh_complete": _refresh_completed,
    "apply_start": _apply(ApplyStarted),
    "apply_progress": _apply(ApplyProgressed),
    "apply_complete": _apply(ApplyCompleted),
    "apply_errored": _apply(ApplyErrored),
    "provision_start": _provision,
    "provision_progress": _provision,
    "provision_complete": _provision,
    "provision_errored": _provision,
    "automock_stage": _stage,
    "automock_log": _automock_log,
    "automock_result": _result,
}
