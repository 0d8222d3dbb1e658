"""Whether Jayway, which MockServer reads JSON paths with, takes a path: more than RFC 9535, and less."""

from __future__ import annotations

import re
from functools import lru_cache

_FUNCTIONS = frozenset(
    (
        "avg",
        "stddev",
        "sum",
        "min",
        "max",
        "concat",
        "length",
        "size",
        "append",
        "keys",
        "first",
        "last",
        "index",
    )
)
_OPERATORS = frozenset(
    (
        *(">=", "<=", "==", "===", "!=", "!==", "<", ">", "=~"),
        *("NIN", "IN", "CONTAINS", "ALL", "SIZE", "EXISTS", "TYPE", "MATCHES", "EMPTY"),
        *("SUBSETOF", "ANYOF", "NONEOF"),
    )
)
_NAME = re.compile(r"[^.\[( ]+")
_INDEXES = re.compile(r"\[ *-?\d+ *(?:, *-?\d+ *)*\]")
_SLICE = re.compile(r"\[ *(?:-?\d+:(?:-?\d*)(?::-?\d*)?|:-?\d+(?::-?\d*)?) *\]")
_WILDCARD = re.compile(r"\[ *\* *\]|\*")
_SINGLE, _DOUBLE = r"'(?:[^'\\]|\\.)*'", r"\"(?:[^\"\\]|\\.)*\""
_PROPERTIES = re.compile(rf"\[ *(?:{_SINGLE} *(?:, *{_SINGLE} *)*|{_DOUBLE} *(?:, *{_DOUBLE} *)*)\]", re.DOTALL)
_FILTER = re.compile(r"\[ *\? *(?=\()")
_SYMBOL = re.compile(r"[<>=~!]+")
_WORD = re.compile(r"[^ ]+")
_LITERAL = re.compile(
    rf"{_SINGLE}|{_DOUBLE}|true|false|null|/(?:[^/\\]|\\.)*/[dixmsuU]*"
    r"|[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE]-?\d+)?(?![-.eE\d])",
    re.DOTALL,
)
_CLOSING = {"[": "]", "(": ")", "{": "}"}


class _Unreadable(Exception):
    """What is wrong with a path."""


@lru_cache(maxsize=1024)
def json_path_fault(path: str) -> str:
    """Why Jayway does not take a path, as the end of a sentence; empty where it does."""
    if not path.strip():
        return "it is empty"
    try:
        _Path(path.strip() if path[0] in "$@" else f"$.{path}".rstrip()).read()
    except _Unreadable as error:
        return str(error)
    except RecursionError:
        return "it is nested too deeply"
    return ""


class _Path:
    """Reads one path, token by token."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 1

    def read(self) -> None:
        """Read it; raises what is wrong."""
        text = self._text
        if text.endswith("."):
            raise _Unreadable("it ends with a dot")
        if len(text) > 1 and text[1] not in ".[":
            raise _Unreadable(f"after {text[0]} comes a dot or a bracket, not {text[1]!r}")
        while self._at < len(text):
            self._token()

    def _token(self) -> None:
        if self._starts("."):
            self._at += 2 if self._starts("..") else 1
            if self._starts("."):
                raise _Unreadable("it has three dots in a row")
        if self._starts("["):
            self._bracket()
        elif not self._take(_WILDCARD):
            self._property()

    def _starts(self, text: str) -> bool:
        return self._text.startswith(text, self._at)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return found

    def _property(self) -> None:
        name = self._take(_NAME)
        if name is None or self._starts(" "):
            raise _Unreadable("a name with a blank in it is written as ['my name']")
        if self._starts("("):
            if name[0] not in _FUNCTIONS:
                raise _Unreadable(f"there is no function {name[0]}()")
            self._at = _closing(self._text, self._at, is_quoting=False) + 1

    def _bracket(self) -> None:
        is_last = self._at == len(self._text) - 1 and self._at > 1  # Jayway overlooks it
        if is_last or any(self._take(one) for one in (_PROPERTIES, _INDEXES, _SLICE, _WILDCARD)):
            self._at += is_last
            return
        if not self._take(_FILTER):
            part = self._text[self._at : self._at + 12]
            raise _Unreadable(f"{part} is no ['name'], [number], [from:to], [*] or [?(condition)]")
        end = _closing(self._text, self._at, is_quoting=True)
        _Filter(self._text[self._at : end + 1]).read()
        rest = re.compile(r" *\]").match(self._text, end + 1)
        if rest is None:
            raise _Unreadable("the condition is not followed by its closing ]")
        self._at = rest.end()


class _Filter:
    """Reads one condition, with the brackets around it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def read(self) -> None:
        """Read it; raises what is wrong."""
        self._any()
        self._skip()
        if self._at < len(self._text):
            raise _Unreadable(f"the condition does not go on with {self._text[self._at :].strip()}")

    def _skip(self) -> str:
        """The next character that is no blank; empty at the end."""
        while self._text.startswith(" ", self._at):
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _take(self, text: str) -> bool:
        self._skip()
        is_there = self._text.startswith(text, self._at)
        self._at += len(text) * is_there
        return is_there

    def _any(self) -> None:
        self._all()
        while self._take("||"):
            self._all()

    def _all(self) -> None:
        self._operand()
        while self._take("&&"):
            self._operand()

    def _operand(self) -> None:
        if self._skip() == "!" and not self._negates_a_path():
            self._at += 1
            self._operand()
        elif self._take("("):
            self._any()
            if not self._take(")"):
                raise _Unreadable(
                    "a bracket in the condition is not closed, or two things in it have nothing between"
                )
        else:
            self._comparison()

    def _negates_a_path(self) -> bool:
        return self._text[self._at + 1 :].lstrip(" ")[:1] in ("$", "@")

    def _comparison(self) -> None:
        is_path = self._value()
        before = self._at
        try:
            self._operator()
            self._value()
        except _Unreadable:
            if not is_path:
                raise
            self._at = before

    def _operator(self) -> None:
        self._skip()
        found = _SYMBOL.match(self._text, self._at) or _WORD.match(self._text, self._at)
        if found is None or found[0].upper() not in _OPERATORS:
            raise _Unreadable(f"{found[0] if found else 'nothing'} is no comparison")
        self._at = found.end()

    def _value(self) -> bool:
        """A path or a literal; whether it is a path."""
        char = self._skip()
        if char == "!":
            self._at += 1
            char = self._skip()
            if char not in ("$", "@"):
                raise _Unreadable("! stands before nothing that can be negated")
        if char in ("$", "@"):
            self._path()
            return True
        if char in ("{", "["):
            self._at = _closing(self._text, self._at, is_quoting=True) + 1
            return False
        found = _LITERAL.match(self._text, self._at)
        if found is None:
            raise _Unreadable(f"no value begins with {self._text[self._at :] or 'nothing'}")
        self._at = found.end()
        return False

    def _path(self) -> None:
        begin = self._at
        self._at += 1
        while (char := self._text[self._at : self._at + 1]) and char not in "<>=~! )":
            if char in "[(":
                self._at = _closing(self._text, self._at, is_quoting=char == "[")
            self._at += 1
        _Path(self._text[begin : self._at]).read()


def _closing(text: str, start: int, *, is_quoting: bool) -> int:
    """Where the bracket is closed that is opened at a place."""
    depth, quote, at = 0, "", start
    opening, closing = text[start], _CLOSING[text[start]]
    while at < len(text):
        char = text[at]
        if char == "\\" and quote:
            at += 1
        elif quote:
            quote = "" if char == quote else quote
        elif is_quoting and char in "'\"/" and _begins_quote(text, at):
            quote = char
        elif char == opening:
            depth += 1
        elif char == closing:
            depth -= 1
            if depth == 0:
                return at
        at += 1
    raise _Unreadable(f"a {opening} is not closed")


def _begins_quote(text: str, at: int) -> bool:
    """Whether a regular expression begins at a slash: only after `=~`; a quote always does."""
    return text[at] != "/" or text[:at].rstrip(" ").endswith("=~")
