"""What a running deployment has cost, and how money reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from automock_tui.domain.cost import estimate
from automock_tui.domain.deployment import DeploymentMetadata, DeploymentStatus, Infrastructure
from automock_tui.domain.money import at_least, hourly_money, money
from automock_tui.domain.options import DeploymentOptions
from automock_tui.domain.price_table import built_in_prices
from automock_tui.domain.spend import Spend, accrued, hourly, total
from automock_tui.domain.traffic import IDLE

PRICES = built_in_prices()
START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def deployed(**changes: object) -> DeploymentMetadata:
    metadata = DeploymentMetadata(
        project_name="petstore",
        deployment_status=DeploymentStatus.DEPLOYED,
        deployed_at=START,
        options=DeploymentOptions(min_tasks=2, max_tasks=6).model_dump(mode="json"),
        infrastructure=Infrastructure(region="us-east-1"),
    )
    return replace(metadata, **changes)  # type: ignore[arg-type]  # the test names real fields


def test_so_far_is_the_estimate_for_the_time_that_passed() -> None:
    options = DeploymentOptions(min_tasks=2, max_tasks=6)
    for life in (timedelta(minutes=1), timedelta(hours=2), timedelta(days=3, minutes=7)):
        expected = estimate(options, life, "us-east-1", IDLE, PRICES).at_min
        spend = accrued(deployed(), START + life, PRICES)
        assert expected and spend == Spend(expected.until_ttl or Decimal(0), True)


def test_so_far_by_hand() -> None:
    """90 minutes of 2 x (.5 x .04048 + .004445); 2 started hours of ALB and four addresses; the rest."""
    compute = Decimal("0.04937") * Decimal("1.5")
    started = (Decimal("0.0225") + Decimal("0.02")) * 2
    monthly = (Decimal("1.00") + Decimal("3.00") + Decimal("0.00023")) * Decimal("1.5") / 730
    polls = Decimal("0.000576") * Decimal("1.5")
    spend = accrued(deployed(), START + timedelta(minutes=90), PRICES)
    assert spend and spend.amount.quantize(Decimal("1e-20")) == (compute + started + monthly + polls).quantize(
        Decimal("1e-20")
    )


def test_so_far_stops_when_it_is_destroyed() -> None:
    end = START + timedelta(hours=2)
    gone = deployed(
        deployment_status=DeploymentStatus.DESTROYED, destroyed_at=end, infrastructure=Infrastructure()
    )
    assert accrued(gone, end + timedelta(days=9), PRICES) is None  # it no longer says where it was
    spend = accrued(gone, end + timedelta(days=9), PRICES, region="us-east-1")
    assert spend == accrued(deployed(), end, PRICES)


@pytest.mark.parametrize(
    "changes",
    [
        {"deployment_status": DeploymentStatus.NONE},
        {"deployment_status": DeploymentStatus.DEPLOYING},
        {"deployed_at": None},
        {"infrastructure": Infrastructure()},
        {"infrastructure": Infrastructure(region="mars-west-1")},
        {"options": {"instance_size": "gigantic"}},
        {"options": {"min_tasks": "two"}},
        {"options": {"min_tasks": []}},
    ],
)
def test_what_we_cannot_tell_is_none(changes: dict[str, object]) -> None:
    assert accrued(deployed(**changes), START + timedelta(hours=1), PRICES) is None


def test_a_clock_that_runs_back_costs_nothing() -> None:
    spend = accrued(deployed(), START - timedelta(hours=1), PRICES)
    assert spend and spend.amount == 0


def test_hourly_counts_running_tasks() -> None:
    at_min, at_five = hourly(deployed(), PRICES), hourly(deployed(), PRICES, tasks=5)
    assert at_min and at_five
    per_task = Decimal("0.02024") + Decimal("0.004445") + Decimal("0.005") + Decimal("0.000288")
    assert (at_five.amount - at_min.amount).quantize(Decimal("1e-20")) == 3 * per_task
    assert hourly(deployed(deployment_status=DeploymentStatus.DESTROYED), PRICES) is None
    assert hourly(deployed(infrastructure=Infrastructure()), PRICES, region="us-east-1") == at_min


def test_a_region_without_all_prices_is_at_least() -> None:
    spend = hourly(deployed(infrastructure=Infrastructure(region="eu-central-1")), PRICES)
    assert spend and not spend.is_complete
    assert spend.hourly_text().startswith("at least $0.")
    known = hourly(deployed(), PRICES)
    assert known and known.is_complete
    both = total([spend, known, None])
    assert both == Spend(spend.amount + known.amount, False)
    assert total([]) == Spend(Decimal(0), True)


@pytest.mark.parametrize(
    ("amount", "places", "text"),
    [
        ("0", 2, "$0.00"),
        ("0.0000001", 2, "< $0.01"),
        ("0.0099", 2, "< $0.01"),
        ("0.01", 2, "$0.01"),
        ("0.065", 2, "$0.07"),
        ("1234.5", 2, "$1,234.50"),
        ("-0.5", 2, "-$0.50"),
        ("-0.001", 2, "$0.00"),
        ("0.04324", 4, "$0.0432"),
        ("0.00001", 4, "< $0.0001"),
        ("1E+3", 2, "$1,000.00"),
    ],
)
def test_money(amount: str, places: int, text: str) -> None:
    assert money(Decimal(amount), places) == text


def test_money_with_words() -> None:
    assert hourly_money(Decimal("0.14")) == "$0.14/h"
    assert hourly_money(Decimal("0.0995")) == "$0.0995/h"
    assert hourly_money(Decimal(0)) == "$0.00/h"
    assert at_least("$1.00", True) == "$1.00"
    assert at_least("$1.00", False) == "at least $1.00"
    assert Spend(Decimal("0.07"), False).total_text() == "at least $0.07"
