"""Whether one expectation takes every request that another one would take. Yes only where that is certain."""

from __future__ import annotations

import re
from functools import partial

from automock_tui.linting.shape import PAIRS, Entry, Shape, json_of
from automock_tui.linting.words import LITERAL, Word, begins_so, pattern_takes, takes_all_of, word
from automock_tui.mocking.bodies.json_comparing import is_like
from automock_tui.mocking.texts import has_meta

_SAFE_PATH = re.compile(r"[\w/%~!@:-]*", re.ASCII)
_SAFE_SEGMENT = re.compile(r"[\w%~!@:-]+", re.ASCII)
_ANY_SEGMENT = frozenset((".*", ".+", "[^/]*", "[^/]+"))


def covers(broad: Shape, narrow: Shape) -> bool:
    """Whether the broad one, where it comes first, leaves nothing to the narrow one."""
    if not (broad.always_answers and narrow.is_comparable) or broad.namespace != narrow.namespace:
        return False
    if broad.scenario[1] is not None and broad.scenario != narrow.scenario:
        return False
    if narrow.is_negated:
        return not broad.asks
    return (
        takes_all_of(broad.method, narrow.method)
        and _path_covers(broad, narrow)
        and all(_pairs_cover(broad, narrow, field) for field in PAIRS)
        and _body_covers(broad, narrow)
        and all(narrow.others.get(key) == value for key, value in broad.others.items())
    )


def _path_covers(broad: Shape, narrow: Shape) -> bool:
    if broad.path.raw == narrow.path.raw and broad.parameters == narrow.parameters:
        return True
    if broad.parameters is None:
        if not narrow.is_template or broad.path.is_any:
            return takes_all_of(broad.path, narrow.path)
        begins, _ = narrow.path_ends
        return broad.path.is_plain and begins_so(broad.path.text, begins, more=begins.endswith("/"))
    if not (broad.is_template and narrow.path.is_plain):
        return False
    if narrow.is_template:
        return _template_covers(broad, narrow)
    return narrow.parameters is None and narrow.path.kind is LITERAL and takes_path(broad, narrow.path.text)


def takes_path(broad: Shape, path: str) -> bool:
    """Whether a template takes one path, in any spelling of its letters."""
    if not _SAFE_PATH.fullmatch(path) or "(?" in repr(broad.parameters):
        return False
    wanted = broad.values
    if wanted is None or "/." in path or path.count("/") != broad.path.text.count("/"):
        matcher = broad.path_matcher
        return matcher.matches_path(path) and matcher.matches_parameters(matcher.find_parameters(path))
    parts = tuple(filter(None, path.split("/")))
    if len(parts) != len(broad.segments):
        return False
    is_whole = wanted.keys() <= set(broad.names)
    return is_whole and all(map(partial(_segment_takes, wanted), broad.segments, broad.names, parts))


def _segment_takes(wanted: dict[str, Word], segment: str, name: str, part: str) -> bool:
    if not name:
        return segment.lower() == part.lower() or (has_meta(segment) and pattern_takes(segment, part))
    value = wanted.get(name)
    return value is None or value.is_any or (value.is_plain and takes_all_of(value, word(part)))


def _template_covers(broad: Shape, narrow: Shape) -> bool:
    if len(broad.segments) != len(narrow.segments) or broad.path.text.count("/") != narrow.path.text.count("/"):
        return False
    wanted, given = broad.values, narrow.values
    if wanted is None or given is None:
        return False
    pairs = zip(broad.segments, broad.names, narrow.segments, narrow.names, strict=True)
    if not all(_segment_covers(*pair, wanted, given) for pair in pairs):
        return False
    names = list(filter(None, broad.names))
    return len(set(names)) == len(names) and wanted.keys() <= set(names)


def _segment_covers(
    broad: str, name: str, narrow: str, other: str, wanted: dict[str, Word], given: dict[str, Word]
) -> bool:
    if not name:
        return broad.lower() == narrow.lower() and _SAFE_SEGMENT.fullmatch(broad) is not None
    value = wanted.get(name)
    takes_any = value is None or value.is_any or value.text in _ANY_SEGMENT
    if not other:
        return takes_any and _SAFE_SEGMENT.fullmatch(narrow) is not None
    found = given.get(other)
    if value is None or found is None:
        return value is None
    return takes_any or (other == name and found.raw == value.raw)


def _pairs_cover(broad: Shape, narrow: Shape, field: str) -> bool:
    wanted, given = broad.spec.get(field), narrow.spec.get(field)
    if not wanted or wanted == given:
        return True
    mine, theirs = broad.entries(field), narrow.entries(field)
    if not mine or not theirs:
        return False
    by_name = {one.name.text.lower(): one for one in theirs}
    names = {one.name.text.lower() for one in mine}
    if len(by_name) != len(theirs) or len(names) != len(mine):
        return False
    return all(_entry_covers(one, by_name.get(one.name.text.lower())) for one in mine)


def _entry_covers(broad: Entry, narrow: Entry | None) -> bool:
    if narrow is None or (narrow.name.is_optional and not broad.name.is_optional):
        return False
    if broad.value.raw == narrow.value.raw:
        return True
    return broad.value.is_plain and narrow.value.is_plain and takes_all_of(broad.value, narrow.value)


def _body_covers(broad: Shape, narrow: Shape) -> bool:
    wanted, given = broad.spec.get("body"), narrow.spec.get("body")
    if wanted is None or wanted == given:
        return True
    mine, theirs = json_of(wanted), json_of(given)
    if mine is None or theirs is None or mine.is_strict or theirs.has_placeholders:
        return False
    return is_like(mine.value, theirs.value, strict=False)
