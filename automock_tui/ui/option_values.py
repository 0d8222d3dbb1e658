"""What stands in the form of a deploy: a text per option, and what these texts amount to. Pure.

Importing this module is cheap. `check` needs pydantic, which the form's loading has already imported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from automock_tui.domain.errors import InvalidInput

if TYPE_CHECKING:
    from automock_tui.domain.options import DeploymentOptions
    from automock_tui.provisioning.stack import OptionVariable

TTL = "ttl_hours"
"""The name of the one field that is no variable of the stack."""
_PYDANTIC = re.compile(r"(Input|List) should ")


@dataclass(frozen=True)
class Finding:
    """One problem or warning; `option` is the field it is about, empty where it concerns several."""

    option: str
    text: str
    is_error: bool = True


@dataclass(frozen=True)
class Checked:
    """What the texts amount to; `options` and `ttl` are None where they do not fit."""

    options: DeploymentOptions | None
    ttl: timedelta | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        """What keeps the form from being sent."""
        return [finding for finding in self.findings if finding.is_error]

    def error_of(self, option: str) -> str:
        """What is wrong with one field, empty for nothing."""
        return next((finding.text for finding in self.errors if finding.option == option), "")


def text_of(value: Any) -> str:
    """A value as the form's text for it; `OptionVariable.parse` reads it back."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(getattr(value, "value", value))


def hours_text(hours: float) -> str:
    """Hours without a needless decimal."""
    return f"{hours:g}"


@dataclass
class OptionValues:
    """The texts of the form, by option.

    Args:
        variables: Every option there is.
        texts: The text of each, and of `TTL`.
        running: The texts of what runs now; empty where nothing does.
    """

    variables: Sequence[OptionVariable]
    texts: dict[str, str]
    running: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        variables: Sequence[OptionVariable],
        options: Mapping[str, Any],
        ttl_hours: float,
        *,
        is_running: bool = False,
    ) -> OptionValues:
        """The values to begin with."""
        texts = {variable.name: text_of(options[variable.name]) for variable in variables}
        running = dict(texts) if is_running else {}
        return cls(variables, texts | {TTL: hours_text(ttl_hours)}, running)

    def variable(self, name: str) -> OptionVariable:
        """An option by its name."""
        return next(variable for variable in self.variables if variable.name == name)

    def is_changed(self, name: str) -> bool:
        """Whether an option is not at its default."""
        return name != TTL and not self._same(name, text_of(self.variable(name).default))

    def changes(self) -> list[tuple[str, str, str]]:
        """What a deploy would change of what runs: the option, its value there, its value here."""
        return [
            (name, before, self.texts[name])
            for name, before in self.running.items()
            if not self._same(name, before)
        ]

    def check(self) -> Checked:
        """Check every field, and all of them together."""
        values, findings = self._parsed()
        ttl, wrong = self._ttl()
        findings += wrong
        if any(finding.option != TTL for finding in findings):
            return Checked(None, ttl, tuple(findings))
        options, wrong = self._options(values)
        findings += wrong
        warnings = [Finding("", text, is_error=False) for text in options.warnings()] if options else []
        return Checked(options, ttl, (*findings, *warnings))

    def _same(self, name: str, text: str) -> bool:
        return bool(self._value(name, self.texts[name]) == self._value(name, text))

    def _value(self, name: str, text: str) -> Any:
        try:
            return self.variable(name).parse(text)
        except InvalidInput:
            return text

    def _parsed(self) -> tuple[dict[str, Any], list[Finding]]:
        values: dict[str, Any] = {}
        findings = []
        for variable in self.variables:
            try:
                values[variable.name] = variable.parse(self.texts[variable.name])
            except InvalidInput as error:
                findings.append(Finding(variable.name, error.message))
        return values, findings

    def _ttl(self) -> tuple[timedelta | None, list[Finding]]:
        from automock_tui.domain.deployment import MAX_TTL_HOURS, check_ttl_hours

        text = self.texts[TTL].strip()
        try:
            return check_ttl_hours(float(text)), []
        except InvalidInput as error:
            return None, [Finding(TTL, error.message)]
        except ValueError:
            wanted = f"hours from 0 (no end) to {MAX_TTL_HOURS}, such as 4 or 0.5"
            return None, [Finding(TTL, f"{TTL} needs {wanted}; found {text!r}.")]

    def _options(self, values: Mapping[str, Any]) -> tuple[DeploymentOptions | None, list[Finding]]:
        from pydantic import ValidationError

        from automock_tui.domain.options import DeploymentOptions
        from automock_tui.operations.options import problem_texts

        try:
            return DeploymentOptions.model_validate(values), []
        except ValidationError as error:
            return None, [
                Finding(name, self._in_words(name, text)) for name, text in problem_texts(error).items()
            ]

    def _in_words(self, name: str, text: str) -> str:
        """A bound of pydantic's as the sentence that the stack has for it."""
        is_plain = _PYDANTIC.match(text.removeprefix(f"{name}: "))
        return " ".join(self.variable(name).rules) or text if name and is_plain else text
