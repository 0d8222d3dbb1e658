"""The Lambda's entry."""

from __future__ import annotations

import functools
import json
import os
from dataclasses import asdict
from typing import Any

from automock_janitor.clients import Client
from automock_janitor.passes import Janitor

RESERVE_MILLISECONDS = 60_000
"""No deployment is begun with less time left than this; the next run goes on."""


class NeedsAttention(Exception):
    """Some deployment needs a person. Raised after all is done, so that the alarm on errors goes off."""


def handler(event: Any, context: Any) -> dict[str, Any]:
    """One pass. Reads AUTOMOCK_PRICES (JSON, US dollars per hour by kind) and AWS_REGION.

    Raises:
        NeedsAttention: a teardown is stuck, or a record cannot be read.
    """
    del event
    region = os.environ["AWS_REGION"]
    janitor = Janitor(
        clients=clients_of(region),
        region=region,
        by=f"janitor {region}",
        prices=json.loads(os.environ.get("AUTOMOCK_PRICES") or "{}"),
        comes_again=True,
        trace=print,
    )
    outcomes = list(janitor.run(has_time=lambda: context.get_remaining_time_in_millis() > RESERVE_MILLISECONDS))
    print(json.dumps({"pass": [asdict(outcome) for outcome in outcomes]}))  # noqa: T201  # CloudWatch's log
    if trouble := [f"{one.project}: {one.detail}" for one in outcomes if one.trouble]:
        raise NeedsAttention("; ".join(trouble))
    return {"visited": len(outcomes)}


@functools.cache
def clients_of(region: str) -> Any:
    """Kept from run to run: making them takes longer than most runs."""
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 4})
    made: dict[str, Client] = {}

    def client(service: str) -> Client:
        if service not in made:
            made[service] = boto3.client(service, region_name=region, config=config)
        return made[service]

    return client
