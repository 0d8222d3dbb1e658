"""The janitor of the sandbox: the very handler of the Lambda, run by the sandbox's own clock.

The emulated EventBridge runs nothing. The handler reaches the sandbox as it reaches AWS, by requests, and knows
of no other time than the `Date` of the answers.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import threading
import time
from collections.abc import Callable
from typing import Any

from automock_tui.sandbox.clock import SandboxClock
from automock_tui.sandbox.info import SandboxInfo, environment
from automock_tui.sandbox.janitor_log import JanitorLog, pause_seconds
from automock_tui.shipped import load_janitor

_TICK_SECONDS = 0.5
RUN_SECONDS = 280.0
"""How long the Lambda may take."""
_PROJECT_BUCKET = re.compile(r"auto-mock-.+")

log = logging.getLogger("automock.sandbox.janitor")


class Context:
    """What Lambda hands to a handler."""

    def __init__(self) -> None:
        self._end = time.monotonic() + RUN_SECONDS

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the run would be ended."""
        return round((self._end - time.monotonic()) * 1000)


class SandboxJanitor:
    """Runs the handler in each region that has projects, again and again.

    Args:
        info: The sandbox.
        clock: Its time.
        notes: Where to note what came of it.
    """

    def __init__(self, info: SandboxInfo, clock: SandboxClock, notes: JanitorLog) -> None:
        self._info, self._clock, self._notes = info, clock, notes
        self._regions: dict[str, str] = {}

    def start(self, stop: threading.Event) -> threading.Thread:
        """Run in a thread of its own until `stop`."""
        os.environ.update(environment(self._info))
        thread = threading.Thread(target=self._run_until, args=(stop,), name="janitor", daemon=True)
        thread.start()
        return thread

    def run(self) -> None:
        """One pass over every region; a failure is logged and noted, never raised."""
        try:
            for region in sorted(set(self._bucket_regions())):
                self._run_in(region)
        except Exception as error:  # as Lambda: whatever a run raises, the next one comes
            self._note_failure(error)
        else:
            self._notes.failures, self._notes.failure = 0, ""
        self._notes.runs += 1
        self._notes.ran_at = self._clock.now()

    def pause(self) -> float:
        """Seconds of the world's until the next run."""
        return pause_seconds(self._clock.speed, self._notes.failures)

    def _run_until(self, stop: threading.Event) -> None:
        ran = time.monotonic()
        while not stop.wait(_TICK_SECONDS):  # the speed may change meanwhile
            if time.monotonic() - ran >= self.pause():
                self.run()
                ran = time.monotonic()

    def _run_in(self, region: str) -> None:
        os.environ.update(AWS_REGION=region, AWS_DEFAULT_REGION=region)
        handler: Callable[[Any, Any], dict[str, Any]] = load_janitor("handler").handler
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):
                visited = handler({}, Context())["visited"]
        except Exception:
            log.warning("%s: %s", region, said.getvalue().strip())
            raise
        if visited:
            log.warning("%s: %s", region, said.getvalue().strip())

    def _bucket_regions(self) -> list[str]:
        """The region of each project's bucket; asked once of each, for a bucket does not move."""
        s3 = self._s3()
        names = [one["Name"] for one in s3.list_buckets()["Buckets"] if _PROJECT_BUCKET.match(one["Name"])]
        for name in [name for name in names if name not in self._regions]:
            self._regions[name] = s3.get_bucket_location(Bucket=name)["LocationConstraint"] or "us-east-1"
        return [self._regions[name] for name in names]

    def _s3(self) -> Any:
        return load_janitor("handler").clients_of(self._info.region)("s3")

    def _note_failure(self, error: Exception) -> None:
        self._notes.failures += 1
        self._notes.failure = f"{type(error).__name__}: {error}"[:2000]
        log.warning("failed %d times in a row: %s", self._notes.failures, self._notes.failure)
