"""Expectations as curl commands that they answer."""

from __future__ import annotations

import shlex

from automock_tui.importing.exporters.answers import answered
from automock_tui.importing.exporters.concrete import Concrete
from automock_tui.importing.imported import Expectation, Report


def export(expectations: list[Expectation], report: Report) -> str:
    """One command per expectation, with its id as a comment."""
    found: dict[str, str] = {}
    for one in answered(expectations, report, needs_response=False):
        found.setdefault(one.where, _command(one.request))
    return "\n".join(f"# {' '.join(where.split())}\n{command}\n" for where, command in found.items())


def _command(request: Concrete) -> str:
    words = ["curl", "--request", request.method] if request.method != "GET" or request.body else ["curl"]
    if request.method == "HEAD":
        words = ["curl", "--head"]
    words.append(shlex.quote(request.url))
    for name, value in request.headers:
        words += ["--header", shlex.quote(f"{name}: {value}")]
    if request.body:
        words += ["--data-raw", shlex.quote(request.body)]
    return " ".join(words)
