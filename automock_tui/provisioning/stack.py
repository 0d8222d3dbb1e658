"""The Terraform files of one deployment: where they are, what can be chosen, how a run gets a copy of them.

`terraform/mock/variables.tf` is the one source of the options. A variable with a default is the user's to
choose; one without is filled in by us. Bounds and choices are read from its `validation` blocks.
"""

from __future__ import annotations

import difflib
import functools
import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from automock_tui import shipped
from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.domain.options import DeploymentOptions
from automock_tui.provisioning.files import make_private_folder, readable_errors, write_private

TFVARS_FILE = "terraform.tfvars.json"
"""Terraform reads this file by itself, so the options of a run stay with its working directory."""
STACK_NAME = "mock"

_NOT_SOURCE = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tfvars*", "*.tfplan", "__pycache__")


class OptionType(StrEnum):
    """What a form asks for; Terraform's `number` is always a whole number here."""

    TEXT = "string"
    NUMBER = "number"
    FLAG = "bool"
    TEXTS = "list(string)"


@dataclass(frozen=True)
class OptionVariable:
    """One option of a deployment, as `variables.tf` declares it.

    `allowed` holds the values to choose from, empty where any is; `minimum` and `maximum` bound a number, or
    the length of a text or list. `rules` are the messages that Terraform gives for a value that breaks one.
    """

    name: str
    type: OptionType
    default: Any
    description: str
    group: str
    allowed: tuple[Any, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    rules: tuple[str, ...] = ()
    sensitive: bool = False

    def parse(self, text: str) -> Any:
        """The value that a text from the command line or a form field stands for.

        A list is separated by commas or white space; a flag is true or false, yes or no, on or off.

        Raises:
            InvalidInput: not a value of this option's type, or none of the allowed ones.
        """
        try:
            value = _PARSERS[self.type](text.strip())
        except ValueError as error:
            raise self._refused(text, f"{self.name} needs {_NEEDS[self.type]}") from error
        if self.allowed and value not in self.allowed:
            raise self._refused(text, f"{self.name} can be {', '.join(map(str, self.allowed))}")
        return value

    def _refused(self, text: str, needs: str) -> InvalidInput:
        return InvalidInput(f"Bad value for {self.name}", f"{needs}; found {text!r}.", self.description)


def _flag(text: str) -> bool:
    if text.lower() in ("true", "yes", "on", "1"):
        return True
    if text.lower() in ("false", "no", "off", "0"):
        return False
    raise ValueError(text)


_PARSERS: dict[OptionType, Callable[[str], Any]] = {
    OptionType.TEXT: str,
    OptionType.NUMBER: int,
    OptionType.FLAG: _flag,
    OptionType.TEXTS: lambda text: [part for part in re.split(r"[,\s]+", text) if part],
}
_NEEDS = {
    OptionType.TEXT: "a text",
    OptionType.NUMBER: "a whole number",
    OptionType.FLAG: "true or false",
    OptionType.TEXTS: "a list separated by commas",
}


def stack_folder(name: str = STACK_NAME) -> Path:
    """Where the files of a stack are.

    Raises:
        AutomockError: the installation lacks them.
    """
    return shipped.stack_folder(name)


@functools.cache
def option_variables() -> tuple[OptionVariable, ...]:
    """The options of a deployment, in the order of a form.

    Reading takes about 0.15 s, and some 2 s the first time after an installation, when the parser of HCL builds
    its tables: call it in a worker.

    Raises:
        AutomockError: `variables.tf` cannot be read.
    """
    path = stack_folder() / "variables.tf"
    document = _parsed(path)
    declared = {name: body for block in document["variable"] for name, body in block.items()}
    groups: Mapping[str, list[str]] = document["locals"][0]["option_groups"]
    return tuple(_option(name, declared[name], group) for group, names in groups.items() for name in names)


def option_variable(name: str) -> OptionVariable:
    """One option by its name.

    Raises:
        InvalidInput: there is no such option; names the nearest.
    """
    options = {option.name: option for option in option_variables()}
    if name in options:
        return options[name]
    near = difflib.get_close_matches(name, options, n=1)
    raise InvalidInput(
        f"No option {name!r}",
        f"The options are {', '.join(options)}.",
        f"Did you mean {near[0]}?" if near else "Choose one of them.",
    )


def tfvars(options: DeploymentOptions, *, project: str, bucket: str, generation: int) -> dict[str, Any]:
    """Every variable of the stack with its value, for `terraform.tfvars.json`.

    Options that the stack does not know (another version wrote them) are left out. The model's fields are the
    stack's variables, as a test holds: parsing HCL here would cost each deploy a third of a second.
    """
    known = options.model_dump(mode="json", include=set(type(options).model_fields))
    return {"project": project, "bucket": bucket, "generation": generation, **known}


def copy_stack(destination: Path, variables: Mapping[str, Any]) -> None:
    """Lay out the working directory of a run: the stack's files and `terraform.tfvars.json`.

    All of it is private to the user.
    Files of an earlier run in the same folder are replaced; Terraform's own (`.terraform`, state) stay.

    Raises:
        AutomockError: the folder cannot be written.
    """
    with readable_errors(destination):
        make_private_folder(destination)
        shutil.copytree(
            stack_folder(),
            destination,
            ignore=_NOT_SOURCE,
            copy_function=_copy_private,
            dirs_exist_ok=True,
        )
        for folder in (destination, *(path for path in destination.rglob("*") if path.is_dir())):
            make_private_folder(folder)
        write_private(destination / TFVARS_FILE, json.dumps(dict(variables), indent=2).encode() + b"\n")


def _copy_private(source: str, target: str) -> str:
    write_private(Path(target), Path(source).read_bytes())
    return target


def _parsed(path: Path) -> dict[str, Any]:
    import hcl2
    from hcl2.utils import SerializationOptions
    from lark.exceptions import LarkError

    style = SerializationOptions(strip_string_quotes=True, with_comments=False, explicit_blocks=False)
    with readable_errors(path):
        text = path.read_text(encoding="utf-8")
    try:
        return dict(hcl2.loads(text, serialization_options=style))
    except LarkError as error:
        raise AutomockError(
            "Cannot read the deployment options", f"{path}: {error}", "Install automock-tui again."
        ) from error


def _option(name: str, body: Mapping[str, Any], group: str) -> OptionVariable:
    checks = body.get("validation", [])
    conditions = " && ".join(_expression(check["condition"]) for check in checks)
    return OptionVariable(
        name=name,
        type=OptionType(_expression(body["type"])),
        default=body["default"],
        description=body["description"],
        group=group,
        allowed=_allowed(conditions, name),
        minimum=_bound(conditions, name, ">="),
        maximum=_bound(conditions, name, "<="),
        rules=tuple(check["error_message"] for check in checks),
        sensitive=bool(body.get("sensitive", False)),
    )


def _expression(written: str) -> str:
    return written[2:-1] if written.startswith("${") else written


def _allowed(condition: str, name: str) -> tuple[Any, ...]:
    found = re.search(rf"contains\((\[[^\]]*\]), var\.{name}\)", condition)
    return tuple(json.loads(found[1])) if found else ()


def _bound(condition: str, name: str, sign: str) -> int | None:
    found = re.search(rf"(?:length\(var\.{name}\)|(?<!\()var\.{name}) {sign} (\d+)", condition)
    return int(found[1]) if found else None
