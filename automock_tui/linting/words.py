"""Texts to match, and whether one takes everything that another takes.

All here is about certainty: `takes_all_of` may say no where a proof would be hard, and never yes where there is
a text that only the other takes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from automock_tui.mocking.index import literal_ends
from automock_tui.mocking.texts import compile_text, has_meta

ANY, LITERAL, PATTERN, OTHER = "any", "literal", "pattern", "other"
"""Kinds: everything; only itself, case aside; a regular expression; anything else (negated, schema)."""

_NUMERIC = re.compile(r"\s*[<>=]")
_SINGLES = re.compile(r"\^?((?:[^\\.\[\]{}()*+?^$|]|\.|\\[^A-Za-z0-9])*)(\.\*|\.\+)\Z", re.DOTALL)
"""A regular expression that is one character after another, and then anything."""
_SINGLE = re.compile(r"\\(.)|(\.)|(.)", re.DOTALL)
_BEGINNING = re.compile(r"[^\\\[\]{}()*+?^$|]*")
_QUANTIFIERS = ("*", "+", "?", "{")
_SAFE_LITERAL = re.compile(r"[\w/%~!@&:+ -]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Word:
    """A text to match: as it is written, without its marks, and of which kind it is."""

    raw: Any
    text: str = ""
    kind: str = ANY
    is_optional: bool = False

    @property
    def is_any(self) -> bool:
        """Whether it takes every text."""
        return self.kind is ANY and not self.is_optional

    @property
    def is_plain(self) -> bool:
        """Whether its text is all that there is to it."""
        return self.kind is not OTHER and not self.is_optional

    @property
    def is_usable_key(self) -> bool:
        """Whether it names just one header or parameter."""
        return self.kind is LITERAL


def word(spec: Any) -> Word:
    """A text from MockServer's spelling of it."""
    if isinstance(spec, str):
        return _of_text(spec)
    if spec is None:
        return _NOTHING
    if isinstance(spec, dict) and spec.keys() <= {"value", "not", "optional"}:
        return _of_object(spec)
    return Word(spec, kind=OTHER)


_NOTHING = Word(None)


@lru_cache(maxsize=65536)
def _of_text(text: str) -> Word:
    plain, optional = text, False
    if text[:1] in ("!", "?") and text.strip():
        optional = text[0] == "?" or text[:2] == "!?"
        plain = text.lstrip("!?")
        if "!" in text[: len(text) - len(plain)] or text[1:2] in ("!", "?"):
            return Word(text, plain, OTHER, optional)
    return Word(text, plain, _kind(plain), optional)


def _of_object(spec: dict[str, Any]) -> Word:
    inner = word(spec.get("value", ""))
    if spec.get("not") is True or spec.get("optional") is True or inner.kind is OTHER:
        return Word(spec, inner.text, OTHER)
    return Word(spec, inner.text, inner.kind, inner.is_optional)


def _kind(text: str) -> str:
    if not text.strip() or text == ".*":
        return ANY
    if _NUMERIC.match(text):
        return OTHER
    return PATTERN if has_meta(text) else LITERAL


def takes_all_of(broad: Word, narrow: Word) -> bool:
    """Whether every text that the narrow one takes is taken by the broad one too."""
    if broad.raw == narrow.raw or broad.is_any:
        return True
    if not (broad.is_plain and narrow.is_plain) or narrow.kind is ANY:
        return False
    if broad.kind is LITERAL:
        return narrow.kind is LITERAL and broad.text.lower() == narrow.text.lower()
    if narrow.kind is LITERAL:
        return pattern_takes(broad.text, narrow.text)
    return begins_so(broad.text, beginning_of(narrow.text))


@lru_cache(maxsize=65536)
def pattern_takes(pattern: str, text: str) -> bool:
    """Whether a regular expression takes a text in any spelling of its letters."""
    if "(?" in pattern or not _SAFE_LITERAL.fullmatch(text):
        return False
    return compile_text(pattern).test(text)


def begins_so(pattern: str, beginning: str, *, more: bool = False) -> bool:
    """Whether a pattern such as `/a/.*` takes everything that begins so.

    Args:
        pattern: The regular expression; only one of single characters and `.*` or `.+` after them is looked at.
        beginning: How each of the texts begins; a dot stands for any character.
        more: Whether each of them goes on after that.
    """
    found = _SINGLES.fullmatch(pattern)
    if found is None:
        return False
    wanted = [escaped or plain for escaped, _, plain in (one.groups() for one in _SINGLE.finditer(found[1]))]
    left = len(beginning) - len(wanted)
    if left < 0 or (left == 0 and found[2] == ".+" and not more):
        return False
    return all(one is None or one.lower() == char.lower() for one, char in zip(wanted, beginning, strict=False))


def beginning_of(pattern: str) -> str:
    """How everything begins that a pattern takes, itself as a plain text included; a dot is any character."""
    if "(?" in pattern or "|" in pattern:
        return literal_ends(pattern)[0]
    found = _BEGINNING.match(pattern)
    assert found is not None
    plain = found[0]
    return plain[:-1] if pattern[len(plain) : len(plain) + 1] in _QUANTIFIERS else plain
