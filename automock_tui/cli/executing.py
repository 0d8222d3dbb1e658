"""Asking before a real API is called, and telling of each call."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from automock_tui.cli.output import clean, say
from automock_tui.domain.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from automock_tui.operations.execute import Execution, Outcome, Preview

_SHOWN = 10
"""Requests that are named one by one in the question."""


def execution_of(execute: bool, yes: bool, variables: Sequence[str] = ()) -> Execution | None:
    """How to agree to calls and tell of them; None where none are asked for.

    Raises:
        InvalidInput: a variable without a name or a value.
    """
    if not execute:
        return None
    from automock_tui.operations.execute import Execution

    known = dict(_variable(one) for one in variables)
    return Execution(_tell_and_agree if yes else _ask, lambda outcome: say(f"  {clean(str(outcome))}"), known)


def _variable(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not (name and equals):
        raise InvalidInput(
            "Bad --variable", "It needs a name and a value.", "Write it as --variable NAME=VALUE."
        )
    return name, value


def calls_made(calls: Sequence[Outcome], *, asked: bool) -> dict[str, Any]:
    """The calls as data; on stderr how many there were."""
    if not asked:
        return {}
    recorded = sum(one.status is not None for one in calls)
    say(f"Recorded {recorded} of {len(calls)} requests without an answer." if calls else "Nothing to call.")
    return {"calls": [one.as_data() for one in calls]}


def _ask(preview: Preview) -> bool:
    if not sys.stdin.isatty():
        hosts = ", ".join(preview.hosts)
        raise InvalidInput(
            "Not confirmed", clean(f"--execute would call {hosts}."), "Add --yes to call without being asked."
        )
    _show(preview)
    answer: str = click.prompt("Type yes to call them", default="", show_default=False, err=True)
    return answer.strip() == "yes"


def _tell_and_agree(preview: Preview) -> bool:
    _show(preview)
    return True


def _show(preview: Preview) -> None:
    say("--execute calls the real API, one request after the other:")
    for host, methods in preview.hosts.items():
        say(clean(f"  {host}: {_counted(methods)}"))
    if preview.unsafe:
        counts = f"{preview.unsafe.total()} of {preview.methods.total()}"
        say(f"{counts} are not safe: they may change data there ({_counted(preview.unsafe)}).")
    for where, reason in preview.skipped[:_SHOWN]:
        say(clean(f"  not called: {where} ({reason})"))
    if len(preview.skipped) > _SHOWN:
        say(f"  ... and {len(preview.skipped) - _SHOWN} more of these.")


def _counted(methods: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(methods.items()))
