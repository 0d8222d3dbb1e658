"""Names with values to match: query and path parameters, headers, cookies, forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from automock_tui.mocking.request import Pairs
from automock_tui.mocking.texts import Text, compile_text

Entry = tuple[Text, Text]

_SPLITS = {
    "SIMPLE": r",",
    "SIMPLE_EXPLODED": r",",
    "LABEL": r",",
    "LABEL_EXPLODED": r"\.",
    "MATRIX": r",",
    "MATRIX_EXPLODED": r";<name>=",
    "FORM": r",",
    "SPACE_DELIMITED": r"%20|\s|\+",
    "PIPE_DELIMITED": r"\|",
}
"""How each parameter style separates several values in one."""
_QUOTED = re.compile(r"[\"']+(.*)[\"']+\s*")
_JSON_VALUE = re.compile(r"\s*[{\[].*[}\]]\s*", re.DOTALL)


class PairsMatcher:
    """Entries that a request's pairs have to hold, in MockServer's styles SUB_SET and MATCHING_KEY."""

    __slots__ = ("_alone", "_styled", "by_key", "entries", "is_matching_key")

    def __init__(self, entries: Iterable[Entry], *, is_matching_key: bool = False) -> None:
        self.entries = tuple(entries)
        self.is_matching_key = is_matching_key
        self.by_key: dict[str, tuple[Text, list[Text]]] = {}
        for key, value in self.entries:
            self.by_key.setdefault(str(key), (key, []))[1].append(value)
        self._styled = [key for key, _ in self.entries if key.style in _SPLITS]
        first = self.entries[0] if len(self.entries) == 1 and not is_matching_key else None
        is_plain = first is not None and not (first[0].negated or first[0].optional)
        self._alone = (first[0].test, first[1].decide) if first is not None and is_plain else None

    def __bool__(self) -> bool:
        return bool(self.entries)

    def matches(self, pairs: Pairs) -> bool:
        """Whether these pairs satisfy every entry."""
        if not self.entries:
            return True
        if self._styled:
            pairs = self._split(pairs)
        if self._alone is not None:
            is_key, is_value = self._alone
            for name, actual in pairs:  # noqa: SIM110 - a generator would take as long as the tests
                if is_key(name) and is_value(actual):
                    return True
            return False
        if not pairs:
            keys = [key for key, _ in self.entries]
            return all(key.negated for key in keys) or all(key.optional for key in keys)
        return self._matching_key(pairs) if self.is_matching_key else self._sub_set(pairs)

    def _split(self, pairs: Pairs) -> Pairs:
        for key in self._styled:
            pairs = [one for pair in pairs for one in _split_pair(key, pair)]
        return pairs

    def _sub_set(self, pairs: Pairs) -> bool:
        used: set[int] = set()
        for key, value in self.entries:
            present = [n for n, (name, _) in enumerate(pairs) if key.matches(name)]
            found = [n for n in present if value.matches(pairs[n][1])]
            if key.negated and any(key.test(name) for name, _ in pairs):
                return False
            if not found and not (key.optional and not present):
                return False
            used.update(found)
        return len(used) >= sum(1 for key, value in self.entries if _needs_pair(key, value))

    def _matching_key(self, pairs: Pairs) -> bool:
        for key, _ in self.by_key.values():
            values = [value for name, value in pairs if key.test(name)]
            if key.negated and values:
                return False
            if key.negated:
                continue
            wanted = self._wanted(key)
            if not values and not key.optional:
                return False
            if not all(any(_fits(one, value, values) for one in wanted) for value in values):
                return False
        return True

    def _wanted(self, key: Text) -> list[Text]:
        """The values for a key: those of all keys that it matches, as MockServer takes it, negated ones too."""
        groups = self.by_key.values()
        return [one for other, values in groups if key.test(other.value) is not other.negated for one in values]


def _needs_pair(key: Text, value: Text) -> bool:
    """Whether an entry needs a pair of its own; `!name` does not, except with `!value`, as there."""
    return not key.optional and (not key.negated or value.negated)


def _fits(wanted: Text, value: str, values: list[str]) -> bool:
    if isinstance(wanted.schema, dict) and wanted.schema.get("type") == "array":
        from automock_tui.mocking.schemas import list_matches

        return list_matches(wanted, values)
    return wanted.matches(value)


def _split_pair(key: Text, pair: tuple[str, str]) -> Pairs:
    name, value = pair
    if name != key.value and not key.test(name):
        return [pair]
    if quoted := _QUOTED.fullmatch(value):
        return [(name, quoted[1])]
    if _JSON_VALUE.fullmatch(value):
        return []
    parts = re.split(_SPLITS[key.style].replace("<name>", re.escape(key.value)), value)
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return [(name, part) for part in parts if part is not None]


def compile_pairs(spec: Any) -> PairsMatcher:
    """Names with several values each, as an object or as a list of `{name, values}`."""
    return _compile(spec, "values", _several)


def compile_single_pairs(spec: Any) -> PairsMatcher:
    """Names with one value each: cookies."""
    found = _compile(spec, "value", lambda value: [value])
    if not found:
        return found
    last = {(key.value, key.negated): (key, value) for key, value in found.entries}
    return PairsMatcher(last.values(), is_matching_key=found.is_matching_key)


_ANY_PAIRS = PairsMatcher(())


def _compile(spec: Any, field: str, listed: Callable[[Any], list[Any]]) -> PairsMatcher:
    if not spec:
        return _ANY_PAIRS
    entries: list[Entry] = []
    keys: dict[tuple[str, bool], Text] = {}
    style = ""
    for name, value in _named(spec, field):
        if name == "keyMatchStyle":
            style = value
            continue
        key = _key(name, value)
        key = keys.setdefault((key.value, key.negated), key)  # `?k` and `k` are one key there, the first
        entries += [(key, compile_text(one, numeric=True)) for one in listed(value)]
    return PairsMatcher(entries, is_matching_key=style == "MATCHING_KEY")


def _named(spec: Any, field: str) -> Iterable[tuple[Any, Any]]:
    if isinstance(spec, Mapping):
        return spec.items()
    items = spec if isinstance(spec, list) else []
    return [(one.get("name", ""), one.get(field, "")) for one in items if isinstance(one, dict)]


def _key(name: Any, value: Any) -> Text:
    key = compile_text(name, numeric=True)
    style = value.get("parameterStyle") if isinstance(value, dict) and "values" in value else ""
    if isinstance(value, list):
        style = next(
            (one["parameterStyle"] for one in value if isinstance(one, dict) and one.get("parameterStyle")), ""
        )
    return Text(key.value, key.test, key.negated, key.optional, style or key.style, key.schema)


def _several(value: Any) -> list[Any]:
    if isinstance(value, dict) and "values" in value:
        value = value["values"]
    return value if isinstance(value, list) else [value]
