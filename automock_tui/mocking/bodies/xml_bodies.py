"""XML bodies: by value, by XPath, by schema."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from automock_tui.mocking.bodies.matcher import BodyMatcher
from automock_tui.mocking.bodies.xml_reading import parse_xml
from automock_tui.mocking.java_regex import compile_pattern
from automock_tui.mocking.request import Request

if TYPE_CHECKING:
    from lxml.etree import _Element

_PLACEHOLDER = re.compile(r"\s*\$\{xmlunit\.(ignore|isNumber|matchesRegex\((.*)\))\}\s*", re.DOTALL)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


class XmlBody(BodyMatcher):
    """Like this XML: white space, comments, prefixes, order of attributes and of elements aside."""

    def __init__(self, xml: str) -> None:
        self._xml = xml
        self._root = parse_xml(xml)

    def accepts(self, request: Request) -> bool:
        """Whether the body is like it."""
        return next(self._differences(request), None) is None

    def expected(self) -> str:
        """The XML."""
        return f"XML like {self._xml[:80]}"

    def reasons(self, request: Request) -> Iterator[str]:
        """Each difference with the name of its element."""
        return self._differences(request)

    def _differences(self, request: Request) -> Iterator[str]:
        found = parse_xml(request.text) if request.text is not None else None
        if self._root is None:
            yield "the expected XML itself cannot be used"
        elif found is None:
            yield "the body is not XML" if request.body else "there is no body"
        else:
            yield from _differences(self._root, found, "")


def _differences(wanted: _Element, found: _Element, path: str) -> Iterator[str]:
    here = f"{path}/{_local(wanted)}"
    if wanted.tag != found.tag:
        yield f"{here}: found the element {_local(found)}"
        return
    if _attributes(wanted) != _attributes(found):
        yield f"{here}: expected the attributes {_attributes(wanted)}, found {_attributes(found)}"
    texts, actual = _texts(wanted), _texts(found)
    if not _same_texts(texts, actual):
        yield f"{here}: expected {' '.join(texts)!r}, found {' '.join(actual)!r}"
    yield from _children(_elements(wanted), _elements(found), here)


def _children(wanted: list[_Element], found: list[_Element], here: str) -> Iterator[str]:
    left = dict(enumerate(found))
    last = -1
    for child in wanted:
        order = sorted(left, key=lambda at: (at <= last, at))
        at = next((at for at in order if left[at].tag == child.tag), None)
        if at is None:
            yield f"{here}/{_local(child)}: is not there"
            continue
        last = at
        yield from _differences(child, left.pop(at), here)
    for extra in left.values():
        yield f"{here}/{_local(extra)}: is there and not expected"


def _same_texts(wanted: list[str], found: list[str]) -> bool:
    if len(wanted) == 1 and (placeholder := _PLACEHOLDER.fullmatch(wanted[0])):
        return _fits(placeholder, " ".join(found))
    return wanted == found


def _fits(placeholder: re.Match[str], text: str) -> bool:
    if placeholder[1] == "ignore":
        return True
    if placeholder[1] == "isNumber":
        return _NUMBER.fullmatch(text) is not None
    pattern = compile_pattern(placeholder[2], False)
    return pattern is not None and pattern.finds(text)


def _elements(element: _Element) -> list[_Element]:
    return [child for child in element if isinstance(child.tag, str)]


def _texts(element: _Element) -> list[str]:
    """The texts between the elements, with white space as one space; comments do not part them."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            parts.append("")
        parts[-1] += child.tail or ""
    return [text for part in parts if (text := " ".join(part.split()))]


def _attributes(element: _Element) -> dict[str, str]:
    ignored = "{http://www.w3.org/2001/XMLSchema-instance}"
    return {
        str(name): " ".join(str(value).split())
        for name, value in element.items()
        if not str(name).startswith(ignored)
    }


def _local(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


class XPathBody(BodyMatcher):
    """An XPath that is true of the body."""

    def __init__(self, spec: dict[str, Any]) -> None:
        from lxml import etree

        self._text = str(spec.get("xpath", ""))
        prefixes = spec.get("namespacePrefixes")
        self._by_namespace = isinstance(prefixes, dict) and bool(prefixes)
        try:
            self._path: etree.XPath | None = etree.XPath(self._text, namespaces=prefixes or None)
        except (etree.XPathSyntaxError, ValueError, TypeError):
            self._path = None

    def accepts(self, request: Request) -> bool:
        """Whether the XPath is true."""
        if self._path is None or request.text is None:
            return False
        return request.text == self._text or self._is_true(request.text)

    def _is_true(self, text: str) -> bool:
        from lxml import etree

        root = parse_xml(text)
        if root is None or self._path is None:
            return False
        if not self._by_namespace:
            _drop_namespaces(root)
        try:
            found = self._path(root)
        except etree.XPathError:
            return False
        return bool(found) and not (isinstance(found, float) and math.isnan(found))

    def expected(self) -> str:
        """The XPath."""
        return f"XML of which {self._text} is true"

    def reasons(self, request: Request) -> Iterator[str]:
        """That it is not true."""
        if self._path is None:
            yield "the XPath itself cannot be used"
        elif request.text is None or parse_xml(request.text) is None:
            yield "the body is not XML" if request.body else "there is no body"
        else:
            yield "it is not true of the body"


def _drop_namespaces(root: _Element) -> None:
    """Without declared prefixes, MockServer's XPaths see local names only."""
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = _local(element)


class XmlSchemaBody(BodyMatcher):
    """Satisfies an XML schema."""

    def __init__(self, schema: str) -> None:
        from lxml import etree

        root = parse_xml(schema)
        try:
            self._schema = etree.XMLSchema(root) if root is not None else None
        except etree.XMLSchemaParseError:
            self._schema = None

    def accepts(self, request: Request) -> bool:
        """Whether the body satisfies it."""
        root = parse_xml(request.text) if request.text is not None else None
        return self._schema is not None and root is not None and bool(self._schema.validate(root))

    def expected(self) -> str:
        """That there is a schema."""
        return "XML that satisfies the schema"

    def reasons(self, request: Request) -> Iterator[str]:
        """What the schema says about the body."""
        root = parse_xml(request.text) if request.text is not None else None
        if self._schema is None:
            yield "the schema itself cannot be used"
        elif root is None:
            yield "the body is not XML" if request.body else "there is no body"
        elif not self._schema.validate(root):
            yield from (str(entry.message) for entry in self._schema.error_log)
