"""What a mock engine borrows from the importers: reading OpenAPI texts, and texts that match a pattern."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from automock_tui.domain.errors import InvalidInput

if TYPE_CHECKING:
    from automock_tui.mocking.services import Services


def equip(services: Services) -> None:
    """Let an engine read YAML descriptions, and make up texts for patterns."""
    services.read_document = _read_document
    services.match_pattern = _match_pattern


def _read_document(text: str) -> Any:
    from automock_tui.importing.trees import parse

    try:
        return parse(text, "the OpenAPI description")
    except InvalidInput as error:
        raise ValueError(f"{error.title}: {error.message}") from None


def _match_pattern(pattern: str) -> str:
    from automock_tui.importing.patterns import make_match

    return make_match(pattern, random.Random(pattern))
