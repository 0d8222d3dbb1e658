"""What an expectation matches: MockServer 8.0.0's request matchers, and the parts they share with answers."""

from __future__ import annotations

from typing import Any

from automock_tui.domain.expectation_fields import (
    Report,
    anything,
    base64_text,
    fields,
    flag,
    integer,
    later,
    list_of,
    long_integer,
    natural,
    one_of,
    positive,
    text,
)
from automock_tui.domain.json_text import Path
from automock_tui.domain.problems import Severity

TIME_UNITS = one_of("DAYS", "HOURS", "MINUTES", "SECONDS", "MILLISECONDS", "MICROSECONDS", "NANOSECONDS")
SCHEMES = one_of("HTTP", "HTTPS")
_STYLES = ("SIMPLE", "LABEL", "MATRIX", "FORM", "SPACE_DELIMITED", "PIPE_DELIMITED")
_PARAMETER_STYLE = one_of(*_STYLES, *(f"{style}_EXPLODED" for style in _STYLES), "DEEP_OBJECT")

_DISTRIBUTION = fields(
    {
        "type": one_of("UNIFORM", "LOG_NORMAL", "GAUSSIAN"),
        "min": natural,
        "max": natural,
        "median": positive,
        "p99": positive,
        "mean": natural,
        "stdDev": natural,
    },
    required=("type",),
)
DELAY = fields(
    {
        "timeUnit": TIME_UNITS,
        "value": long_integer,
        "template": text,
        "templateType": one_of("VELOCITY", "MUSTACHE"),
        "distribution": _DISTRIBUTION,
    }
)
_MATCHER_OBJECT = fields(
    {"not": flag, "optional": flag, "value": text, "schema": anything, "parameterStyle": _PARAMETER_STYLE}
)


def matcher(value: Any, path: Path, report: Report) -> None:
    """A text to match, or the object form of it."""
    if isinstance(value, dict):
        _MATCHER_OBJECT(value, path, report)
    else:
        text(value, path, report)


_VALUES = list_of(matcher)
_STYLED = fields({"parameterStyle": _PARAMETER_STYLE, "values": _VALUES})
_NAMED_VALUES = list_of(fields({"name": matcher, "values": _VALUES}, required=("name",)))
_NAMED_VALUE = list_of(fields({"name": matcher, "value": matcher}, required=("name",)))
_KEY_MATCH_STYLE = one_of("MATCHING_KEY", "SUB_SET")


def _values_of_key(value: Any, path: Path, report: Report) -> None:
    if isinstance(value, dict):
        _STYLED(value, path, report)
    elif isinstance(value, list):
        _VALUES(value, path, report)
    else:
        text(value, path, report)


def _key(key: str, path: Path, report: Report) -> None:
    if not key or any(char.isspace() for char in key):
        message = f'The name "{key}" is empty or has white space in it.'
        report("bad-name", Severity.ERROR, path, message, "MockServer refuses such names.", "Correct the name.")


def multi_values(value: Any, path: Path, report: Report) -> None:
    """Names with several values each: headers, query and path parameters."""
    if not isinstance(value, dict):
        _NAMED_VALUES(value, path, report)
        return
    for key, part in value.items():
        _key(key, (*path, key), report)
        (_KEY_MATCH_STYLE if key == "keyMatchStyle" else _values_of_key)(part, (*path, key), report)


def single_values(value: Any, path: Path, report: Report) -> None:
    """Names with one value each: cookies."""
    if not isinstance(value, dict):
        _NAMED_VALUE(value, path, report)
        return
    for key, part in value.items():
        _key(key, (*path, key), report)
        matcher(part, (*path, key), report)


def body(value: Any, path: Path, report: Report) -> None:
    """A body: a text, or any object or array."""
    if not isinstance(value, str | dict | list):
        text(value, path, report)


def any_object(value: Any, path: Path, report: Report) -> None:
    """An object whose fields MockServer does not check."""
    if not isinstance(value, dict):
        fields({})(value, path, report)


_SOCKET_ADDRESS = fields({"host": text, "port": integer, "scheme": SCHEMES})
HTTP_REQUEST = fields(
    {
        "not": flag,
        "secure": flag,
        "keepAlive": flag,
        "respondBeforeBody": flag,
        "method": matcher,
        "path": matcher,
        "pathParameters": multi_values,
        "queryStringParameters": multi_values,
        "headers": multi_values,
        "cookies": single_values,
        "body": body,
        "originalBody": text,
        "socketAddress": _SOCKET_ADDRESS,
        "protocol": one_of("HTTP_1_1", "HTTP_2", "HTTP_3"),
        "localAddress": text,
        "remoteAddress": text,
        "clientCertificateChain": list_of(
            fields(
                {
                    "issuerDistinguishedName": text,
                    "subjectDistinguishedName": text,
                    "serialNumber": text,
                    "signatureAlgorithmName": text,
                }
            )
        ),
        "clientCertificate": fields({"subject": matcher, "issuer": matcher, "fingerprintSha256": matcher}),
        "jwt": fields(
            {
                "header": text,
                "scheme": text,
                "claims": any_object,
                "issuer": matcher,
                "audience": matcher,
                "algorithm": matcher,
            }
        ),
    }
)


def api_description(value: Any, path: Path, report: Report) -> None:
    """An OpenAPI description: an address or its text, or the description itself."""
    if not isinstance(value, dict):
        text(value, path, report)


_OPENAPI_REQUEST = fields(
    {"not": flag, "specUrlOrPayload": api_description, "operationId": text, "contextPathPrefix": text}
)
_BINARY_REQUEST = fields({"not": flag, "binaryData": base64_text, "socketAddress": _SOCKET_ADDRESS})
DNS_CLASS = one_of("IN", "CH", "HS", "ANY")
DNS_TYPE = one_of("A", "AAAA", "CNAME", "MX", "SRV", "TXT", "PTR")
_DNS_REQUEST = fields({"not": flag, "dnsName": text, "dnsType": DNS_TYPE, "dnsClass": DNS_CLASS})


def request(value: Any, path: Path, report: Report) -> None:
    """One of the five kinds of request matcher, told apart by the field that only it has."""
    kinds = {
        "specUrlOrPayload": _OPENAPI_REQUEST,
        "binaryData": _BINARY_REQUEST,
        "dnsName": _DNS_REQUEST,
        "if": _CONDITION,
    }
    found = isinstance(value, dict) and next((check for name, check in kinds.items() if name in value), None)
    (found or HTTP_REQUEST)(value, path, report)


_BRANCH = later(lambda: request)
_CONDITION = fields({"not": flag, "if": _BRANCH, "then": _BRANCH, "else": _BRANCH})
