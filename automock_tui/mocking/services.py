"""What the actions of expectations may use besides the request: scenarios, files, OpenAPI descriptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FIRST_STATE = "Started"
"""The state in which every scenario begins."""


@dataclass
class Services:
    """Shared by all expectations of one engine."""

    scenarios: dict[str, str] = field(default_factory=dict)
    """The states of scenarios by name; who is not in it is in the first state."""
    folder: Path | None = None
    """Where the files of FILE bodies and of template files are; without it there are none."""
    read_document: Callable[[str], Any] | None = None
    """Reads the text of an OpenAPI description, JSON or YAML; raises ValueError where it is neither."""
    match_pattern: Callable[[str], str] | None = None
    """Makes a text that matches a pattern; raises ValueError where it cannot."""
    descriptions: dict[str, Any] = field(default_factory=dict)
    """OpenAPI descriptions that were read, by their text."""
