"""The events that a job writes between Terraform's, in the same form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from automock_tui.provisioning.job import JobError, JobStatus

MODULE = "automock"
STAGE_EVENT = "automock_stage"
LOG_EVENT = "automock_log"
RESULT_EVENT = "automock_result"

STARTED = "started"
DONE = "done"
FAILED = "failed"


def log_event(message: str, level: str = "info") -> dict[str, Any]:
    """A word to the reader of the log; `level` is Terraform's: trace, debug, info, warn or error."""
    return _event(level, message, LOG_EVENT)


def stage_event(stage: str, status: str, elapsed_seconds: float) -> dict[str, Any]:
    """A stage that started, is done, or failed, with the seconds since it started."""
    level = "error" if status == FAILED else "info"
    event = _event(level, f"{stage}: {status}", STAGE_EVENT)
    return event | {"stage": stage, "status": status, "elapsed_seconds": round(elapsed_seconds, 3)}


def result_event(status: JobStatus, summary: str, error: JobError | None) -> dict[str, Any]:
    """The last word of a job's process."""
    event = _event("error" if error else "info", summary or status.value, RESULT_EVENT)
    return event | {"status": status.value, "summary": summary, "error": error.to_dict() if error else None}


def _event(level: str, message: str, kind: str) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {"@level": level, "@message": message, "@module": MODULE, "@timestamp": now, "type": kind}
