"""What a deploy says and asks about the janitor."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from automock_tui.cli.output import say, warn
from automock_tui.operations.janitor_part import (
    Choice,
    Part,
    check_part,
    choose,
    janitor_part,
)

if TYPE_CHECKING:
    from automock_tui.operations.janitor_part import JanitorPart
    from automock_tui.operations.workspace import Workspace


def say_part(
    workspace: Workspace, ttl_hours: float, choice: Choice | None, *, heed_refusal: bool = True
) -> JanitorPart:
    """Say what the deploy has to do with the janitor.

    Raises:
        AutomockError: AWS cannot be asked.
    """
    part = janitor_part(workspace, ttl_hours * 3600, choice, heed_refusal=heed_refusal)
    if text := part.sentence():
        (warn if part.part in (Part.REFUSED, Part.DECLINED) else say)(f"Janitor: {text}.")
    return part


def check_janitor(workspace: Workspace, ttl_hours: float, choice: Choice | None) -> None:
    """Before a deploy that asks nothing.

    Raises:
        JanitorRefused: it may not be installed, and nobody accepted to go without.
    """
    check_part(say_part(workspace, ttl_hours, choice, heed_refusal=False))


def agree_on_janitor(workspace: Workspace, ttl_hours: float, choice: Choice | None) -> bool:
    """Whether the user agrees to what is done about the janitor; asked once for an account and region."""
    part = say_part(workspace, ttl_hours, choice)
    asks = sys.stdin.isatty()
    if part.needs_consent:
        if not asks or not click.confirm("Deploy without it?", err=True):
            return False
        choose(workspace, False)
    elif part.part is Part.INSTALL and not part.is_settled and asks:
        wanted = click.confirm("Install the janitor?", default=True, err=True)
        choose(workspace, wanted)
        if not wanted:
            say_part(workspace, ttl_hours, choice)
    return True
