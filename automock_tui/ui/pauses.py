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
