"""What an import yields: expectations, and an honest report."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from automock_tui.domain.redaction import redact

Expectation = dict[str, Any]
MAX_FINDINGS = 1_000
"""Findings kept; a hostile document cannot fill the memory with its faults."""


class Finding(NamedTuple):
    """One construct that was not taken over as it is: where, what, and what was done about it."""

    where: str
    construct: str
    done: str

    def __str__(self) -> str:
        return (
            f"{self.where}: {self.construct}: {self.done}" if self.where else f"{self.construct}: {self.done}"
        )


@dataclass(frozen=True)
class Imported:
    """The expectations of a document, with ids that a second import gives again, and what was left out.

    Attributes:
        format: The document's format.
        expectations: What was made.
        report: What was left out or changed.
        made_up: How many requests were saved without an answer and got a plausible one.
    """

    format: str
    expectations: list[Expectation]
    report: list[Finding]
    made_up: int = 0


@dataclass(frozen=True)
class Options:
    """How to import.

    Attributes:
        keep_secrets: Take tokens, passwords and keys over as they are.
        seed: Of generated values; the same seed gives the same values.
        statuses: The documented statuses to take of an API description; empty for all.
        examples: The named examples to take where an answer has several; empty for all.
    """

    keep_secrets: bool = False
    seed: int = 0
    statuses: frozenset[str] = frozenset()
    examples: frozenset[str] = frozenset()


@dataclass
class Report:
    """Findings as they are met; the same one is kept once.

    `made_up` counts the requests that were saved without an answer.
    """

    findings: list[Finding] = field(default_factory=list)
    made_up: int = 0
    _seen: set[Finding] = field(default_factory=set)

    def add(self, where: str, construct: str, done: str) -> None:
        """Note one construct that could not be mapped as it is; without the secrets that its words may hold."""
        if len(self.findings) >= MAX_FINDINGS:
            return
        finding = Finding(redact(where), redact(construct), redact(done))
        if finding not in self._seen:
            self._seen.add(finding)
            self.findings.append(finding)

    def forget(self, where: str, *beginnings: str) -> None:
        """Drop what was said of a place and is no longer so."""
        place = redact(where)
        self.findings[:] = [
            one for one in self.findings if one.where != place or not one.construct.startswith(beginnings)
        ]


class Identities:
    """Hands out ids that say what an expectation is about, and gives no id twice."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    def new(self, *words: object) -> str:
        """An id of these words: `get-pets-petid-404`."""
        text = " ".join(str(word) for word in words)
        base = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80].strip("-") or "any"
        while True:
            self._taken[base] += 1
            count = self._taken[base]
            if count == 1:
                return base
            numbered = f"{base}-{count}"
            if not self._taken[numbered]:
                self._taken[numbered] = 1
                return numbered
