"""One request with its response, as the formats of HTTP clients have them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlsplit

if TYPE_CHECKING:
    from automock_tui.importing.calls import Call

Pairs = list[tuple[str, str]]
DROPPED_HEADERS = frozenset(
    {
        "connection", "content-encoding", "content-length", "date", "keep-alive", "proxy-connection", "te",
        "trailer", "transfer-encoding", "upgrade", "server", "vary", "via", "age", "alt-svc",
        "strict-transport-security",
    }
)  # fmt: skip
"""Response headers that are about the transport; MockServer writes its own."""


@dataclass
class Request:
    """A request. `path` is as sent (percent-encoded), or a template of the names in `parameters`.

    Attributes:
        origin: Scheme, user, host and port of the real server; empty if the document names none.
        unsent: What of it cannot be sent for real, such as a body of files.
    """

    method: str = "GET"
    path: str = "/"
    parameters: dict[str, str] = field(default_factory=dict)
    query: Pairs = field(default_factory=list)
    headers: Pairs = field(default_factory=list)
    body: str = ""
    form: Pairs | None = None
    origin: str = ""
    unsent: str = ""

    def header(self, name: str) -> str:
        """The first value of a header, empty if there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def content_type(self) -> str:
        """Its Content-Type."""
        return self.header("content-type")


@dataclass
class Response:
    """A response; `body` as MockServer has it."""

    status: int = 200
    headers: Pairs = field(default_factory=list)
    body: Any = None
    reason: str = ""


@dataclass
class Exchange:
    """A request, its response, its name in the document, and where in the document it is.

    `call` is how to ask the real server for the response; None where that cannot be.
    """

    request: Request
    response: Response
    name: str = ""
    where: str = ""
    is_generated: bool = False
    call: Call | None = None


_PARAMETER = re.compile(r"^:([A-Za-z_][\w.-]*)$")
_UNSAFE_IN_PATH = "/%:@!$&'()*+,;=~-._"


def split_url(url: str, values: dict[str, str] | None = None) -> tuple[str, dict[str, str], Pairs]:
    """The path, its `:name` parameters and the query of an address.

    Args:
        url: An address or a path; variables are already filled in.
        values: What is known of the path's parameters.

    Raises:
        ValueError: no address.
    """
    parts = urlsplit(_absolute(url, "mock"))
    if parts.scheme.lower() not in ("http", "https"):
        raise ValueError(f"not HTTP but {parts.scheme[:20]}")
    segments, parameters = [], {}
    for segment in parts.path.split("/"):
        found = _PARAMETER.match(segment)
        name = re.sub(r"[^\w]", "_", found[1]) if found else ""
        if found:
            parameters[name] = (values or {}).get(found[1], "")
        segments.append(f"{{{name}}}" if found else quote(segment, safe=_UNSAFE_IN_PATH))
    path = "/".join(segments)
    return path or "/", parameters, parse_qsl(parts.query, keep_blank_values=True)


def origin_of(url: str) -> str:
    """Scheme, user, host and port of an address; empty for a mere path."""
    parts = urlsplit(_absolute(url, ""))
    is_one = parts.hostname and parts.scheme.lower() in ("http", "https")
    return f"{parts.scheme.lower()}://{parts.netloc}" if is_one else ""


def _absolute(url: str, default: str) -> str:
    text = re.sub(r"^(?:https?://)+(?=https?://)", "", url.strip().split("#", 1)[0])
    if "://" in text:
        return text
    return f"http://{default}{text}" if text.startswith("/") else f"http://{text.lstrip('/')}"


def inherited(levels: Iterable[Pairs]) -> Pairs:
    """Headers of folders, the outermost first, and of the request in them; of a name the nearest count."""
    found: Pairs = []
    for own in levels:
        named = {name.lower() for name, _ in own}
        found = [pair for pair in found if pair[0].lower() not in named] + own
    return found


def json_or_none(text: str) -> Any:
    """The JSON value of a text; None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def form_pairs(text: str) -> Pairs:
    """The fields of an urlencoded form."""
    return parse_qsl(text, keep_blank_values=True)


def has_name(name: str) -> bool:
    """Whether MockServer takes it as the name of a header or parameter: it has no white space and no mark."""
    return bool(name) and not any(char.isspace() for char in name) and name[0] not in "!?"
