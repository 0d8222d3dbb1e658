"""The filter line of the Projects screen: words, `~regex`, and `status:deployed`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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


Match = Callable[[Texts], bool]


def compile_filter(text: str) -> Match:
    """A test of rows; words are joined by "and", `!` before a word turns it around, an empty filter takes all.

    Raises:
        BadFilter: a regular expression that is none, or an unknown field.
    """
    tests = [_one(word) for word in text.lower().split()]
    return lambda row: all(test(row) for test in tests)


def _one(word: str) -> Match:
    if word.startswith("!") and len(word) > 1:
        inner = _one(word[1:])
        return lambda row: not inner(row)
    field, colon, wanted = word.partition(":")
    if colon and field.isalpha() and not word.startswith("http"):
        return _of_field(field, wanted)
    return _pattern(word, lambda row: row.all)


def _of_field(field: str, wanted: str) -> Match:
    if field not in FIELDS:
        raise BadFilter(f"no column {field}: use " + ", ".join(FIELDS))
    return _pattern(wanted, lambda row: str(getattr(row, field)))


def _pattern(word: str, text_of: Callable[[Texts], str]) -> Match:
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
