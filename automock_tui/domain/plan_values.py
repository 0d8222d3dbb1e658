"""Values of a plan before and after, with what is sensitive masked.

Terraform marks sensitive values by a mask that mirrors the value (true hides everything below). A value that is
hidden in one place is hidden wherever else the plan repeats it, because marks get lost on the way (the output
of a `terraform_data`, for one). What is hidden never leaves this module.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MASK = "(sensitive)"
UNKNOWN = "(known after apply)"
_SHORTEST_SECRET = 6
"""Characters; a shorter sensitive value is hidden only where Terraform says so, or half the plan would be."""


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One value that changes; `before` and `after` are texts to show, empty where there is none."""

    path: str
    before: str
    after: str
    forces_replacement: bool = False


@dataclass(frozen=True, slots=True)
class _Masked:
    """A hidden value; two are equal when what they hide is."""

    raw: Any = field(repr=False)


class _Mark:
    """A value that is not there, or that will be known later."""


_ABSENT = _Mark()
_LATER = _Mark()


@dataclass(frozen=True, slots=True)
class Secrets:
    """The sensitive texts of a plan."""

    texts: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def of(cls, changes: Iterable[Mapping[str, Any]]) -> Secrets:
        """All texts that these changes mark as sensitive."""
        found: set[str] = set()
        for change in changes:
            for side in ("before", "after"):
                found.update(_hidden_texts(change.get(side), change.get(f"{side}_sensitive")))
        return cls(frozenset(text for text in found if len(text) >= _SHORTEST_SECRET))

    def hide(self, value: Any) -> bool:
        """Whether a text holds one of them."""
        return isinstance(value, str) and any(text in value for text in self.texts)


def _hidden_texts(value: Any, mask: Any) -> Iterator[str]:
    if mask is True:
        yield from _texts(value)
    elif isinstance(value, dict | list):
        for key, part in _items(value):
            yield from _hidden_texts(part, _at(mask, key))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for _, part in _items(value):
            yield from _texts(part)


def _items(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()


def _at(tree: Any, key: Any) -> Any:
    if isinstance(tree, dict):
        return tree.get(key)
    return tree[key] if isinstance(tree, list) and isinstance(key, int) and key < len(tree) else None


def sides(change: Mapping[str, Any], secrets: Secrets) -> tuple[Any, Any]:
    """Before and after of a change as trees to show: masked where either side is sensitive."""
    masks = change.get("before_sensitive"), change.get("after_sensitive")
    after = _with_unknown(change.get("after"), change.get("after_unknown"))
    return _masked(change.get("before"), masks, secrets), _masked(after, masks, secrets)


def _masked(value: Any, masks: Sequence[Any], secrets: Secrets) -> Any:
    if value is None:
        return _ABSENT
    if any(mask is True for mask in masks) or secrets.hide(value):
        return value if value is _LATER else _Masked(value)
    if isinstance(value, dict):
        return {key: _masked(part, [_at(mask, key) for mask in masks], secrets) for key, part in value.items()}
    if isinstance(value, list):
        return [_masked(part, [_at(mask, i) for mask in masks], secrets) for i, part in enumerate(value)]
    return value


def _with_unknown(value: Any, unknown: Any) -> Any:
    """The value with a mark wherever Terraform will know it only after the apply."""
    if unknown is True:
        return _LATER
    if isinstance(unknown, dict) and unknown:
        known = value if isinstance(value, dict) else {}
        return {key: _with_unknown(known.get(key), unknown.get(key)) for key in {**known, **unknown}}
    if isinstance(unknown, list) and unknown:
        size = max(len(unknown), len(value) if isinstance(value, list) else 0)
        return [_with_unknown(_at(value, i), _at(unknown, i)) for i in range(size)]
    return value


def attribute_changes(change: Mapping[str, Any], secrets: Secrets) -> Iterator[AttributeChange]:
    """The values that differ between before and after, down to single texts, numbers and flags."""
    before, after = sides(change, secrets)
    forced = [_path(keys) for keys in change.get("replace_paths") or ()]
    for path, left, right in _differences("", before, after):
        yield AttributeChange(path, shown(left), shown(right), _is_below(path, forced))


def _differences(path: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    left, right = _children(before), _children(after)
    if left is None or right is None or not (left or right):
        if before != after:
            yield path, before, after
        return
    for key in {**left, **right}:
        below = _path([path, key]) if path else _path([key])
        yield from _differences(below, left.get(key, _ABSENT), right.get(key, _ABSENT))


def _children(value: Any) -> dict[Any, Any] | None:
    """The parts of a container; none of what is absent; None for a single value."""
    return dict(_items(value)) if isinstance(value, dict | list) or value is _ABSENT else None


def _is_below(path: str, places: Sequence[str]) -> bool:
    return any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in places)


def _path(keys: Sequence[str | int]) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")


def shown(value: Any) -> str:
    """A value of a change as text; what is hidden or not yet known says so, what is absent is empty."""
    if isinstance(value, _Masked):
        return MASK
    if isinstance(value, _Mark):
        return UNKNOWN if value is _LATER else ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_nested)


def _nested(value: Any) -> str | None:
    return None if value is _ABSENT else shown(value)
