"""The toasts that were shown, so that one which went too fast can be read again."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime

KEPT = 200


@dataclass(frozen=True)
class Notice:
    """One toast."""

    at: datetime
    title: str
    text: str
    severity: str


Notices = deque[Notice]


def new_notices() -> Notices:
    """An empty history of at most `KEPT` toasts."""
    return deque(maxlen=KEPT)
