"""What a new project can begin with: the example, a file, a pasted text, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.ui.problem_rows import Findings, check_text

MAX_BYTES = 32 * 1024 * 1024
"""The largest file that is read; more is no set of expectations."""


class Beginning(StrEnum):
    """Where the expectations come from."""

    EXAMPLE = "example"
    FILE = "file"
    PASTE = "paste"
    BLANK = "blank"


@dataclass(frozen=True)
class Found:
    """The expectations to begin with, None for none, where they are from, and what is wrong in them."""

    text: str | bytes | None
    source: str
    findings: Findings
    problem: str = ""
    """Why there is no text where there should be one."""

    @property
    def is_usable(self) -> bool:
        """Whether a project can be made of it."""
        return not self.problem and not self.findings.errors


NOTHING = Findings((), 0)


def look(beginning: Beginning, path: str, pasted: str) -> Found:
    """Read what a project would begin with, and check it; blocks."""
    if beginning is Beginning.BLANK:
        return Found(None, "", NOTHING)
    if beginning is Beginning.PASTE:
        return _pasted(pasted)
    try:
        return _example() if beginning is Beginning.EXAMPLE else _file(path.strip())
    except AutomockError as error:
        return Found(None, "", NOTHING, f"{error.title}: {error.message}")


def _pasted(text: str) -> Found:
    if not text.strip():
        return Found(None, "", NOTHING, "nothing is pasted yet")
    return _checked(text, "a pasted text")


def _example() -> Found:
    from automock_tui.ui.example import example_text

    return _checked(example_text(), "example")


def _file(path: str) -> Found:
    if not path:
        return Found(None, "", NOTHING, "no file is named yet")
    place = Path(path).expanduser()
    try:
        with place.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidInput("The file cannot be read", f"{place}: {reason}") from error
    return _checked(body, place.name)


def _checked(text: str | bytes, source: str) -> Found:
    if len(text) > MAX_BYTES:
        return Found(None, source, NOTHING, f"{source} has over {MAX_BYTES // 1024 // 1024} MiB")
    return Found(text, source, check_text(text))
