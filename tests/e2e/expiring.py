"""An endpoint whose caller's credentials expire at a moment of the test's choice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.edge import Answer, Request, edge, refusal

_EXPIRED = "The security token included in the request is expired"


class Expiring:
    """Hands requests on to another endpoint, until the credentials have expired."""

    def __init__(self) -> None:
        self.url = ""
        self.expired = threading.Event()
        self.refused: set[str] = set()
        """The services that refused a request."""

    def refuse(self, request: Request) -> Answer | None:
        """What a service says to expired credentials.

        EC2 itself says RequestExpired, which the provider takes for a wrong clock and repeats for minutes.
        """
        if not self.expired.is_set():
            return None
        self.refused.add(request.service)
        return refusal(request.service, "ExpiredToken", _EXPIRED)


@contextmanager
def expiring(target: str) -> Iterator[Expiring]:
    """A running one."""
    made = Expiring()
    with edge(target, made.refuse) as made.url:
        yield made
