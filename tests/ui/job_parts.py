"""Recorded runs as jobs that the screens can watch, and an app to watch them in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from textual.app import App
from textual.reactive import reactive
from textual.screen import Screen

from automock_tui.domain.workspace import WorkspaceKind, WorkspaceRef
from automock_tui.provisioning.job import Job, JobKind, JobStatus

STREAMS = Path(__file__).parents[1] / "data" / "terraform"


class Shell(App):
    """As much of an app as a screen needs, and a record of what the screen told it."""

    place = reactive("sandbox")

    def __init__(self, first: Screen) -> None:
        super().__init__()
        self.first = first
        self.errors: list[Exception] = []
        self.answer: object = None

    def on_mount(self) -> None:
        self.push_screen(self.first, self._answered)

    def _answered(self, answer: object) -> None:
        self.answer = answer

    def show_error(self, error: Exception) -> None:
        self.errors.append(error)

    def show_bug(self, error: Exception) -> None:
        self.errors.append(error)


def event(at: datetime, kind: str, **parts: Any) -> str:
    row = {
        "@level": "info",
        "@message": kind,
        "@module": "automock",
        "@timestamp": at.isoformat(),
        "type": kind,
    }
    return json.dumps(row | parts)


def stage(at: datetime, name: str, status: str, seconds: float = 0.0) -> str:
    return event(at, "automock_stage", stage=name, status=status, elapsed_seconds=seconds)


def instant(line: str) -> datetime:
    return datetime.fromisoformat(json.loads(line)["@timestamp"])


class Recording:
    """A real Terraform stream with a job's own events around it."""

    def __init__(self, name: str, upto: int | None = None, changing: str = "apply") -> None:
        stream = (STREAMS / f"{name}.jsonl").read_text().splitlines()[:upto]
        began = instant(stream[0])
        self.start = began - timedelta(seconds=20)
        self.lines = [
            stage(self.start, "init", "started"),
            stage(self.start + timedelta(seconds=4), "init", "done", 4.0),
            stage(self.start + timedelta(seconds=4), "plan", "started"),
            stage(began, "plan", "done", 16.0),
            stage(began, changing, "started"),
            *stream,
        ]
        self.end = max(map(instant, self.lines))

    def ended(self, status: str, changing: str = "apply") -> Recording:
        """The same with a last word."""
        mark = "done" if status == "succeeded" else "failed"
        self.lines += [
            stage(self.end, changing, mark, 90.0),
            event(self.end, "automock_result", status=status, summary=status, error=None),
        ]
        return self


class Feed:
    """A job that says what it is told to say."""

    def __init__(self, job: Job, lines: Sequence[str] = ()) -> None:
        self.record = job
        self.waiting = list(lines)
        self.cancelled: list[bool] = []
        self.reads = 0

    def lines(self, limit: int) -> list[str]:
        self.reads += 1
        found, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return found

    def job(self) -> Job:
        return self.record

    def cancel(self, *, force: bool = False) -> None:
        self.cancelled.append(force)

    def become(self, **changes: Any) -> None:
        self.record = replace(self.record, **changes)


def job_of(start: datetime, status: JobStatus = JobStatus.RUNNING, **parts: Any) -> Job:
    values: dict[str, Any] = {
        "id": "20261122-213000123-ab12",
        "kind": JobKind.DEPLOY,
        "project": "petstore",
        "workspace": WorkspaceRef(kind=WorkspaceKind.SANDBOX),
        "created_at": start,
        "started_at": start,
        "status": status,
        "by": "ann@laptop",
        "arguments": {"ttl_seconds": 14_400},
    }
    return Job(**(values | parts))


def text_of(screen: Screen) -> str:
    """What is on the screen, line by line."""
    lines = screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in lines)
