"""Values as XML by what their schema says of it: names, attributes, wrapped lists, namespaces."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from automock_tui.importing.loose import table, text
from automock_tui.importing.references import Node

Parts = Callable[[Node], dict[str, Any]]
"""Writes a schema out with what it is composed of, its properties and items as nodes."""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def to_xml(value: Any, schema: Node | None, parts: Parts) -> str:
    """A document of one element, named by its schema.

    Args:
        value: A JSON value.
        schema: What it is an example of.
        parts: Writes a schema out.
    """
    return _HEAD + _element(value, "root", schema, parts)


def _element(value: Any, name: str, schema: Node | None, parts: Parts) -> str:
    """One element; of a list that has no element of its own those of its items."""
    known = parts(schema) if schema is not None else {}
    own = table(known, "xml")
    if isinstance(value, list):
        return _list(value, name, known, own, parts)
    attributes, inner = _namespace(own), ""
    if isinstance(value, dict):
        for key, one in value.items():
            node = table(known, "properties").get(key)
            kind, said = _kind(node), _name(table(_xml(node)), key)
            if kind == "attribute":
                attributes += f" {said}={quoteattr(text(one))}"
            elif kind in ("text", "cdata"):
                inner += escape(text(one)) if kind == "text" else f"<![CDATA[{text(one)}]]>"
            else:
                inner += _element(one, key, node, parts)
    else:
        inner = escape(text(value))
    tag = _name(own, name)
    return f"<{tag}{attributes}>{inner}</{tag}>"


def _list(value: list[Any], name: str, known: dict[str, Any], own: dict[str, Any], parts: Parts) -> str:
    items = known.get("items")
    node = items if isinstance(items, Node) else None
    is_wrapped = own.get("wrapped") is True or own.get("nodeType") == "element" or name == "root"
    inner = "".join(_element(one, name if name != "root" else "item", node, parts) for one in value)
    tag = _name(own, name)
    return f"<{tag}{_namespace(own)}>{inner}</{tag}>" if is_wrapped else inner


def _xml(node: Any) -> dict[str, Any]:
    return table(node.resolved().table, "xml") if isinstance(node, Node) else {}


def _kind(node: Any) -> str:
    """Whether a property is an attribute, text or an element."""
    own = _xml(node)
    return "attribute" if own.get("attribute") is True else text(own.get("nodeType"))


def _name(own: dict[str, Any], name: str) -> str:
    tag = re.sub(r"[^\w.-]", "_", text(own.get("name")) or name)
    tag = tag if re.match(r"[^\W\d]", tag) else f"_{tag}"
    prefix = re.sub(r"[^\w.-]", "_", text(own.get("prefix")))
    return f"{prefix}:{tag}" if prefix else tag


def _namespace(own: dict[str, Any]) -> str:
    namespace, prefix = text(own.get("namespace")), re.sub(r"[^\w.-]", "_", text(own.get("prefix")))
    if not namespace:
        return ""
    return f" xmlns{':' + prefix if prefix else ''}={quoteattr(namespace)}"
