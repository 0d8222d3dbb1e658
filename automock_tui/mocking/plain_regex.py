"""Patterns that Python's own `re` may match: without a time limit, and several times as fast.

The `regex` package looks at the clock for its time limit, which takes longer than most matches. Most patterns
of expectations (`/users/[0-9]+`, `.*`) cannot take long on a short text, and mean the same to both.
"""

from __future__ import annotations

import re

MAX_TEXT = 1000
"""Characters of a text. Two quantifiers take at most about its square in steps: some milliseconds."""
_MAX_QUANTIFIERS = 2

_CLASS = r"\[\^?(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_.%/:@])+\]"
_ATOM = rf"(?:[A-Za-z0-9/_~%@=:;,!&'\"<>#\- ]|\\[dw.\-/+*?$^|()\[\]{{}}]|\.|{_CLASS})"
_PLAIN = re.compile(rf"(?:{_ATOM}(?:(?:[*+?]|\{{\d{{1,3}}(?:,\d{{0,3}})?\}})(?![?+*{{]))?)*")
_VARIABLE = re.compile(r"(?<!\\)(?:[*+?]|\{\d+,\d*\})")


def compile_plain(pattern: str, *, ignore_case: bool) -> re.Pattern[str] | None:
    """A pattern for `re`, to match ASCII texts of `MAX_TEXT`; None where `re` is not to be used.

    Java takes every pattern that this gives; what `re` refuses of the others (`[z-a]`, `a{2,1}`) Java does too.

    Args:
        pattern: A pattern, good or bad.
        ignore_case: Whether case does not count.
    """
    if not _PLAIN.fullmatch(pattern) or len(_VARIABLE.findall(pattern)) > _MAX_QUANTIFIERS:
        return None
    try:
        return re.compile(pattern, re.DOTALL | re.ASCII | (re.IGNORECASE if ignore_case else 0))
    except re.error:
        return None
