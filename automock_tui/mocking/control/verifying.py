"""Verification: how often a request came, and in which order several did."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from automock_tui.mocking.control.failures import Refused
from automock_tui.mocking.control.normalising import normal_request
from automock_tui.mocking.control.responses import answer_test
from automock_tui.mocking.control.showing import show_answer, show_request
from automock_tui.mocking.jackson import pretty
from automock_tui.mocking.matcher import compile_request

if TYPE_CHECKING:
    from automock_tui.mocking.answer import Answer
    from automock_tui.mocking.engine import Engine
    from automock_tui.mocking.request import Request
    from automock_tui.mocking.request_log import Exchange

MAX_SHOWN = 10
"""Requests that a failure lists; MockServer's default."""


def verify(engine: Engine, wanted: dict[str, Any]) -> str:
    """Check how often a request came; empty where that is as wanted, else what was found.

    Raises:
        Refused: neither a request nor the id of a known expectation is given.
    """
    if isinstance(wanted.get("httpResponse"), dict):
        return _verify_responses(engine, wanted)
    definition = _definition(engine, wanted)
    least, most = _bounds(wanted.get("times"))
    exchanges = list(engine.log)
    requests = [one.request for one in exchanges]
    matches, disposed = _test(engine, definition), _disposed(wanted.get("disposition"))
    count = sum(1 for one in exchanges if disposed(one) and matches(one.request))
    if count >= least and (most is None or count <= most):
        return ""
    shown = int(wanted.get("maximumNumberOfRequestToReturnInVerificationFailure") or MAX_SHOWN)
    return (
        f"Request not found {_times(least, most)}, expected:<{pretty(normal_request(definition))}> but "
        + _found(requests, count, shown)
        + _closest(engine, definition, requests, count)
    )


def _disposed(disposition: Any) -> Callable[[Exchange], bool]:
    """Whether an exchange was answered in the way that a verification asks for."""
    if disposition == "FORWARDED":
        return lambda one: one.answer.was_fetched
    if disposition == "MOCKED":
        return lambda one: bool(one.expectation_id) and not one.answer.was_fetched
    return lambda _: True


def _verify_responses(engine: Engine, wanted: dict[str, Any]) -> str:
    """Check how often an answer was given, to the requests that are wanted too where there are any."""
    asked = any(name in wanted for name in ("httpRequest", "expectationId"))
    matches = _test(engine, _definition(engine, wanted)) if asked else lambda _: True
    test, disposed = answer_test(wanted["httpResponse"]), _disposed(wanted.get("disposition"))
    answers = [
        one.answer for one in engine.log if one.expectation_id and disposed(one) and matches(one.request)
    ]
    count = sum(map(test, answers))
    least, most = _bounds(wanted.get("times"))
    if count >= least and (most is None or count <= most):
        return ""
    shown = int(wanted.get("maximumNumberOfRequestToReturnInVerificationFailure") or MAX_SHOWN)
    expected = f"expected:<{pretty(wanted['httpResponse'])}>"
    return f"Response not found {_times(least, most)}, {expected} but {_found_answers(answers, count, shown)}"


def _found_answers(answers: list[Answer], count: int, shown: int) -> str:
    if len(answers) > shown:
        return f"was found {count} time{'' if count == 1 else 's'} among {len(answers)} total responses"
    trees = [show_answer(one) for one in answers]
    return f"was:<{pretty(trees[0] if len(trees) == 1 else trees) if trees else ''}>"


def _verify_answer_sequence(engine: Engine, wanted: list[Any]) -> str:
    answers = [one.answer for one in engine.log if one.expectation_id]
    rest = iter(answers)
    specs = [one for one in wanted if isinstance(one, dict)]
    if all(any(map(answer_test(one), rest)) for one in specs):
        return ""
    found = pretty([show_answer(one) for one in answers[:MAX_SHOWN]]) if answers else ""
    return f"Response sequence not found, expected:<{pretty(specs)}> but was:<{found}>"


def verify_sequence(engine: Engine, wanted: dict[str, Any]) -> str:
    """Check that requests came in an order, others between them or not; empty where they did.

    Raises:
        Refused: as `verify`.
    """
    if isinstance(wanted.get("httpResponses"), list):
        return _verify_answer_sequence(engine, wanted["httpResponses"])
    if isinstance(wanted.get("httpRequests"), list):
        definitions = [one for one in wanted["httpRequests"] if isinstance(one, dict)]
    elif isinstance(wanted.get("expectationIds"), list):
        definitions = [_known(engine, one) for one in wanted["expectationIds"]]
    else:
        raise Refused("a sequence needs httpRequests, httpResponses or expectationIds")
    requests = [one.request for one in engine.log]
    rest = iter(requests)
    if all(any(map(_test(engine, one), rest)) for one in definitions):
        return ""
    expected = pretty([normal_request(one) for one in definitions])
    shown = int(wanted.get("maximumNumberOfRequestToReturnInVerificationFailure") or MAX_SHOWN)
    if len(requests) > shown:
        found = f"not found, found {len(requests)} other requests"
        return f"Request sequence not found, expected:<{expected}> but was {found}"
    return f"Request sequence not found, expected:<{expected}> but was:<{_listed(requests)}>"


def _definition(engine: Engine, wanted: dict[str, Any]) -> dict[str, Any]:
    if "expectationId" in wanted:
        return _known(engine, wanted["expectationId"])
    if isinstance(wanted.get("httpRequest"), dict):
        return dict(wanted["httpRequest"])
    raise Refused("a verification needs an httpRequest, an httpResponse or an expectationId")


def _known(engine: Engine, reference: Any) -> dict[str, Any]:
    identity = reference.get("id") if isinstance(reference, dict) else reference
    found = engine.known_request(str(identity))
    if found is None:
        raise Refused(f"No expectation found with id {identity}")
    return found


def _test(engine: Engine, definition: dict[str, Any]) -> Callable[[Request], bool]:
    return compile_request(definition, engine.services).matches


def _bounds(times: Any) -> tuple[int, int | None]:
    """The least and the most times; without any it is exactly once."""
    if not isinstance(times, dict) or not times:
        return 1, 1
    most = times.get("atMost")
    return int(times.get("atLeast") or 0), None if most is None or most < 0 else int(most)


def _times(least: int, most: int | None) -> str:
    if least == most:
        return "exactly once" if least == 1 else f"exactly {least} times"
    if most is None:
        return "at least once" if least == 1 else f"at least {least} times"
    if least == 0:
        return "at most once" if most == 1 else f"at most {most} times"
    return f"between {least} and {most} times"


def _found(requests: list[Request], count: int, shown: int) -> str:
    if len(requests) <= shown:
        return f"was:<{_listed(requests)}>"
    return f"was found {count} time{'' if count == 1 else 's'} among {len(requests)} total requests"


def _listed(requests: list[Request]) -> str:
    if len(requests) == 1:
        return pretty(show_request(requests[0]))
    return pretty([show_request(one) for one in requests]) if requests else ""


def _closest(engine: Engine, definition: dict[str, Any], requests: list[Request], count: int) -> str:
    """In what the request differs that is nearest, where none matched."""
    if count or not requests:
        return ""
    matcher = compile_request(definition, engine.services)
    differences = min((matcher.differences(one) for one in requests), key=len)
    lines = [
        f"  {one.field}:\n      expected: {one.expected}\n      found: {one.actual}" for one in differences
    ]
    return "\n\nclosest match diff:\n" + "\n".join(lines) + "\n"
