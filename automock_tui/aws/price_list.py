"""Prices from AWS itself: the Price List Query API (`pricing:GetProducts`), kept in a cache file.

A refresh fails closed. Where the list gives no rate, more than one, or one that cannot be meant, the row of the
table stays as it was and says so. One refused permission ends the refresh; the cache is then left alone.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automock_tui.aws.errors import explained
from automock_tui.aws.price_keys import PRICE_KEYS, REGION_PREFIXES, PriceKey
from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.domain.price_table import built_in_prices
from automock_tui.domain.prices import GLOBAL, GLOBAL_ITEMS, Confidence, Item, Price, PriceBook

if TYPE_CHECKING:
    import boto3

CACHE_FILE = "prices.json"
API_REGION = "us-east-1"
"""One of the few regions that serve the price list, of all regions."""
PRICE_LIST_URL = f"https://api.pricing.{API_REGION}.amazonaws.com"
SOURCE = "AWS Price List"
_WORKERS = 8
_MAX_PAGES = 20
_PLAUSIBLE_FACTOR = 5
"""No region's price is this many times another's; a rate that is has been read in the wrong unit."""


@dataclass(frozen=True)
class PriceRefresh:
    """What a refresh brought: the book to use from now on, rows read, a sentence for each row that stayed."""

    book: PriceBook
    read: int
    problems: tuple[str, ...]


@dataclass(frozen=True)
class _Answer:
    item: Item
    region: str
    amount: Decimal | None
    problem: str


def pricing_client(session: boto3.Session, endpoint_url: str = PRICE_LIST_URL) -> Any:
    """A client of the price list with the session's credentials; AWS's own, whatever endpoint is configured.

    Raises:
        AutomockError: the session's profile cannot be used.
    """
    from botocore.config import Config

    config = Config(
        connect_timeout=3,
        read_timeout=20,
        max_pool_connections=_WORKERS,
        retries={"mode": "standard", "total_max_attempts": 5},
    )
    with explained("pricing", "GetProducts"):
        return session.client("pricing", region_name=API_REGION, endpoint_url=endpoint_url, config=config)


def refresh_prices(client: Any, regions: Iterable[str], today: date, table: PriceBook) -> PriceRefresh:
    """Read every price of these regions from AWS.

    Args:
        client: A boto3 client of the price list, see `pricing_client`.
        regions: Regions to read; what is global is read as well.
        today: The date that the rows get.
        table: What to keep where the list gives no clear answer.

    Raises:
        InvalidInput: a region whose usage types we do not know.
        AutomockError: no credentials, no permission (`pricing:GetProducts`), or no network.
    """
    wanted = [(item, place) for place in [*_known(regions), GLOBAL] for item in Item if _belongs(item, place)]
    with ThreadPoolExecutor(_WORKERS) as pool:
        answers = list(pool.map(lambda pair: _ask(client, pair[0], pair[1], table), wanted))
    rows = [row for answer in answers if (row := _row(answer, today, table))]
    return PriceRefresh(
        table.updated(PriceBook.of(rows)),
        sum(answer.amount is not None for answer in answers),
        tuple(f"{a.item.value} in {a.region}: {a.problem}" for a in answers if a.problem),
    )


def load_prices(cache: Path) -> PriceBook:
    """The built-in table with the cached rows over it; a cache that cannot be read is a remark of the book."""
    table, file = built_in_prices(), cache / CACHE_FILE
    try:
        return table.updated(PriceBook.from_json(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return table
    except (OSError, ValueError) as error:
        remark = f"{file} cannot be read ({error}): built-in prices are used. Refresh them to write it anew."
        return replace(table, remarks=(remark,))


def save_prices(book: PriceBook, cache: Path) -> Path:
    """Keep the rows that came from AWS in the cache folder, whole or not at all. Returns the file.

    Raises:
        AutomockError: it cannot be written.
    """
    file = cache / CACHE_FILE
    ours = PriceBook.of(row for row in book.rows.values() if row.source == SOURCE or row.note)
    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(file, ours.to_json())
    except OSError as error:
        raise AutomockError(
            "The prices cannot be kept",
            f"{file}: {error.strerror or error}.",
            "Make room or give yourself the right to write there, then refresh again.",
        ) from error
    return file


def _replace(file: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".prices-")  # mkstemp makes it private
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as temporary:
            temporary.write(text)
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)


def _known(regions: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(regions))
    unknown = [region for region in wanted if region not in REGION_PREFIXES]
    if unknown:
        raise InvalidInput(
            f"No prices can be read for {', '.join(unknown)}",
            f"Known regions: {', '.join(sorted(REGION_PREFIXES))}.",
            "Choose one of them, or estimate without a price.",
        )
    return wanted


def _belongs(item: Item, place: str) -> bool:
    return (item in GLOBAL_ITEMS) == (place == GLOBAL)


def _ask(client: Any, item: Item, region: str, table: PriceBook) -> _Answer:
    key = PRICE_KEYS[item]
    rates: set[Decimal] = set()
    for usage_type in key.usage_types(item, region):
        rates |= {
            rate * key.per for rate in _rates(_products(client, key, usage_type), key, usage_type, region)
        }
    if not rates:
        return _Answer(item, region, None, "AWS lists no rate; the table's stays.")
    if len(rates) > 1:
        shown = ", ".join(f"{rate.normalize():f}" for rate in sorted(rates))
        return _Answer(item, region, None, f"AWS lists several rates ({shown}); the table's stays.")
    rate = rates.pop()
    if not _plausible(rate, item, table):
        return _Answer(
            item, region, None, f"AWS lists {rate.normalize():f}, far from any other; the table's stays."
        )
    return _Answer(item, region, rate, "")


def _plausible(rate: Decimal, item: Item, table: PriceBook) -> bool:
    others = [price.amount for (at, _), price in table.rows.items() if at is item]
    if not others:
        return True
    return min(others) / _PLAUSIBLE_FACTOR <= rate <= max(others) * _PLAUSIBLE_FACTOR


def _row(answer: _Answer, today: date, table: PriceBook) -> Price | None:
    if answer.amount is not None:
        amount = Decimal(f"{answer.amount.normalize():f}")
        return Price(answer.item, answer.region, amount, today, SOURCE, Confidence.LIST)
    kept = table.rows.get((answer.item, answer.region))
    return replace(kept, note=answer.problem) if kept else None


def _products(client: Any, key: PriceKey, usage_type: str) -> Iterator[dict[str, Any]]:
    filters = {"usagetype": usage_type, **key.attributes}
    request: dict[str, Any] = {
        "ServiceCode": key.service,
        "FormatVersion": "aws_v1",
        "Filters": [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in filters.items()],
    }
    for _ in range(_MAX_PAGES):
        with explained("pricing", "GetProducts", f"the price list of {key.service}"):
            answer = client.get_products(**request)
        yield from (_parsed(text, key) for text in answer.get("PriceList", ()))
        if not answer.get("NextToken"):
            return
        request["NextToken"] = answer["NextToken"]


def _parsed(text: str, key: PriceKey) -> dict[str, Any]:
    try:
        product = json.loads(text)
    except ValueError as error:
        product = error
    if isinstance(product, dict):
        return product
    raise AutomockError(
        "The price list cannot be read",
        f"AWS's answer for {key.service} is not a product: {str(text)[:80]!r}.",
        "Try again later; the prices known so far stay in use.",
    )


def _rates(
    products: Iterable[dict[str, Any]], key: PriceKey, usage_type: str, region: str
) -> Iterator[Decimal]:
    for product in products:
        attributes = product.get("product", {}).get("attributes", {})
        if not _matches(attributes, {"usagetype": usage_type, **key.attributes}, region):
            continue
        for term in product.get("terms", {}).get("OnDemand", {}).values():
            first = _first_paid(list(term.get("priceDimensions", {}).values()))
            if first is not None:
                yield first


def _matches(attributes: dict[str, str], wanted: dict[str, str], region: str) -> bool:
    said = attributes.get("regionCode") or attributes.get("fromRegionCode") or region
    here = region == GLOBAL or said == region
    return here and all(attributes.get(name) == value for name, value in wanted.items())


def _first_paid(dimensions: Sequence[dict[str, Any]]) -> Decimal | None:
    """The rate of the first tier that is not free; None for none in US dollars."""
    tiers: list[tuple[Decimal, Decimal]] = []
    for dimension in dimensions:
        try:
            rate = Decimal(dimension["pricePerUnit"]["USD"])
            start = Decimal(dimension.get("beginRange") or 0)
        except (KeyError, TypeError, InvalidOperation):
            continue
        if rate > 0:
            tiers.append((start, rate))
    return min(tiers)[1] if tiers else None
