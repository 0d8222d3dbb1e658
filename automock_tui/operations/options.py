"""Options: what the user says of a deployment, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.options import DeploymentOptions


def changed_options(base: DeploymentOptions | None, changes: Mapping[str, Any]) -> DeploymentOptions:
    """`base` (the defaults for None) with changes.

    Raises:
        InvalidInput: an unknown option, or a value that does not fit; names each.
    """
    unknown = sorted(set(changes) - set(DeploymentOptions.model_fields))
    if unknown:
        raise InvalidInput(
            f"Unknown option: {', '.join(unknown)}",
            "The stack has no such variable.",
            "Known: " + ", ".join(sorted(DeploymentOptions.model_fields)) + ".",
        )
    start = base.model_dump() if base else {}
    try:
        return DeploymentOptions.model_validate({**start, **changes})
    except ValidationError as error:
        raise InvalidInput(
            "Deployment options do not fit",
            "\n".join(problem_texts(error).values()),
            "Correct them; `automock-tui deploy --help` lists the flags.",
        ) from error


def stored_options(raw: Mapping[str, Any]) -> DeploymentOptions:
    """The options of a deployment as its metadata has them; what no longer fits falls back to the defaults."""
    known = {name: value for name, value in raw.items() if name in DeploymentOptions.model_fields}
    try:
        return DeploymentOptions.model_validate(known)
    except ValidationError:
        return DeploymentOptions()


def problem_texts(error: ValidationError) -> dict[str, str]:
    """One sentence per option that does not fit, by option name; what concerns several has the empty name."""
    found: dict[str, str] = {}
    for one in error.errors():
        name = str(one["loc"][0]) if one["loc"] else ""
        text = one["msg"].removeprefix("Value error, ")
        found[name] = f"{name}: {text}" if name else text
    return found
