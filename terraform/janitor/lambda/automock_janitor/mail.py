"""What the janitor tells the address that the user gave, through the deployment's own topic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from automock_janitor.around import find_topics
from automock_janitor.clients import Clients
from automock_janitor.target import Target

SUBJECT_LENGTH = 100
"""SNS takes no longer subject."""


def send(clients: Clients, target: Target, subject: str, text: str) -> bool:
    """Publish to the deployment's topic; False where it has none, because no address was given."""
    topics = [item.id for item in find_topics(clients, target)]
    for topic in topics:
        publish(clients, topic, subject, text)
    return bool(topics)


def publish(clients: Clients, topic: str, subject: str, text: str) -> None:
    """Publish to one topic."""
    clients("sns").publish(TopicArn=topic, Subject=subject[:SUBJECT_LENGTH], Message=text)


def warning(target: Target, expiry: datetime, left: timedelta) -> tuple[str, str]:
    """Subject and text of the warning before the end."""
    minutes = max(1, round(left.total_seconds() / 60))
    subject = f"Mock {target.project} ends in {minutes} minutes"
    text = (
        f"The mock {target.project} in {target.region} will be taken down at "
        f"{expiry:%Y-%m-%d %H:%M} UTC, in {minutes} minutes.\n\n"
        f"Keep it longer:  automock-tui extend-ttl --project {target.project} --hours 2\n"
        f"End it now:      automock-tui destroy --project {target.project}\n"
    )
    return subject, text


def end(target: Target, deleted: int, at: datetime) -> tuple[str, str]:
    """Subject and text of the last mail."""
    subject = f"Mock {target.project} is gone"
    text = (
        f"The TTL of the mock {target.project} in {target.region} was over, and it was taken down: "
        f"{deleted} things deleted. At {at:%Y-%m-%d %H:%M:%S} UTC nothing of it was left but this topic, which "
        f"goes with this mail.\n\nIts expectations, versions and history are kept. "
        f"Deploy it again:  automock-tui deploy --project {target.project}\n"
    )
    return subject, text


def stuck(target: Target, reason: str) -> tuple[str, str]:
    """Subject and text of the mail about a teardown that does not get on."""
    subject = f"Mock {target.project} cannot be taken down"
    text = (
        f"The TTL of the mock {target.project} in {target.region} is over, but its teardown does not "
        f"get on.\n\n{reason}\n\nThe janitor keeps trying. Somebody with more rights can end it at once:\n"
        f"automock-tui destroy --project {target.project}\n"
    )
    return subject, text


def hourly_cost(kinds: Mapping[str, int], prices: Mapping[str, str]) -> str:
    """What things that are left cost by the hour, in words; kinds are those that cost, with their number."""
    if not kinds:
        return "What is left costs nothing by the hour."
    names = ", ".join(f"{count} {name}" for name, count in kinds.items())
    known: list[Any] = [float(prices[name]) * count for name, count in kinds.items() if name in prices]
    if len(known) < len(kinds):
        return f"Still charged by the hour: {names}."
    return f"Still charged by the hour: {names}, about {sum(known):.4f} USD per hour."
