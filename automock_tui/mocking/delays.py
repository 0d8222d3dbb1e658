"""Delays: fixed, or drawn from a distribution."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

_SECONDS = {
    "DAYS": 86400.0, "HOURS": 3600.0, "MINUTES": 60.0, "SECONDS": 1.0,
    "MILLISECONDS": 1e-3, "MICROSECONDS": 1e-6, "NANOSECONDS": 1e-9,
}  # fmt: skip
_Z_99 = 2.3263478740408408
"""The 99th percentile of the normal distribution, in standard deviations."""

Delay = Callable[[], float]
"""Gives the seconds to wait, each time it is called."""


def seconds(amount: float, unit: str) -> float:
    """An amount in one of Java's time units."""
    return amount * _SECONDS.get(unit, 1e-3)


def no_delay() -> float:
    """None."""
    return 0.0


def compile_delay(spec: Any) -> Delay:
    """The delay of an action; none where it gives none."""
    if not isinstance(spec, dict):
        return no_delay
    unit = str(spec.get("timeUnit") or "MILLISECONDS")
    distribution = spec.get("distribution")
    if isinstance(distribution, dict):
        draw = _distribution(distribution)
        return lambda: max(0.0, seconds(draw(), unit))
    fixed = max(0.0, seconds(float(spec.get("value") or 0), unit))
    return (lambda: fixed) if fixed else no_delay


def _distribution(spec: dict[str, Any]) -> Callable[[], float]:
    kind = spec.get("type")
    if kind == "UNIFORM":
        low, high = float(spec.get("min", 0)), float(spec.get("max", 0))
        return lambda: random.uniform(low, max(low, high))
    if kind == "LOG_NORMAL":
        mean = math.log(max(float(spec.get("median", 1)), 1e-9))
        spread = max(0.0, (math.log(max(float(spec.get("p99", 1)), 1e-9)) - mean) / _Z_99)
        return lambda: random.lognormvariate(mean, spread)
    middle, deviation = float(spec.get("mean", 0)), float(spec.get("stdDev", 0))
    return lambda: random.gauss(middle, deviation)
