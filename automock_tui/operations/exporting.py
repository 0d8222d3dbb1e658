"""Export: a project's expectations as a document of another tool."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.expectation import load_expectations
from automock_tui.importing.imported import Finding, Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from automock_tui.operations.workspace import Workspace

FORMATS = ("json", "yaml", "openapi", "har", "curl")


def export_project(
    workspace: Workspace, name: str, format_name: str = "json", *, version: str = ""
) -> tuple[str, Sequence[Finding]]:
    """A project's expectations, now or in one of its versions, and what has no place in the format.

    Raises:
        NotFound: no such project or version.
        InvalidInput: no such format, or the stored expectations cannot be read.
    """
    if version:
        stored: Any = workspace.projects.read_version(name, version)
    else:
        stored = workspace.projects.read_expectations(name)
    return export(stored.body.decode("utf-8", "replace"), format_name)


def export(text: str, format_name: str = "json") -> tuple[str, Sequence[Finding]]:
    """The text of expectations in another format; `json` gives it back as it is.

    Raises:
        InvalidInput: no such format, or not expectations.
    """
    if format_name not in FORMATS:
        raise InvalidInput(
            f"No format {format_name!r}", f"Known are: {', '.join(FORMATS)}.", "Choose one of these."
        )
    if format_name == "json":
        return text, ()
    expectations = [json.loads(one.text) for one in load_expectations(text)]
    report = Report()
    module = import_module(f"automock_tui.importing.exporters.{format_name}")
    return str(module.export(expectations, report)), report.findings
