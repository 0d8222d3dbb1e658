"""Regular expressions of strangers: matched with a time limit, and turned into texts only where that ends."""

from __future__ import annotations

import random
import re

_SECONDS = 0.2
_LONGEST = 500
_REPEATED_GROUP = re.compile(r"\)(?:\{(\d*),?(\d*)\}|[*+])")
_COUNT = re.compile(r"\{(\d*),?(\d*)\}")
_ENDLESS = 100
"""How often `*` repeats in a generated text at most."""
_MOST_CHARACTERS = 1_000_000


def is_match(pattern: str, text: str, *, whole: bool = False) -> bool:
    """Whether a text has (or as a whole is) what a pattern describes; one that takes too long has not.

    Raises:
        ValueError: not a regular expression, or one that is too large.
    """
    import regex

    if len(pattern) > _LONGEST or _most_characters(pattern, endless=1) > _MOST_CHARACTERS:
        raise ValueError("too large")  # compiling it would take all memory
    try:
        if whole:
            found = regex.fullmatch(pattern, text, regex.DOTALL | regex.IGNORECASE, timeout=_SECONDS)
        else:
            found = regex.search(pattern, text, timeout=_SECONDS)
    except TimeoutError:
        return False
    except regex.error as error:
        raise ValueError(str(error)) from None
    return found is not None


def make_match(pattern: str, dice: random.Random) -> str:
    """A text that a pattern describes.

    Raises:
        ValueError: not a regular expression, or one whose texts may grow without bound.
    """
    import rstr

    if len(pattern) > _LONGEST or _most_characters(pattern) > _MOST_CHARACTERS:
        raise ValueError("too large")
    try:
        return rstr.Rstr(dice).xeger(pattern)
    except (re.error, KeyError, OverflowError, RecursionError, IndexError, TypeError) as error:
        raise ValueError(str(error)) from None


def _most_characters(pattern: str, endless: int = _ENDLESS) -> int:
    """How long a text may get if every repeated group were within the next."""
    size = max([endless, *(_times(one, endless) for one in _COUNT.findall(pattern))])
    for groups in _REPEATED_GROUP.findall(pattern):
        size *= _times(groups, endless)
        if size > _MOST_CHARACTERS:
            break
    return size


def _times(groups: tuple[str, str], endless: int) -> int:
    counts = [int(one) if len(one) < 9 else 10**9 for one in groups if one]
    return max(counts, default=endless)
