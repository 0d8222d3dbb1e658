"""What a keystroke costs in the editor: `python -m tests.benchmarks.keystroke [KEYS]`.

A small document, one expectation with a body of 64 KiB, and 5,000 expectations. Processor time of the thread
that draws, from the key until nothing is left to do: the widget, the expectation it is a view of, the list, the
screen. What Textual's test driver itself costs is measured with a key that does nothing, and taken off. The
draft and the linter come 0.3 to 0.5 s after a key, on threads of their own; their rows are processor time of
the whole process. `x` is in relation to a key in the same form over the small document.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from automock_tui.operations.create import create_project
from automock_tui.ui import navigation
from automock_tui.ui.screens.editor import EditorScreen
from tests.ui.screen_app import opened, until, workspace_in

LIMIT_MS = 30.0
LARGE = 64 * 1024
MANY = 5_000


def expectation(number: int, items: int) -> dict[str, object]:
    body = {"items": [{"id": n, "name": f"item {n}", "tags": ["a", "b"]} for n in range(items)]}
    return {
        "id": f"e{number}",
        "httpRequest": {
            "method": "GET",
            "path": f"/things/{number // 4}/{number}",
            "headers": {"accept": [".*"]},
        },
        "httpResponse": {"statusCode": 200 + number % 4, "body": body},
    }


def document(count: int, items: int = 3, indent: int | None = 2) -> str:
    return json.dumps([expectation(number, items) for number in range(count)], indent=indent)


def large_document(indent: int | None = 2) -> str:
    """One expectation whose text is as long as the limit is for, no shorter; without indent on one line."""
    made = (document(1, items, indent) for items in itertools.count(300, 10))
    return next(text for text in made if len(text) >= LARGE)


class Meter:
    """Measures keys in one editor."""

    def __init__(self, pilot, screen: EditorScreen, keys: int) -> None:
        self.pilot, self.screen, self.keys = pilot, screen, keys

    async def quiet(self) -> None:
        """Wait until the draft is written and the check is done."""
        await asyncio.sleep(1)
        await until(self.pilot, lambda: all(one.is_finished for one in self.screen.workers), 60)
        await self.pilot.pause()

    async def each(self, press: Callable[[], Awaitable[None]]) -> float:
        """Milliseconds of processor time of one key: the median."""
        floor = statistics.median([await self._once(lambda: self.pilot.press("f11")) for _ in range(self.keys)])
        found = statistics.median([await self._once(press) for _ in range(self.keys)])
        await self.quiet()
        return max(found - floor, 0.0)

    async def _once(self, press: Callable[[], Awaitable[None]]) -> float:
        before = time.thread_time()
        await press()
        await self.pilot.pause(0)
        return (time.thread_time() - before) * 1000

    async def key(self, *keys: str) -> float:
        """What these keys cost, one after another."""
        return await self.each(lambda: self.pilot.press(*keys)) / len(keys)

    async def after(self) -> float:
        """Milliseconds that the draft and the check of one change cost."""
        await self.pilot.press("z")
        before = time.process_time()
        await self.quiet()
        return (time.process_time() - before) * 1000


async def entered(pilot, screen: EditorScreen, key: str) -> None:
    """Put the cursor into a field of the form."""
    await pilot.press("enter")
    await until(pilot, lambda: screen.form.current is not None)
    line = next(one for one in screen.form.lines if one.line.key == key)
    line.controls[-1].focus()
    await until(pilot, lambda: line.controls[-1].has_focus)
    await pilot.press("end")


async def in_form(meter: Meter) -> dict[str, float]:
    pilot, screen = meter.pilot, meter.screen
    await entered(pilot, screen, "httpRequest/path")
    found = {"form: a text": await meter.key("x"), "form: draft and check": await meter.after()}
    await pilot.press("escape", "3")
    await entered(pilot, screen, "httpResponse/body")
    found["form: the JSON of the body"] = await meter.key("space")
    await pilot.press("escape")
    return found


async def in_json(meter: Meter) -> dict[str, float]:
    await meter.pilot.press("f2")
    await until(meter.pilot, lambda: meter.screen.one.has_focus)
    meter.screen.one.go_to(3, 3)
    found = {"JSON of one": await meter.key("space")}
    await meter.pilot.press("f3")
    await until(meter.pilot, lambda: meter.screen.editor.has_focus, 60)
    found["JSON of all"] = await meter.key("space")
    await meter.pilot.press("f3")
    await until(meter.pilot, lambda: meter.screen.list.has_focus, 60)
    return found


async def in_list(meter: Meter) -> dict[str, float]:
    pilot, screen = meter.pilot, meter.screen
    await until(pilot, lambda: screen.list.has_focus)
    found = {"list: down": await meter.key("j"), "list: page down": await meter.key("pagedown")}
    found["list: off and on"] = await meter.key("o", "o")
    found["list: delete, undo"] = await meter.key("x", "u")
    await pilot.press("slash")
    found["list: a letter of a filter"] = await meter.key("9", "backspace")
    await pilot.press("escape")
    return found


async def measure(
    text: str, keys: int, *parts: Callable[[Meter], Awaitable[dict[str, float]]]
) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        workspace = workspace_in(Path(folder))
        create_project(workspace, "petstore", text.encode(), source="benchmark")
        found: dict[str, float] = {}
        async with opened(workspace, partial(navigation.open_editor, name="petstore")) as (app, pilot):
            await until(pilot, lambda: isinstance(app.screen, EditorScreen) and app.screen.form.lines, 60)
            meter = Meter(pilot, app.screen, keys)
            await meter.quiet()
            for part in parts:
                found |= await part(meter)
    return found


def main() -> None:
    """Print the table."""
    keys = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    small, large, flat, many = document(1), large_document(), large_document(None), document(MANY)
    rows: list[tuple[str, float]] = []
    base = 0.0
    for name, text, parts in (
        ("small", small, (in_form, in_json)),
        (f"{len(large) // 1024} KiB in one", large, (in_form, in_json)),
        (f"{len(flat) // 1024} KiB on one line", flat, (in_form, in_json)),
        (f"{MANY:,} expectations, {len(many) // 1024} KiB", many, (in_list, in_form, in_json)),
    ):
        found = asyncio.run(measure(text, keys, *parts))
        base = base or found["form: a text"]
        rows += [(f"{name}: {what}", cost) for what, cost in found.items()]
    print(f"{'processor time of a key':64}{'ms':>8}{'x':>8}{'limit':>8}  met")
    for what, cost in rows:
        is_key = "check" not in what
        verdict = f"{LIMIT_MS:8.0f}  {'yes' if cost < LIMIT_MS else 'NO'}" if is_key else ""
        print(f"{what:64}{cost:8.1f}{cost / base:8.2f}{verdict}")


if __name__ == "__main__":
    main()
