"""Traffic as the screen shows it: what is kept, what a filter lets through, the texts of lines. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from automock_tui.domain.exchange import body_text, pairs_of
from automock_tui.domain.redaction import redact
from automock_tui.operations.traffic import Batch, Seen
from automock_tui.ui.format import plural
from automock_tui.ui.row_filter import compile_filter

KEPT = 20_000
"""Requests that the screen keeps; the engine keeps fewer."""
FIELDS = ("method", "path", "status", "matched")
MAX_BODY = 20_000
"""Characters of a body that are shown."""
MISS = "no match"


@dataclass(frozen=True)
class _Texts:
    """What the filter may look at."""

    method: str
    path: str
    status: str
    matched: str

    @property
    def all(self) -> str:
        """Everything that a plain word may match."""
        return f"{self.method} {self.path} {self.status} {self.matched}"


def matched_text(seen: Seen) -> str:
    """Who answered, or that nobody did."""
    if not seen.knows_match:
        return "–"
    if seen.is_recorded:
        return "recorded"
    if seen.is_pending and not seen.expectation:
        return "…"
    return seen.expectation or MISS


def status_text(seen: Seen) -> str:
    """The status, or why there is none."""
    if seen.status is not None:
        return str(seen.status)
    return "drop" if seen.is_dropped else "…"


def status_role(seen: Seen) -> str:
    """The style of the status: by its class, and by nothing but the number where there is none."""
    status = seen.status or 0
    if seen.is_miss or status >= 500:
        return "text-error"
    return "text-warning" if status >= 400 else "text-success" if status >= 200 else "foreground-muted"


def took_text(seen: Seen) -> str:
    """How long the answer took, in milliseconds."""
    if seen.took is None:
        return "…" if seen.is_pending else "–"
    return f"{seen.took * 1000:,.1f}" if seen.took < 0.01 else f"{seen.took * 1000:,.0f}"


class TrafficBook:
    """The requests seen so far, and those of them that a filter lets through."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.shown: list[Seen] = []
        self.misses = 0
        self._filter = ""
        self._match = compile_filter("", FIELDS)
        self._only_misses = False

    def take(self, batch: Batch) -> bool:
        """Add what came; whether lines that were there have changed."""
        if batch.is_fresh:
            self.forget()
        changed = {one.number: one for one in batch.changed}
        if changed:
            self.seen = [changed.get(one.number, one) for one in self.seen]
        self.seen += batch.new
        too_many = max(0, len(self.seen) - KEPT)
        del self.seen[:too_many]
        if changed or too_many or batch.is_fresh:
            self.misses = sum(one.is_miss for one in self.seen)
            self._select()
            return True
        self.misses += sum(one.is_miss for one in batch.new)
        self.shown += [one for one in batch.new if self._lets_through(one)]
        return False

    def filter(self, text: str) -> None:
        """Show only what a filter lets through.

        Raises:
            BadFilter: it cannot be read; what is shown stays.
        """
        self._match = compile_filter(text, FIELDS)
        self._filter = text
        self._select()

    @property
    def only_misses(self) -> bool:
        """Whether only what nobody answered is shown."""
        return self._only_misses

    def show_only_misses(self, only: bool) -> None:
        """Show only what nobody answered, or everything."""
        self._only_misses = only
        self._select()

    @property
    def is_filtered(self) -> bool:
        """Whether something is hidden on purpose."""
        return bool(self._filter or self._only_misses)

    def forget(self) -> None:
        """Begin anew with what comes."""
        self.seen, self.shown, self.misses = [], [], 0

    def _select(self) -> None:
        self.shown = [one for one in self.seen if self._lets_through(one)]

    def _lets_through(self, seen: Seen) -> bool:
        if self._only_misses and not seen.is_miss:
            return False
        if not self._filter:
            return True
        texts = (seen.method, seen.target, status_text(seen), matched_text(seen))
        return self._match(_Texts(*(one.lower() for one in texts)))


def detail_text(exchange: Mapping[str, Any], *, masked: bool) -> str:
    """A request and its response as they go over the wire, with bodies laid out."""
    request, response = exchange.get("httpRequest") or {}, exchange.get("httpResponse") or {}
    query = "&".join(f"{name}={value}" for name, value in pairs_of(request.get("queryStringParameters")))
    target = f"{request.get('path', '')}{'?' + query if query else ''}"
    status = exchange.get("status", response.get("statusCode", ""))
    answered = [f"{status if status is not None else 'no response'}", *_headers(response), *_body(response)]
    lines = [f"{request.get('method', '')} {target}", *_headers(request), *_body(request), "", *answered]
    text = "\n".join(lines)
    return redact(text) if masked else text


def _headers(part: Mapping[str, Any]) -> list[str]:
    return [f"{name}: {value}" for name, value in pairs_of(part.get("headers"))]


def _body(part: Mapping[str, Any]) -> list[str]:
    text = body_text(part.get("body"))
    return ["", *_cut(text).split("\n")] if text else []


def _cut(text: str) -> str:
    return (
        text if len(text) <= MAX_BODY else text[:MAX_BODY] + f"\n… and {len(text) - MAX_BODY:,} characters more"
    )


@dataclass(frozen=True)
class WhyLine:
    """A line of an explanation; `role` is a style of lists."""

    text: str
    role: str = "text"
    indent: int = 0


def why_lines(found: Mapping[str, Any]) -> list[WhyLine]:
    """An explanation, as `explain --json` has it, line by line: the winner, or the near misses."""
    lines: list[WhyLine] = []
    if found.get("winner"):
        lines.append(
            WhyLine(f"✓ answered by {found['winner']}  {found.get('winner_title', '')}", "text-success")
        )
        lines += [
            WhyLine(f"would match too: {one}", "foreground-muted", 1) for one in found.get("also_match", ())
        ]
    elif not found.get("near_misses"):
        lines.append(WhyLine("✕ there are no expectations", "text-error"))
    else:
        lines.append(WhyLine("✕ no expectation matches; the nearest first", "text-error"))
    for miss in found.get("near_misses", ()):
        lines += _miss_lines(miss)
    return lines


def _miss_lines(miss: Mapping[str, Any]) -> list[WhyLine]:
    differences: Sequence[Mapping[str, Any]] = miss.get("differences", ())
    count = plural(len(differences), "field differs", "fields differ")
    said = f"matches, but {miss['hindrance']}" if miss.get("hindrance") else count
    lines = [WhyLine(""), WhyLine(f"{miss['expectation_id']}  {miss['title']}  ·  {said}", "text-primary")]
    for one in differences:
        lines.append(WhyLine(f"✕ {one['field']}", "text-error", 1))
        lines.append(WhyLine(f"expected  {one['expected']}", "text", 2))
        lines.append(WhyLine(f"got       {_masked(one['field'], str(one['actual']))}", "text", 2))
        lines += [WhyLine(str(one["reason"]), "foreground-muted", 2)] if one.get("reason") else []
    return lines


def _masked(field: str, value: str) -> str:
    """What came, without what its field's name says is a secret."""
    name = f"{field.rpartition('.')[2]}: "
    return redact(name + value).removeprefix(name)
