"""HAR 1.2: what a browser or proxy recorded."""

from __future__ import annotations

import base64
import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from automock_tui.importing.bodies import binary_body, response_body
from automock_tui.importing.exchange import Exchange, Pairs, Request, Response, form_pairs, origin_of, split_url
from automock_tui.importing.grouping import Grouping
from automock_tui.importing.imported import Expectation, Options, Report
from automock_tui.importing.loose import pairs, rows, status, table, text, whole
from automock_tui.importing.source import Source

_ASSET = re.compile(
    r"\.(?:js|mjs|css|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|eot|mp4|webm|mp3)$", re.I
)
_ASSET_TYPE = re.compile(r"^(?:image|font|audio|video)/|^text/css|javascript|ecmascript", re.I)
_ASSET_KINDS = frozenset({"stylesheet", "script", "image", "font", "media", "ping", "websocket"})

_MOST_HOSTS = 5


def matches(tree: Any) -> bool:
    """Whether the document is a HAR."""
    return isinstance(table(tree, "log").get("entries"), list)


def convert(source: Source, options: Options, report: Report) -> list[Expectation]:
    """The expectations of a recording; static assets are left out, repeated requests answer in turn."""
    return Grouping(options, report, in_turn=True).expectations(_exchanges(source, report))


def exact(source: Source, options: Options, report: Report) -> list[Expectation]:
    """The expectations of a recording, each matching all that its request says."""
    grouping = Grouping(options, report)
    return [grouping.exact(one) for one in _exchanges(source, report)]


def _exchanges(source: Source, report: Report) -> list[Exchange]:
    entries = enumerate(rows(table(source.tree, "log")["entries"]))
    found = (_exchange(entry, f"entry {index + 1}", report) for index, entry in entries)
    kept = _without_cached([one for one in found if one is not None], report)
    hosts = Counter(urlsplit(one.request.origin).netloc for one in kept)
    if len(hosts) > 1:
        named = ", ".join(f"{host} {count}" for host, count in hosts.most_common(_MOST_HOSTS))
        report.add("recording", f"several hosts ({named})", "not matched: all answer at the mock's own address")
    return kept


def _without_cached(exchanges: list[Exchange], report: Report) -> list[Exchange]:
    """Without "not modified" where the recording has the answer itself: other clients have no cache of it."""
    complete = {_asked(one) for one in exchanges if one.response.status != 304}
    kept = []
    for one in exchanges:
        if one.response.status == 304 and _asked(one) in complete:
            report.add(
                one.where, "answer from the client's cache (304)", "left out: the whole answer is recorded too"
            )
        else:
            kept.append(one)
    return kept


def _asked(one: Exchange) -> tuple[str, str, str, str]:
    return one.request.origin, one.request.method, one.request.path, repr(one.request.query)


def _exchange(entry: dict[str, Any], where: str, report: Report) -> Exchange | None:
    asked, answered = table(entry, "request"), table(entry, "response")
    url = text(asked.get("url"))
    if not url:
        report.add(where, "no address", "left out")
        return None
    where = f"{where} {text(asked.get('method'))} {url.split('?')[0][:100]}"
    reason = _left_out(entry, url, answered)
    if reason:
        report.add(where, *reason)
        return None
    try:
        path, _, query = split_url(url)
    except ValueError as error:
        report.add(where, "address", f"left out: {error}")
        return None
    headers = [pair for pair in pairs(asked.get("headers")) if not pair[0].startswith(":")]
    method = text(asked.get("method")).upper() or "GET"
    request = Request(method, path, {}, query, headers, origin=origin_of(url))
    _set_body(request, table(asked, "postData"), where, report)
    content = table(answered, "content")
    if whole(content.get("size"), 0) > 0 and "text" not in content and method != "HEAD":
        report.add(where, f"body of {whole(content.get('size'), 0):,} bytes", "left out: it was not recorded")
    return Exchange(request, _response(answered), "", where)


def _left_out(entry: dict[str, Any], url: str, answered: dict[str, Any]) -> tuple[str, str] | None:
    if not url.lower().startswith(("http://", "https://")):
        return f"address {url[:20]}", "left out: only http and https are recorded answers"
    kind = text(entry.get("_resourceType")).lower()
    content_type = text(table(answered, "content").get("mimeType"))
    if kind in _ASSET_KINDS or _ASSET.search(url.split("?")[0]) or _ASSET_TYPE.search(content_type):
        return "static asset", "left out"
    if not text(answered.get("status")) or text(answered.get("status")) == "0":
        return "no response", "left out: the request was blocked or broken off"
    return None


def _set_body(request: Request, posted: dict[str, Any], where: str, report: Report) -> None:
    kind = text(posted.get("mimeType")).lower()
    if "multipart" in kind:
        report.add(where, "multipart body", "not matched: any body is accepted")
    elif "urlencoded" in kind:
        request.form = form_pairs(text(posted.get("text"))) or pairs(posted.get("params"))
    else:
        request.body = text(posted.get("text"))


def _response(answered: dict[str, Any]) -> Response:
    content = table(answered, "content")
    kind, said = text(content.get("mimeType")), text(content.get("text"))
    headers: Pairs = [pair for pair in pairs(answered.get("headers")) if not pair[0].startswith(":")]
    if kind and kind != "x-unknown" and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", kind))
    return Response(status(answered.get("status")), headers, _body(said, kind, text(content.get("encoding"))))


def _body(said: str, kind: str, encoding: str) -> Any:
    if encoding != "base64":
        return response_body(said, kind)
    try:
        data = base64.b64decode(said, validate=False)
    except ValueError:
        return said
    return binary_body(data, kind) if data else None
