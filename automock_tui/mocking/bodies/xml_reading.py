"""Reading XML from strangers: no DTD, no entities, no network, no huge trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automock_tui.mocking.bodies.json_reading import NOT_JSON, guessed

if TYPE_CHECKING:
    from lxml.etree import _Element


def parse_xml(text: str) -> _Element | None:
    """The root of an XML text; None where it is none, or has a document type."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text.strip().encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return _parse_declared(text)
    return None if root.getroottree().docinfo.doctype else root


def _parse_declared(text: str) -> _Element | None:
    """An XML text whose declaration names another encoding than the UTF-8 that the parser is given."""
    import re

    from lxml import etree

    declaration = re.match(r"\s*<\?xml[^>]*\?>", text)
    if declaration is None or "encoding" not in declaration[0]:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text[declaration.end() :].strip().encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root.getroottree().docinfo.doctype else root


def xml_as_json(text: str) -> Any:
    """An XML text as the JSON value that MockServer makes of it; `NOT_JSON` where it is no XML."""
    root = parse_xml(text)
    return NOT_JSON if root is None else _value(root)


def _value(element: _Element) -> Any:
    found: dict[str, Any] = {}
    for child in element:
        if not isinstance(child.tag, str) or not (len(child) or child.text):
            continue
        name = _name(child)
        if name not in found:
            found[name] = _value(child)
        elif isinstance(found[name], list):
            found[name].append(_value(child))
        else:
            found[name] = [found[name], _value(child)]
    return found or (guessed(element.text) if element.text else None)


def _name(element: _Element) -> str:
    from lxml import etree

    local = etree.QName(element).localname
    return f"{element.prefix}:{local}" if element.prefix else local
