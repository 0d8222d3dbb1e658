"""The estimate in words and columns."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from automock_tui.domain.cost import estimate
from automock_tui.domain.options import DeploymentOptions
from automock_tui.domain.traffic import TRAFFIC_LEVELS
from automock_tui.operations.estimate import price_book
from automock_tui.ui.estimate_text import heading, headline, remarks, rows, title, totals
from tests.ui.screen_app import folders_in


@pytest.fixture
def found(tmp_path: Path):
    def make(region: str = "us-east-1", hours: float = 4, **options):
        prices = price_book(folders_in(tmp_path))
        ttl = timedelta(hours=hours) or None
        return estimate(DeploymentOptions(**options), ttl, region, TRAFFIC_LEVELS[2], prices)

    return make


def test_the_columns_line_up_at_any_width(found):
    for width in (40, 55, 100):
        lines = [
            row.text(width) for row in (heading(found()), *rows(found(), width, at_max=False), *totals(found()))
        ]
        assert {len(line) for line in lines} == {width}
        assert lines[1].rstrip().endswith("$14.78")


def test_the_totals_are_those_of_the_estimate(found):
    one = found()
    least, most = totals(one)
    assert (least.name, most.name) == ("at 1 task", "at 3 tasks")
    assert least.amounts == ("$0.0744", "$0.298", "$54.31")
    assert most.amounts == ("$0.1343", "$0.537", "$98.07")
    assert [row.name for row in totals(found(min_tasks=3))] == ["at 3 tasks"]


def test_the_headline_says_both_ends(found):
    assert headline(found()) == "1 task $0.0744/h, $0.298  ·  3 tasks $0.1343/h, $0.537 until TTL"
    assert "a month" in headline(found(hours=0))


def test_no_ttl_has_a_dash(found):
    assert heading(found(hours=0)).amounts[1] == "no TTL"
    assert next(rows(found(hours=0), 60, at_max=False)).amounts[1] == "–"


def test_a_region_without_prices_never_shows_a_number(found):
    nowhere = found("xx-nowhere-1")
    told = [row for row in rows(nowhere, 60, at_max=True) if row.amounts[2] == "no price"]
    assert len(told) > 5
    assert headline(nowhere) == "no prices for xx-nowhere-1"
    assert all(row.amounts == ("", "", "no price") for row in totals(nowhere))
    assert any("--refresh-prices" in text for text in remarks(nowhere, is_free=False))


def test_the_sandbox_says_that_nothing_is_billed(found):
    assert "Costs nothing here" in next(remarks(found(), is_free=True))
    assert not any("Costs nothing" in text for text in remarks(found(), is_free=False))
    assert any(text.startswith("Not included: tax") for text in remarks(found(), is_free=False))


def test_the_title_dates_the_prices(found):
    assert title(found()).startswith("us-east-1 · prices of 20")
