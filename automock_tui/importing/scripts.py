"""What the scripts of collections keep of an answer, where that can be read without running them.

Read are the plain forms that documentation shows: `pm.environment.set("token", pm.response.json().token)`, the
same through variables of the script, Bruno's `bru.setVar("id", res.body.id)` and Insomnia's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from automock_tui.importing.captures import Capture, path_of

MAX_SCRIPT = 50_000
MAX_SETTINGS = 200
"""Letters of one script that are read, and statements that are looked at."""


class Read(NamedTuple):
    """The variables that a script sets, and the settings that cannot be told without running it."""

    captures: tuple[Capture, ...] = ()
    unread: tuple[str, ...] = ()


_STRING = r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*`"
_ENDLESS = r"'(?:[^'\\\n]|\\.)*(?:'|$)|\"(?:[^\"\\\n]|\\.)*(?:\"|$)|`(?:[^`\\]|\\.)*(?:`|\Z)"
"""A string, or the beginning of one without an end: else every quote of a broken script would be tried anew."""
_COMMENT = re.compile(rf"({_ENDLESS})|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL | re.MULTILINE)
_SETTER = re.compile(
    r"(?:\b(?:pm|insomnia)\.(?:environment|baseEnvironment|collectionVariables|globals|variables)\.set"
    r"|\bpostman\.set(?:Environment|Global)Variable"
    r"|\bbru\.set(?:Var|EnvVar|GlobalEnvVar|CollectionVar|FolderVar))\s*\("
)
_ALIAS = re.compile(r"(?:\b(?:const|let|var)\s+|(?<![\w.$]))([A-Za-z_$][\w$]*)\s*=(?![=>])")
_DESTRUCTURED = re.compile(r"\b(?:const|let|var)\s*\{([^{}]*)\}\s*=(?![=>])")
_ROOTS = (
    (r"JSON\.parse\(\s*(?:responseBody|(?:pm|insomnia)\.response\.text\(\)|res\.getBody\(\))\s*\)", "body"),
    (r"(?:pm|insomnia)\.response\.json\(\)", "body"),
    (r"res\.(?:body\b|getBody\(\))", "body"),
    (r"(?:pm|insomnia)\.response\.code\b|responseCode\.code\b|res\.(?:status\b|getStatus\(\))", "status"),
    (r"(?:pm|insomnia)\.response\.text\(\)|\bresponseBody\b", "text"),
)
_ROOT = [(re.compile(pattern), part) for pattern, part in _ROOTS]
_NAMED = (
    (r"(?:pm|insomnia)\.response\.headers\.get\(\s*(%s)\s*\)", "header"),
    (r"(?:postman\.getResponseHeader|res\.getHeader)\(\s*(%s)\s*\)", "header"),
    (r"res\.headers\[\s*(%s)\s*\]", "header"),
    (r"pm\.cookies\.get\(\s*(%s)\s*\)", "cookie"),
)
_OF_NAME = [(re.compile(pattern % _STRING), part) for pattern, part in _NAMED]
_QUERY = re.compile(rf"res\(\s*({_STRING})\s*\)")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?|true|false")
_AS_TEXT = re.compile(r"\.toString\(\)$")


@lru_cache(maxsize=256)
def read_script(text: str) -> Read:
    """The variables that a script takes from the answer."""
    code = _COMMENT.sub(lambda found: found[1] or " ", text[:MAX_SCRIPT])
    aliases = _aliases(code)
    captures: list[Capture] = []
    unread: list[str] = []
    for words, name, expression in _settings(code):
        found = _capture(name, expression, aliases) if name is not None else None
        if found is None:
            unread.append(" ".join(words.split())[:100])
        else:
            captures.append(found)
    return Read(tuple(captures), tuple(unread))


def read_scripts(texts: Iterable[str]) -> Read:
    """The variables of several scripts, in the order in which they run."""
    every = [read_script(one) for one in texts]
    return Read(
        tuple(capture for one in every for capture in one.captures),
        tuple(words for one in every for words in one.unread),
    )


def read_expression(name: str, expression: str) -> Capture | None:
    """A variable whose value an expression gives, as Bruno's `vars:post-response` have it."""
    return _capture(name, expression, {})


def _settings(code: str) -> Iterator[tuple[str, str | None, str]]:
    """Each call that sets a variable: as written, its variable (None if that is computed), and the value."""
    for found in islice(_SETTER.finditer(code), MAX_SETTINGS):
        arguments = list(_arguments(code, found.end()))
        name = _string(arguments[0]) if arguments else None
        yield found[0] + ", ".join(arguments) + ")", name, arguments[1] if len(arguments) > 1 else ""


_TOKEN = re.compile(rf"{_STRING}|.", re.DOTALL)


def _arguments(code: str, start: int) -> Iterator[str]:
    """The arguments of a call, from behind its bracket."""
    depth, word = 0, ""
    for found in _TOKEN.finditer(code, start, start + 2_000):
        token = found[0]
        depth += (token in "([{") - (token in ")]}") if len(token) == 1 else 0
        if depth < 0 or (token == "," and not depth):
            yield word.strip()
            word = ""
            if depth < 0:
                return
        else:
            word += token


def _aliases(code: str) -> dict[str, Capture]:
    """Names of the script that stand for a part of the answer; a name that is set twice is not followed."""
    found: dict[str, Capture] = {}
    named = (*islice(_ALIAS.finditer(code), MAX_SETTINGS), *islice(_DESTRUCTURED.finditer(code), MAX_SETTINGS))
    places = sorted(named, key=lambda one: one.start())
    for one in places:
        base = _capture("", _expression(code, one.end()), found)
        if one.re is _ALIAS:
            _set_alias(found, one[1], base)
        elif base and base.part == "body":
            for field in one[1].split(","):
                key, _, name = (part.strip() for part in field.partition(":"))
                _set_alias(found, name or key, base._replace(path=(*base.path, key)))
    return found


def _set_alias(aliases: dict[str, Capture], name: str, value: Capture | None) -> None:
    if value is None or (name in aliases and aliases[name] != value):
        aliases[name] = Capture("", "unknown")
    else:
        aliases[name] = value


def _expression(code: str, start: int) -> str:
    """The expression from here to the end of its statement."""
    depth, word = 0, ""
    for found in _TOKEN.finditer(code, start, start + 2_000):
        token = found[0]
        if token == ";" or (token in "\n," and not depth and word.strip()):
            break
        depth += (token in "([{") - (token in ")]}") if len(token) == 1 else 0
        if depth < 0:
            break
        word += token
    return word.strip()


def _capture(name: str, expression: str, aliases: dict[str, Capture]) -> Capture | None:
    expression = _AS_TEXT.sub("", re.sub(r"\s*\n\s*(?=\??\.)", "", expression.strip()))
    literal = _string(expression)
    if literal is not None or _NUMBER.fullmatch(expression):
        return Capture(name, "literal", (expression if literal is None else literal,))
    return _named(name, expression) or _rooted(name, expression) or _aliased(name, expression, aliases)


def _named(name: str, expression: str) -> Capture | None:
    for pattern, part in _OF_NAME:
        found = pattern.fullmatch(expression)
        key = _string(found[1]) if found else None
        if key is not None:
            return Capture(name, part, (key,))
    if expression.startswith("res.headers.") and re.fullmatch(r"[\w-]+", expression[12:]):
        return Capture(name, "header", (expression[12:],))
    queried = _QUERY.fullmatch(expression)
    path = path_of("." + (_string(queried[1]) or "")) if queried else None
    return None if path is None else Capture(name, "body", path)


def _rooted(name: str, expression: str) -> Capture | None:
    for pattern, part in _ROOT:
        found = pattern.match(expression)
        path = path_of(expression[found.end() :]) if found else None
        if path is not None and (part == "body" or not path):
            return Capture(name, part, path)
    return None


def _aliased(name: str, expression: str, aliases: dict[str, Capture]) -> Capture | None:
    found = re.match(r"[A-Za-z_$][\w$]*", expression)
    base = aliases.get(found[0]) if found else None
    path = path_of(expression[found.end() :]) if found else None
    if base is None or path is None or base.part == "unknown" or (path and base.part != "body"):
        return None
    return base._replace(name=name, path=(*base.path, *path))


def _string(text: str) -> str | None:
    """The value of a string of the script; None for anything else."""
    if not re.fullmatch(_STRING, text) or (text[0] == "`" and "${" in text):
        return None
    inner = re.sub(r"\\(.)", r"\1", text[1:-1]) if "\\u" not in text else None
    try:
        return inner if inner is not None else str(json.loads(f'"{text[1:-1]}"'))
    except ValueError:
        return None
