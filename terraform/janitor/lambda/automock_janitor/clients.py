"""Small helpers around boto3 clients."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Client = Any
Clients = Callable[[str], Client]
"""Makes, or finds again, the client of a service such as "ec2" in the deployment's region."""

_GONE = re.compile(r"NotFound|NoSuch|NotActive|DoesNotExist|NonExistent")


def pages(client: Client, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    """Every entry of a listing."""
    if not client.can_paginate(operation):
        yield from getattr(client, operation)(**arguments)[key]
        return
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page[key]


def batches(entries: list[Any], size: int) -> Iterator[list[Any]]:
    """A list in parts, as APIs with a limit want it."""
    for start in range(0, len(entries), size):
        yield entries[start : start + size]


def code_of(error: BaseException) -> str:
    """AWS's code for a failure, or the name of botocore's exception."""
    response: Mapping[str, Any] = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", "")) or type(error).__name__


def says_gone(error: BaseException) -> bool:
    """Whether AWS refused because the thing is not there (any more).

    Route 53 has no code of its own for it, and says so of a deletion that botocore sent again after a timeout.
    """
    code = code_of(error)
    return bool(_GONE.search(code)) or (code == "InvalidChangeBatch" and "not found" in str(error))


def tags_of(entry: Mapping[str, Any]) -> dict[str, str]:
    """The tags of a description, however its service spells them."""
    raw = entry.get("Tags", entry.get("TagSet", entry.get("tags", [])))
    if isinstance(raw, dict):
        return raw
    return {tag.get("Key", tag.get("key", "")): tag.get("Value", tag.get("value", "")) for tag in raw or []}
