"""What a difference and a merge cost, beside loading the same set.

    python -m tests.benchmarks.merging

Processor seconds of this process, the best of three. Saving merges on a thread, so none of it holds up a key.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from automock_tui.domain.expectation import Expectation, ExpectationSet, load_expectations
from automock_tui.domain.expectation_diff import diff_sets
from automock_tui.domain.expectation_merge import merge_sets
from automock_tui.domain.json_text import Path
from automock_tui.ui.diff_rows import paired_lines

SIZES = (500, 5000)
STATUS = ("httpResponse", "statusCode")
PRIORITY = ("priority",)


def a_set(count: int) -> ExpectationSet:
    """So many expectations, each of its own path."""
    return ExpectationSet.of(
        [
            Expectation.of(
                {
                    "id": f"e{n}",
                    "httpRequest": {"method": "GET", "path": f"/things/{n}"},
                    "httpResponse": {"statusCode": 200, "body": {"n": n}},
                }
            )
            for n in range(count)
        ]
    )


def all_changed(found: ExpectationSet, path: Path, value: int) -> ExpectationSet:
    """The set with one field of each expectation changed."""
    return ExpectationSet(tuple(one.with_value(path, value) for one in found), found.gaps)


def milliseconds(work: Callable[[], object]) -> float:
    """Processor time of the fastest of three."""
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best * 1000


def rows(count: int) -> list[tuple[str, float]]:
    """What is measured on a set of this size, and its milliseconds."""
    base = a_set(count)
    text, mine, theirs = base.save(), all_changed(base, STATUS, 404), all_changed(base, PRIORITY, 1)
    one, other = base.replaced(3, mine[3]), base.replaced(9, theirs[9])
    return [
        ("load", milliseconds(lambda: load_expectations(text))),
        ("diff, one changed", milliseconds(lambda: diff_sets(base, one))),
        ("diff, all changed", milliseconds(lambda: diff_sets(base, mine))),
        ("merge, one each", milliseconds(lambda: merge_sets(base, one, other).expectations.save())),
        ("merge, all by both", milliseconds(lambda: merge_sets(base, mine, theirs).expectations.save())),
    ]


def main() -> None:
    """Print the table."""
    small, large = (rows(count) for count in SIZES)
    print(f"{'':22}{SIZES[0]:>10} ms{SIZES[1]:>10} ms{'grows':>9}{'x load':>9}")
    for (name, few), (_, many) in zip(small, large, strict=True):
        print(f"{name:22}{few:13.1f}{many:13.1f}{many / few:8.1f}x{many / large[0][1]:8.1f}x")
    body = Expectation.of({"httpResponse": {"body": [{"name": f"n{n}", "price": n} for n in range(1200)]}})
    changed = body.with_value(("httpResponse", "body", 600, "price"), -1)
    spent = milliseconds(lambda: paired_lines(body, changed))
    print(f"side by side, {len(body.text) // 1024} KiB: {spent:.1f} ms")


if __name__ == "__main__":
    main()
