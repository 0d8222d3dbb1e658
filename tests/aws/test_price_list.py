"""Prices read from AWS: recorded shapes of `GetProducts`, served by a stub and by a small HTTP server."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from automock_tui.aws.price_keys import PRICE_KEYS, REGION_PREFIXES
from automock_tui.aws.price_list import (
    CACHE_FILE,
    SOURCE,
    PriceRefresh,
    load_prices,
    pricing_client,
    refresh_prices,
    save_prices,
)
from automock_tui.domain.cost import estimate
from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.domain.options import DeploymentOptions
from automock_tui.domain.price_table import built_in_prices
from automock_tui.domain.prices import GLOBAL, GLOBAL_ITEMS, Confidence, Item, Price, PriceBook
from automock_tui.domain.traffic import TRAFFIC_LEVELS

TABLE = built_in_prices()
TODAY = date(2026, 12, 24)
Products = list[dict[str, Any]]


def product(rate: str, attributes: dict[str, str], *tiers: tuple[str, str]) -> dict[str, Any]:
    """A product as the price list writes it; `tiers` are (begin, rate) instead of the one rate."""
    dimensions = {
        f"SKU.JRTCKXETXF.{number}": {
            "unit": "Hrs",
            "beginRange": begin,
            "endRange": "Inf",
            "description": f"${amount} per unit",
            "appliesTo": [],
            "rateCode": f"SKU.JRTCKXETXF.{number}",
            "pricePerUnit": {"USD": amount},
        }
        for number, (begin, amount) in enumerate(tiers or [("0", rate)])
    }
    return {
        "product": {"productFamily": "x", "sku": "SKU", "attributes": attributes},
        "serviceCode": "x",
        "terms": {
            "OnDemand": {"SKU.JRTCKXETXF": {"priceDimensions": dimensions, "offerTermCode": "JRTCKXETXF"}}
        },
        "version": "20261201000000",
        "publicationDate": "2026-12-01T00:00:00Z",
    }


class PriceListServer:
    """Answers `GetProducts` from a list of products, as AWS does: by service and every TERM_MATCH filter."""

    def __init__(self, products: dict[str, Products], page: int = 100) -> None:
        self.products, self.page = products, page
        self.requests: list[dict[str, Any]] = []
        self.refuse: tuple[int, str] | None = None

    def answer(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.requests.append(request)
        if self.refuse:
            return self.refuse[0], {"__type": self.refuse[1], "message": "no"}
        wanted = {f["Field"]: f["Value"] for f in request["Filters"]}
        found = [
            entry
            for entry in self.products.get(request["ServiceCode"], [])
            if all(entry["product"]["attributes"].get(k) == v for k, v in wanted.items())
        ]
        start = int(request.get("NextToken", 0))
        body: dict[str, Any] = {
            "FormatVersion": "aws_v1",
            "PriceList": [json.dumps(x) for x in found[start : start + self.page]],
        }
        if start + self.page < len(found):
            body["NextToken"] = str(start + self.page)
        return 200, body

    @contextmanager
    def running(self) -> Iterator[str]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                status, body = outer.answer(json.loads(self.rfile.read(length)))
                payload = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *args: object) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()


def session() -> boto3.Session:
    return boto3.Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="x", region_name="eu-central-1")


def listed(region: str, change: Callable[[Item, str], str] = lambda item, rate: rate) -> dict[str, Products]:
    """The whole price list of one region, at us-east-1's prices unless `change` says otherwise, with decoys."""
    products: dict[str, Products] = {}
    for item, key in PRICE_KEYS.items():
        place = GLOBAL if item in GLOBAL_ITEMS else region
        known = TABLE.find(item, "us-east-1")
        assert known
        rate = change(item, f"{known.amount / key.per:f}")
        usage_type = key.usage_types(item, region)[0]
        attributes = {"usagetype": usage_type, **key.attributes}
        if place != GLOBAL:
            attributes["regionCode"] = region
        group = products.setdefault(key.service, [])
        group.append(product("", attributes, ("0", "0.0000000000"), ("10", rate), ("99999", "0.0000000001")))
        group.append(product("77", {**attributes, "usagetype": f"TS-{usage_type}"}))
        group.append(product("78", {**attributes, "usagetype": f"{usage_type}-Regional"}))
        if place != GLOBAL:
            group.append(product("79", {**attributes, "regionCode": "elsewhere-1"}))
    return products


def refreshed(server: PriceListServer, *regions: str, table: PriceBook = TABLE) -> PriceRefresh:
    with server.running() as url:
        return refresh_prices(pricing_client(session(), url), regions, TODAY, table)


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "eu-central-1", "ap-south-1", "us-west-1"])
def test_a_whole_region_is_read(region: str) -> None:
    server = PriceListServer(listed(region, lambda item, rate: f"{Decimal(rate) * 2:f}"))
    found = refreshed(server, region)
    assert found.problems == () and found.read == len(Item)
    for item in Item:
        price, before = found.book.find(item, region), TABLE.find(item, "us-east-1")
        assert price and before and price.amount == before.amount * 2
        assert (price.source, price.as_of, price.confidence) == (SOURCE, TODAY, Confidence.LIST)
    shown = estimate(DeploymentOptions(), timedelta(hours=4), region, TRAFFIC_LEVELS[2], found.book)
    assert shown.is_complete and shown.dated == TODAY


def test_every_request_is_an_exact_match() -> None:
    server = PriceListServer(listed("ap-south-1"))
    refreshed(server, "ap-south-1")
    asked = {
        (r["ServiceCode"], f["Value"])
        for r in server.requests
        for f in r["Filters"]
        if f["Field"] == "usagetype"
    }
    assert ("AmazonECS", "APS3-Fargate-vCPU-Hours:perCPU") in asked
    assert ("AmazonEC2", "APS3-NatGateway-Hours") in asked
    assert ("AmazonRoute53", "DNS-Queries") in asked
    assert {f["Type"] for r in server.requests for f in r["Filters"]} == {"TERM_MATCH"}


def test_us_east_1_is_found_with_and_without_its_prefix() -> None:
    products = listed("us-east-1")
    for entry in products["AWSELB"]:
        attributes = entry["product"]["attributes"]
        attributes["usagetype"] = attributes["usagetype"].removeprefix("USE1-")
    found = refreshed(PriceListServer(products), "us-east-1")
    assert found.problems == ()


def test_answers_of_many_pages_are_read_to_the_end() -> None:
    products = listed("eu-central-1")
    twin = {"usagetype": "EUC1-LoadBalancerUsage", "operation": "LoadBalancing:Application"}
    products["AWSELB"] += [product("0.0225", twin) for _ in range(3)] + [product("0.03", twin)]
    found = refreshed(PriceListServer(products, page=2), "eu-central-1")
    (problem,) = found.problems
    assert problem.startswith("alb-hour in eu-central-1: AWS lists several rates (0.0225, 0.03)")


def test_several_rates_keep_the_row_and_flag_it() -> None:
    products = listed("eu-central-1")
    attributes = {"usagetype": "EUC1-LoadBalancerUsage", "operation": "LoadBalancing:Application"}
    products["AWSELB"].append(product("0.0333", {**attributes, "regionCode": "eu-central-1"}))
    found = refreshed(PriceListServer(products), "eu-central-1")
    row, before = found.book.find(Item.ALB_HOUR, "eu-central-1"), TABLE.find(Item.ALB_HOUR, "eu-central-1")
    assert row and before and row.amount == before.amount and row.source == before.source
    assert "several rates" in row.note
    shown = estimate(DeploymentOptions(), None, "eu-central-1", TRAFFIC_LEVELS[0], found.book)
    assert any("several rates" in note for note in shown.notes)


def test_a_rate_in_another_unit_is_not_believed() -> None:
    wrong = listed("eu-central-1", lambda item, rate: "40.48" if item is Item.FARGATE_VCPU_HOUR else rate)
    found = refreshed(PriceListServer(wrong), "eu-central-1")
    row = found.book.find(Item.FARGATE_VCPU_HOUR, "eu-central-1")
    assert row and row.amount == Decimal("0.04656") and "far from any other" in row.note


def test_what_is_not_listed_stays_missing() -> None:
    found = refreshed(PriceListServer({}), "eu-west-3")
    assert found.read == 0 and len(found.problems) == len(Item)
    assert found.book.find(Item.NAT_HOUR, "eu-west-3") is None
    kept = found.book.find(Item.FARGATE_GB_HOUR, "eu-west-3")
    assert kept and kept.amount == Decimal("0.0053") and "no rate" in kept.note


def test_a_price_in_another_currency_is_not_ours() -> None:
    products = listed("eu-central-1")
    for entry in products["AmazonVPC"]:
        for term in entry["terms"]["OnDemand"].values():
            for dimension in term["priceDimensions"].values():
                dimension["pricePerUnit"] = {"CNY": "0.03"}
    (problem,) = refreshed(PriceListServer(products), "eu-central-1").problems
    assert problem.startswith("public-ipv4-hour")


def test_an_unknown_region_is_said_before_anything_is_asked() -> None:
    server = PriceListServer({})
    with pytest.raises(InvalidInput, match="mars-west-1"):
        refreshed(server, "us-east-1", "mars-west-1")
    assert server.requests == []


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ((400, "AccessDeniedException"), "pricing:GetProducts"),
        ((400, "ExpiredTokenException"), "expired"),
        ((400, "UnrecognizedClientException"), "does not accept these credentials"),
    ],
)
def test_a_refusal_names_what_to_do(refusal: tuple[int, str], words: str) -> None:
    server = PriceListServer({})
    server.refuse = refusal
    with pytest.raises(AutomockError) as raised:
        refreshed(server, "us-east-1")
    assert words in str(raised.value) and raised.value.hint


def test_no_network_is_said() -> None:
    with PriceListServer({}).running() as url:
        pass
    with pytest.raises(AutomockError, match="does not answer"):
        refresh_prices(pricing_client(session(), url), ["us-east-1"], TODAY, TABLE)


def test_an_answer_that_is_no_product_is_said() -> None:
    client = boto3.client("pricing", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stub:
        for _ in range(40):
            stub.add_response("get_products", {"PriceList": ["<html>"]})
        with pytest.raises(AutomockError, match="cannot be read"):
            refresh_prices(client, ["us-east-2"], TODAY, TABLE)


def test_the_client_asks_aws_whatever_endpoint_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert pricing_client(session()).meta.endpoint_url == "https://api.pricing.us-east-1.amazonaws.com"


def test_the_regions_of_the_table_can_all_be_refreshed() -> None:
    assert set(TABLE.regions) <= set(REGION_PREFIXES)
    assert set(PRICE_KEYS) == set(Item)
    names = [prefix for prefixes in REGION_PREFIXES.values() for prefix in prefixes]
    assert len(names) == len(set(names))


# --- the cache


def test_the_cache_is_private_and_comes_back(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    found = refreshed(PriceListServer(listed("us-west-1")), "us-west-1")
    file = save_prices(found.book, cache)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert [path.name for path in cache.iterdir()] == [CACHE_FILE]
    again = load_prices(cache)
    assert again.rows == found.book.rows and again.remarks == ()


def test_the_cache_holds_only_what_aws_said(tmp_path: Path) -> None:
    newer = Price(Item.NAT_GB, "us-east-1", Decimal("0.046"), TODAY, SOURCE, Confidence.LIST)
    save_prices(TABLE.updated(PriceBook.of([newer])), tmp_path)
    assert len(json.loads((tmp_path / CACHE_FILE).read_text())["prices"]) == 1
    assert load_prices(tmp_path).find(Item.NAT_GB, "us-east-1") == newer


def test_without_a_cache_the_table_is_used(tmp_path: Path) -> None:
    assert load_prices(tmp_path / "nowhere") is TABLE


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b'{"format": 2}', b'{"format": 1, "prices": [{}]}']
)
def test_a_broken_cache_is_a_remark_and_never_stops_an_estimate(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CACHE_FILE).write_bytes(content)
    book = load_prices(tmp_path)
    assert book.rows == TABLE.rows
    shown = estimate(DeploymentOptions(), None, "us-east-1", TRAFFIC_LEVELS[0], book)
    assert any(CACHE_FILE in note and "built-in" in note for note in shown.notes)


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AutomockError, match="cannot be kept"):
        save_prices(TABLE, tmp_path / "file" / "cache")
