"""What looks like a real secret: by its shape, or by its name where the value is no word."""

from __future__ import annotations

import base64
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import Path
from automock_tui.linting.context import LintContext
from automock_tui.linting.finding import Finding
from automock_tui.linting.walking import Found

_NAMES = (
    r"pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key"
    r"|credential|authorization|cookie|session"
)
_NAMED = re.compile(_NAMES, re.IGNORECASE)
_IDENTIFYING = re.compile(r"(?:session|cookie)(?:[_-]?id)?$", re.IGNORECASE)
"""Names under which a UUID tells who, and proves nothing."""
_HARMLESS = re.compile(
    r"(?:url|uri|link|href|endpoint|path|policy|type|names?|hint|version|file|arn|count|length|ttl|key[_-]?id"
    r"|format|expir\w*|_at|(?-i:At))$",
    re.IGNORECASE,
)
# fmt: off
_HINTS = (
    "pass", "pwd", "secret", "token", "key", "credential", "authorization", "cookie", "session", "akia", "asia",
    "eyj", "sk-", "sk_live", "rk_live", "xox", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "glpat", "github_pat",
    "\\u", "aiza", "sg.", "npm_", "pypi-", "hooks.slack.com", "@",
)
# fmt: on
"""A text with none of these, in lower case, holds nothing that is looked for here."""
_SHAPES = re.compile(
    r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"
    r"|(?<![\w-])(?:sk-|[sr]k_live_|xox[abprs]-|gh[pousr]_|github_pat_|glpat-|npm_|pypi-)[\w-]{16,}"
    r"|(?<![\w-])AIza[\w-]{35}(?![\w-])"
    r"|(?<![\w-])SG\.[\w-]{16,64}\.[\w-]{16,64}"
    r"|hooks\.slack\.com/services/T\w+/B\w+/\w{16,}"
    r"|-----BEGIN [A-Z ]{0,40}PRIVATE KEY"
    r"|(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"
)
_ADDRESS = re.compile(r"://[^/\s:@\"']{1,256}:([^/\s@\"']{8,256})@")
"""A user and a password in an address."""
_PAIR = re.compile(
    rf"({_NAMES})([\w.-]{{0,64}}+)\\{{0,8}}+[\"']?\s{{0,8}}+[:=]\s{{0,8}}+\\{{0,8}}+[\"']?"
    r"(?:(?:Bearer|Basic|Token) )?([\w+/.~=-]{20,512}+)",
    re.IGNORECASE,
)
"""A name and its value within a text: JSON, a form, a connection string, a template."""
_COOKIE = re.compile(r"=([\w+/.~=%-]{20,512}+)")
_SCHEME = re.compile(r"^(Bearer|Basic|Token|ApiKey) +", re.IGNORECASE)
_MADE_UP = re.compile(
    r"example|sample|test|demo|fake|mock|dummy|placeholder|changeme|your|secret|password|token|redacted|public"
    r"|\bpass\b|john ?doe|jane ?doe|x{4}|\*{3}|1234|abcd|0000",
    re.IGNORECASE,
)
_TO_FILL_IN = re.compile(r"[{$<]")
_RANDOM = re.compile(r"[\w+/=.~-]{20,512}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LEAST_BITS = 3.5
"""Shannon entropy per character; English words have less, 20 random hexadecimal digits about this."""


def check_secrets(expectation: Expectation, context: LintContext) -> Iterator[Finding]:
    """Headers, parameters and bodies that hold what looks like a real secret."""
    lowered = expectation.text.lower()
    for hint in _HINTS:
        if hint in lowered:
            break
    else:
        return
    for one, name in _strings(expectation.tree):
        if words := _looks_like(name, one.value):
            yield Finding("secret", one.path, words)


def _strings(tree: Any) -> Iterator[tuple[Found, str]]:
    """Every text with the name that it stands under."""
    todo: list[tuple[Path, Any, str]] = [((), tree, "")]
    while todo:
        path, node, name = todo.pop()
        if isinstance(node, str):
            yield Found(path, node), name
        elif isinstance(node, dict):
            named = node.get("name")
            own = named if isinstance(named, str) else ""
            todo += [((*path, key), one, _name(key, own, name)) for key, one in node.items()]
        elif isinstance(node, list):
            todo += [((*path, index), one, name) for index, one in enumerate(node)]


def _name(key: str, own: str, outer: str) -> str:
    """The name of a value: its key; in `{name, values}` and the like, what these belong to."""
    return (own or outer) if key in ("values", "value") else key


def _looks_like(name: str, value: str) -> str:
    """What a text looks like, in words; empty where it looks like nothing of the kind."""
    shape = _SHAPES.search(value)
    if shape and not _is_made_up(shape[0][4:]):
        return "It has the shape of a key or token."
    if (address := _ADDRESS.search(value)) and not _is_made_up(address[1]):
        return "It has an address with a password in it."
    if _is_real(name, _SCHEME.sub("", value)):
        return f"The value of {name} looks like a real one."
    if "cookie" in name.lower() and any(_is_real(name, one) for one in _COOKIE.findall(value)):
        return f"A value in {name} looks like a real one."
    pairs = ((found[1] + found[2], found[3]) for found in _PAIR.finditer(value))
    found = next((inner for inner, one in pairs if _is_real(inner, one)), "")
    return f"The value of {found} in it looks like a real one." if found else ""


def _is_real(name: str, value: str) -> bool:
    """Whether a value looks random, and stands under the name of a secret."""
    if not _NAMED.search(name) or _HARMLESS.search(name) or not _RANDOM.fullmatch(value) or _is_made_up(value):
        return False
    return not (_UUID.fullmatch(value) and _IDENTIFYING.search(name)) and _bits(value) >= _LEAST_BITS


def _is_made_up(value: str) -> bool:
    """Whether a word in it, or in what it is when decoded, says that it is none; or it is to be filled in."""
    parts = value.split(".")
    inner = parts[1] if len(parts) == 3 else value
    return any(map(_MADE_UP.search, (value, _decoded(inner)))) or _TO_FILL_IN.search(value) is not None


def _decoded(text: str) -> str:
    """What a text in base64 says; empty where it is none."""
    plain = text.rstrip("=").translate(_URL_SAFE)
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode()
    except ValueError:
        return ""


_URL_SAFE = str.maketrans("-_", "+/")


def _bits(text: str) -> float:
    """Bits per character; low for words and for patterns that repeat."""
    if not (any(map(str.isdigit, text)) and any(map(str.isalpha, text))):
        return 0.0
    counts = Counter(text)
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())
