"""Every case of the tables, asked of both servers: the same status, headers, body and end of connection."""

import pytest

from tests.conformance.tables import actions, bodies, openapi, order, pairs, paths, responses, templates
from tests.conformance.wire import run

TABLES = (paths, pairs, bodies, responses, order, templates, actions, openapi)
CASES = [case for table in TABLES for case in table.CASES]
pytestmark = pytest.mark.part("mockserver")


def test_the_tables_hold_enough():
    assert sum(len(case.requests) for case in CASES) >= 400
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_same_as_mockserver(real, ours, case):
    wanted, found = run(real, case), run(ours, case)
    for request, one, other in zip(["the expectations", *case.requests], wanted, found, strict=True):
        assert other == one, f"{request}\nMockServer: {one}\nours:       {other}"
