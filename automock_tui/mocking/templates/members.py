"""The properties and methods of plain values: texts, numbers, lists, maps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from automock_tui.mocking.java_regex import compile_pattern
from automock_tui.mocking.templates.values import Bean, HeaderMap, Method, TemplateError, is_equal, spell

MISSING = object()
"""In place of a member that a value has not."""


def get_property(value: Any, name: str) -> Any:
    """A property of a value; `MISSING` where it has none of this name."""
    if isinstance(value, Mapping):
        found = value.find(name) if isinstance(value, HeaderMap) else value.get(name)
        return MISSING if found is None and name not in value else found
    if isinstance(value, Bean) and name in value.properties:
        return value.properties[name]
    for getter in (f"get{name[:1].upper()}{name[1:]}", f"is{name[:1].upper()}{name[1:]}"):
        found = get_method(value, getter)
        if found is not None:
            return call(found, [])
    return MISSING


def get_method(value: Any, name: str) -> Method | None:
    """A method of a value; None where it has none of this name."""
    if isinstance(value, Bean):
        return _bean_method(value, name)
    for kind, table in _TABLES:
        if isinstance(value, kind) and name in table:
            method = table[name]
            return lambda *given: method(value, *given)
    return None


def _bean_method(bean: Bean, name: str) -> Method | None:
    if name in bean.methods:
        return bean.methods[name]
    if name == "toString":
        return lambda: bean.text()
    for prefix in ("get", "is"):
        plain = name.removeprefix(prefix)
        key = plain[:1].lower() + plain[1:]
        if name.startswith(prefix) and key in bean.properties:
            return lambda: bean.properties[key]
    return None


def call(method: Method, given: list[Any]) -> Any:
    """The result of a method; `MISSING` where it does not take these arguments.

    Raises:
        TemplateError: the method fails.
    """
    try:
        return method(*given)
    except (TypeError, AttributeError):
        return MISSING
    except (ValueError, LookupError, ArithmeticError) as error:
        raise TemplateError(f"a method fails: {error}") from None


def item(value: Any, key: Any) -> Any:
    """What stands in brackets: an item of a list, a value of a map; `MISSING` where there is none."""
    if isinstance(value, Mapping):
        return get_property(value, spell(key))
    if isinstance(value, list) and isinstance(key, int):
        return value[key] if -len(value) <= key < len(value) else MISSING
    return MISSING


def entries(value: Mapping[str, Any]) -> list[Bean]:
    """The entries of a map, with `key` and `value`."""
    return [_entry(key, one) for key, one in value.items()]


def _entry(key: str, value: Any) -> Bean:
    return Bean({"key": key, "value": value}, text=lambda: f"{key}={spell(value)}")


def _substring(text: str, start: int, end: int | None = None) -> str:
    end = len(text) if end is None else end
    if not 0 <= start <= end <= len(text):
        raise ValueError(f"begin {start}, end {end}, length {len(text)}")
    return text[start:end]


def _char(text: str, at: int) -> str:
    if not 0 <= at < len(text):
        raise ValueError(f"index {at}, length {len(text)}")
    return text[at]


def _pattern(expression: str) -> Any:
    found = compile_pattern(expression, False)
    if found is None:
        raise ValueError(f"{expression} is no regular expression")
    return found


def split(text: str, expression: str, limit: int = 0) -> list[str]:
    """The pieces of a text between matches, without the empty ones at its end, as Java splits."""
    found = _pattern(expression).split(text, max(0, limit - 1))
    if len(found) > 1 and found[0] == "" and not _pattern(expression).begins(text):
        found = found[1:]
    while limit == 0 and len(found) > 1 and not found[-1]:
        found.pop()
    return list(found)


def search(text: str, expression: str) -> Any:
    """The first match of an expression in a text; None where there is none.

    Raises:
        ValueError: it is no regular expression, or takes too long.
    """
    return _pattern(expression).search(text)


def replace_all(text: str, expression: str, by: str, count: int = 0) -> str:
    """A text with every match of an expression replaced; `$1` stands for a group."""
    return str(_pattern(expression).replace(text, by, count))


def _compare(one: str, other: str) -> int:
    for left, right in zip(one, other, strict=False):
        if left != right:
            return ord(left) - ord(right)
    return len(one) - len(other)


def _hash(text: str) -> int:
    total = 0
    for char in text:
        total = (total * 31 + ord(char)) & 0xFFFFFFFF
    return total - (1 << 32) if total >> 31 else total


def _set(items: list[Any], at: int, value: Any) -> Any:
    old, items[at] = items[at], value
    return old


def _put(table: dict[str, Any], key: Any, value: Any) -> Any:
    old = table.get(spell(key), MISSING)
    table[spell(key)] = value
    return old


def _get(items: list[Any], at: int) -> Any:
    if not 0 <= at < len(items):
        raise ValueError(f"index {at}, size {len(items)}")
    return items[at]


def _find(table: Mapping[str, Any], key: Any) -> Any:
    return table.find(spell(key)) if isinstance(table, HeaderMap) else table.get(spell(key))


def _same(value: Any, other: Any) -> bool:
    return type(value) is type(other) and is_equal(value, other)


_TEXT: dict[str, Callable[..., Any]] = {
    "length": len,
    "isEmpty": lambda text: not text,
    "isBlank": lambda text: not text.strip(),
    "toUpperCase": str.upper,
    "toLowerCase": str.lower,
    "trim": lambda text: text.strip(" \t\n\r\x0b\x0c"),
    "strip": str.strip,
    "substring": _substring,
    "charAt": _char,
    "indexOf": lambda text, part, start=0: text.find(spell(part), start),
    "lastIndexOf": lambda text, part: text.rfind(spell(part)),
    "contains": lambda text, part: spell(part) in text,
    "startsWith": lambda text, part: text.startswith(part),
    "endsWith": lambda text, part: text.endswith(part),
    "equalsIgnoreCase": lambda text, other: text.lower() == spell(other).lower(),
    "concat": lambda text, other: text + spell(other),
    "replace": lambda text, old, new: text.replace(spell(old), spell(new)),
    "replaceAll": replace_all,
    "replaceFirst": lambda text, expression, by: replace_all(text, expression, by, 1),
    "matches": lambda text, expression: _pattern(expression).matches(text),
    "split": split,
    "repeat": lambda text, count: _repeat(text, count),
    "compareTo": _compare,
    "hashCode": _hash,
    "toString": str,
    "equals": _same,
}
_LIST: dict[str, Callable[..., Any]] = {
    "size": len,
    "isEmpty": lambda items: not items,
    "get": _get,
    "contains": lambda items, one: one in items,
    "indexOf": lambda items, one: items.index(one) if one in items else -1,
    "add": lambda items, one: items.append(one) or True,
    "addAll": lambda items, others: items.extend(others) or True,
    "set": _set,
    "remove": lambda items, at: items.pop(at),
    "subList": lambda items, start, end: items[start:end],
    "toString": spell,
    "equals": _same,
}
_MAP: dict[str, Callable[..., Any]] = {
    "size": len,
    "isEmpty": lambda table: not table,
    "get": _find,
    "getOrDefault": lambda table, key, other: other if _find(table, key) is None else _find(table, key),
    "containsKey": lambda table, key: _find(table, key) is not None or spell(key) in table,
    "containsValue": lambda table, one: one in table.values(),
    "keySet": list,
    "values": lambda table: list(table.values()),
    "entrySet": entries,
    "put": _put,
    "putAll": lambda table, other: table.update(other),
    "remove": lambda table, key: table.pop(spell(key), None),
    "toString": spell,
    "equals": _same,
}
_NUMBER: dict[str, Callable[..., Any]] = {
    "intValue": int,
    "longValue": int,
    "doubleValue": float,
    "toString": spell,
    "equals": _same,
    "compareTo": lambda one, other: (one > other) - (one < other),
}
_FLAG: dict[str, Callable[..., Any]] = {"booleanValue": bool, "toString": spell, "equals": _same}
_TABLES: tuple[tuple[Any, dict[str, Callable[..., Any]]], ...] = (
    (str, _TEXT),
    (list, _LIST),
    (Mapping, _MAP),
    (bool, _FLAG),
    ((int, float), _NUMBER),
)
MAX_TEXT = 16 * 1024 * 1024
"""Characters that a template may make; what would be longer fails."""


def _repeat(text: str, count: int) -> str:
    if count < 0 or len(text) * count > MAX_TEXT:
        raise ValueError(f"{count} times is too often")
    return text * count
