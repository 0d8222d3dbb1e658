"""Headers, parameters and cookies: names with values, in every shape that MockServer reads. Pure.

`{"a": "1"}`, `{"a": ["1", "2"]}`, `{"a": {"values": ["1"]}}` and `[{"name": "a", "values": ["1"]}]`; cookies
have one value each. What is there keeps its shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from json import JSONDecoder
from typing import Any, NamedTuple

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import Path, dump, locate, members
from automock_tui.ui.editing.form.cells import Cell, FieldError, Line, cell, json_line
from automock_tui.ui.editing.form.values import Kind, has, value_at, without

_STYLE = "keyMatchStyle"


class Pair(NamedTuple):
    """One value of a name: where both are."""

    entry: int
    nth: int
    name: Any
    name_path: Path
    value_path: Path
    whole: Path
    """What goes when the name goes."""
    is_blank: bool = False
    """Whether the name has a list of values and none in it."""


def pair_lines(
    expectation: Expectation,
    base: Path,
    label: str,
    *,
    single: bool = False,
    value: str = "value",
    help: str = "",
) -> list[Line]:
    """A line for each value of each name, and an empty one to add a name.

    Args:
        expectation: What is edited.
        base: Where the names are.
        label: What the first line is called.
        single: Whether a name has one value only, as cookies do.
        value: What to say in an empty value.
        help: What these are.
    """
    found = value_at(expectation, base)
    if found is not None and not isinstance(found, dict | list):
        return [json_line(expectation, base, label, help=help)]
    if isinstance(found, list) and not all(isinstance(one, dict) and "name" in one for one in found):
        return [json_line(expectation, base, label, help=help)]
    pairs = list(_pairs(found or {}, base, single))
    lines = [_line(expectation, base, pair, single, value, help) for pair in pairs]
    entries = pairs[-1].entry + 1 if pairs else 0
    blank = Cell((*base, "+"), Kind.TEXT, "", partial(_add, base, single), placeholder="+ name")
    lines.append(Line(f"{_key(base)}/{entries}/0", "", (blank, _no_value(base)), help))
    lines[0] = Line(**{**vars(lines[0]), "label": label})
    return lines


def _key(base: Path) -> str:
    return "/".join(map(str, base)) + "|pair"


def _no_value(base: Path) -> Cell:
    return Cell((*base, "+", "value"), Kind.TEXT, "", lambda one, _text: one, fixed=True)


def _pairs(found: Mapping[str, Any] | list[Any], base: Path, single: bool) -> Iterator[Pair]:
    if isinstance(found, list):
        for entry, one in enumerate(found):
            whole = (*base, entry)
            place = (*whole, "value" if single else "values")
            yield from _values(entry, one["name"], (*whole, "name"), one.get(place[-1]), place, whole)
        return
    names = [name for name in found if name != _STYLE]
    for entry, name in enumerate(names):
        whole = (*base, name)
        yield from _values(entry, name, (), found[name], whole, whole)


def _values(entry: int, name: Any, name_path: Path, value: Any, place: Path, whole: Path) -> Iterator[Pair]:
    if isinstance(value, dict) and isinstance(value.get("values"), list):
        value, place = value["values"], (*place, "values")
    if not isinstance(value, list):
        yield Pair(entry, 0, name, name_path, place, whole)
        return
    for nth in range(max(1, len(value))):
        yield Pair(entry, nth, name, name_path, (*place, nth), whole, not value)


def _line(expectation: Expectation, base: Path, pair: Pair, single: bool, value: str, help: str) -> Line:
    named = _name_cell(expectation, base, pair)
    valued = cell(expectation, pair.value_path, Kind.TEXT, placeholder=value)
    if valued.kind is Kind.TEXT:
        # An empty value says something here: the name has to be there, with any value.
        valued = Cell(pair.value_path, Kind.TEXT, valued.text, partial(_write_value, pair), placeholder=value)
    elif valued.kind in (Kind.LINES, Kind.JSON):
        valued = cell(expectation, pair.value_path, Kind.JSON_LINE)
        valued = Cell(**{**vars(valued), "kind": Kind.JSON_LINE})
    return Line(
        f"{_key(base)}/{pair.entry}/{pair.nth}",
        "",
        (named, valued),
        help,
        covers=(pair.value_path[:-1],) if pair.is_blank else (),
        remove=partial(_remove, pair),
        more=None if single else partial(_more, pair),
    )


def _name_cell(expectation: Expectation, base: Path, pair: Pair) -> Cell:
    if not isinstance(pair.name, str):
        return cell(expectation, pair.name_path, Kind.JSON_LINE)
    path = pair.name_path or (*pair.whole, "name")
    write = partial(rename, base, pair.name_path, pair.name)
    return Cell(path, Kind.TEXT, pair.name, write, fixed=pair.nth > 0)


def _write_value(pair: Pair, expectation: Expectation, text: str) -> Expectation:
    return expectation.with_value(pair.value_path, text)


def _add(base: Path, single: bool, expectation: Expectation, name: str) -> Expectation:
    if not name:
        return expectation
    _check_name(name, value_at(expectation, base), "")
    found = value_at(expectation, base)
    if isinstance(found, list):
        item = {"name": name, "value": ""} if single else {"name": name, "values": [""]}
        return expectation.with_value((*base, len(found)), item)
    return expectation.with_value((*base, name), "" if single else [""])


def _check_name(name: str, found: Any, before: str) -> None:
    if not name:
        raise FieldError("a name is needed; alt+x takes the line out")
    if any(char.isspace() for char in name):
        raise FieldError("MockServer refuses names with white space")
    if name == _STYLE and isinstance(found, dict):
        raise FieldError(f"{_STYLE} says how names are matched; it cannot be a name here")
    if isinstance(found, dict) and name != before and name in found:
        raise FieldError(f"{name} is there already; alt+v there adds a value")


def rename(base: Path, name_path: Path, before: str, expectation: Expectation, name: str) -> Expectation:
    """The same with another name; its values stay as they are.

    Raises:
        FieldError: MockServer would refuse the name, or it is there already.
    """
    _check_name(name, value_at(expectation, base), before)
    if name_path:
        return expectation.with_value(name_path, name)
    return rename_key(expectation, base, before, name)


def rename_key(expectation: Expectation, base: Path, before: str, name: str) -> Expectation:
    """The same with another key in an object; where the key is there twice, the one that counts."""
    text = expectation.text
    span = locate(text, base)
    assert span is not None
    member = [one for one in members(text, span.start) if one.key == before][-1]
    _, end = JSONDecoder().raw_decode(text, member.start)
    return type(expectation).parse(text[: member.start] + dump(name) + text[end:])


def _remove(pair: Pair, expectation: Expectation) -> Expectation:
    values = value_at(expectation, pair.value_path[:-1])
    if isinstance(values, list) and len(values) > 1 and has(expectation, pair.value_path):
        return expectation.without(pair.value_path)
    return without(expectation, pair.whole)


def _more(pair: Pair, expectation: Expectation) -> Expectation:
    place = pair.value_path[:-1]
    values = value_at(expectation, place)
    if isinstance(values, list):
        return expectation.with_value((*place, len(values)), "")
    return expectation.with_value(pair.value_path, [value_at(expectation, pair.value_path), ""])
