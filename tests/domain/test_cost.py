"""The estimate against figures computed by hand, and the rules that every estimate keeps."""

from __future__ import annotations

import time
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automock_tui.domain.cost import (
    Cost,
    CostLine,
    Estimate,
    Part,
    billed_hours,
    charge,
    estimate,
    estimate_footprint,
)
from automock_tui.domain.footprint import OWN_ALARMS, SCALING_POLICIES, Footprint
from automock_tui.domain.options import DeploymentOptions, InstanceSize
from automock_tui.domain.price_table import built_in_prices
from automock_tui.domain.prices import GLOBAL, Confidence, Item, Price, PriceBook
from automock_tui.domain.task_sizes import TASK_SIZES, TaskSize
from automock_tui.domain.traffic import IDLE, TRAFFIC_LEVELS, Traffic

PRICES = built_in_prices()
HOME = "us-east-1"
FOUR_HOURS = timedelta(hours=4)
TEN = Traffic.at(10)


def line(found: Estimate, part: Part) -> CostLine:
    (only,) = [x for x in found.lines if x.part is part]
    return only


def at_min(found: Estimate, part: Part) -> Cost:
    cost = line(found, part).at_min
    assert cost is not None
    return cost


def at_max(found: Estimate, part: Part) -> Cost:
    cost = line(found, part).at_max
    assert cost is not None
    return cost


def total(cost: Cost | None) -> Cost:
    assert cost is not None
    return cost


# --- figures computed by hand


def test_one_quarter_vcpu_task_by_hand() -> None:
    """.25 x .04048 + .5 x .004445 = .0123425 an hour; ten of them for a month: 90.10025."""
    quarter = Footprint(size=TaskSize(256, 512), min_tasks=1, max_tasks=10)
    found = estimate_footprint(quarter, FOUR_HOURS, HOME, IDLE, PRICES)
    one = at_min(found, Part.FARGATE_CPU) + at_min(found, Part.FARGATE_MEMORY)
    ten = at_max(found, Part.FARGATE_CPU) + at_max(found, Part.FARGATE_MEMORY)
    assert one.per_hour == Decimal("0.0123425")
    assert ten.per_hour == Decimal("0.123425")
    assert ten.per_month == Decimal("90.10025")
    two_hundred = Footprint(size=TaskSize(256, 512), min_tasks=200, max_tasks=200)
    many = estimate_footprint(two_hundred, FOUR_HOURS, HOME, IDLE, PRICES)
    compute = at_min(many, Part.FARGATE_CPU) + at_min(many, Part.FARGATE_MEMORY)
    assert compute.per_hour == Decimal("2.4685")


def test_whole_private_stack_by_hand() -> None:
    """10 tasks .123425 + ALB .0225 + NAT .045 + 3 addresses .015 = .205925 an hour, .8237 in 4 h."""
    quarter = Footprint(size=TaskSize(256, 512), min_tasks=10, max_tasks=10, public_tasks=False, nat_gateways=1)
    found = estimate_footprint(quarter, FOUR_HOURS, HOME, IDLE, PRICES)
    parts = [Part.FARGATE_CPU, Part.FARGATE_MEMORY, Part.LOAD_BALANCER, Part.NAT_GATEWAY, Part.PUBLIC_IPV4]
    assert sum(at_min(found, part).per_hour for part in parts) == Decimal("0.205925")
    assert sum(at_min(found, part).until_ttl or 0 for part in parts) == Decimal("0.823700")
    assert sum(at_min(found, part).per_month for part in parts) == Decimal("150.325250")


def test_default_deployment_by_hand() -> None:
    """Half a vCPU, 1 GB, one to three public tasks, nobody calling."""
    found = estimate(DeploymentOptions(), FOUR_HOURS, HOME, IDLE, PRICES)
    assert at_min(found, Part.FARGATE_CPU).per_hour == Decimal("0.02024")
    assert at_min(found, Part.FARGATE_MEMORY).per_hour == Decimal("0.004445")
    assert at_max(found, Part.FARGATE_CPU).until_ttl == Decimal("0.24288")
    assert at_min(found, Part.PUBLIC_IPV4).per_hour == Decimal("0.015")  # two zones and one task
    assert at_max(found, Part.PUBLIC_IPV4).per_hour == Decimal("0.025")
    assert at_min(found, Part.LOAD_BALANCER_UNITS).per_hour == 0
    assert at_min(found, Part.LOGS_INGESTED).per_hour == 0
    assert at_min(found, Part.ALARMS).per_month == Decimal("0.10") * (OWN_ALARMS + 2 * SCALING_POLICIES)
    assert at_min(found, Part.DASHBOARD).per_month == 3
    assert at_min(found, Part.S3_REQUESTS).per_hour == Decimal("0.000288")  # 720 polls
    assert at_max(found, Part.S3_REQUESTS).per_month == Decimal("0.63072")
    assert found.is_complete and found.dated == date(2026, 9, 29)


def test_arm_is_priced_as_arm() -> None:
    found = estimate(DeploymentOptions(cpu_architecture="ARM64"), FOUR_HOURS, HOME, IDLE, PRICES)
    assert at_min(found, Part.FARGATE_CPU).per_hour == Decimal("0.01619")
    assert at_min(found, Part.FARGATE_MEMORY).per_hour == Decimal("0.00356")


def test_the_load_balancer_example_of_aws() -> None:
    """ELB pricing page: a connection a second for 2 minutes, 5 requests, 300 kB a second, 60 rules."""
    traffic = Traffic(
        Decimal(5),
        request_kilobytes=Decimal(0),
        response_kilobytes=Decimal(60),
        connections_per_request=Decimal("0.2"),
        connection_seconds=Decimal(120),
    )
    assert traffic.load_balancer_units(60) == Decimal("1.08")
    assert traffic.load_balancer_units(60) * Decimal("0.008") == Decimal("0.00864")


@pytest.mark.parametrize(
    ("traffic", "rules", "units"),
    [
        (Traffic(Decimal(50)), 0, "2"),  # 50 connections a second / 25
        (Traffic(Decimal(10), connection_seconds=Decimal(600)), 0, "2"),  # 6,000 open / 3,000
        (Traffic(Decimal(10), response_kilobytes=Decimal(99)), 0, "3.6"),  # 1 MB a second = 3.6 GB an hour
        (Traffic(Decimal(100), connections_per_request=Decimal(0)), 60, "5"),  # 100 x 50 evaluations / 1,000
    ],
)
def test_each_dimension_of_an_lcu_can_be_the_largest(traffic: Traffic, rules: int, units: str) -> None:
    assert traffic.load_balancer_units(rules) == Decimal(units)


def test_traffic_lines_by_hand() -> None:
    found = estimate(DeploymentOptions(log_level="INFO"), FOUR_HOURS, HOME, TEN, PRICES)
    assert at_min(found, Part.LOAD_BALANCER_UNITS).per_hour == Decimal("0.0032")  # 0.4 LCU
    assert at_min(found, Part.DATA_OUT).per_hour == Decimal("0.00324")  # 36 MB an hour
    assert at_min(found, Part.LOGS_INGESTED).per_hour == Decimal("0.2502")  # 36,000 x 13.9 kB
    quiet = estimate(DeploymentOptions(log_level="WARN"), FOUR_HOURS, HOME, TEN, PRICES)
    assert at_min(quiet, Part.LOGS_INGESTED).per_hour == 0


def test_nat_data_is_the_logs_on_their_way() -> None:
    found = estimate(DeploymentOptions(network_mode="private", log_level="INFO"), FOUR_HOURS, HOME, TEN, PRICES)
    assert line(found, Part.NAT_DATA).quantity_at_max == Decimal("0.5004")  # 36,000 x 13.9 kB
    assert at_min(found, Part.PUBLIC_IPV4).per_hour == Decimal("0.015")  # two zones and the gateway


def test_own_network_counts_its_subnets() -> None:
    options = DeploymentOptions(
        network_mode="existing",
        vpc_id="vpc-00000001",
        public_subnet_ids=["subnet-0000000a", "subnet-0000000b", "subnet-0000000c"],
        private_subnet_ids=["subnet-0000000d", "subnet-0000000e"],
        max_tasks=9,
    )
    found = estimate(options, FOUR_HOURS, HOME, IDLE, PRICES)
    assert line(found, Part.PUBLIC_IPV4).quantity_at_max == 3
    assert Part.NAT_GATEWAY not in [x.part for x in found.lines]


def test_options_switch_lines_on_and_off() -> None:
    bare = estimate(DeploymentOptions(alarms=False, dashboard=False), None, HOME, IDLE, PRICES)
    assert Part.DASHBOARD not in [x.part for x in bare.lines]
    assert line(bare, Part.ALARMS).quantity_at_min == 2 * SCALING_POLICIES  # scaling keeps its own
    full = DeploymentOptions(container_insights=True, custom_domain="m.example.org", hosted_zone_id="Z1")
    found = estimate(full, None, HOME, TEN, PRICES)
    assert at_min(found, Part.INSIGHTS).per_month == Decimal("7.50")
    assert line(found, Part.DNS).quantity_at_min == Decimal("0.00006")  # one resolver, 60 questions an hour


def test_logs_are_kept_for_their_days_but_not_longer_than_the_deployment() -> None:
    def kept(days: int, ttl: timedelta | None) -> Decimal:
        options = DeploymentOptions(log_retention_days=days, log_level="INFO")
        return line(estimate(options, ttl, HOME, TEN, PRICES), Part.LOGS_STORED).quantity_at_min

    assert kept(7, FOUR_HOURS) == Decimal("0.5004") * (Decimal(4) / 730)
    assert kept(1, timedelta(hours=48)) == Decimal("0.5004") * (Decimal(24) / 730)
    assert kept(3653, None) == Decimal("0.5004")


def test_an_open_control_plane_has_more_rules_to_evaluate() -> None:
    options = DeploymentOptions(control_plane_cidrs=["192.0.2.1/32"])
    footprint = Footprint.of(options.model_dump())
    assert footprint.listener_rules == 19
    reused = Traffic(Decimal(100), connections_per_request=Decimal(0), response_kilobytes=Decimal(0))
    found = estimate_footprint(footprint, FOUR_HOURS, HOME, reused, PRICES)
    assert line(found, Part.LOAD_BALANCER_UNITS).quantity_at_min == Decimal("0.9")  # 9 beyond the free ten


# --- time


@pytest.mark.parametrize(
    ("life", "item", "hours"),
    [
        (timedelta(minutes=30), Item.ALB_HOUR, "1"),
        (timedelta(hours=4), Item.ALB_HOUR, "4"),
        (timedelta(hours=4, microseconds=1), Item.NAT_HOUR, "5"),
        (timedelta(hours=1, minutes=30), Item.PUBLIC_IPV4_HOUR, "2"),
        (timedelta(hours=1, minutes=30), Item.FARGATE_VCPU_HOUR, "1.5"),
        (timedelta(minutes=90), Item.DATA_OUT_GB, "1.5"),
        (timedelta(0), Item.FARGATE_VCPU_HOUR, "0"),
    ],
)
def test_billed_hours(life: timedelta, item: Item, hours: str) -> None:
    assert billed_hours(item, life) == Decimal(hours)


def test_a_task_is_billed_for_a_minute_at_least() -> None:
    assert billed_hours(Item.FARGATE_GB_HOUR, timedelta(seconds=5)) == Decimal(1) / 60


def test_no_ttl_has_no_end_and_says_so() -> None:
    for none in (None, timedelta(0)):
        found = estimate(DeploymentOptions(), none, HOME, TEN, PRICES)
        assert total(found.at_min).until_ttl is None
        assert all(x.at_max and x.at_max.until_ttl is None for x in found.lines)
        assert found.notes[0].startswith("No TTL")


# --- what has no price


def test_a_missing_row_is_said_and_never_borrowed() -> None:
    found = estimate(DeploymentOptions(log_level="INFO"), FOUR_HOURS, "eu-central-1", TEN, PRICES)
    assert not found.is_complete and found.no_prices is None
    missing = {x.part for x in found.missing}
    assert missing == {
        Part.LOAD_BALANCER_UNITS,
        Part.DATA_OUT,
        Part.LOGS_INGESTED,
        Part.LOGS_STORED,
        Part.ALARMS,
        Part.S3_STORAGE,
        Part.S3_REQUESTS,
    }
    assert all(x.price is None and x.at_min is None and x.at_max is None for x in found.missing)
    assert any("No price for eu-central-1" in note and "Alarms" in note for note in found.notes)
    known = [x.at_min for x in found.lines if x.at_min]
    assert total(found.at_min).per_hour == sum(x.per_hour for x in known)
    # .5 x .04656 + 1 x .00511 + .027 + 3 x .005 + 3/730
    assert total(found.at_min).per_hour == Decimal("0.07039") + Decimal(3) / 730


def test_nothing_used_costs_nothing_even_without_a_price() -> None:
    found = estimate(DeploymentOptions(), FOUR_HOURS, "eu-central-1", IDLE, PRICES)
    assert at_min(found, Part.DATA_OUT) == Cost(Decimal(0), Decimal(0), Decimal(0))


def test_a_region_with_nothing_has_no_total() -> None:
    found = estimate(DeploymentOptions(), FOUR_HOURS, "mars-west-1", TEN, PRICES)
    assert found.no_prices is not None and found.no_prices.region == "mars-west-1"
    assert "eu-central-1" in found.no_prices.message and "--refresh-prices" in found.no_prices.hint
    assert found.at_min is None and found.at_max is None
    assert {x.price.region for x in found.lines if x.price} == {GLOBAL}


@given(st.sampled_from(PRICES.regions), st.sampled_from(TRAFFIC_LEVELS))
def test_every_amount_comes_from_the_region_itself(region: str, traffic: Traffic) -> None:
    options = DeploymentOptions(network_mode="private", container_insights=True)
    for x in estimate(options, FOUR_HOURS, region, traffic, PRICES).lines:
        assert x.price is None or x.price.region in {region, GLOBAL}


# --- notes


def notes(region: str = HOME, traffic: Traffic = IDLE, **options: object) -> str:
    found = estimate(DeploymentOptions.model_validate(options), FOUR_HOURS, region, traffic, PRICES)
    return "\n".join(found.notes)


def test_the_cheaper_network_is_named_at_its_crossing() -> None:
    assert "would be cheaper above 10 tasks" in notes(max_tasks=11)
    assert "cheaper" not in notes(max_tasks=10)
    assert "Public subnets would be cheaper" in notes(network_mode="private", max_tasks=9)
    assert "cheaper" not in notes(network_mode="private", max_tasks=10)


def test_the_crossing_is_where_the_two_cost_the_same() -> None:
    def hour(mode: str, tasks: int) -> Decimal:
        options = DeploymentOptions(network_mode=mode, min_tasks=tasks, max_tasks=tasks)
        found = estimate(options, FOUR_HOURS, HOME, IDLE, PRICES)
        network = {Part.NAT_GATEWAY, Part.PUBLIC_IPV4}
        return sum((x.at_min.per_hour for x in found.lines if x.part in network and x.at_min), Decimal(0))

    assert hour("public", 9) < hour("private", 9)
    assert hour("public", 10) == hour("private", 10)
    assert hour("public", 11) > hour("private", 11)


def test_notes_speak_when_there_is_something_to_say() -> None:
    assert "log_level WARN" in notes(traffic=TEN, log_level="INFO")
    assert "log_level WARN" not in notes(traffic=TEN, log_level="WARN")
    assert "1,000 req/s asks for 10 tasks" in notes(traffic=Traffic.at(1000))
    assert "would run about 2 tasks" in notes(traffic=Traffic.at(150))
    assert "ARM64 would save $0.0049/h" in notes()
    assert "ARM64" not in notes(cpu_architecture="ARM64")
    assert "Not from AWS's own list: Fargate vCPU" in notes("us-west-2")
    assert "one more hour" in notes()


def test_what_is_left_out_is_said() -> None:
    found = estimate(DeploymentOptions(network_mode="private"), FOUR_HOURS, HOME, IDLE, PRICES)
    text = " ".join(found.not_included)
    assert "tax" in text and "free tier" in text and "janitor" in text and "images" in text


# --- laws

sizes = st.sampled_from(list(InstanceSize))
modes = st.sampled_from(["public", "private"])
counts = st.integers(1, 200)
rates = st.decimals(0, 2000, places=2)
lives = st.timedeltas(timedelta(minutes=1), timedelta(hours=168))
regions = st.sampled_from([*PRICES.regions, "mars-west-1"])


def totals(found: Estimate) -> list[Decimal]:
    costs = [cost for cost in (found.at_min, found.at_max) if cost]
    return [x for cost in costs for x in (cost.per_hour, cost.until_ttl or Decimal(0), cost.per_month)]


def never_less(more: Estimate, less: Estimate) -> bool:
    return all(a >= b for a, b in zip(totals(more), totals(less), strict=True))


@settings(max_examples=60)
@given(sizes, modes, counts, counts, lives, rates, regions)
def test_more_tasks_are_never_cheaper(
    size: InstanceSize, mode: str, a: int, b: int, ttl: timedelta, rate: Decimal, region: str
) -> None:
    few, many = sorted((a, b))

    def of(tasks: int) -> Estimate:
        options = DeploymentOptions(instance_size=size, network_mode=mode, min_tasks=tasks, max_tasks=200)
        return estimate(options, ttl, region, Traffic.at(rate), PRICES)

    assert never_less(of(many), of(few))
    assert all(x.at_max.per_hour >= x.at_min.per_hour for x in of(few).lines if x.at_min and x.at_max)


@settings(max_examples=60)
@given(modes, counts, lives, lives, rates, regions)
def test_a_longer_life_is_never_cheaper(
    mode: str, tasks: int, a: timedelta, b: timedelta, rate: Decimal, region: str
) -> None:
    options = DeploymentOptions(network_mode=mode, min_tasks=tasks, max_tasks=200)
    short, long = (estimate(options, ttl, region, Traffic.at(rate), PRICES) for ttl in sorted((a, b)))
    assert never_less(long, short)


@settings(max_examples=60)
@given(modes, counts, lives, rates, rates, regions, st.booleans())
def test_more_traffic_is_never_cheaper(
    mode: str, tasks: int, ttl: timedelta, a: Decimal, b: Decimal, region: str, domain: bool
) -> None:
    own = {"custom_domain": "m.example.org", "hosted_zone_id": "Z1"} if domain else {}
    options = DeploymentOptions.model_validate(
        {"network_mode": mode, "min_tasks": tasks, "max_tasks": 200, **own}
    )
    low, high = (estimate(options, ttl, region, Traffic.at(rate), PRICES) for rate in sorted((a, b)))
    if low.is_complete and high.is_complete:
        assert never_less(high, low)


@settings(max_examples=60)
@given(counts, lives, rates)
def test_totals_are_the_sum_of_the_lines_to_the_last_digit(tasks: int, ttl: timedelta, rate: Decimal) -> None:
    options = DeploymentOptions(min_tasks=tasks, max_tasks=200)
    found = estimate(options, ttl, HOME, Traffic.at(rate), PRICES)
    by_hand = Cost(Decimal(0), Decimal(0), Decimal(0))
    for x in found.lines:
        assert x.at_min and x.price
        by_hand = by_hand + x.at_min
        assert x.at_min == charge(x.item, x.price.amount, x.quantity_at_min, ttl)
    assert found.at_min == by_hand


def test_no_float_creeps_in() -> None:
    found = estimate(DeploymentOptions(), timedelta(hours=0.1), HOME, Traffic.at("0.1"), PRICES)
    for x in found.lines:
        assert x.at_min and all(
            isinstance(value, Decimal) for value in (x.at_min.per_hour, x.at_min.until_ttl, x.at_min.per_month)
        )
    fifth = at_min(estimate(DeploymentOptions(), timedelta(hours=0.2), HOME, IDLE, PRICES), Part.FARGATE_CPU)
    assert fifth.until_ttl == Decimal("0.004048")


def test_an_estimate_takes_under_a_millisecond_of_cpu() -> None:
    options = DeploymentOptions()
    estimate(options, FOUR_HOURS, HOME, TEN, PRICES)
    spent = []
    for _ in range(50):
        started = time.process_time_ns()
        estimate(options, FOUR_HOURS, HOME, TEN, PRICES)
        spent.append(time.process_time_ns() - started)
    assert min(spent) < 1_000_000


# --- the table, and the words it shares with others


def test_every_row_is_dated_and_has_a_source() -> None:
    assert len(PRICES.rows) > 70
    for (item, region), price in PRICES.rows.items():
        assert (price.item, price.region) == (item, region)
        assert price.amount > 0 and price.source and date(2026, 1, 1) < price.as_of <= date(2026, 11, 22)
        assert isinstance(price.confidence, Confidence) and item.unit


def test_the_regions_of_the_table() -> None:
    assert set(PRICES.regions) == {
        "us-east-1",
        "us-east-2",
        "us-west-2",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "eu-central-1",
        "eu-north-1",
        "ca-central-1",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-south-1",
        "sa-east-1",
    }
    assert len(PRICES.in_region(HOME)) == len(Item) - 2  # two are global


def test_a_book_survives_its_json_to_the_last_digit() -> None:
    book = PriceBook.of(
        [Price(Item.NAT_GB, "x-1", Decimal("0.10"), date(2026, 1, 2), "me", Confidence.DERIVED, "hm")]
    )
    again = PriceBook.from_json(book.to_json())
    assert again == book
    assert str(again.rows[Item.NAT_GB, "x-1"].amount) == "0.10"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format":1}', '{"format":1,"prices":[{"item":"gold"}]}'])
def test_a_bad_book_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        PriceBook.from_json(text)


def test_the_footprint_of_nothing_is_that_of_the_default_options() -> None:
    assert Footprint.of({}) == Footprint.of(DeploymentOptions().model_dump()) == Footprint()
    with pytest.raises(ValueError, match="gigantic"):
        Footprint.of({"instance_size": "gigantic"})


def test_every_size_has_its_numbers() -> None:
    assert set(TASK_SIZES) == {size.value for size in InstanceSize}
    for size in InstanceSize:
        assert (size.cpu_units, size.memory_mib) == TASK_SIZES[size.value]


@pytest.mark.parametrize("rate", ["-1", "NaN", "Infinity"])
def test_traffic_must_be_a_number_from_zero_up(rate: str) -> None:
    with pytest.raises(ValueError):
        Traffic.at(rate)


def test_levels_go_up() -> None:
    assert [level.label for level in TRAFFIC_LEVELS] == [
        "no traffic",
        "1 req/s",
        "10 req/s",
        "100 req/s",
        "1,000 req/s",
    ]
    asked = [level.requests_per_second for level in TRAFFIC_LEVELS]
    assert asked == sorted(asked)
