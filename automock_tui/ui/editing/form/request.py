"""The step Request: what a request must be like, but for its body. Pure."""

from __future__ import annotations

import re

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import Path
from automock_tui.ui.editing.form.cells import Line, choice_line, flag_line, json_line, note, text_line
from automock_tui.ui.editing.form.groups import group
from automock_tui.ui.editing.form.pairs import pair_lines
from automock_tui.ui.editing.form.values import part, value_at
from automock_tui.ui.editing.form.view import FormView

REQUEST: Path = ("httpRequest",)
OTHER_KINDS = ("specUrlOrPayload", "binaryData", "dnsName", "if")
"""Fields that only a matcher of another kind has."""
_PARAMETER = re.compile(r"\{([^{}/]+)\}")
_METHODS = "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS; a regex such as GET|POST; !GET for all but GET"


def is_http(expectation: Expectation) -> bool:
    """Whether the matcher is that of an HTTP request, which the form has fields for."""
    found = part(expectation, REQUEST)
    return not expectation.is_openapi and not any(name in found for name in OTHER_KINDS)


def request_lines(expectation: Expectation, view: FormView) -> list[Line]:
    """The lines of the step."""
    if expectation.is_openapi:
        return _description(expectation, ())
    if "specUrlOrPayload" in part(expectation, REQUEST):
        return _operation(expectation)
    if not is_http(expectation):
        return [json_line(expectation, REQUEST, "Request", help="What a request must be like")]
    return [
        text_line(expectation, (*REQUEST, "method"), "Method", placeholder="any", help=_METHODS),
        _path(expectation),
        *_parameters(expectation),
        *pair_lines(expectation, (*REQUEST, "queryStringParameters"), "Query", value="any value", help=_NAMES),
        *pair_lines(expectation, (*REQUEST, "headers"), "Headers", value="any value", help=_NAMES),
        *pair_lines(expectation, (*REQUEST, "cookies"), "Cookies", single=True, value="any value", help=_NAMES),
        *group("request-more", "More about the request", _more(expectation), expectation, view),
    ]


_NAMES = "A name may begin with ? (may be absent) or ! (must be absent); values are regexes, !value is not it"


def _path(expectation: Expectation) -> Line:
    path = value_at(expectation, (*REQUEST, "path"))
    kind = _path_kind(path) if isinstance(path, str) else "a regex, or with {parameters}"
    help = f"{kind}; matched as a whole, in any case, without the query"
    return text_line(expectation, (*REQUEST, "path"), "Path", placeholder="any", help=help)


def _path_kind(path: str) -> str:
    if _PARAMETER.search(path):
        return "with parameters"
    return "a regex too" if re.search(r"[.*+?()\[\]|\\^$]", path) else "exactly this"


def _parameters(expectation: Expectation) -> list[Line]:
    base = (*REQUEST, "pathParameters")
    found = value_at(expectation, base)
    path = value_at(expectation, (*REQUEST, "path"))
    named = list(dict.fromkeys(_PARAMETER.findall(path))) if isinstance(path, str) else []
    lines = pair_lines(expectation, base, "In the path", value="any value", help=_PLACES) if found else []
    known = found if isinstance(found, dict) else {}
    missing = [name for name in named if name not in known] if isinstance(found, dict | None) else []
    return lines + [
        text_line(expectation, (*base, name), f"  {{{name}}}", placeholder=".*", help=_UNNAMED)
        for name in missing
    ]


_PLACES = "The {parameters} of the path: a name and a regex for its value"
_UNNAMED = "Not in pathParameters yet: MockServer then never matches this path. Type a regex, .* for any value"


def _more(expectation: Expectation) -> list[Line]:
    return [
        flag_line(expectation, (*REQUEST, "not"), "Not", "Match everything but this request"),
        flag_line(expectation, (*REQUEST, "secure"), "HTTPS"),
        flag_line(expectation, (*REQUEST, "keepAlive"), "Keep-alive"),
        choice_line(expectation, (*REQUEST, "protocol"), "Protocol", ("HTTP_1_1", "HTTP_2", "HTTP_3")),
        json_line(expectation, (*REQUEST, "jwt"), "JWT", help="Claims that a bearer token must have"),
        json_line(expectation, (*REQUEST, "clientCertificate"), "Client certificate"),
    ]


def _description(expectation: Expectation, base: Path) -> list[Line]:
    return [
        note("openapi", "An API description: MockServer makes one expectation of each operation."),
        text_line(expectation, (*base, "specUrlOrPayload"), "Description", help="Its address, or its text"),
        json_line(expectation, (*base, "operationsAndResponses"), "Operations"),
        text_line(expectation, (*base, "contextPathPrefix"), "Path prefix"),
    ]


def _operation(expectation: Expectation) -> list[Line]:
    return [
        note("operation", "Matches the requests of an API description."),
        text_line(expectation, (*REQUEST, "specUrlOrPayload"), "Description", help="Its address, or its text"),
        text_line(expectation, (*REQUEST, "operationId"), "Operation"),
        text_line(expectation, (*REQUEST, "contextPathPrefix"), "Path prefix"),
        flag_line(expectation, (*REQUEST, "not"), "Not"),
    ]
