"""Problems: what is wrong with a set of expectations, where, why it matters, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a problem is: an error will not work, a warning not as meant, an info is good to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a document. `pointer` is a JSON pointer (RFC 6901); line and column count from 1."""

    pointer: str
    line: int
    column: int
    index: int = 0
    expectation_id: str = ""

    def __str__(self) -> str:
        return f"{self.line}:{self.column} {self.pointer}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `rule` is its stable id, by which it can be silenced and looked up.

    `can_fix`: `linting.apply_fix` can mend it without asking anything. `is_refused`: MockServer takes no set
    that has this problem, so that it cannot be saved; every other one is only told.
    """

    rule: str
    severity: Severity
    place: Place
    message: str
    why: str = ""
    fix: str = ""
    can_fix: bool = False
    is_refused: bool = False

    @property
    def is_error(self) -> bool:
        """Whether the expectations cannot be used like this."""
        return self.severity is Severity.ERROR


def to_pointer(path: tuple[str | int, ...]) -> str:
    """A path of keys and indexes as a JSON pointer."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in path)
