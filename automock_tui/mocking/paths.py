"""Paths to match: literal, regex, or a template with path parameters."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Any

from automock_tui.mocking.pairs import PairsMatcher, compile_pairs
from automock_tui.mocking.request import Pairs
from automock_tui.mocking.texts import Test, Text, compile_text

_VARIABLE = re.compile(r"\{[.;]?([^*]+)\*?\}")


class PathMatcher:
    """Matches a path. Only where path parameters are given, `{name}` stands for one segment of it."""

    def __init__(self, path: Any, parameters: Any = None) -> None:
        self.given = compile_text(path if path is not None else "")
        self.parameters: PairsMatcher = compile_pairs(parameters)
        self.is_template = bool(self.parameters) and "{" in self.given.value and self.given.schema is None
        self.text: Text = compile_text(self._as_regex()) if self.is_template else self.given
        self._needs_segments = bool(self.parameters) and not self.given.is_blank
        self._variables = [
            (at, name) for at, part in enumerate(self.segments) if (name := variable_name(part)) is not None
        ]

    def _as_regex(self) -> str:
        """The template as MockServer turns it into a regex; a `!` before it gets lost there."""
        path = self.given.value
        parts = path.split("/")
        while parts and not parts[-1]:
            parts.pop()
        regex = "/".join(".*" if _VARIABLE.fullmatch(part) else part for part in parts)
        return regex + ("/" if path.endswith("/") else "")

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The non-empty segments as written, `{name}` included."""
        return split_path(self.given.value)

    @property
    def decide(self) -> Test:
        """What `matches_path` does, as a function that calls no other where it need not."""
        return self.matches_path if self._needs_segments else self.text.decide

    def matches_path(self, path: str) -> bool:
        """Whether the path itself fits, before parameters are looked at."""
        if not self.text.matches(path):
            return False
        return not self._needs_segments or len(split_path(path)) == len(self.segments)

    def matches_parameters(self, found: Pairs) -> bool:
        """Whether the parameters have the values that are wanted."""
        return self.given.is_blank or self.parameters.matches(found)

    def find_parameters(self, path: str) -> Pairs:
        """The parameters that the template finds in a path; call it only where the path matches."""
        if not self._needs_segments:
            return []
        parts = split_path(path)
        return [
            (name, value)
            for at, name in self._variables
            if at < len(parts)
            for value in _values(name, parts[at])
        ]


@lru_cache(maxsize=8)  # one request asks several times for the same path
def split_path(path: str) -> tuple[str, ...]:
    """The segments of a path that are not blank."""
    return tuple([part for part in path.split("/") if part and not part.isspace()])


def variable_name(segment: str) -> str | None:
    """The parameter that a segment of a template stands for; None where it stands for itself."""
    found = _VARIABLE.fullmatch(segment)
    return found[1] if found else None


def is_variable(segment: str) -> bool:
    """Whether a segment of a template stands for a parameter."""
    return variable_name(segment) is not None


def _values(name: str, segment: str) -> list[str]:
    """The values in one segment: parted by commas, `;name=` and `.` before them dropped."""
    if segment[0] not in ".;" and "," not in segment and "=" not in segment:
        return [segment]
    found = []
    for piece in segment.split(","):
        if len(piece) > 1 and piece[0] in ".;":
            piece = piece[1:]
        if piece.startswith(f"{name}=") and len(piece) > len(name) + 1:
            piece = piece[len(name) + 1 :]
        if piece:
            found.append(piece)
    return list(dict.fromkeys(found))
