"""Velocity's generic tools that templates have: `math`, `number`, `display`, `esc`, `date`, ..."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus, unquote_plus
from xml.sax.saxutils import escape as escape_xml

from automock_tui.mocking.templates.formats import format_date, format_number
from automock_tui.mocking.templates.helpers import escape_html, now, read_json
from automock_tui.mocking.templates.values import Bean, JsonList, JsonMap, Method, is_number, spell

MAX_WIDTH = 100_000


def _tool(methods: Mapping[str, Method], properties: Mapping[str, Any] | None = None, name: str = "") -> Bean:
    return Bean(properties or {}, methods, lambda: name)


def _number(value: Any) -> Any:
    """A number, also from a text that spells one; None where it is neither."""
    if is_number(value):
        return value
    try:
        return (
            (int(value) if re.fullmatch(r"[+-]?\d+", value) else float(value))
            if isinstance(value, str)
            else None
        )
    except ValueError:
        return None


def _plain(value: float) -> Any:
    """A result as the tool gives it: whole where it can be."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def _fold(step: Callable[[Any, Any], Any], *, plain: bool = False) -> Method:
    def method(first: Any, *others: Any) -> Any:
        result = _number(first)
        for one in others:
            other = _number(one)
            if result is None or other is None:
                return None
            result = step(result, other)
        return _plain(result) if plain and result is not None else result

    return method


def _divide(one: Any, other: Any) -> Any:
    return None if other == 0 else one / other


def _whole_divide(one: Any, other: Any) -> Any:
    return None if int(other) == 0 else int(int(one) / int(other))


def _rest(one: Any, other: Any) -> Any:
    return None if int(other) == 0 else int(math.fmod(int(one), int(other)))


def _power(one: Any, other: Any) -> Any:
    if abs(other) > 1000:
        raise ValueError("too large a power")
    return one**other


def _of_number(work: Callable[[Any], Any]) -> Method:
    return lambda value: None if _number(value) is None else work(_number(value))


def _round_to(places: Any, value: Any) -> Any:
    number = _number(value)
    scale = 10 ** min(30, int(places))
    return None if number is None else float(math.floor(number * scale + 0.5)) / scale


MATH = _tool(
    {
        "add": _fold(lambda one, other: one + other),
        "sub": _fold(lambda one, other: one - other),
        "mul": _fold(lambda one, other: one * other),
        "div": _fold(_divide, plain=True),
        "idiv": _fold(_whole_divide),
        "mod": _fold(_rest),
        "pow": _fold(_power, plain=True),
        "max": _fold(max),
        "min": _fold(min),
        "abs": _of_number(abs),
        "ceil": _of_number(math.ceil),
        "floor": _of_number(math.floor),
        "round": _of_number(lambda value: math.floor(value + 0.5)),
        "roundTo": _round_to,
        "toInteger": _of_number(int),
        "toDouble": _of_number(float),
        "toNumber": _number,
    },
    name="MathTool",
)
_NUMBER_FORMATS = {
    "currency": "¤#,##0.00", "integer": "#,##0", "number": "#,##0.###", "default": "#,##0.###",
    "percent": "#,##0%",
}  # fmt: skip


def _formatted(pattern: Any, value: Any) -> str | None:
    number = _number(value)
    return None if number is None else format_number(number, _NUMBER_FORMATS.get(pattern, pattern))


NUMBER = _tool(
    {"format": lambda *given: _formatted("default", given[0]) if len(given) == 1 else _formatted(*given)}
    | {name: (lambda value, name=name: _formatted(name, value)) for name in _NUMBER_FORMATS},
    name="NumberTool",
)


def _wide(width: Any) -> int:
    if not 0 <= width <= MAX_WIDTH:
        raise ValueError("too wide")
    return int(width)


def _truncate(value: Any, width: Any = 30, suffix: str = "...") -> str:
    text = spell(value)
    if len(text) <= width:
        return text
    return text[: max(0, width - len(suffix))] + suffix if width > len(suffix) else suffix[:width]


def _list(items: Any, separator: str = ", ", last: str | None = None) -> str:
    texts = [spell(one) for one in items]
    if len(texts) < 2:
        return "".join(texts)
    final = last if last is not None else " and " if separator == ", " else separator
    return separator.join(texts[:-1]) + final + texts[-1]


def _message(pattern: str, *given: Any) -> str:
    return re.sub(
        r"\{(\d+)\}", lambda one: spell(given[int(one[1])]) if int(one[1]) < len(given) else one[0], pattern
    )


def _plural(count: Any, word: str, several: str = "") -> str:
    return word if count == 1 else several or f"{word}s"


DISPLAY = _tool(
    {
        "alt": lambda value, other="null": other if value is None else spell(value),
        "capitalize": lambda value: spell(value)[:1].upper() + spell(value)[1:],
        "uncapitalize": lambda value: spell(value)[:1].lower() + spell(value)[1:],
        "truncate": lambda value, *given: _truncate(value, *given),
        "list": _list,
        "space": lambda width: " " * _wide(width),
        "cell": lambda value, width=30: _truncate(value, _wide(width)).ljust(width),
        "plural": _plural,
        "message": _message,
        "printf": lambda pattern, *given: pattern % tuple(given),
        "stripTags": lambda value: re.sub(r"<[^<>]*>", "", spell(value)),
    },
    name="DisplayTool",
)
_JAVA_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", '"': '\\"', "\\": "\\\\"}


def escape_java(text: str) -> str:
    """A text as Java's source has it between quotes."""
    return "".join(_JAVA_ESCAPES.get(char) or _java_char(char) for char in text)


def _java_char(char: str) -> str:
    if " " <= char <= "~":
        return char
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04X}" for at in range(0, len(units), 2))


def _spelled(work: Callable[[str], str]) -> Method:
    return lambda value: None if value is None else work(spell(value))


ESCAPE = _tool(
    {
        "html": _spelled(escape_html),
        "unhtml": _spelled(html.unescape),
        "xml": _spelled(lambda text: escape_xml(text, {'"': "&quot;", "'": "&apos;"})),
        "url": _spelled(lambda text: quote_plus(text, safe="*-._")),
        "unurl": _spelled(unquote_plus),
        "java": _spelled(escape_java),
        "javascript": _spelled(lambda text: escape_java(text).replace("'", "\\'").replace("/", "\\/")),
        "sql": _spelled(lambda text: text.replace("'", "''")),
    },
    {"d": "$", "h": "#", "q": '"', "quote": '"', "s": "'", "singleQuote": "'", "dollar": "$", "hash": "#",
     "b": "\\", "backslash": "\\", "e": "!", "exclamation": "!", "n": "\n", "newline": "\n"},
    "EscapeTool",
)  # fmt: skip
_DATE_FORMATS = {
    "iso": "yyyy-MM-dd'T'HH:mm:ss", "iso_date": "yyyy-MM-dd", "iso_time": "HH:mm:ss",
    "long_date": "MMMM d, yyyy", "medium_date": "MMM d, yyyy", "short_date": "M/d/yy",
    "default": "MMM d, yyyy, h:mm:ss a", "medium": "MMM d, yyyy, h:mm:ss a", "intl": "yyyy-MM-dd HH:mm:ss X",
}  # fmt: skip


def _date_text(pattern: str, moment: Any) -> str | None:
    at = moment.properties.get("moment") if isinstance(moment, Bean) else _moment(moment)
    return None if at is None else format_date(at, _DATE_FORMATS.get(pattern, pattern))


def _moment(value: Any) -> datetime | None:
    return datetime.fromtimestamp(value / 1000, UTC) if is_number(value) else None


def date_tool() -> Bean:
    """`date`: the moment at which the template is rendered."""
    at = now()
    fields = {
        "year": at.year, "month": at.month - 1, "day": at.day, "hours": at.hour, "minutes": at.minute,
        "seconds": at.second, "systemTime": int(at.timestamp() * 1000),
    }  # fmt: skip
    formats = {name: format_date(at, pattern) for name, pattern in _DATE_FORMATS.items()}
    bean = Bean(
        fields | formats | {"moment": at},
        {
            "get": lambda pattern: _date_text(pattern, bean),
            "format": lambda pattern, *given: _date_text(pattern, given[0] if given else bean),
            "getSystemTime": lambda: int(at.timestamp() * 1000),
        },
        lambda: formats["default"],
    )
    return bean


def _sorted(items: Any) -> Any:
    return sorted(items) if isinstance(items, list) else None


COLLECTION = _tool(
    {"sort": _sorted, "split": lambda text: [one.strip() for one in text.split(",")]}, name="CollectionTool"
)


def as_json(value: Any) -> Any:
    """A JSON value whose lists and maps are spelled as JSON, at every depth."""
    if isinstance(value, dict):
        return JsonMap((key, as_json(one)) for key, one in value.items())
    return JsonList(map(as_json, value)) if isinstance(value, list) else value


JSON_TOOL = _tool({"parse": lambda text: as_json(read_json(text)) if text else None}, name="JsonTool")
TOOLS: dict[str, Bean] = {
    "math": MATH,
    "number": NUMBER,
    "display": DISPLAY,
    "esc": ESCAPE,
    "collection": COLLECTION,
    "json": JSON_TOOL,
}
"""The tools that are the same for every request; `date` is made for each."""
UNSERVED = ("import", "xml", "jwt")
"""Names of the real engine that this one has not: they load addresses, classes or keys."""
