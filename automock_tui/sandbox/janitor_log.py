"""What the sandbox's janitor came to, and how often it runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

SCHEDULE_SECONDS = 300.0
"""Between two runs, in the sandbox's time: as the Lambda's schedule."""
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 10.0
"""Seconds of the world's between two runs: a run costs little here, and nobody wants to wait for one."""
LONGEST_AFTER_FAILURES = 300.0


@dataclass
class JanitorLog:
    """What the janitor came to; `failures` is in a row."""

    ran_at: datetime | None = None
    runs: int = 0
    failures: int = 0
    failure: str = ""


def pause_seconds(speed: float, failures: int) -> float:
    """Seconds of the world's between two runs; more and more after failures in a row."""
    due = min(LONGEST_PAUSE, max(SHORTEST_PAUSE, SCHEDULE_SECONDS / speed))
    return min(LONGEST_AFTER_FAILURES, due * 2.0 ** min(failures, 8))
