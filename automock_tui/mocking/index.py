"""Which expectations can match a path, without asking each of them.

Literal paths are found by a dictionary, templates in a tree of segments, regexes by the literal text that they
begin or end with. What remains (regexes such as `.*`, negated paths) is asked every time.
"""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Generic, Protocol, TypeVar

from automock_tui.mocking.paths import PathMatcher, is_variable, split_path
from automock_tui.mocking.texts import has_meta


class Ranked(Protocol):
    """Something with a place in the order of matching."""

    @property
    def rank(self) -> tuple[int, int]:
        """Lower comes first."""


Item = TypeVar("Item", bound=Ranked)
_by_rank: Callable[[Ranked], tuple[int, int]] = attrgetter("rank")
_META = frozenset("\\.[]{}()*+?^$|")
_QUANTIFIERS = frozenset("*+?{")
_LAST_LITERAL = re.compile(r"[A-Za-z0-9/_~%!@&=:;,-]*\Z")


class PathIndex(Generic[Item]):
    """Items by the paths that they match. Each list in it is in the order of matching."""

    def __init__(self) -> None:
        self._literal: dict[str, list[Item]] = {}
        self._templates: _Segments[Item] = _Segments()
        self._prefixes: dict[str, list[Item]] = {}
        self._suffixes: dict[str, list[Item]] = {}
        self._prefix_sizes: dict[int, int] = {}
        self._suffix_sizes: dict[int, int] = {}
        self._others: list[Item] = []

    def add(self, item: Item, paths: Iterable[PathMatcher] | None) -> None:
        """Put an item where each of its paths leads; None for an item that any path may match."""
        for place in self._places(paths, create=True):
            insort(place, item, key=_by_rank)

    def remove(self, item: Item, paths: Iterable[PathMatcher] | None) -> None:
        """Take an item out again."""
        for place in self._places(paths, create=False):
            if item in place:
                place.remove(item)

    def candidates(self, path: str) -> list[Item]:
        """The items that may match a path, in the order of matching."""
        lowered = path.lower()
        found = self._lists(lowered)
        if len(found) == 1:
            return found[0]
        merged = {id(item): item for one in found for item in one}
        return sorted(merged.values(), key=_by_rank)

    def _lists(self, path: str) -> list[list[Item]]:
        """The lists that hold something for a (lower-case) path."""
        found = [self._others] if self._others else []
        if one := self._literal.get(path):
            found.append(one)
        if not self._templates.is_empty:
            found += self._templates.find(split_path(path))
        for size in self._prefix_sizes:
            if one := self._prefixes.get(path[:size]):
                found.append(one)
        for size in self._suffix_sizes:
            if one := self._suffixes.get(path[-size:]):
                found.append(one)
        return found

    def _places(self, paths: Iterable[PathMatcher] | None, *, create: bool) -> list[list[Item]]:
        if paths is None:
            return [self._others]
        found = [self._place(path, create) for path in paths]
        return [place for n, place in enumerate(found) if not any(place is other for other in found[:n])]

    def _place(self, path: PathMatcher, create: bool) -> list[Item]:
        text = path.text
        value = text.value.lower()
        if text.negated or text.schema is not None or text.is_blank or not value.isascii():
            return self._others
        if not has_meta(value):
            return self._literal.setdefault(value, [])
        if path.is_template and not any(has_meta(part) for part in path.segments if not is_variable(part)):
            return self._templates.place(path.segments)
        prefix, suffix = literal_ends(text.value)
        if len(prefix) >= len(suffix) and prefix not in ("", "/"):
            return _sized(self._prefixes, self._prefix_sizes, prefix.lower())
        if suffix:
            return _sized(self._suffixes, self._suffix_sizes, suffix.lower())
        return self._others


def _sized(lists: dict[str, list[Item]], sizes: dict[int, int], text: str) -> list[Item]:
    if text not in lists:
        lists[text] = []
        sizes[len(text)] = sizes.get(len(text), 0) + 1
    return lists[text]


class _Segments(Generic[Item]):
    """A tree of path segments; one branch of each node stands for any segment."""

    __slots__ = ("_any", "_children", "_items", "is_empty")

    def __init__(self) -> None:
        self._children: dict[str, _Segments[Item]] = {}
        self._any: _Segments[Item] | None = None
        self._items: list[Item] = []
        self.is_empty = True

    def place(self, segments: tuple[str, ...]) -> list[Item]:
        """The list at the end of a template's segments; made where it is not there."""
        self.is_empty = False
        node = self
        for segment in segments:
            if is_variable(segment):
                node._any = node._any or _Segments()
                node = node._any
            else:
                node = node._children.setdefault(segment.lower(), _Segments())
        return node._items

    def find(self, segments: tuple[str, ...]) -> list[list[Item]]:
        """The lists of all templates that these segments fit."""
        nodes = [self]
        for segment in segments:
            following = []
            for node in nodes:
                if child := node._children.get(segment):
                    following.append(child)
                if node._any is not None:
                    following.append(node._any)
            nodes = following
        return [node._items for node in nodes if node._items]


def literal_ends(regex: str) -> tuple[str, str]:
    """The literal texts with which everything begins and ends that a regex matches, or that equals it."""
    if "(?" in regex[:3] or "\\Q" in regex or _has_top_alternative(regex):
        return "", ""
    size = next((n for n, char in enumerate(regex) if char in _META), len(regex))
    if size < len(regex) and regex[size] in _QUANTIFIERS:
        size = max(0, size - 1)
    if "(?" in regex:
        return regex[:size], ""
    found = _LAST_LITERAL.search(regex)
    suffix = found[0] if found else ""
    if suffix and len(suffix) < len(regex) and regex[-len(suffix) - 1] == "\\":
        suffix = suffix[1:]
    return regex[:size], suffix


def _has_top_alternative(regex: str) -> bool:
    """Whether a regex has a `|` outside of parentheses; yes, where that takes more than counting to tell."""
    if "|" not in regex:
        return False
    depth = 0
    for n, char in enumerate(regex):
        if char in "\\[":
            return True
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0 and n:
            return True
    return regex.startswith("|")
