"""Mockoon's Handlebars templates, each with one fixed plausible value in its place."""

from __future__ import annotations

import random
import re
import zlib

from automock_tui.importing.example_texts import make_text
from automock_tui.importing.imported import Report

_MAX_REPEAT = 10
_MAX_REPEATS = 200
_MAX_LENGTH = 500_000
"""Times that a repeated part is written, repeated parts of a text, and characters once they are written."""
_REPEAT = re.compile(r"\{\{#repeat\s+([^{}]*)\}\}((?:(?!\{\{[#/]repeat).)*?)\{\{/repeat\}\}", re.DOTALL)
_BLOCK = re.compile(r"\{\{\{?\s*[#/^!>]([^{}]*)\}?\}\}")
_ELSE = re.compile(r"\{\{ ?else[^{}]*\}\}")
_VALUE = re.compile(r"\{\{\{?([^{}]*)\}?\}\}")
_TEXT = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_REQUEST = frozenset(
    (
        "urlParam", "queryParam", "queryParamRaw", "body", "bodyRaw", "header", "cookie", "getGlobalVar",
        "getEnvVar",
    )
)  # fmt: skip
_NUMBER = re.compile(r"(?:number|int|integer|float|datatype\.number|amount|price|age|count)$", re.I)
_KINDS = (
    (re.compile(r"uuid|guid|objectId", re.I), {"format": "uuid"}),
    (re.compile(r"email", re.I), {"format": "email"}),
    (re.compile(r"url|image|avatar", re.I), {"format": "uri"}),
    (re.compile(r"^now|date|past|future|recent|time", re.I), {"format": "date-time"}),
)


class Templates:
    """Fills the templates of one environment; the same seed gives the same values."""

    def __init__(self, seed: int, report: Report) -> None:
        self._seed = seed
        self._report = report

    def fill(self, said: str, where: str) -> str:
        """A text with a fixed value for each template."""
        if "{{" not in said or len(said) > _MAX_LENGTH:
            return said
        self._report.add(where, "templates", "a fixed value stands in for each {{...}}")
        dice = random.Random(zlib.crc32(f"{self._seed}:{where}".encode()))
        for _ in range(_MAX_REPEATS):
            found = _REPEAT.search(said)
            if found is None or len(said) > _MAX_LENGTH:
                break
            said = said[: found.start()] + _repeated(found[1], found[2]) + said[found.end() :]
        said = _BLOCK.sub("", _without_else(said))
        return _VALUE.sub(lambda one: _value(one[1].strip(), dice), said)


def _without_else(said: str) -> str:
    """The first part of each choice; what comes after its `else` is left out."""
    first, *others = _ELSE.split(said)
    return first + "".join(one[max(0, one.find("{{/")) :] for one in others)


def _repeated(arguments: str, part: str) -> str:
    counts = [int(one) for one in re.findall(r"(?<![\w'])\d{1,6}(?![\w'])", arguments)]
    times = min(counts[0] if counts else 1, _MAX_REPEAT)
    joint = "" if re.search(r"comma\s*=\s*false", arguments) else ","
    return joint.join([part] * times)


def _value(expression: str, dice: random.Random) -> str:
    name, _, rest = expression.partition(" ")
    given = [one or other for one, other in _TEXT.findall(rest)]
    if name in _REQUEST:
        return given[1] if len(given) > 1 else ""
    topic = (given or [name])[0] if name in ("faker", "data", "dataRaw") else name
    if name in ("int", "float") or _NUMBER.search(topic):
        return _number(rest, dice)
    if topic.endswith("boolean"):
        return "true" if dice.random() < 0.5 else "false"
    kind = next((kind for pattern, kind in _KINDS if pattern.search(topic)), {})
    return make_text(kind, topic.rpartition(".")[2], dice).replace('"', "'")


def _number(arguments: str, dice: random.Random) -> str:
    limits = {name: int(value) for name, value in re.findall(r"(min|max)\s*=\s*(-?\d{1,9})", arguments)}
    plain = [int(one) for one in re.findall(r"(?<![\w=.'-])-?\d{1,9}(?![\w.'])", arguments)]
    low = limits.get("min", plain[0] if plain else 0)
    high = limits.get("max", plain[1] if len(plain) > 1 else low + 100)
    return str(dice.randint(low, max(low, high)))
