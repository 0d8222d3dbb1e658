"""The control plane's addresses, and what each does to the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from automock_tui.domain.expectation_fields import MOCKSERVER_VERSION
from automock_tui.mocking.answer import Answer
from automock_tui.mocking.bodies.json_reading import NOT_JSON, parse_json
from automock_tui.mocking.control.expectations import put_expectations, put_openapi
from automock_tui.mocking.control.failures import Refused
from automock_tui.mocking.control.filtering import means
from automock_tui.mocking.control.retrieving import FORMATS, TYPES, check_format, show_log
from automock_tui.mocking.control.verifying import verify, verify_sequence
from automock_tui.mocking.engine import Engine, cors_headers, is_preflight, preflight_answer
from automock_tui.mocking.jackson import pretty
from automock_tui.mocking.matcher import compile_request
from automock_tui.mocking.mock import Mock
from automock_tui.mocking.pauses import settle, undisturbed
from automock_tui.mocking.request import Request

PREFIX = "/mockserver/"
_JSON = "application/json; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_SET = 500
"""Expectations in one request that are a set, not an addition: worth the pause that keeps later ones short."""
_CLEARABLE = ("log", "expectations", "all")


class ControlPlane:
    """Answers the requests that are about the engine, not for its mocks."""

    def __init__(self, engine: Engine, ports: Callable[[], list[int]], stop: Callable[[], None]) -> None:
        """The control plane of an engine.

        Args:
            engine: What it controls.
            ports: Says on which ports the server listens.
            stop: Ends the server.
        """
        self._engine = engine
        self._ports = ports
        self._stop = stop
        self._routes: dict[str, Callable[[Request], Answer]] = {
            "expectation": self._expectation,
            "clear": self._clear,
            "reset": self._reset,
            "retrieve": self._retrieve,
            "verify": self._verify,
            "verifySequence": self._verify_sequence,
            "status": self._status,
            "bind": self._status,
            "stop": self._end,
            "openapi": self._openapi,
        }

    def answer(self, request: Request) -> Answer | None:
        """The answer to a control request; None where the request is for the mocks."""
        path = request.path
        name = path.removeprefix(PREFIX) if path.startswith(PREFIX) else path[1:]
        if request.method == "PUT" and name in self._routes:
            return self._run(self._routes[name], request)
        if request.method == "GET" and path == PREFIX + "ready":
            return _with_headers(request, _json(200, {"status": "READY"}))
        if path.startswith(PREFIX) and is_preflight(request):
            return preflight_answer(request)
        return None

    def _run(self, route: Callable[[Request], Answer], request: Request) -> Answer:
        try:
            answer = route(request)
        except Refused as refusal:
            answer = Answer(400, [("content-type", _TEXT)], str(refusal).encode("utf-8", "replace"))
        return _with_headers(request, answer)

    def _expectation(self, request: Request) -> Answer:
        return self._put(put_expectations, request)

    def _openapi(self, request: Request) -> Answer:
        return self._put(put_openapi, request)

    def _put(self, put: Callable[[Engine, str], list[Mock]], request: Request) -> Answer:
        with undisturbed():
            mocks = put(self._engine, request.body.decode("utf-8", "replace"))
            answer = _json(201, [mock.normal_tree() for mock in mocks])
        if len(mocks) >= _SET:
            settle()
        return answer

    def _reset(self, _request: Request) -> Answer:
        self._engine.reset()
        return Answer(200)

    def _status(self, _request: Request) -> Answer:
        return _json(
            200,
            {
                "artifactId": "automock-tui",
                "groupId": "automock-tui",
                "ports": self._ports(),
                "version": MOCKSERVER_VERSION,
            },
        )

    def _end(self, _request: Request) -> Answer:
        self._stop()
        return Answer(200)

    def _clear(self, request: Request) -> Answer:
        kind = _option(request, "type", "all", _CLEARABLE)
        wanted = self._filter(request)
        if kind in ("log", "all"):
            self._engine.log.clear(self._test(wanted) if wanted is not None else None)
        if kind in ("expectations", "all"):
            self._clear_expectations(request, wanted)
        return Answer(200)

    def _clear_expectations(self, request: Request, wanted: dict[str, Any] | None) -> None:
        identity = _identity(request)
        if identity is not None:
            self._engine.remove(identity)
        elif wanted is None:
            self._engine.clear()
        else:
            for mock in self._engine.mocks:
                if means(wanted, mock.tree.get("httpRequest") or {}):
                    self._engine.remove(mock.id)

    def _filter(self, request: Request) -> dict[str, Any] | None:
        """The request definition of a body, or of the expectation whose id it gives; None for everything."""
        body = _body(request)
        if body is None:
            return None
        if set(body) == {"id"}:
            found = self._engine.known_request(str(body["id"]))
            if found is None:
                raise Refused(f"No expectation found with id {body['id']}")
            return found
        return body or None

    def _retrieve(self, request: Request) -> Answer:
        kind = _option(request, "type", "requests", TYPES)
        form = _option(request, "format", "json", FORMATS)
        wanted = self._filter(request)
        if kind == "metrics":
            return _json(200, {})
        if kind == "active_expectations":
            check_format(form)
            if form != "json":
                words = f"{form.upper()} not supported for ACTIVE_EXPECTATIONS"
                return Answer(200, [("content-type", _TEXT)], words.encode())
            return _json(200, self._active(_identity(request), wanted))
        matches = self._test(wanted) if wanted is not None else lambda _: True
        content_type, text = show_log(kind, form, [one for one in self._engine.log if matches(one.request)])
        return Answer(200, [("content-type", content_type)], text.encode("utf-8", "replace"))

    def _test(self, definition: dict[str, Any]) -> Callable[[Request], bool]:
        return compile_request(definition, self._engine.services).matches

    def _active(self, identity: str | None, wanted: dict[str, Any] | None) -> list[dict[str, Any]]:
        found = self._engine.mocks
        if identity is not None:
            found = [mock for mock in found if mock.id == identity]
        elif wanted is not None:
            found = [mock for mock in found if means(wanted, mock.tree.get("httpRequest") or {})]
        return [mock.normal_tree() for mock in found]

    def _verify(self, request: Request) -> Answer:
        return _verdict(verify(self._engine, _required(request, "verification")))

    def _verify_sequence(self, request: Request) -> Answer:
        return _verdict(verify_sequence(self._engine, _required(request, "verification sequence")))


def _verdict(failure: str) -> Answer:
    if not failure:
        return Answer(202)
    return Answer(406, [("content-type", _TEXT)], failure.encode("utf-8", "replace"))


def _with_headers(request: Request, answer: Answer) -> Answer:
    """The answer with the headers that all control answers have."""
    origin = request.header("origin") or "*"
    answer.headers = [*answer.headers, *cors_headers(origin), ("version", MOCKSERVER_VERSION)]
    return answer


def _json(status: int, value: Any) -> Answer:
    return Answer(status, [("content-type", _JSON)], pretty(value).encode("utf-8", "replace"))


def _option(request: Request, name: str, default: str, known: tuple[str, ...]) -> str:
    """A query parameter that is one of some words, case aside.

    Raises:
        Refused: it is none of them.
    """
    query = parse_qs(request.target.partition("?")[2])
    given = query.get(name, [default])[0]
    if given.lower() not in known:
        raise Refused(
            f'"{given}" is not a valid value for "{name}" parameter, only the following values are supported '
            f"[{', '.join(known)}]"
        )
    return given.lower()


def _body(request: Request) -> dict[str, Any] | None:
    if not request.body.strip():
        return None
    found = parse_json(request.body.decode("utf-8", "replace"))
    if found is NOT_JSON or not isinstance(found, dict):
        raise Refused("the body is not a JSON object")
    return found


def _identity(request: Request) -> str | None:
    body = _body(request)
    return str(body["id"]) if body is not None and set(body) == {"id"} else None


def _required(request: Request, what: str) -> dict[str, Any]:
    found = _body(request)
    if not found:
        raise Refused(f"incorrect {what} json format: an object is required")
    return found
