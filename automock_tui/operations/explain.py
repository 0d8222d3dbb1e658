"""Explain: why a set of expectations answers a request as it does, without serving it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automock_tui.domain.expectation import load_expectations

if TYPE_CHECKING:
    from automock_tui.mocking.explaining import Explanation


def explain_request(expectations: bytes | str, request: str, limit: int = 5) -> Explanation:
    """The winner of a request, or its near misses with each field that differs.

    Args:
        expectations: A document of expectations.
        request: A curl command, a HAR entry, or a request by lines.
        limit: The near misses to name at most.

    Raises:
        InvalidInput: the document or the request cannot be read.
    """
    from automock_tui.mocking.engine import Engine
    from automock_tui.mocking.explaining import explain
    from automock_tui.mocking.request_reading import read_request
    from automock_tui.operations.mock_services import equip

    engine = Engine()
    equip(engine.services)
    engine.load([one.tree for one in load_expectations(expectations).with_ids()])
    return explain(engine, read_request(request), limit)
