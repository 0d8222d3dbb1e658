"""Whether a request matches an expectation, and where it does not."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from automock_tui.mocking.bodies import BodyMatcher, compile_body
from automock_tui.mocking.bodies.building import body_type
from automock_tui.mocking.files import NoFile
from automock_tui.mocking.jwt_matching import JwtMatcher
from automock_tui.mocking.pairs import PairsMatcher, compile_pairs, compile_single_pairs
from automock_tui.mocking.paths import PathMatcher
from automock_tui.mocking.request import Pairs, Request
from automock_tui.mocking.services import Services
from automock_tui.mocking.texts import Text, compile_text

PROTOCOL = "HTTP_1_1"
"""The protocol that this engine speaks, as MockServer names it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which a request is not what an expectation wants."""

    field: str
    expected: str
    actual: str
    reason: str = ""


class RequestMatcher(ABC):
    """Matches requests."""

    @abstractmethod
    def matches(self, request: Request) -> bool:
        """Whether the request matches; keeps the path parameters that were found with the request."""

    @abstractmethod
    def differences(self, request: Request) -> list[Difference]:
        """Every field that does not match, in the order in which fields are looked at; empty for a match."""

    @property
    def paths(self) -> tuple[PathMatcher, ...] | None:
        """The paths of which one has to match; None where the path does not decide."""
        return None


class HttpMatcher(RequestMatcher):
    """The fields of an `httpRequest`."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.method: Text = compile_text(spec.get("method") or "")
        self.path = PathMatcher(spec.get("path"), spec.get("pathParameters"))
        self.query: PairsMatcher = compile_pairs(spec.get("queryStringParameters"))
        self.headers: PairsMatcher = compile_pairs(spec.get("headers"))
        self.cookies: PairsMatcher = compile_single_pairs(spec.get("cookies"))
        self.body: BodyMatcher | None = compile_body(spec.get("body"))
        self.keep_alive: Any = spec.get("keepAlive")
        self.secure: Any = spec.get("secure")
        self.protocol = spec.get("protocol")
        self.jwt = JwtMatcher(spec["jwt"]) if isinstance(spec.get("jwt"), dict) else None
        self.negated = spec.get("not") is True
        self._any_method = self.method.is_blank and not self.method.negated
        self._any_path = self.path.given.is_blank and not self.path.given.negated
        self._method_fits, self._path_fits = self.method.decide, self.path.decide
        self._others = tuple(self._other_checks())

    @property
    def paths(self) -> tuple[PathMatcher, ...] | None:
        """Its path, where that decides."""
        return None if self.negated else (self.path,)

    def matches(self, request: Request) -> bool:
        """Whether every field matches; `not` turns it round."""
        if not (self._any_method or self._method_fits(request.method)):
            return self.negated
        if not (self._any_path or not request.path or self._path_fits(request.path)):
            return self.negated
        for check in self._others:
            if not check(request):
                return self.negated
        return not self.negated

    def _other_checks(self) -> Iterator[Callable[[Request], bool]]:
        """What is looked at besides method and path: the fields that are given, and no other."""
        query, headers, cookies, jwt, body = self.query, self.headers, self.cookies, self.jwt, self.body
        if query:
            yield lambda request: query.matches(request.query)
        if headers:
            yield lambda request: headers.matches(request.sized_headers)
        if cookies:
            yield lambda request: cookies.matches(request.cookies)
        if self.path.parameters:
            yield partial(_parameters_fit, self.path)
        if jwt is not None:
            yield lambda request: not jwt.fault(request)
        flags = (self.keep_alive, self.secure, self.protocol)
        if flags != (None, None, None):
            yield partial(_flags_fit, flags)
        if body is not None:
            yield body.matches

    def differences(self, request: Request) -> list[Difference]:
        """Every field that does not match."""
        found = list(self._differences(request))
        if not self.negated:
            return found
        return [] if found else [Difference("not", "a request that differs", "one that matches")]

    def _differences(self, request: Request) -> Iterator[Difference]:
        path = self.path
        if not self.method.matches(request.method):
            yield Difference("method", str(self.method), request.method)
        path_fits = self._any_path or path.matches_path(request.path)
        if not path_fits:
            yield Difference("path", str(path.given), request.path, self._path_reason(request.path))
        if self.body is not None and not self.body.matches(request):
            yield self._body_difference(self.body, request)
        yield from _pair_differences("headers", self.headers, request.sized_headers)
        yield from _pair_differences("cookies", self.cookies, request.cookies)
        if path_fits and path.parameters and not path.given.is_blank:
            yield from _pair_differences("pathParameters", path.parameters, path.find_parameters(request.path))
        yield from _pair_differences("queryStringParameters", self.query, request.query)
        if self.jwt is not None and (fault := self.jwt.fault(request)):
            yield Difference("jwt", str(self.jwt), fault)
        yield from self._flag_differences(request)

    def _path_reason(self, path: str) -> str:
        if not self.path.is_template and "{" in self.path.given.value:
            return "{name} stands for a segment only where pathParameters are given"
        if path.rstrip("/").lower() == self.path.given.value.rstrip("/").lower():
            return "the slash at the end counts"
        return ""

    def _body_difference(self, body: BodyMatcher, request: Request) -> Difference:
        if body.negated:
            return Difference("body", f"anything but {body.expected()}", "just that")
        reasons = [reason for reason, _ in zip(body.reasons(request), range(5), strict=False)]
        return Difference("body", body.expected(), _shown_body(request), "; ".join(reasons))

    def _flag_differences(self, request: Request) -> Iterator[Difference]:
        wanted = (("keepAlive", self.keep_alive, request.keep_alive), ("secure", self.secure, request.secure))
        for name, value, actual in wanted:
            if value not in (None, actual):
                yield Difference(name, str(value).lower(), str(actual).lower())
        if self.protocol not in (None, PROTOCOL):
            yield Difference("protocol", str(self.protocol), PROTOCOL)


def _parameters_fit(path: PathMatcher, request: Request) -> bool:
    """Whether the path's parameters match; keeps them with the request then."""
    found = path.find_parameters(request.path)
    if not path.matches_parameters(found):
        return False
    request.path_parameters = found
    return True


def _flags_fit(wanted: tuple[Any, Any, Any], request: Request) -> bool:
    """Whether `keepAlive`, `secure` and `protocol` are as wanted; None wants nothing."""
    actual = (request.keep_alive, request.secure, PROTOCOL)
    return all(one in (None, other) for one, other in zip(wanted, actual, strict=True))


def _shown_body(request: Request) -> str:
    text = request.text
    if text is None:
        return "no body"
    return text if len(text) <= 200 else f"{text[:199]}… ({len(request.body)} bytes)"


def _pair_differences(field: str, matcher: PairsMatcher, pairs: Pairs) -> Iterator[Difference]:
    """The entries that are to blame, one by one; the whole where each alone would do."""
    if matcher.matches(pairs):
        return
    found = False
    for key, wanted in matcher.by_key.values():
        alone = PairsMatcher([(key, value) for value in wanted], is_matching_key=matcher.is_matching_key)
        if not alone.matches(pairs):
            found = True
            values = [value for name, value in pairs if key.test(name)]
            yield Difference(f"{field}.{key.value}", _shown_wanted(key, wanted), _shown_values(values))
    if not found:
        entries = ", ".join(f"{key}={value}" for key, value in matcher.entries)
        yield Difference(field, entries, ", ".join(f"{name}={value}" for name, value in pairs), "too few pairs")


def _shown_wanted(key: Text, wanted: list[Text]) -> str:
    if key.negated:
        return "not there"
    return ", ".join(str(value) or "any value" for value in wanted)


def _shown_values(values: list[str]) -> str:
    return ", ".join(values) if values else "not there"


class ConditionalMatcher(RequestMatcher):
    """`if` one matches, `then` another has to, `else` a third."""

    def __init__(self, spec: dict[str, Any], services: Services) -> None:
        self._condition = compile_request(spec.get("if"), services)
        self._then = compile_request(spec.get("then"), services)
        self._else = compile_request(spec.get("else"), services)
        self._negated = spec.get("not") is True

    def _branch(self, request: Request) -> RequestMatcher:
        return self._then if self._condition.matches(request) else self._else

    def matches(self, request: Request) -> bool:
        """Whether the branch that counts matches."""
        return self._branch(request).matches(request) is not self._negated

    def differences(self, request: Request) -> list[Difference]:
        """The differences of the branch that counts."""
        found = self._branch(request).differences(request)
        if not self._negated:
            return found
        return [] if found else [Difference("not", "a request that differs", "one that matches")]


class NothingMatcher(RequestMatcher):
    """Matches nothing: what this engine cannot match."""

    def __init__(self, kind: str, reason: str = "this engine cannot match it") -> None:
        self._kind, self._reason = kind, reason

    def matches(self, request: Request) -> bool:
        """Never."""
        return False

    def differences(self, request: Request) -> list[Difference]:
        """That it cannot be matched here."""
        return [Difference("httpRequest", self._kind, "", self._reason)]


class AnyMatcher(RequestMatcher):
    """Matches where one of several does: the operations of an OpenAPI description."""

    def __init__(self, parts: list[HttpMatcher]) -> None:
        """Match where a part does. MockServer does not look at `not` here either."""
        self._parts = parts

    @property
    def paths(self) -> tuple[PathMatcher, ...] | None:
        """The paths of all."""
        return tuple(one.path for one in self._parts)

    def matches(self, request: Request) -> bool:
        """Whether one matches."""
        return any(one.matches(request) for one in self._parts)

    def differences(self, request: Request) -> list[Difference]:
        """The differences of the one that is nearest."""
        return min((one.differences(request) for one in self._parts), key=len, default=_NO_OPERATION)


_NO_OPERATION = [Difference("operationId", "an operation of the description", "", "there is none of this id")]


def compile_request(spec: Any, services: Services | None = None) -> RequestMatcher:
    """The matcher of a request definition; without one everything matches.

    Args:
        spec: The definition.
        services: Where files and OpenAPI descriptions come from.
    """
    if not isinstance(spec, dict):
        return HttpMatcher({})
    shared = services if services is not None else Services()
    if "if" in spec:
        return ConditionalMatcher(spec, shared)
    if "specUrlOrPayload" in spec:
        return _by_operation(spec, shared)
    for name in UNSUPPORTED_REQUESTS:
        if name in spec:
            return NothingMatcher(name)
    return HttpMatcher(_with_file(spec, shared))


def _by_operation(spec: dict[str, Any], services: Services) -> RequestMatcher:
    from automock_tui.mocking.openapi.description import BadDescription, load_description
    from automock_tui.mocking.openapi.matching import request_specs

    try:
        description = load_description(spec["specUrlOrPayload"], services)
    except BadDescription as error:
        return NothingMatcher("specUrlOrPayload", str(error))
    found = request_specs(
        description, str(spec.get("operationId") or ""), str(spec.get("contextPathPrefix") or "")
    )
    return AnyMatcher([HttpMatcher(one) for one in found])


def _with_file(spec: dict[str, Any], services: Services) -> dict[str, Any]:
    """A definition whose body is a file's text, in place of the file's name."""
    body = spec.get("body")
    if not isinstance(body, dict) or body_type(body) != "FILE":
        return spec
    try:
        text = services.read(str(body.get("filePath") or "")).decode("utf-8", "replace")
    except NoFile:
        return spec
    marks = {key: body[key] for key in ("not", "optional") if key in body}
    return spec | {"body": {"type": "STRING", "string": text} | marks}


UNSUPPORTED_REQUESTS = ("binaryData", "dnsName", "clientCertificate", "clientCertificateChain")
"""Fields of a request definition that this engine cannot match."""
