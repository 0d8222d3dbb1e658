"""Many requests at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Result = TypeVar("Result")
Item = TypeVar("Item")
WORKERS = 32
"""Requests at once in a refresh: 200 projects of two objects each take 13 rounds."""


def in_parallel(
    work: Callable[[Item], Result], items: Iterable[Item], max_workers: int = WORKERS
) -> list[Result]:
    """The results of work on each item, in their order; what work raises is raised here."""
    every = list(items)
    if len(every) < 2:
        return [work(item) for item in every]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers, thread_name_prefix="storage") as pool:
        return list(pool.map(work, every))
