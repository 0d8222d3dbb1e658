"""The filter line of lists: words, `!not`, `~regex`, and `status:deployed`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

FIELDS = ("name", "status", "address", "region", "version")


class BadFilter(ValueError):
    """The filter cannot be read; the text says why."""


@dataclass(frozen=True)
class Texts:
    """What a row offers to the filter, in lower case."""

    name: str
    status: str
    address: str
    region: str
    version: str

    @property
    def all(self) -> str:
        """Everything that a plain word may match."""
        return " ".join((self.name, self.status, self.address, self.region, self.version))


class Row(Protocol):
    """What can be filtered: it has every field as a text in lower case."""

    @property
    def all(self) -> str:
        """Everything that a plain word may match."""


Match = Callable[[Any], bool]


def compile_filter(text: str, fields: Sequence[str] = FIELDS) -> Match:
    """A test of rows; words are joined by "and", `!` before a word turns it around, an empty filter takes all.

    Args:
        text: The filter.
        fields: The attributes of a row that `field:word` may name.

    Raises:
        BadFilter: a regular expression that is none, or an unknown field.
    """
    tests = [_one(word, fields) for word in text.lower().split()]
    return lambda row: all(test(row) for test in tests)


def _one(word: str, fields: Sequence[str]) -> Match:
    if word.startswith("!") and len(word) > 1:
        inner = _one(word[1:], fields)
        return lambda row: not inner(row)
    field, colon, wanted = word.partition(":")
    if colon and field.isalpha() and not word.startswith("http"):
        return _of_field(field, wanted, fields)
    return _pattern(word, lambda row: row.all)


def _of_field(field: str, wanted: str, fields: Sequence[str]) -> Match:
    if field not in fields:
        raise BadFilter(f"no column {field}: use " + ", ".join(fields))
    return _pattern(wanted, lambda row: str(getattr(row, field)))


def _pattern(word: str, text_of: Callable[[Row], str]) -> Match:
    if not word.startswith("~"):
        return lambda row: word in text_of(row)
    try:
        found = re.compile(word[1:])
    except re.error as error:
        raise BadFilter(f"not a regular expression: {error}") from error
    return lambda row: found.search(text_of(row)) is not None


def matching(rows: Sequence[Texts], match: Match) -> list[int]:
    """The positions of the rows that match."""
    return [index for index, row in enumerate(rows) if match(row)]
