"""Content types: what they say about the characters of a body."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import lru_cache

_TEXTUAL = (
    "text",
    "json",
    "css",
    "html",
    "form",
    "javascript",
    "ecmascript",
    "xml",
    "wsdl",
    "csv",
    "urlencoded",
)


@dataclass(frozen=True, slots=True)
class MediaType:
    """A content type; everything in lower case, empty where it says nothing."""

    name: str = ""
    declared: str = ""
    """Its charset parameter, where Python knows that charset."""

    @staticmethod
    @lru_cache(maxsize=256)
    def parse(header: str) -> MediaType:
        """The content type of a header."""
        name, _, parameters = header.partition(";")
        name = name.strip().lower()
        if "/" not in name:
            name, parameters = "", header
        pairs = (part.partition("=") for part in parameters.lower().replace('"', "").split(";"))
        named = {key.strip(): value.strip() for key, _, value in pairs}
        return MediaType(name, _known(named.get("charset", "")))

    @property
    def is_json(self) -> bool:
        """Whether it is a kind of JSON."""
        return "json" in self.name and "ndjson" not in self.name

    @property
    def is_xml(self) -> bool:
        """Whether it is a kind of XML."""
        return "xml" in self.name

    @property
    def is_text(self) -> bool:
        """Whether a body of it is a text."""
        return not self.name or bool(self.declared) or any(word in self.name for word in _TEXTUAL)

    @property
    def charset(self) -> str:
        """The charset of a body: the declared one, or the default of the type; empty for bytes."""
        if self.declared:
            return self.declared
        if not self.name or self.is_json or self.is_xml:
            return "utf-8"
        return "iso-8859-1" if self.is_text else ""


def _known(charset: str) -> str:
    try:
        return codecs.lookup(charset).name if charset else ""
    except LookupError:
        return ""
