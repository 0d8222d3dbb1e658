"""What every body matcher is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from automock_tui.mocking.request import Request


class BodyMatcher(ABC):
    """Matches the body of a request. `negated` and `optional` are MockServer's `not` and `optional`."""

    negated = False
    optional = False

    def matches(self, request: Request) -> bool:
        """Whether the body matches, `not` and `optional` included."""
        if self.optional and not request.body:
            return True
        return self.accepts(request) is not self.negated

    @abstractmethod
    def accepts(self, request: Request) -> bool:
        """Whether the body matches, before `not` turns it round."""

    @abstractmethod
    def expected(self) -> str:
        """What it wants, in short, for an explanation."""

    def reasons(self, request: Request) -> Iterator[str]:
        """Why it does not accept the body, in words; for an explanation."""
        yield "there is no body" if not request.body else "the body is another one"

    def marked(self, spec: dict[str, Any]) -> BodyMatcher:
        """The same with the marks of its object form."""
        self.negated = spec.get("not") is True
        self.optional = spec.get("optional") is True
        return self
