"""A request from text: a curl command, an entry of a HAR file, or lines of method, headers and body."""

from __future__ import annotations

import base64
import json
import re
import shlex
from typing import Any
from urllib.parse import quote_plus, urlsplit

from automock_tui.domain.errors import InvalidInput
from automock_tui.mocking.request import Pairs, Request

_FIRST_LINE = re.compile(r"([A-Za-z]+)\s+(\S+)(?:\s+HTTP/[\d.]+)?\s*")
_DATA = ("-d", "--data", "--data-raw", "--data-ascii", "--data-binary", "--json", "--data-urlencode")
_FORM = "application/x-www-form-urlencoded"
_FLAGS = frozenset(
    {
        *(
            "-s",
            "-S",
            "-i",
            "-k",
            "-L",
            "-v",
            "-f",
            "-g",
            "-#",
            "-N",
            "-sS",
            "-si",
            "-sk",
            "-sL",
            "-sSL",
            "-fsS",
            "-fsSL",
        ),
        *(
            "--silent",
            "--show-error",
            "--include",
            "--insecure",
            "--location",
            "--verbose",
            "--fail",
            "--globoff",
        ),
        *("--compressed", "--no-progress-meter", "--no-buffer", "--http1.0", "--http1.1", "--http2"),
    }
)
"""Options that say nothing of the request."""
_HINT = "Give a curl command, a HAR entry, or lines such as: GET /pets?limit=1"


def read_request(text: str) -> Request:
    """The request that a text describes.

    Raises:
        InvalidInput: none of the three forms; says what is wrong.
    """
    stripped = text.strip()
    if not stripped:
        raise InvalidInput("No request", "The text is empty.", _HINT)
    if re.match(r"(\$\s*)?curl(\.exe)?\s", stripped):
        return _from_curl(stripped)
    if stripped.startswith("{"):
        return _from_har(stripped)
    return _from_lines(text.lstrip())


# --- curl


def _from_curl(text: str) -> Request:
    try:
        words = shlex.split(text.replace("\\\r\n", " ").replace("\\\n", " ").replace("$'", "'"))
    except ValueError as error:
        raise InvalidInput("Not a curl command", f"{error}.", "Check its quotes.") from None
    return _Curl(words[words.index(next(word for word in words if word.startswith("curl"))) + 1 :]).request()


class _Curl:
    """The words of a curl command, read one after another."""

    def __init__(self, words: list[str]) -> None:
        self._words = list(words)
        self._url = self._method = ""
        self._headers: Pairs = []
        self._data: list[str] = []
        self._kind, self._as_query, self._is_head = "", False, False
        while self._words:
            self._read(self._words.pop(0))

    def _read(self, word: str) -> None:
        if word.startswith("--") and "=" in word:
            word, _, value = word.partition("=")
            self._words.insert(0, value)
        elif re.match(r"-[XHdbuAe].", word):
            self._words.insert(0, word[2:])
            word = word[:2]
        if not word.startswith("-"):
            self._url = word
        elif word in ("-G", "--get"):
            self._as_query = True
        elif word in ("-I", "--head"):
            self._is_head = True
        elif word not in _FLAGS:
            self._option(word)

    def _option(self, word: str) -> None:
        if not self._words:
            raise InvalidInput("Not a curl command", f"{word} has no value.", "Complete the command.")
        value = self._words.pop(0)
        if word in ("-X", "--request"):
            self._method = value
        elif word in ("-H", "--header"):
            name, _, content = value.partition(":")
            self._headers.append((name.strip(), content.strip()))
        elif word in _DATA:
            self._add_data(word, value)
        elif word in ("-b", "--cookie"):
            self._headers.append(("Cookie", value))
        elif word in ("-u", "--user"):
            self._headers.append(("Authorization", "Basic " + base64.b64encode(value.encode()).decode()))
        elif word in ("-A", "--user-agent", "-e", "--referer"):
            self._headers.append(("User-Agent" if word in ("-A", "--user-agent") else "Referer", value))
        elif word == "--url":
            self._url = value
        elif word in ("-F", "--form"):
            raise InvalidInput(
                "A curl option that is not understood", "-F (multipart forms) is not read here.", _HINT
            )

    def _add_data(self, word: str, value: str) -> None:
        if value.startswith("@") and word not in ("--data-raw",):
            raise InvalidInput(
                "A curl option that is not understood",
                f"{word} {value} reads a file.",
                "Put the text itself there.",
            )
        if word == "--data-urlencode":
            name, equals, content = value.partition("=")
            value = f"{name}={quote_plus(content)}" if equals else quote_plus(value)
        self._kind = "application/json" if word == "--json" else self._kind or _FORM
        self._data.append(value)

    def request(self) -> Request:
        """The request that the command sends."""
        if not self._url:
            raise InvalidInput("Not a curl command", "It has no address.", _HINT)
        data = "&".join(self._data)
        target = _target(self._url)
        if self._as_query and data:
            return self._built("GET", f"{target}{'&' if '?' in target else '?'}{data}", "")
        return self._built("HEAD" if self._is_head else "POST" if self._data else "GET", target, data)

    def _built(self, method: str, target: str, data: str) -> Request:
        headers = list(self._headers)
        names = {name.lower() for name, _ in headers}
        if "host" not in names:
            headers.insert(0, ("Host", _host(self._url)))
        if data and "content-type" not in names:
            headers.append(("Content-Type", self._kind))
        return Request((self._method or method).upper(), target, headers, data.encode())


def _target(url: str) -> str:
    if "://" not in url and not url.startswith("/"):
        url = "http://" + url
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _host(url: str) -> str:
    return urlsplit(url if "://" in url else f"http://{url}").netloc or "localhost"


# --- HAR


def _from_har(text: str) -> Request:
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("Not a HAR entry", f"It is not JSON: {error}.", _HINT) from None
    if isinstance(found.get("log"), dict) and found["log"].get("entries"):
        found = found["log"]["entries"][0]
    found = found.get("request", found) if isinstance(found, dict) else found
    if not isinstance(found, dict) or not isinstance(found.get("url"), str):
        raise InvalidInput("Not a HAR entry", "It has no request with a url.", _HINT)
    headers = [
        (str(one.get("name")), str(one.get("value")))
        for one in found.get("headers") or []
        if isinstance(one, dict)
    ]
    posted = found.get("postData")
    sent: dict[str, Any] = posted if isinstance(posted, dict) else {}
    if sent.get("mimeType") and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", str(sent["mimeType"])))
    plain = [(name, value) for name, value in headers if not name.startswith(":")]
    body = str(sent.get("text") or "").encode()
    return Request(str(found.get("method") or "GET").upper(), _target(found["url"]), plain, body)


# --- lines


def _from_lines(text: str) -> Request:
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    first, *lines = head.split("\n")
    found = _FIRST_LINE.fullmatch(first)
    if found is None:
        raise InvalidInput("Not a request", f"The first line is {first[:80]!r}.", _HINT)
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if line.strip() and not colon:
            raise InvalidInput(
                "Not a request", f"{line[:80]!r} is no header.", "Leave an empty line before the body."
            )
        if colon:
            headers.append((name.strip(), value.strip()))
    return Request(found[1].upper(), _target(found[2]), headers, body.rstrip("\n").encode())
