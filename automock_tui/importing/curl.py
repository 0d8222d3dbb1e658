"""curl commands, as browsers and documentation have them."""

from __future__ import annotations

import base64
import re
from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, quote_plus

from automock_tui.importing.calls import Call, Prepared
from automock_tui.importing.curl_words import STDIN, commands
from automock_tui.importing.exchange import Exchange, Request, Response, form_pairs, origin_of, split_url
from automock_tui.importing.generated import expectations_of
from automock_tui.importing.imported import Expectation, Options, Report
from automock_tui.importing.source import Source

_SHELL_VARIABLE = re.compile(r"\$\{[A-Za-z_]\w*\}|\$[A-Z_][A-Z0-9_]+\b|\$\(")
"""What a shell would fill in; its quotes are gone, so that lower case may be of the body's own language."""
_LONG_WITH_VALUE = """
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout
    connect-to continue-at cookie-jar create-file-mode crlfile curves delegation dns-interface dns-ipv4-addr
    dns-ipv6-addr dns-servers doh-url dump-header ech egd-file engine etag-compare etag-save
    expect100-timeout ftp-account ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode
    happy-eyeballs-timeout-ms haproxy-clientip hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway
    keepalive-cnt keepalive-time key key-type krb libcurl limit-rate local-port login-options mail-auth
    mail-from mail-rcpt max-filesize max-redirs max-time netrc-file noproxy output output-dir parallel-max
    pass pinnedpubkey postquote preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath
    proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass
    proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword
    proxy-tlsuser proxy-user proxy1.0 pubkey quote random-file range rate request-target resolve retry
    retry-delay retry-max-time sasl-authzid service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service
    socks5-hostname speed-limit speed-time stderr telnet-option tftp-blksize time-cond tls-max tls13-ciphers
    tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket variable vlan-priority
    write-out
"""
_WITH_VALUE = frozenset(f"--{name}" for name in _LONG_WITH_VALUE.split())
"""Options whose value says nothing of the request that could be matched."""
_SHORT_WITH_VALUE = "XHdFubAeowmxUEcDrKCyYzTPQtmh"
_DATA = frozenset({"-d", "--data", "--data-raw", "--data-ascii", "--data-binary", "--data-urlencode", "--json"})
_FILE = "the content of a file"
_GLOB = re.compile(r"\{[^{}]*,[^{}]*\}|\[[\w-]+(?::\d+)?\]")


def matches(text: str) -> bool:
    """Whether the document begins with a curl command, after comments and a shebang."""
    first = re.search(r"^[ \t]*[^#\s].*", text, re.MULTILINE)
    return first is not None and re.match(r"\s*(?:\$\s+)?curl(?:\.exe)?(?:\s|$)", first[0]) is not None


def convert(source: Source, options: Options, report: Report) -> list[Expectation]:
    """One expectation per command; the answers are made up, because a command has none."""
    return expectations_of(exchanges(source, report), options, report)


def exchanges(source: Source, report: Report) -> list[Exchange]:
    """The requests of each command, one for each of its addresses, without a response."""
    found = []
    for index, words in enumerate(commands(source.text)):
        where = f"command {index + 1}"
        requests = read_command(words, where, report)
        for number, request in enumerate(requests, 1):
            place = where if len(requests) == 1 else f"{where}, address {number}"
            call = _call(words, request)
            found.append(Exchange(request, Response(), "", place, is_generated=True, call=call))
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
    user: str = ""
    sign_in: str = "basic"
    url_query: list[str] = field(default_factory=list)
    stdin: str | None = None


def read_command(words: list[str], where: str, report: Report) -> list[Request]:
    """The requests of one command's words; none (and a finding) where it has no address."""
    command = _Command()
    queue = deque(words)
    for index, word in enumerate(words[:-1]):
        if word == STDIN:
            command.stdin = words[index + 1]
    while queue:
        word = queue.popleft()
        if word == STDIN:
            queue.popleft()
        elif not word.startswith("-") or word == "-":
            command.urls.append(word)
        else:
            _apply(command, *_option(word, queue), where, report)
    for name in dict.fromkeys(one for word in words for one in _SHELL_VARIABLE.findall(word)):
        report.add(where, f"shell variable {name}", "not known: its name is used as its value")
    if not command.urls:
        report.add(where, "no address", "left out")
    _sign_in(command, where, report)
    found = (_request(command, url, where, report) for url in command.urls)
    return [one for one in found if one is not None]


def _option(word: str, queue: deque[str]) -> tuple[str, str]:
    """An option and its value: `-H x`, `-Hx`, `--header x`, `--header=x`, or `-sSL` taken apart."""
    if word.startswith("--"):
        name, has_value, value = word.partition("=")
        if has_value:
            return name, value
        takes = name in _WITH_VALUE or name in _DATA or name in _HANDLED
        return name, queue.popleft() if takes and queue else ""
    for index, letter in enumerate(word[1:], 1):
        if letter in _SHORT_WITH_VALUE:
            rest = word[index + 1 :]
            return f"-{letter}", rest or (queue.popleft() if queue else "")
        if letter in "GI":
            if word[index + 1 :]:
                queue.appendleft(f"-{word[index + 1 :]}")
            return f"-{letter}", ""
    return word, ""


# fmt: off
_HANDLED = frozenset((
    "-X", "--request", "-H", "--header", "-F", "--form", "--form-string", "-u", "--user", "-b", "--cookie",
    "-A", "--user-agent", "-e", "--referer", "--url", "--url-query", "--oauth2-bearer", "-T", "--upload-file",
))
# fmt: on


def _apply(command: _Command, name: str, value: str, where: str, report: Report) -> None:
    if name in ("-X", "--request"):
        command.method = value.upper()
    elif name in ("-H", "--header"):
        _header(command, value, where, report)
    elif name in _DATA:
        command.data.append(_data(command, name, value, where, report))
        command.is_json |= name == "--json"
    elif name in ("-F", "--form", "--form-string"):
        key, _, content = value.partition("=")
        command.form.append((key, content))
    elif name in ("-u", "--user"):
        command.user = value
    elif name == "--oauth2-bearer":
        command.headers.append(("Authorization", f"Bearer {value}"))
    elif name in ("-b", "--cookie") and "=" in value:
        command.headers.append(("Cookie", value))
    elif name == "--url":
        command.urls.append(value)
    elif name == "--url-query":
        command.url_query.append(_encoded(value))
    else:
        _apply_other(command, name, value, where, report)


def _apply_other(command: _Command, name: str, value: str, where: str, report: Report) -> None:
    if name in ("-G", "--get"):
        command.is_get = True
    elif name in ("-I", "--head"):
        command.is_head = True
    elif name in ("--digest", "--ntlm", "--negotiate", "--anyauth", "--aws-sigv4"):
        command.sign_in = name.removeprefix("--")
    elif name in ("-A", "--user-agent"):
        command.headers.append(("User-Agent", value))
    elif name in ("-e", "--referer"):
        command.headers.append(("Referer", value))
    elif name in ("-b", "--cookie"):
        report.add(where, f"cookies of the file {Path(value).name}", "not read")
    elif name in ("-K", "--config"):
        report.add(where, f"options of the file {Path(value).name}", "not read")
    elif name == "--request-target":
        report.add(where, f"request target {value}", "left out: the path of the address is matched")
    elif name in ("-T", "--upload-file"):
        command.method = command.method or "PUT"
        command.unsent = _FILE
        report.add(where, f"file {Path(value).name}", "not read: any body is accepted")


def _sign_in(command: _Command, where: str, report: Report) -> None:
    """What `--user` sends."""
    if command.sign_in != "basic":
        command.unsent = command.unsent or f"sign-in by {command.sign_in}"
        report.add(where, f"sign-in by {command.sign_in}", "not matched: the mock answers with and without it")
    elif command.user:
        command.headers.append(("Authorization", "Basic " + base64.b64encode(command.user.encode()).decode()))


def _header(command: _Command, value: str, where: str, report: Report) -> None:
    if value.startswith("@"):
        report.add(where, f"headers of the file {Path(value[1:]).name}", "not read")
        return
    name, colon, content = value.partition(":")
    if colon and content.strip():
        command.headers.append((name.strip(), content.strip()))
    elif not colon and value.rstrip().endswith(";"):
        command.headers.append((value.rstrip()[:-1].strip(), ""))


def _data(command: _Command, name: str, value: str, where: str, report: Report) -> str:
    key, at, file = value.partition("@") if name == "--data-urlencode" and "=" not in value else ("", "", "")
    if name != "--data-raw" and value.startswith("@"):
        file, at = value[1:], "@"
    if not at:
        return _encoded(value) if name == "--data-urlencode" else value
    if file == "-" and command.stdin is not None:
        sent = command.stdin if name in ("--data-binary", "--json") else re.sub(r"[\r\n]", "", command.stdin)
        return _encoded(f"{key}={sent}") if name == "--data-urlencode" else sent
    command.unsent = _FILE
    report.add(where, f"file {Path(file).name}", "not read: any body is accepted")
    return ""


def _encoded(value: str) -> str:
    """A value as `--data-urlencode` sends it: what is before the first `=` stays as it is."""
    key, equals, content = value.partition("=")
    return f"{key}={quote_plus(content)}" if equals and key else quote_plus(content or key)


def _request(command: _Command, url: str, where: str, report: Report) -> Request | None:
    body = ("" if command.is_json else "&").join(part for part in command.data if part)
    added = [*command.url_query, *([quote(body, safe="=&%+")] if command.is_get and body else [])]
    for name in _GLOB.findall(url):
        report.add(where, f"several addresses {name[:80]}", "not written out: taken as it is")
    if added:
        url += ("&" if "?" in url else "?") + "&".join(added)
    try:
        path, _, query = split_url(url)
    except ValueError as error:
        report.add(where, f"address {url[:80]}", f"left out: {error}")
        return None
    posts = (command.data or command.form) and not command.is_get
    method = command.method or ("HEAD" if command.is_head else "POST" if posts else "GET")
    path = path.replace("{", "%7B").replace("}", "%7D")
    body = "" if command.is_get else body
    headers = list(command.headers)
    request = Request(method, path, {}, query, headers, body, None, origin_of(url), command.unsent)
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
