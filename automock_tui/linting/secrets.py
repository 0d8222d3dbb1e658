"""What looks like a real secret: by its shape, or by its name where the value is no word."""

from __future__ import annotations

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

_NAMED = re.compile(
    r"pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential"
    r"|authorization|cookie|session",
    re.IGNORECASE,
)
# fmt: off
_HINTS = (
    "pass", "pwd", "secret", "token", "key", "credential", "authorization", "cookie", "session", "akia", "asia",
    "eyj", "sk-", "xox", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "glpat", "github_pat", "\\u",
)
# fmt: on
"""A text with none of these, in lower case, holds nothing that is looked for here."""
_SHAPES = re.compile(
    r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"
    r"|(?<![\w-])(?:sk-|xox[abprs]-|gh[pousr]_|github_pat_|glpat-)[\w-]{16,}"
    r"|-----BEGIN [A-Z ]{0,40}PRIVATE KEY"
    r"|(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"
)
_SCHEME = re.compile(r"^(?:Bearer|Basic|Token|ApiKey) +", re.IGNORECASE)
_MADE_UP = re.compile(
    r"example|sample|test|demo|fake|mock|dummy|placeholder|changeme|your|secret|password|token|redacted|public"
    r"|x{4}|\*{3}|1234|abcd|0000|\{|\$|<",
    re.IGNORECASE,
)
_RANDOM = re.compile(r"[\w+/=.~-]{20,512}")
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
    shape = _SHAPES.search(value)
    if shape and not _MADE_UP.search(shape[0][4:]):
        return "It has the shape of a key or token."
    bare = _SCHEME.sub("", value)
    if not _NAMED.search(name) or not _RANDOM.fullmatch(bare) or _MADE_UP.search(bare):
        return ""
    return f"The value of {name} looks like a real one." if _bits(bare) >= _LEAST_BITS else ""


def _bits(text: str) -> float:
    """Bits per character; low for words and for patterns that repeat."""
    if not (any(map(str.isdigit, text)) and any(map(str.isalpha, text))):
        return 0.0
    counts = Counter(text)
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())
