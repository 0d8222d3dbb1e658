"""Keeping Python's garbage collector from holding up the screen."""

from __future__ import annotations

import gc
from functools import cache


@cache
def freeze_once() -> None:
    """Take everything that exists now out of what the collector looks through; only the first call does so.

    A full collection walks all objects, and most of an app's are modules, classes and styles that never die:
    100 ms on a slow machine, in the middle of a busy log. Reference counting still frees them.
    """
    gc.freeze()


def hold() -> None:
    """Freeze what exists now, such as thousands of expectations: 300 ms of a collection while one types."""
    gc.freeze()


def let_go() -> None:
    """Let the collector look at everything again; what is then frozen once is frozen anew."""
    gc.unfreeze()
    freeze_once.cache_clear()
