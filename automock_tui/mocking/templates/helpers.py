"""MockServer's own helpers of templates: `strings`, `calc`, `dates`, `crypto`, `regex`, `html`, `csv`, ..."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import html
import json
import math
import random
import secrets
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from automock_tui.mocking.bodies.json_reading import NOT_JSON, parse_json
from automock_tui.mocking.jackson import pretty
from automock_tui.mocking.templates.faking import FAKER
from automock_tui.mocking.templates.formats import format_date, format_number, iso_instant
from automock_tui.mocking.templates.members import replace_all, search
from automock_tui.mocking.templates.values import Bean, Method, TemplateError, spell


def now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)


def _random_bytes(size: int) -> Callable[[], str]:
    return lambda: base64.b64encode(secrets.token_bytes(size)).decode()


FUNCTIONS: dict[str, Callable[[], str]] = {
    "now": lambda: iso_instant(now()),
    "now_epoch": lambda: str(int(now().timestamp())),
    "now_iso_8601": lambda: iso_instant(now()),
    "now_rfc_1123": lambda: format_datetime(now(), usegmt=True),
    "uuid": lambda: str(uuid.uuid4()),
    "rand_int": lambda: str(secrets.randbelow(10)),
    "rand_int_10": lambda: str(secrets.randbelow(10)),
    "rand_int_100": lambda: str(secrets.randbelow(100)),
    "rand_bytes": _random_bytes(16),
    "rand_bytes_16": _random_bytes(16),
    "rand_bytes_32": _random_bytes(32),
    "rand_bytes_64": _random_bytes(64),
    "rand_bytes_128": _random_bytes(128),
}
"""Names that stand for a new text each time they are printed."""


def _named(name: str, methods: Mapping[str, Method]) -> Bean:
    return Bean({}, methods, lambda: name)


def _text(value: Any) -> str:
    """A text argument; nothing is an empty one.

    Raises:
        TypeError: it is no text, so the method does not take it.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _texts(method: Callable[..., Any]) -> Method:
    """A method that takes texts only."""
    return lambda *given: method(*map(_text, given))


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except binascii.Error as error:
        raise ValueError(str(error)) from None


STRINGS = _named(
    "StringTemplateHelper",
    {
        "trim": _texts(str.strip),
        "capitalize": _texts(lambda text: text[:1].upper() + text[1:]),
        "uppercase": _texts(str.upper),
        "lowercase": _texts(str.lower),
        "urlEncode": _texts(lambda text: quote_plus(text, safe="*-._")),
        "urlDecode": _texts(unquote_plus),
        "base64Encode": _texts(lambda text: base64.b64encode(text.encode()).decode()),
        "base64Decode": _texts(_decoded),
        "substringBefore": _texts(lambda text, part: text.partition(part)[0] if part else text),
        "substringAfter": _texts(lambda text, part: text.partition(part)[2] if part else text),
        "length": _texts(len),
        "contains": _texts(lambda text, part: part in text),
        "replace": _texts(lambda text, old, new: text.replace(old, new)),
    },
)


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("no number")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("no whole number")
    return value


def _random_whole(low: Any, high: Any) -> int:
    return random.randint(_whole(low), _whole(high))


def _random_fraction(*bounds: Any) -> float:
    low, high = map(_number, bounds) if bounds else (0.0, 1.0)
    if not low < high:
        raise ValueError("bound must be greater than origin")
    return random.uniform(low, high)


def _rounded(value: Any, digits: Any) -> float:
    places = _whole(digits)
    if not 0 <= places <= 100:
        raise ValueError("too many digits")
    return float(Decimal(repr(float(_number(value)))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


CALC = _named(
    "MathTemplateHelper",
    {
        "randomInt": _random_whole,
        "randomDouble": _random_fraction,
        "abs": lambda value: abs(_number(value)),
        "min": lambda one, other: min(_whole(one), _whole(other)),
        "max": lambda one, other: max(_whole(one), _whole(other)),
        "round": _rounded,
        "format": lambda value, pattern: format_number(_number(value), _text(pattern)),
        "ceil": lambda value: float(math.ceil(_number(value))),
        "floor": lambda value: float(math.floor(_number(value))),
    },
)


def _moved(sign: int, **unit: int) -> Method:
    return lambda amount: iso_instant(
        now() + sign * timedelta(**{name: _whole(amount) * one for name, one in unit.items()})
    )


def _epoch(sign: int) -> Method:
    return lambda amount: str(int(now().timestamp()) + sign * _whole(amount))


DATES = _named(
    "DateTemplateHelper",
    {
        "format": _texts(lambda pattern: format_date(now(), pattern)),
        **{
            f"plus{unit.capitalize()}": _moved(1, **{unit: 1})
            for unit in ("seconds", "minutes", "hours", "days")
        },
        **{
            f"minus{unit.capitalize()}": _moved(-1, **{unit: 1})
            for unit in ("seconds", "minutes", "hours", "days")
        },
        "epochSeconds": lambda: int(now().timestamp()),
        "epochMillis": lambda: int(now().timestamp() * 1000),
        "epochSecondsPlus": _epoch(1),
        "epochSecondsMinus": _epoch(-1),
    },
)


def _digest(name: str) -> Method:
    return _texts(lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest())


CRYPTO = _named(
    "CryptoTemplateHelper",
    {
        **{name: _digest(name) for name in ("md5", "sha1", "sha256", "sha512")},
        "hmacSha256": _texts(
            lambda key, text: hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
        ),
    },
)


def _group(text: Any, expression: Any, number: Any) -> str:
    found = search(_text(text), _text(expression))
    return "" if found is None else found[_whole(number)] or ""


REGEX = _named(
    "RegexTemplateHelper",
    {
        "matches": _texts(lambda text, expression: search(text, expression) is not None),
        "replaceAll": _texts(replace_all),
        "group": _group,
    },
)


def escape_html(text: str) -> str:
    """A text with HTML's entities for what is not ASCII or has a meaning there."""
    from html.entities import codepoint2name

    return "".join(_entity(char, codepoint2name.get(ord(char))) for char in text)


def _entity(char: str, name: str | None) -> str:
    return f"&{name};" if name is not None and char != "'" else char


HTML = _named("HtmlTemplateHelper", {"escape": _texts(escape_html), "unescape": _texts(html.unescape)})


def _rows(text: str) -> list[list[str]]:
    import csv
    import io

    return [row for row in csv.reader(io.StringIO(text)) if row]


def _row(values: Any) -> str:
    import csv
    import io

    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([spell(one) for one in values])
    return out.getvalue()


CSV = _named("CsvTemplateHelper", {"parse": _texts(_rows), "row": _row})


def read_json(text: str) -> Any:
    """A JSON text.

    Raises:
        ValueError: it is none.
    """
    found = parse_json(text)
    if found is NOT_JSON:
        raise ValueError("no JSON")
    return found


def compact(value: Any) -> str:
    """A value as JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _field(text: str, name: str) -> str:
    tree = read_json(text)
    if not isinstance(tree, dict) or name not in tree:
        return ""
    return tree[name] if isinstance(tree[name], str) else compact(tree[name])


def _merged(one: str, other: str) -> str:
    left, right = read_json(one), read_json(other)
    if not isinstance(left, dict) or not isinstance(right, dict):
        raise ValueError("no JSON objects")
    return compact(left | right)


def _added(text: str, item: str) -> str:
    return compact([*read_json(text), read_json(item)])


def _removed(text: str, name: str) -> str:
    return compact({key: one for key, one in read_json(text).items() if key != name})


def _sorted(text: str, name: str) -> str:
    def key(one: Any) -> str:
        value = one.get(name) if isinstance(one, dict) else None
        return "" if value is None else value if isinstance(value, str) else compact(value)

    tree = read_json(text)
    return compact(sorted(tree, key=key)) if isinstance(tree, list) else text


def _size(text: str) -> int:
    tree = read_json(text)
    return len(tree) if isinstance(tree, list | dict) else 0


JSON = _named(
    "JsonTemplateHelper",
    {
        "merge": _texts(_merged),
        "sort": _texts(_sorted),
        "arrayAdd": _texts(_added),
        "remove": _texts(_removed),
        "prettyPrint": _texts(lambda text: pretty(read_json(text))),
        "field": _texts(_field),
        "size": _texts(_size),
    },
)


def _yaml(text: str) -> Any:
    from yaml import CSafeLoader, YAMLError, load

    if "&" in text and "*" in text:
        raise TemplateError("YAML with aliases is not read in templates")
    try:
        return load(text, CSafeLoader)
    except (YAMLError, RecursionError, ValueError) as error:
        raise TemplateError(f"no YAML: {error}") from None


def _yaml_field(text: str, name: str) -> str:
    tree = _yaml(text)
    value = tree.get(name) if isinstance(tree, dict) else None
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return "" if value is None else spell(value)


YAML = _named(
    "YamlTemplateHelper",
    {
        "toJson": _texts(
            lambda text: json.dumps(_yaml(text), ensure_ascii=False, separators=(",", ":"), default=str)
        ),
        "parse": _texts(_yaml_field),
    },
)


def xpath_text(text: str, path: str) -> str:
    """What an XPath finds in an XML text, as text; empty where it finds nothing or there is no XML."""
    from lxml import etree

    from automock_tui.mocking.bodies.xml_reading import parse_xml

    root = parse_xml(text) if text.strip() else None
    if root is None:
        return ""
    try:
        return str(etree.XPath(f"string({path})", smart_strings=False)(root))
    except (etree.XPathError, ValueError, TypeError):
        return ""


XPATH = _named("XmlXPathTemplateHelper", {"evaluate": _texts(xpath_text)})

HELPERS: dict[str, Bean] = {
    "strings": STRINGS,
    "calc": CALC,
    "dates": DATES,
    "crypto": CRYPTO,
    "regex": REGEX,
    "html": HTML,
    "csv": CSV,
    "jsonTransform": JSON,
    "yaml": YAML,
    "xpath": XPATH,
    "faker": FAKER,
}
"""The helpers that are the same for every request."""
