"""Take secrets out of text before it is stored or shown.

A line that is a JSON object stays one: it is read, its texts are redacted, and it is written again; without a
secret it comes back as it was. Redacting twice changes nothing more. Every pattern is bounded or possessive, so
that the time grows with the length of a line and no faster, whatever is in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

MASK = "***"
SHORTEST_VALUE = 8
"""Known secrets below this length are left: masking `test` or `admin` would mask ordinary words."""

_NAMES = (
    r"(?:pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential"
    r"|signature|authorization|cookie)"
)
_SECRET_NAME = re.compile(_NAMES, re.IGNORECASE)
_HARMLESS_NAME = re.compile(
    r"(?:arn|name|names|type|count|version|path|file|length|ttl|expiry|expiration|expires_at|key[_-]?id)$",
    re.IGNORECASE,
)
_QUOTED = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+'
_VALUE = rf"""(?:{_QUOTED}|'[^'\r\n]*+'?+|\\{{1,8}}"[^"\\]*+|[^\s"'&;]++)"""
_ASSIGNED = re.compile(
    rf"""({_NAMES}[\w.-]{{0,64}}+)(\\{{0,8}}["']?\s{{0,8}}(?:={{1,3}}>?|:=)\s{{0,8}})({_VALUE})""",
    re.IGNORECASE | re.DOTALL,
)
_KEYED = re.compile(
    rf"""({_NAMES}[\w.-]{{0,64}}+)(\\{{0,8}}["']\s{{0,8}}:\s{{0,8}})(?![\[{{]|null\b|true\b|false\b)({_VALUE})""",
    re.IGNORECASE | re.DOTALL,
)
_SAID = re.compile(
    rf"(?<![A-Za-z0-9])({_NAMES})(\s{{0,2}}:\s{{1,4}})"
    r"(?!Creat|Destr|Delet|Modif|Refresh|Read|Still|Plan|Import|Provision|Drift|Mov|\[)(\S++)",
    re.IGNORECASE,
)
_HEADER = re.compile(r"((?:authorization|cookie)\s{0,4}:\s{0,4})[^\r\n\"']++", re.IGNORECASE)
_SCHEME = re.compile(r"\b(Bearer|Basic)\s{1,4}(?=\S{0,4096}?[\d=+/._-])[\w+/.~=-]{8,}+", re.IGNORECASE)
_URL_USER = re.compile(r"://[^/\s\"'@\\<>]{1,2048}@")
_SHAPES = re.compile(
    r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"  # AWS access key id
    r"|(?<![A-Za-z0-9/+=])(?:IQoJ|FwoG|FQoG|AQoD)[A-Za-z0-9/+=]{80,}+"  # AWS session token
    r"|(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]*+"  # JWT
    r"|(?<![A-Za-z0-9_-])(?:sk-|xox[abprs]-|gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]{16,}+"
)
_FORTY = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
# fmt: off
_HINTS = (
    "password", "passwd", "passphrase", "pwd", "secret", "token", "api_key", "api-key", "apikey", "access_key",
    "access-key", "accesskey", "private_key", "private-key", "privatekey", "private key", "credential",
    "signature", "authorization", "cookie", "bearer", "basic", "://", "akia", "asia", "iqoj", "fwog", "fqog",
    "aqod", "eyj", "sk-", "xox", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "\\u",
)
"""A text without any of these (in lower case) can hold no secret but a bare key of 40 characters."""
# fmt: on
_BLOCK_BEGIN, _BLOCK_END = re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY"), "-----END "
_LONGEST_BLOCK_LINES = 400


def redact(text: str) -> str:
    """The text without its secrets; JSON stays JSON."""
    return Redactor()(text)


class Redactor:
    """Redacts the lines of one stream, in order: a private key that spans lines is masked to its end.

    Args:
        extra_values: Secrets known by value, such as the credentials of this session.
    """

    def __init__(self, extra_values: Iterable[str] = ()) -> None:
        values = sorted({value for value in extra_values if len(value) >= SHORTEST_VALUE}, key=len)
        self._known = re.compile("|".join(map(re.escape, reversed(values)))) if values else None
        self._lines_to_mask = 0

    def __call__(self, text: str) -> str:
        """One line, or a whole text, without its secrets."""
        if self._lines_to_mask:
            return self._inside_block(text)
        if not self._is_suspicious(text):
            return text
        document = _json_object(text)
        if document is not None:
            cleaned = self._clean(document)
            return (
                text if cleaned == document else json.dumps(cleaned, ensure_ascii=False, separators=(",", ":"))
            )
        self._note_open_block(text)
        return self._scrub(text)

    def _is_suspicious(self, text: str) -> bool:
        lower = text.lower()
        if any(hint in lower for hint in _HINTS) or _FORTY.search(text):
            return True
        return self._known is not None and self._known.search(text) is not None

    def _clean(self, node: Any, name: str = "") -> Any:
        if isinstance(node, dict):
            return {self._scrub(key): self._clean(value, key) for key, value in node.items()}
        if isinstance(node, list):
            return [self._clean(value, name) for value in node]
        if isinstance(node, bool) or node is None:
            return node
        if name and node != "" and _names_a_secret(name):
            return MASK
        return self._scrub(node) if isinstance(node, str) else node

    def _scrub(self, text: str) -> str:
        for _ in range(8):  # one round nearly always; another only where a mask uncovers a second secret
            before, text = text, self._scrub_once(text)
            if before == text:
                break
        return text

    def _scrub_once(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(MASK, text)
        text = _mask_blocks(text)
        text = _HEADER.sub(rf"\1{MASK}", text)
        text = _SHAPES.sub(MASK, text)
        if "=" in text:
            text = _ASSIGNED.sub(_mask_named, text)
        if ":" in text:
            text = _SAID.sub(_mask_named, _KEYED.sub(_mask_named, text))
        text = _SCHEME.sub(rf"\1 {MASK}", text)
        text = _URL_USER.sub(f"://{MASK}@", text) if "@" in text else text
        return _FORTY.sub(_mask_forty, text)

    def _note_open_block(self, text: str) -> None:
        begins = list(_BLOCK_BEGIN.finditer(text))
        if begins and text.find(_BLOCK_END, begins[-1].end()) < 0:
            self._lines_to_mask = _LONGEST_BLOCK_LINES

    def _inside_block(self, text: str) -> str:
        end = text.find(_BLOCK_END)
        if end < 0:
            self._lines_to_mask -= 1
            return MASK
        self._lines_to_mask = 0
        return MASK + self(text[end:])


def _json_object(text: str) -> dict[str, Any] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _names_a_secret(name: str) -> bool:
    return bool(_SECRET_NAME.search(name)) and not _HARMLESS_NAME.search(name)


def _mask_named(found: re.Match[str]) -> str:
    name, between, value = found.groups()
    if _HARMLESS_NAME.search(name):
        return found[0]
    quote = re.match(r"\\{0,8}[\"']?", value)
    opening = quote[0] if quote and quote[0][-1:] in ("'", '"') else ""
    closing = opening if opening and value.endswith(opening) and len(value) > len(opening) else ""
    return f"{name}{between}{opening}{MASK}{closing}"


def _mask_forty(found: re.Match[str]) -> str:
    """An AWS secret key has 40 characters of all kinds; a git hash, a word or a path does not."""
    text = found[0]
    mixed = any(map(str.isupper, text)) and any(map(str.islower, text)) and any(map(str.isdigit, text))
    return MASK if mixed and text.count("/") <= 4 else text


def _mask_blocks(text: str) -> str:
    begin = _BLOCK_BEGIN.search(text)
    if begin is None:
        return text
    parts, at = [], 0
    while begin is not None:
        parts.append(text[at : begin.start()] + MASK)
        end = text.find(_BLOCK_END, begin.end())
        at = len(text) if end < 0 else text.find("-----", end + len(_BLOCK_END)) + 5
        at = len(text) if at < 5 else at
        begin = _BLOCK_BEGIN.search(text, at)
    return "".join([*parts, text[at:]])
