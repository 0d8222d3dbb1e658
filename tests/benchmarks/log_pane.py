"""The log pane against Textual's own logs: `python -m tests.benchmarks.log_pane [lines]`.

Feeds the same recorded Terraform lines to each in one run, each in a process of its own, and prints lines per
second, the longest turn of the event loop (the most processor time that one callback took, and the latest that
the loop woke up, which other processes make worse), and the memory that the lines took. The last row is the
whole Job screen, which also parses the JSON and counts the progress; it reads slowly on purpose, to keep the
keyboard alive.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot
from textual.reactive import reactive
from textual.widgets import Log, RichLog

LINES = 100_000
BATCH = 5_000
CAPACITY = 50_000
STREAM = Path(__file__).parents[1] / "data" / "terraform" / "apply_ok.jsonl"
SUBJECTS = ("log_pane", "log_pane_unread", "Log", "RichLog", "job_screen")


Feeder = Callable[[Pilot[None]], AsyncIterator[None]]
"""Mounts its subject, yields once, then feeds it."""


def raw_lines(count: int) -> list[str]:
    stream = STREAM.read_text().splitlines()
    return [stream[number % len(stream)] for number in range(count)]


class Stalls:
    """How late the event loop is, looked at every 2 ms, and the most processor time of one callback."""

    def __init__(self) -> None:
        self.longest = self.busiest = 0.0
        run_callback = asyncio.Handle._run

        def timed(handle: asyncio.Handle) -> None:
            before = time.thread_time()
            run_callback(handle)
            self.busiest = max(self.busiest, time.thread_time() - before)

        asyncio.Handle._run = timed

    def forget(self) -> None:
        self.longest = self.busiest = 0.0

    async def watch(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.002)
            self.longest = max(self.longest, time.perf_counter() - before - 0.002)


def memory_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


class Bench(App[None]):
    place = reactive("benchmark")


async def run(feed: Feeder, count: int) -> dict[str, float]:
    stalls = Stalls()
    async with Bench().run_test(size=(120, 40)) as pilot:
        steps = feed(pilot)
        await anext(steps)
        await pilot.pause(0.5)
        watch = asyncio.create_task(stalls.watch())
        await asyncio.sleep(0.05)
        before, start = memory_mib(), time.perf_counter()
        stalls.forget()
        await anext(steps, None)
        seconds = time.perf_counter() - start
        await asyncio.sleep(0.2)
        watch.cancel()
        return {
            "lines/s": count / seconds,
            "turn ms": stalls.busiest * 1_000,
            "late ms": stalls.longest * 1_000,
            "MiB": memory_mib() - before,
        }


def pane_feed(lines: list[str], *, following: bool) -> Feeder:
    from automock_tui.domain.terraform_events import parse_line
    from automock_tui.ui.screens.job_feed import record_of
    from automock_tui.ui.widgets.log_pane import LogPane

    known = {line: record_of(parse_line(line)) for line in set(lines)}

    async def feed(pilot: Pilot[None]) -> AsyncIterator[None]:
        pane = LogPane(capacity=CAPACITY)
        await pilot.app.mount(pane)
        yield
        pane.view.following = following
        for start in range(0, len(lines), BATCH):
            # Fresh copies, as parsing would make them: shared strings would flatter the memory.
            pane.extend(
                [known[line]._replace(text=f"{known[line].text} ") for line in lines[start : start + BATCH]]
            )
            await asyncio.sleep(0)

    return feed


def textual_feed(kind: type[Log] | type[RichLog], lines: list[str]) -> Feeder:
    messages = [json.loads(line)["@message"] for line in lines]

    async def feed(pilot: Pilot[None]) -> AsyncIterator[None]:
        widget = kind(max_lines=CAPACITY)
        await pilot.app.mount(widget)
        yield
        for start in range(0, len(messages), BATCH):
            batch = [f"{message} " for message in messages[start : start + BATCH]]
            if isinstance(widget, Log):
                widget.write_lines(batch)
            else:
                for line in batch:
                    widget.write(line)
            await asyncio.sleep(0)

    return feed


def screen_feed(lines: list[str]) -> Feeder:
    from automock_tui.domain.workspace import WorkspaceRef
    from automock_tui.provisioning.job import Job, JobKind, JobStatus
    from automock_tui.ui.screens.job import JobScreen
    from automock_tui.ui.widgets.log_pane import LogPane

    now = datetime.now(UTC)
    job = Job(
        id="20261122-213000123-ab12",
        kind=JobKind.DEPLOY,
        project="petstore",
        workspace=WorkspaceRef(),
        created_at=now,
        started_at=now,
        status=JobStatus.RUNNING,
    )

    class Feed:
        def __init__(self) -> None:
            self.at = 0
            self.ready = False

        def lines(self, limit: int) -> list[str]:
            if not self.ready:
                return []
            self.at += limit
            return lines[self.at - limit : self.at]

        def job(self) -> Job:
            return job

        def cancel(self, *, force: bool = False) -> None:
            raise AssertionError("nobody cancels")

    async def feed(pilot: Pilot[None]) -> AsyncIterator[None]:
        source = Feed()
        screen = JobScreen(source)
        await pilot.app.push_screen(screen)
        yield
        source.ready = True
        while screen.query_one(LogPane).view.reader.buffer.end < len(lines):
            await asyncio.sleep(0.01)

    return feed


def measure(subject: str, count: int) -> dict[str, float]:
    lines = raw_lines(count)
    feeds = {
        "log_pane": lambda: pane_feed(lines, following=True),
        "log_pane_unread": lambda: pane_feed(lines, following=False),
        "Log": lambda: textual_feed(Log, lines),
        "RichLog": lambda: textual_feed(RichLog, lines),
        "job_screen": lambda: screen_feed(lines),
    }
    return asyncio.run(run(feeds[subject](), count))


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    found = {}
    for subject in SUBJECTS:
        command = [sys.executable, "-m", "tests.benchmarks.log_pane", "--one", subject, str(count)]
        found[subject] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    base = found["log_pane"]
    print(f"{count:,} lines, {CAPACITY:,} kept, batches of {BATCH:,}; x = times the log pane's value")
    print(f"{'':18}{'lines/s':>12}{'x':>8}{'turn ms':>10}{'x':>8}{'late ms':>10}{'x':>8}{'MiB':>8}{'x':>8}")
    for subject, values in found.items():
        cells = [f"{subject:18}"]
        for name, wide in (("lines/s", 12), ("turn ms", 10), ("late ms", 10), ("MiB", 8)):
            cells.append(f"{values[name]:{wide},.0f}{values[name] / max(base[name], 1e-9):8.2f}")
        print("".join(cells))


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "--one":
        print(json.dumps(measure(sys.argv[2], int(sys.argv[3]))))
    else:
        main()
