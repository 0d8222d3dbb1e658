"""Bodies of text and bytes: exact, a part of it, a regex, a form, a multipart form, fuzzy, bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from automock_tui.mocking.bodies.matcher import BodyMatcher
from automock_tui.mocking.bodies.multipart import parse_multipart
from automock_tui.mocking.bodies.similarity import jaro_winkler
from automock_tui.mocking.pairs import PairsMatcher, compile_pairs
from automock_tui.mocking.request import Request, parse_parameters
from automock_tui.mocking.texts import Text, compile_text


class StringBody(BodyMatcher):
    """Exactly this text, or holds it; not a regex, and case counts."""

    def __init__(self, text: str, *, is_part: bool = False) -> None:
        self._text: Text = compile_text(text)
        self._is_part = is_part

    def accepts(self, request: Request) -> bool:
        """Whether the body is, or holds, the text."""
        wanted, found = self._text.value, request.text
        fits = found is not None and (wanted in found if self._is_part else wanted == found)
        return (fits or not wanted.strip()) is not self._text.negated

    def expected(self) -> str:
        """The text."""
        return f"{'a text that holds' if self._is_part else 'the text'} {str(self._text)[:80]!r}"


class RegexBody(BodyMatcher):
    """A text that matches a regex as a whole, case aside."""

    def __init__(self, regex: str) -> None:
        self._text = compile_text(regex)

    def accepts(self, request: Request) -> bool:
        """Whether the body matches."""
        if request.text is None:
            return self._text.is_blank is not self._text.negated
        return self._text.matches(request.text)

    def expected(self) -> str:
        """The regex."""
        return f"a text that matches {self._text}"


class ParametersBody(BodyMatcher):
    """A form with these parameters; its content type does not matter."""

    def __init__(self, spec: Any) -> None:
        self._pairs = compile_pairs(spec)

    def accepts(self, request: Request) -> bool:
        """Whether the form has the parameters."""
        text = request.text or ""
        if text.startswith("/") or "?" in text:
            text = text.partition("?")[2]
        return self._pairs.matches(parse_parameters(text, semicolons=True))

    def expected(self) -> str:
        """The parameters."""
        return "a form with " + ", ".join(f"{key}={value}" for key, value in self._pairs.entries)


class MultipartBody(BodyMatcher):
    """A multipart form with these fields, file names and types of parts."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._matchers: list[PairsMatcher] = [
            compile_pairs(spec.get(name)) for name in ("fields", "filenames", "partContentTypes")
        ]

    def accepts(self, request: Request) -> bool:
        """Whether the form has them."""
        if not any(self._matchers):
            return True
        parts = parse_multipart(request.header("content-type"), request.body)
        if parts is None:
            return False
        views = (parts.fields, parts.filenames, parts.content_types)
        return all(matcher.matches(view) for matcher, view in zip(self._matchers, views, strict=True))

    def expected(self) -> str:
        """The fields."""
        entries = [entry for matcher in self._matchers for entry in matcher.entries]
        return "a multipart form with " + ", ".join(f"{key}={value}" for key, value in entries)

    def reasons(self, request: Request) -> Iterator[str]:
        """Whether it is a multipart form at all."""
        is_form = parse_multipart(request.header("content-type"), request.body) is not None
        yield "a field is missing or differs" if is_form else "the body is no multipart/form-data"


class FuzzyBody(BodyMatcher):
    """A text that is similar enough (Jaro-Winkler, 0 to 1)."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._ignore_case = spec.get("ignoreCase") is True
        self._text = self._normal(str(spec.get("fuzzy", "")))
        self._threshold = float(spec.get("threshold", 0.8))

    def _normal(self, text: str) -> str:
        return text.strip().lower() if self._ignore_case else text

    def _similarity(self, request: Request) -> float:
        return jaro_winkler(self._text, self._normal(request.text or ""))

    def accepts(self, request: Request) -> bool:
        """Whether the body is similar enough."""
        if not self._text.strip():
            return True
        return request.text is not None and self._similarity(request) >= self._threshold

    def expected(self) -> str:
        """The text and the threshold."""
        return f"a text like {self._text[:60]!r} (similarity {self._threshold} or more)"

    def reasons(self, request: Request) -> Iterator[str]:
        """The similarity there is."""
        yield f"the similarity is {self._similarity(request):.3f}"


class BinaryBody(BodyMatcher):
    """Exactly these bytes."""

    def __init__(self, wanted: bytes) -> None:
        self._bytes = wanted

    def accepts(self, request: Request) -> bool:
        """Whether the body is these bytes."""
        return not self._bytes or request.body == self._bytes

    def expected(self) -> str:
        """How many bytes."""
        return f"{len(self._bytes)} given bytes"

    def reasons(self, request: Request) -> Iterator[str]:
        """Where the first difference is."""
        pairs = enumerate(zip(self._bytes, request.body, strict=False))
        at = next((n for n, (wanted, found) in pairs if wanted != found), None)
        yield f"{len(request.body)} bytes" + ("" if at is None else f"; byte {at} differs")
