"""MockServer's own expectations, in JSON or YAML: taken over as they are."""

from __future__ import annotations

from typing import Any

from automock_tui.domain.expectation_fields import ACTIONS
from automock_tui.importing.imported import Expectation, Identities, Options, Report
from automock_tui.importing.loose import rows, text
from automock_tui.importing.source import Source

_SIGNS = frozenset({"httpRequest", *ACTIONS})


def matches(tree: Any) -> bool:
    """Whether the document is an expectation or a list of them."""
    first = tree[0] if isinstance(tree, list) and tree else tree
    if tree == []:
        return True
    return isinstance(first, dict) and (bool(_SIGNS & first.keys()) or "specUrlOrPayload" in first)


def convert(source: Source, options: Options, report: Report) -> list[Expectation]:
    """The expectations of the document, each with an id. Secrets stay: the file is the mock itself."""
    tree = source.tree
    items = rows(tree) if isinstance(tree, list) else [tree]
    for index, one in enumerate(tree if isinstance(tree, list) else ()):
        if not isinstance(one, dict):
            report.add(f"item {index + 1}", "a value that is no object", "left out: it is no expectation")
    taken = Identities()
    for one in items:
        if text(one.get("id")):
            taken.new(text(one["id"]))
    return [one if text(one.get("id")) else {"id": _identity(one, taken)} | one for one in items]


def _identity(one: Expectation, taken: Identities) -> str:
    request = one.get("httpRequest")
    request = request if isinstance(request, dict) else {}
    response = one.get("httpResponse")
    status = response.get("statusCode", "") if isinstance(response, dict) else ""
    return taken.new(text(request.get("method")) or "any", text(request.get("path")) or "path", text(status))
