"""Made-up values as XML, named as the `xml` objects of their schemas say."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from automock_tui.mocking.templates.values import spell

_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>'
_ANONYMOUS = "AnonymousModel"
_NO_NAME = re.compile(r"[^\w.-]", re.ASCII)
_ILLEGAL = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Resolve = Callable[[Any], Any]


def xml_text(value: Any, schema: Any, resolve: Resolve) -> str:
    """A value as an XML document.

    Args:
        value: What was made for the schema.
        schema: Says how elements are named.
        resolve: Follows references.
    """
    return _PROLOG + "".join(_Writer(resolve).elements("", value, schema))


class _Writer:
    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve

    def _table(self, schema: Any) -> dict[str, Any]:
        found = self._resolve(schema)
        return found if isinstance(found, dict) else {}

    def elements(self, fallback: str, value: Any, schema: Any) -> list[str]:
        """The elements of a value: one, or of a list one for each item."""
        table = self._table(schema)
        xml = table.get("xml")
        xml = xml if isinstance(xml, dict) else {}
        name = str(xml.get("name") or fallback)
        if isinstance(value, list):
            wrapped = xml.get("wrapped") is True
            items = [
                part
                for one in value
                for part in self.elements(fallback if wrapped else name, one, table.get("items"))
            ]
            return [_element(name or _ANONYMOUS, "".join(items), xml)] if wrapped else items
        if isinstance(value, dict):
            return [self._object(name or _ANONYMOUS, value, table, xml)]
        return [_element(name or _ANONYMOUS, escape(_clean(spell(value))), xml)]

    def _object(self, name: str, value: dict[str, Any], table: dict[str, Any], xml: dict[str, Any]) -> str:
        properties = self._properties(table)
        attributes, inside = "", ""
        for key, one in value.items():
            schema = properties.get(key)
            own = self._table(schema).get("xml")
            if isinstance(own, dict) and own.get("attribute") is True:
                attributes += f" {_named(str(own.get('name') or key))}={quoteattr(_clean(spell(one)))}"
            else:
                inside += "".join(self.elements(key, one, schema))
        return _element(name, inside, xml, attributes)

    def _properties(self, table: dict[str, Any]) -> dict[str, Any]:
        found = dict(table["properties"]) if isinstance(table.get("properties"), dict) else {}
        for part in table["allOf"] if isinstance(table.get("allOf"), list) else []:
            found = self._properties(self._table(part)) | found
        return found


def _element(name: str, inside: str, xml: dict[str, Any], attributes: str = "") -> str:
    prefix, namespace = xml.get("prefix"), xml.get("namespace")
    tag = f"{_named(str(prefix))}:{_named(name)}" if prefix and namespace else _named(name)
    if namespace:
        declared = f"xmlns:{_named(str(prefix))}" if prefix else "xmlns"
        attributes = f" {declared}={quoteattr(str(namespace))}" + attributes
    return f"<{tag}{attributes}>{inside}</{tag}>"


def _named(name: str) -> str:
    clean = _NO_NAME.sub("_", name) or "_"
    return clean if clean[0].isalpha() or clean[0] == "_" else f"_{clean}"


def _clean(text: str) -> str:
    return _ILLEGAL.sub("", text)
