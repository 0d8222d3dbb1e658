"""The flags of a deployment, shared by `deploy` and `estimate`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from automock_tui.domain.errors import InvalidInput

if TYPE_CHECKING:
    from automock_tui.domain.options import DeploymentOptions

Command = TypeVar("Command", bound=Callable[..., Any])

SIZES = ["small", "medium", "large", "xlarge"]

_FLAGS = (
    click.option(
        "--instance-size", type=click.Choice(["small", "medium", "large", "xlarge"]), help="Task size."
    ),
    click.option("--min-tasks", type=int, metavar="N", help="Fewest tasks, 1 to 200."),
    click.option("--max-tasks", type=int, metavar="N", help="Most tasks, 1 to 200."),
    click.option("--notification-email", metavar="E", help="Who gets alarms and warnings."),
    click.option("--custom-domain", metavar="D", help="A domain of your own, served over HTTPS."),
    click.option("--hosted-zone-id", metavar="Z", help="The Route 53 zone of that domain."),
    click.option(
        "--var",
        "variables",
        multiple=True,
        metavar="NAME=VALUE",
        help="Any other option of the stack; lists and numbers as JSON. Repeatable.",
    ),
)
_NAMED = (
    "instance_size",
    "min_tasks",
    "max_tasks",
    "notification_email",
    "custom_domain",
    "hosted_zone_id",
)


def deployment_flags(command: Command) -> Command:
    """Add the flags of a deployment to a command."""
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command


def options_from_flags(flags: dict[str, Any], base: DeploymentOptions | None = None) -> DeploymentOptions:
    """The options of a deployment: `base` (or the defaults) with what the flags say.

    Raises:
        InvalidInput: an unknown variable, or a value that does not fit; names it.
    """
    from automock_tui.operations.options import changed_options

    given = {name: flags[name] for name in _NAMED if flags.get(name) is not None}
    return changed_options(base, given | dict(_variable(text) for text in flags.get("variables", ())))


def _variable(text: str) -> tuple[str, Any]:
    name, separator, value = text.partition("=")
    if not (name and separator):
        raise InvalidInput(
            f"Bad --var: {text!r}", "It needs a name and a value.", "Write it as --var NAME=VALUE."
        )
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
