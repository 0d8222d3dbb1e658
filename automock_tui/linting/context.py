"""What the linter is told beside the expectations: where they will run, and what they came from."""

from __future__ import annotations

from dataclasses import dataclass

from automock_tui.domain.expectation_fields import MOCKSERVER_VERSION


@dataclass(frozen=True, slots=True)
class Description:
    """An API description (OpenAPI or Swagger) that responses have to keep to: its name and its text."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class LintContext:
    """Where and by what the expectations are judged.

    Attributes:
        max_tasks: Tasks that the deployment may have at most; None where there is no deployment.
        is_public: Whether everybody reaches the mock's address.
        silenced: Ids of rules that are not reported; those that MockServer enforces always are.
        descriptions: API descriptions that the responses have to keep to.
        mockserver_version: The version that will serve them.
    """

    max_tasks: int | None = None
    is_public: bool = False
    silenced: frozenset[str] = frozenset()
    descriptions: tuple[Description, ...] = ()
    mockserver_version: str = MOCKSERVER_VERSION
