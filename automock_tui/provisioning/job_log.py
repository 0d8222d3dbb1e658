"""What a job writes while it runs: events for programs, a log for people, stderr apart."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from automock_tui.domain.event_types import DiagnosticEvent, Event, RawLine
from automock_tui.domain.redaction import Redactor
from automock_tui.domain.terraform_events import parse_line
from automock_tui.provisioning.files import open_private
from automock_tui.provisioning.job import JobFolder


class JobLog:
    """The three files of one job, appended line by line.

    A disk that is full must not end a run that is changing an account: what cannot be written is counted in
    `lost_lines`, and the run goes on.
    """

    def __init__(self, files: JobFolder) -> None:
        self._events = _Appender(files.events)
        self._log = _Appender(files.log)
        self._errors = _Appender(files.errors)
        self._redact_line, self._redact_error = Redactor(), Redactor()

    @property
    def lost_lines(self) -> int:
        """How many lines could not be written."""
        return sum(each.lost_lines for each in (self._events, self._log, self._errors))

    def know_secrets(self, values: Iterable[str]) -> None:
        """Mask these values from now on, wherever they appear."""
        known = list(values)
        self._redact_line, self._redact_error = Redactor(known), Redactor(known)

    def line(self, line: str) -> None:
        """A line of Terraform's stdout, as it came, without its secrets."""
        clean = self._redact_line(line)
        self._events.append(clean)
        self._log.append(_readable(parse_line(clean)))

    def event(self, event: dict[str, Any]) -> None:
        """An event of our own."""
        self.line(json.dumps(event, ensure_ascii=False))

    def error(self, line: str) -> None:
        """A line of stderr."""
        self._errors.append(self._redact_error(line))

    def close(self) -> None:
        """Close the files."""
        for each in (self._events, self._log, self._errors):
            each.close()


class _Appender:
    """A file that grows by whole lines, each on the disk's way at once."""

    def __init__(self, path: Path) -> None:
        self._descriptor = open_private(path, os.O_RDWR | os.O_APPEND)
        self._inside_line = _ends_inside_line(self._descriptor)
        self.lost_lines = 0

    def append(self, line: str) -> None:
        data = line.encode("utf-8", errors="backslashreplace") + b"\n"
        try:
            self._write(b"\n" + data if self._inside_line else data)
        except OSError:
            self.lost_lines += 1

    def close(self) -> None:
        os.close(self._descriptor)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            written = os.write(self._descriptor, rest)
            self._inside_line = rest[written - 1] != ord("\n") if written else self._inside_line
            rest = rest[written:]


def _ends_inside_line(descriptor: int) -> bool:
    """Whether a process was killed in the middle of its last line."""
    try:
        size = os.fstat(descriptor).st_size
        return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
    except OSError:
        return False


def _readable(event: Event) -> str:
    at = (event.at or datetime.now(UTC)).astimezone()
    text = event.message
    if isinstance(event, DiagnosticEvent):
        found = event.diagnostic
        place = f" ({found.range})" if found.range else ""
        text = f"{text}{place}\n{found.detail}".rstrip()
    elif isinstance(event, RawLine):
        at = datetime.now(UTC).astimezone()
    return f"{at:%H:%M:%S} " + text.replace("\n", "\n         ")
