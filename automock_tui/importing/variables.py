"""Variables of a collection, written `{{name}}` (Insomnia: `{{ _.name }}`)."""

from __future__ import annotations

import re

from automock_tui.importing.captures import Answer, response_tag
from automock_tui.importing.imported import Report

_NAME = r"\{\{\s*(?:_\.|_\[['\"]|process\.env\.)?([^{}]{1,200}?)(?:['\"]\])?\s*\}\}"
_VARIABLE = re.compile(rf"{_NAME}|\{{%[^%]{{0,2000}}%\}}")
_SEGMENT = re.compile(rf"(?<=[^/:]/)(?:{_VARIABLE.pattern})(?=[/?#]|$)")
_ROUNDS = 5
"""A value may hold other variables; a circle of them ends here."""


class Variables:
    """What is known of a collection's variables.

    Args:
        values: By name.
        answers: What real servers said, by the identity of the request.

    Attributes:
        missing: What was asked for and is not known.
    """

    def __init__(
        self, values: dict[str, str], report: Report, answers: dict[str, Answer] | None = None
    ) -> None:
        self._values = values
        self._report = report
        self._answers = answers or {}
        self.missing: list[str] = []

    def for_call(self, carried: dict[str, str], answers: dict[str, Answer], report: Report) -> Variables:
        """With what real answers gave before all else."""
        return Variables(self._values | carried, report, answers)

    def with_more(self, values: dict[str, str]) -> Variables:
        """With the variables of a folder before those of what is above it."""
        return Variables(self._values | values, self._report, self._answers) if values else self

    def fill(self, text: str, where: str) -> str:
        """The text with known variables filled in; others become their name, and are reported."""
        for _ in range(_ROUNDS):
            if "{{" not in text and "{%" not in text:
                break
            text = _VARIABLE.sub(lambda found: self._value(found, where), text)
        return text

    def fill_base(self, url: str, where: str) -> str:
        """An address with its variables filled in.

        An unknown one at its start is the host, one that is a whole segment of the path becomes a parameter.
        """
        url = _SEGMENT.sub(lambda found: self._segment(found, where), url)
        known = re.match(rf"\s*(?:https?://)?{_NAME}", url)
        if known and known[1] not in self._values:
            self.missing.append(known[1])
            self._report.add(where, f"variable {known[1]}", "not known: taken as the address of the server")
            return self.fill("http://mock" + _separator(url[known.end() :]) + url[known.end() :], where)
        return re.sub(r"^(?:https?:)?/{2,}(?=/)|^/+(?=/)", "", self.fill(url, where))

    def _segment(self, found: re.Match[str], where: str) -> str:
        """A segment of a path as it is, or as a parameter where nobody knows its value."""
        name = found[1]
        if name in self._values or (name is None and self._answered(found[0]) is not None):
            return found[0]
        construct = f"template tag {found[0][:60]}" if name is None else f"variable {name}"
        self.missing.append(name or found[0])
        self._report.add(where, construct, "not known: any value is taken in its place in the path")
        name = name or "tag"
        return f":{re.sub(r'[^a-zA-Z0-9_]', '_', name).strip('_') or 'variable'}"

    def _value(self, found: re.Match[str], where: str) -> str:
        name = found[1]
        if name in self._values:
            return self._values[name]
        if name is None:
            answered = self._answered(found[0])
            if answered is not None:
                return answered
            self.missing.append(found[0])
            self._report.add(
                where, f"template tag {found[0][:60]}", "not run: the word tag is used as its value"
            )
            return "tag"
        self.missing.append(name)
        self._report.add(where, f"variable {name}", "not known: its name is used as its value")
        return re.sub(r"[^\w.-]", "", name) or "variable"

    def _answered(self, tag: str) -> str | None:
        """What a tag takes from the answer to another request, if there is one."""
        asked = response_tag(tag)
        answer = self._answers.get(asked.identity) if asked else None
        return asked.capture.value(answer) if asked and answer else None


def _separator(rest: str) -> str:
    return "" if rest[:1] in ("/", "?", "#", ":", "") else "/"
