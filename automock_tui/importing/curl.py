"""curl commands, as browsers and documentation have them."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, quote_plus, urlsplit

from automock_tui.importing.calls import Call, Prepared
from automock_tui.importing.exchange import Exchange, Request, Response, form_pairs, origin_of, split_url
from automock_tui.importing.generated import expectations_of
from automock_tui.importing.imported import Expectation, Options, Report
from automock_tui.importing.source import Source

_COMMAND = re.compile(r"(?:^|[;&|\n])\s*(?:\$\s+)?curl(?:\.exe)?\s")
_SHELL_VARIABLE = re.compile(r"\$\{[A-Za-z_]\w*\}|\$[A-Z_][A-Z0-9_]+\b|\$\(")
"""What a shell would fill in; its quotes are gone, so that lower case may be of the body's own language."""
# fmt: off
_WITH_VALUE = frozenset((
    "-o", "--output", "-w", "--write-out", "-m", "--max-time", "--connect-timeout", "--retry",
    "--retry-delay", "--retry-max-time", "-x", "--proxy", "-U", "--proxy-user", "-E", "--cert", "--key",
    "--cacert", "--capath", "--cert-type", "--key-type", "--pass", "-c", "--cookie-jar", "-D",
    "--dump-header", "--resolve", "--interface", "--limit-rate", "-r", "--range", "--max-redirs", "-K",
    "--config", "--ciphers", "--tls-max", "-C", "--continue-at", "-y", "-Y", "-z", "--unix-socket",
    "--aws-sigv4", "--noproxy", "--dns-servers", "--trace", "--trace-ascii", "--stderr", "-T",
    "--upload-file",
))
# fmt: on
"""Options whose value says nothing of the request that could be matched."""
_SHORT_WITH_VALUE = "XHdFubAeowmxUEcDrKCyYzT"
_DATA = frozenset({"-d", "--data", "--data-raw", "--data-ascii", "--data-binary", "--data-urlencode", "--json"})


def matches(text: str) -> bool:
    """Whether the document begins with a curl command, after comments and a shebang."""
    first = re.search(r"^[ \t]*[^#\s].*", text, re.MULTILINE)
    return first is not None and re.match(r"\s*(?:\$\s+)?curl(?:\.exe)?(?:\s|$)", first[0]) is not None


def convert(source: Source, options: Options, report: Report) -> list[Expectation]:
    """One expectation per command; the answers are made up, because a command has none."""
    return expectations_of(exchanges(source, report), options, report)


def exchanges(source: Source, report: Report) -> list[Exchange]:
    """The request of each command, without a response."""
    found = []
    for index, words in enumerate(commands(source.text)):
        request = read_command(words, f"command {index + 1}", report)
        if request is not None:
            call = _call(words, request)
            found.append(
                Exchange(request, Response(), "", f"command {index + 1}", is_generated=True, call=call)
            )
    return found


def _call(words: list[str], request: Request) -> Call:
    missing = tuple(one for word in words for one in _SHELL_VARIABLE.findall(word))
    sent = replace(request, headers=list(request.headers))
    if not request.content_type and (request.body or request.form is not None):
        kind = "json" if "--json" in words else "x-www-form-urlencoded"
        sent.headers.append(("Content-Type", f"application/{kind}"))
    prepared = Prepared(sent, missing)
    return Call(lambda _: prepared, follows=any(_is_location(word) for word in words))


def _is_location(word: str) -> bool:
    return word.startswith("--location") or re.fullmatch(r"-[a-zA-Z]*L[a-zA-Z]*", word) is not None


def commands(text: str) -> list[list[str]]:
    """The words of each curl command of a script."""
    found: list[list[str]] = []
    for words in _split_shell(text):
        while words and words[0] in ("$", "#", "sudo", "time"):
            words = words[1:]
        if words and words[0] in ("curl", "curl.exe"):
            found.append(words[1:])
    return found


_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", '"': '"', "b": "\b", "f": "\f", "?": "?"}
_TOKEN = re.compile(
    r"(?P<skip>\\\r?\n|\^\r?\n)"
    r"|\$'(?P<ansi>(?:[^'\\]|\\.)*)'?"
    r"|'(?P<single>[^']*)'?"
    r'|"(?P<double>(?:[^"\\]|\\.)*)"?'
    r"|\\(?P<escaped>.)"
    r"|(?P<end>\n|;|&&|\|\||\||&(?!\S))"
    r"|(?P<space>[ \t\r]+)"
    r"|(?P<comment>(?<!\S)#[^\n]*)"
    r"|(?P<plain>[^\s'\"\\;|&$#]+|[$#&^])",
    re.DOTALL,
)


def _split_shell(text: str) -> list[list[str]]:
    """The words of each command, quoted as in a POSIX shell and bash's $'...'."""
    every: list[list[str]] = []
    words: list[str] = []
    word: str | None = None
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        if kind in ("space", "end", "skip", "comment"):
            if word is not None and kind != "skip":
                words.append(word)
                word = None
            if kind == "end" and words:
                every.append(words)
                words = []
            continue
        word = (word or "") + _unquoted(kind or "", found)
    if word is not None:
        words.append(word)
    return [*every, words] if words else every


def _unquoted(kind: str, found: re.Match[str]) -> str:
    inner = found[kind]
    if kind == "ansi":
        return re.sub(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", _ansi, inner, flags=re.DOTALL)
    if kind == "double":
        return re.sub(r'\\([\\"$`\n])', lambda one: "" if one[1] == "\n" else one[1], inner)
    return inner


def _ansi(found: re.Match[str]) -> str:
    code = found[1]
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return _ESCAPES.get(code, "\\" + code)


@dataclass
class _Command:
    method: str = ""
    urls: list[str] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    form: list[tuple[str, str]] = field(default_factory=list)
    is_get: bool = False
    is_head: bool = False
    is_json: bool = False
    unsent: str = ""


def read_command(words: list[str], where: str, report: Report) -> Request | None:
    """The request of one command's words; None (and a finding) where it has no address."""
    command = _Command()
    queue = list(words)
    while queue:
        word = queue.pop(0)
        if not word.startswith("-") or word == "-":
            command.urls.append(word)
            continue
        name, value = _option(word, queue)
        _apply(command, name, value, where, report)
    return _request(command, where, report)


def _option(word: str, queue: list[str]) -> tuple[str, str]:
    """An option and its value: `-H x`, `-Hx`, `--header x`, `--header=x`, or `-sSL` taken apart."""
    if word.startswith("--"):
        name, has_value, value = word.partition("=")
        if has_value:
            return name, value
        takes = name in _WITH_VALUE or name in _DATA or name in _HANDLED
        return name, queue.pop(0) if takes and queue else ""
    for index, letter in enumerate(word[1:], 1):
        if letter in _SHORT_WITH_VALUE:
            rest = word[index + 1 :]
            return f"-{letter}", rest or (queue.pop(0) if queue else "")
        if letter in "GI":
            if word[index + 1 :]:
                queue.insert(0, f"-{word[index + 1 :]}")
            return f"-{letter}", ""
    return word, ""


# fmt: off
_HANDLED = frozenset((
    "-X", "--request", "-H", "--header", "-F", "--form", "--form-string", "-u", "--user", "-b", "--cookie",
    "-A", "--user-agent", "-e", "--referer", "--url", "--oauth2-bearer",
))
# fmt: on


def _apply(command: _Command, name: str, value: str, where: str, report: Report) -> None:
    if name in ("-X", "--request"):
        command.method = value.upper()
    elif name in ("-H", "--header"):
        _header(command, value)
    elif name in _DATA:
        if value.startswith("@") and name != "--data-raw":
            command.unsent = "the content of a file"
        command.data.append(_data(name, value, where, report))
        command.is_json |= name == "--json"
    elif name in ("-F", "--form", "--form-string"):
        key, _, content = value.partition("=")
        command.form.append((key, content))
    elif name in ("-u", "--user"):
        command.headers.append(("Authorization", "Basic " + base64.b64encode(value.encode()).decode()))
    elif name == "--oauth2-bearer":
        command.headers.append(("Authorization", f"Bearer {value}"))
    elif name in ("-b", "--cookie"):
        command.headers.append(("Cookie", value))
    elif name == "--url":
        command.urls.append(value)
    elif name in ("-G", "--get"):
        command.is_get = True
    elif name in ("-I", "--head"):
        command.is_head = True
    elif name in ("-T", "--upload-file"):
        command.method = command.method or "PUT"
        command.unsent = "the content of a file"
        report.add(where, f"file {value}", "not read: any body is accepted")


def _header(command: _Command, value: str) -> None:
    name, colon, content = value.partition(":")
    if colon and content.strip():
        command.headers.append((name.strip(), content.strip()))


def _data(name: str, value: str, where: str, report: Report) -> str:
    if value.startswith("@") and name not in ("--data-raw",):
        report.add(where, f"file {Path(value[1:]).name}", "not read: any body is accepted")
        return ""
    if name == "--data-urlencode":
        key, equals, content = value.partition("=")
        return f"{key}={quote_plus(content)}" if equals and key else quote_plus(content or key)
    return value


def _request(command: _Command, where: str, report: Report) -> Request | None:
    if not command.urls:
        report.add(where, "no address", "left out")
        return None
    for extra in command.urls[1:]:
        report.add(where, f"second address {extra[:80]}", "left out")
    body = ("" if command.is_json else "&").join(part for part in command.data if part)
    url = command.urls[0]
    if command.is_get and body:
        url += ("&" if urlsplit(url).query else "?") + quote(body, safe="=&%+")
        body = ""
    try:
        path, _, query = split_url(url)
    except ValueError as error:
        report.add(where, f"address {url[:80]}", f"left out: {error}")
        return None
    posts = command.data or command.form
    method = command.method or (
        "HEAD" if command.is_head else "POST" if posts and not command.is_get else "GET"
    )
    path = path.replace("{", "%7B").replace("}", "%7D")
    request = Request(method, path, {}, query, command.headers, body, None, origin_of(url), command.unsent)
    _set_form(request, command, where, report)
    return request


def _set_form(request: Request, command: _Command, where: str, report: Report) -> None:
    kind = request.content_type.lower()
    if command.form:
        request.unsent = "multipart form"
        report.add(where, "multipart form", "not matched: any body is accepted")
    elif (
        request.body and not command.is_json and ("urlencoded" in kind or (not kind and _is_form(request.body)))
    ):
        request.body, request.form = "", form_pairs(request.body)


def _is_form(body: str) -> bool:
    return re.fullmatch(r"[\w.\[\]%+-]+=[^&{}\n]*(?:&[\w.\[\]%+-]+=[^&{}\n]*)*", body) is not None
