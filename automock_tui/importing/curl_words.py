"""The words of curl commands: as a POSIX shell, PowerShell or Windows' cmd would take a script apart."""

from __future__ import annotations

import re
import shlex

STDIN = "\0<"
"""Stands before a word that is a command's standard input: a here-document or a here-string."""
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "e": "\x1b", "v": "\v", "b": "\b", "f": "\f"}
_ANSI = re.compile(
    r"(?P<bytes>(?:\\x[0-9a-fA-F]{1,2}|\\[0-7]{1,3})+)"
    r"|\\(?P<unicode>u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8})"
    r"|\\(?P<letter>.)",
    re.DOTALL,
)
_BYTE = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3}))")
_TOKEN = re.compile(
    r"(?P<skip>[\\^`]\r?\n)"
    r"|(?P<here>(?<!\S)<<<[ \t]*)"
    r"|(?P<redirect>(?<!\S)\d*(?:>>?|<)(?:&\d|[ \t]*[^\s'\"\\;|&<>]+)?)"
    r"|\$'(?P<ansi>(?:[^'\\]|\\.)*)'?"
    r"|'(?P<single>[^']*)'?"
    r'|"(?P<double>(?:[^"\\]|\\.)*)"?'
    r"|\\(?P<escaped>.)"
    r"|(?P<end>\n|;|&&|\|\||\||&(?!\S))"
    r"|(?P<space>[ \t\r]+)"
    r"|(?P<comment>(?<!\S)#[^\n]*)"
    r"|(?P<plain>[^\s'\"\\;|&$#`]+|[$#&^`])",
    re.DOTALL,
)
_BETWEEN = ("space", "end", "skip", "comment", "redirect", "here")
_HEREDOC = re.compile(r"<<-?[ \t]*(['\"]?)([A-Za-z_]\w*)\1")
_MAX_HEREDOCS = 200
_CMD = re.compile(r"\s\^(?:\"|\r?\n)")
_CMD_TOKEN = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\["\\]|\\|"")*)"?'
    r"|(?P<end>[\n&|])"
    r"|(?P<space>[ \t\r]+)"
    r"|(?P<plain>[^\s\"&|]+)"
)


def commands(text: str) -> list[list[str]]:
    """The words of each curl command of a script, after the name of the program."""
    found: list[list[str]] = []
    every = _split(_CMD_TOKEN, _without_carets(text)) if _CMD.search(text) else _split(_TOKEN, _lifted(text))
    for words in every:
        while words and words[0] in ("$", "#", ">", "sudo", "time"):
            words = words[1:]
        if words and words[0] in ("curl", "curl.exe"):
            found += _at_next(words[1:])
    return found


def _at_next(words: list[str]) -> list[list[str]]:
    """Each of the requests that `--next` puts into one command."""
    found: list[list[str]] = [[]]
    for word in words:
        if word in ("--next", "-:"):
            found.append([])
        else:
            found[-1].append(word)
    return found


def _split(token: re.Pattern[str], text: str) -> list[list[str]]:
    every: list[list[str]] = []
    words: list[str] = []
    word: str | None = None
    for found in token.finditer(text):
        kind = found.lastgroup or ""
        if kind not in _BETWEEN:
            word = (word or "") + _unquoted(kind, found[kind])
            continue
        if word is not None and kind != "skip":
            words.append(word)
            word = None
        if kind == "here":
            words.append(STDIN)
        if kind == "end" and words:
            every.append(words)
            words = []
    if word is not None:
        words.append(word)
    return [*every, words] if words else every


def _unquoted(kind: str, inner: str) -> str:
    if kind == "ansi":
        made = _ANSI.sub(_ansi, inner)
        # Browsers write a letter beyond 16 bits as two escapes.
        return made.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if kind == "double":
        return re.sub(r'\\([\\"$`\n])', lambda one: "" if one[1] == "\n" else one[1], inner)
    if kind == "quoted":
        return re.sub(r'\\(["\\])|""', lambda one: one[1] or '"', inner)
    return inner


def _ansi(found: re.Match[str]) -> str:
    if found["bytes"]:
        parts = _BYTE.findall(found["bytes"])
        values = [int(byte, 16) if byte else int(octal, 8) & 0xFF for byte, octal in parts]
        return bytes(values).decode("utf-8", "replace")
    if found["unicode"]:
        code = int(found["unicode"][1:], 16)
        return chr(code) if code < 0x110000 else "\ufffd"
    letter = found["letter"]
    return _ESCAPES.get(letter, letter if letter in "\\'\"?" else "\\" + letter)


def _lifted(text: str) -> str:
    """The script with its here-documents as here-strings, which stand where they are used."""
    parts: list[str] = []
    at = 0
    for _ in range(_MAX_HEREDOCS):
        found = _HEREDOC.search(text, at)
        if found is None:
            break
        line_end = text.find("\n", found.end())
        closing = re.compile(rf"^[ \t]*{found[2]}[ \t]*\r?$", re.MULTILINE)
        end = closing.search(text, line_end + 1) if line_end >= 0 else None
        if end is None:
            parts.append(text[at : found.end()])
            at = found.end()
            continue
        content = text[line_end + 1 : end.start()].removesuffix("\n")
        parts += [text[at : found.start()], "<<<", shlex.quote(content), text[found.end() : line_end]]
        at = end.end()
    return "".join([*parts, text[at:]])


def _without_carets(text: str) -> str:
    """The text as cmd hands it on: what follows a caret means itself, but not within cmd's own quotes."""
    text = text.replace("\r\n", "\n")
    parts: list[str] = []
    in_quotes = False
    at = 0
    for found in re.finditer(r'[\^"\n]', text):
        if found.start() < at:
            continue
        parts.append(text[at : found.start()])
        at = found.end()
        if found[0] != "^" or in_quotes:
            in_quotes = found[0] != "\n" and in_quotes != (found[0] == '"')
            parts.append(found[0])
            continue
        following = text[at : at + 2]
        at += 2 if following == "\n\n" else 1
        parts.append("\n" if following == "\n\n" else following[:1].replace("\n", " "))
    return "".join([*parts, text[at:]])
