"""Traffic: what callers do to a mock, as far as it costs money.

The estimate states the level it assumes and lets the user step through `TRAFFIC_LEVELS`. Where callers may do
one thing or another, the dearer is assumed: every request opens its own connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

_SECONDS = Decimal(3600)
_KILOBYTES_PER_GB = Decimal(1_000_000)
_DNS_ANSWER_SECONDS = 60
"""How long a resolver keeps the address of a load balancer: the TTL of AWS's alias records."""

LCU_NEW_CONNECTIONS = Decimal(25)
"""New connections a second that one LCU carries; source of this and the next three: the ELB pricing page."""
LCU_ACTIVE_CONNECTIONS = Decimal(3000)
"""Connections open at once (as counted each minute) that one LCU carries."""
LCU_GB_PER_HOUR = Decimal(1)
"""Requests and responses, in GB an hour, that one LCU carries."""
LCU_RULE_EVALUATIONS = Decimal(1000)
"""Rule evaluations a second that one LCU carries, beyond the free rules."""
FREE_RULES = 10
"""Listener rules of a load balancer that are not counted as evaluations."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """A level of traffic, all day long. Sizes are kilobytes of 1,000 bytes on the wire, headers included."""

    requests_per_second: Decimal
    name: str = ""
    request_kilobytes: Decimal = Decimal(1)
    response_kilobytes: Decimal = Decimal(1)
    connections_per_request: Decimal = Decimal(1)
    connection_seconds: Decimal = Decimal(1)
    resolvers: int = 1
    """Name servers that callers ask; each asks for the mock's address once a minute at most."""

    @classmethod
    def at(cls, requests_per_second: Decimal | int | str) -> Traffic:
        """A level of so many requests a second, with everything else as usual.

        Raises:
            ValueError: below 0 or not a number.
        """
        rate = Decimal(requests_per_second)
        if not rate.is_finite() or rate < 0:
            raise ValueError(f"requests per second must be 0 or more, not {requests_per_second}")
        return cls(rate, resolvers=max(1, int(rate // 10)) if rate else 0)

    @property
    def label(self) -> str:
        """The level in a few words, such as "10 req/s"."""
        return self.name or f"{self.requests_per_second:,f} req/s"

    @property
    def requests_per_hour(self) -> Decimal:
        """Requests in an hour."""
        return self.requests_per_second * _SECONDS

    @property
    def gigabytes_out_per_hour(self) -> Decimal:
        """Responses in an hour, in GB of 10^9 bytes."""
        return self.requests_per_hour * self.response_kilobytes / _KILOBYTES_PER_GB

    @property
    def gigabytes_processed_per_hour(self) -> Decimal:
        """Requests and responses in an hour, in GB of 10^9 bytes."""
        both = self.request_kilobytes + self.response_kilobytes
        return self.requests_per_hour * both / _KILOBYTES_PER_GB

    @property
    def dns_queries_per_hour(self) -> Decimal:
        """Questions for the mock's address that reach Route 53 in an hour, at most."""
        return min(self.requests_per_hour, self.resolvers * _SECONDS / _DNS_ANSWER_SECONDS)

    def load_balancer_units(self, rules: int = 0) -> Decimal:
        """LCUs of an application load balancer with so many rules: the largest of the four dimensions."""
        connections = self.requests_per_second * self.connections_per_request
        evaluations = self.requests_per_second * max(0, rules - FREE_RULES)
        return max(
            connections / LCU_NEW_CONNECTIONS,
            connections * self.connection_seconds / LCU_ACTIVE_CONNECTIONS,
            self.gigabytes_processed_per_hour / LCU_GB_PER_HOUR,
            evaluations / LCU_RULE_EVALUATIONS,
        )


IDLE = Traffic(Decimal(0), name="no traffic", resolvers=0)
TRAFFIC_LEVELS = (IDLE, *(Traffic.at(rate) for rate in (1, 10, 100, 1000)))
"""The levels a user steps through, from nothing up."""
