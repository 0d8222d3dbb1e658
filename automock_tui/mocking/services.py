"""What the actions of expectations may use besides the request: scenarios, files, OpenAPI descriptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from automock_tui.mocking.files import State, locate, read_file, state

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
    files: dict[Path, State | None] = field(default_factory=dict)
    """The files that expectations were made of, as they were before they were read."""
    reads: int = 0
    """How often one was read."""

    def read(self, name: str) -> bytes:
        """The bytes of a file that an expectation is made of, now and not at each request.

        Raises:
            NoFile: it cannot be had; says why.
        """
        self.reads += 1
        path = locate(self.folder, name)
        self.files[path] = state(path)
        return read_file(self.folder, name)

    @property
    def is_stale(self) -> bool:
        """Whether one of these files has changed, come or gone."""
        return any(state(path) != seen for path, seen in list(self.files.items()))
