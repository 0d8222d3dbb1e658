"""MockServer 8.0.0's expectation, object by object, put together from the checks of `expectation_fields`."""

from __future__ import annotations

from automock_tui.domain.expectation_fields import (
    Check,
    anything,
    base64_text,
    fields,
    flag,
    fraction,
    integer,
    later,
    list_of,
    long_integer,
    natural,
    number,
    one_of,
    one_or_more,
    positive,
    text,
    whole,
)
from automock_tui.domain.expectation_protocols import (
    DNS_RESPONSE,
    GRPC_BIDI,
    GRPC_STREAM,
    SSE,
    TEMPLATES,
    WEB_SOCKET,
)
from automock_tui.domain.expectation_requests import (
    DELAY,
    HTTP_REQUEST,
    SCHEMES,
    TIME_UNITS,
    any_object,
    api_description,
    body,
    multi_values,
    request,
    single_values,
)

_STATUS = whole(100, 599)
_CONNECTION_OPTIONS = fields(
    {
        "suppressContentLengthHeader": flag,
        "contentLengthHeaderOverride": integer,
        "suppressConnectionHeader": flag,
        "chunkSize": integer,
        "chunkDelay": DELAY,
        "keepAliveOverride": flag,
        "closeSocket": flag,
        "closeSocketDelay": DELAY,
    }
)
_HTTP_RESPONSE = fields(
    {
        "statusCode": integer,
        "statusCodeRange": text,
        "reasonPhrase": text,
        "headers": multi_values,
        "trailers": multi_values,
        "cookies": single_values,
        "body": body,
        "generateFromSchema": text,
        "delay": DELAY,
        "connectionOptions": _CONNECTION_OPTIONS,
        "recoverAfter": fields({"failTimes": integer, "failResponse": any_object, "idempotencyHeader": text}),
        "primary": flag,
    }
)
_CHANGED_VALUES = {"add": multi_values, "replace": multi_values, "remove": list_of(text)}
_CHANGED_COOKIES = {"add": single_values, "replace": single_values, "remove": list_of(text)}
_RESPONSE_MODIFIER: Check = fields(
    {
        "headers": fields(_CHANGED_VALUES),
        "cookies": fields(_CHANGED_COOKIES),
        "condition": anything,
        "modifiers": list_of(later(lambda: _RESPONSE_MODIFIER)),
        "jsonPatch": list_of(anything),
        "jsonMergePatch": anything,
    }
)
_TEMPLATE = fields(
    {
        "templateType": TEMPLATES,
        "template": text,
        "templateFile": text,
        "delay": DELAY,
        "responseOverride": _HTTP_RESPONSE,
        "responseModifier": _RESPONSE_MODIFIER,
        "primary": flag,
    }
)
_CLASS_CALLBACK = fields({"callbackClass": text, "delay": DELAY, "primary": flag})
_OBJECT_CALLBACK = fields({"clientId": text, "responseCallback": flag, "delay": DELAY, "primary": flag})
_FORWARD = fields({"host": text, "port": integer, "scheme": SCHEMES, "delay": DELAY, "primary": flag})
_FORWARD_WITH_FALLBACK = fields(
    {
        "httpForward": _FORWARD,
        "fallbackResponse": _HTTP_RESPONSE,
        "fallbackOnStatusCodes": list_of(integer),
        "fallbackOnTimeout": flag,
        "delay": DELAY,
        "primary": flag,
    },
    required=("httpForward", "fallbackResponse"),
)
_FORWARD_VALIDATE = fields(
    {
        "specUrlOrPayload": text,
        "host": text,
        "port": integer,
        "scheme": SCHEMES,
        "validateRequest": flag,
        "validateResponse": flag,
        "validationMode": one_of("STRICT", "LOG_ONLY"),
        "delay": DELAY,
        "primary": flag,
    },
    required=("specUrlOrPayload", "host"),
)
_OVERRIDE = fields(
    {
        "requestOverride": HTTP_REQUEST,
        "requestModifier": fields(
            {
                "path": fields({"regex": text, "substitution": text}, required=("regex",)),
                "queryStringParameters": fields(_CHANGED_VALUES),
                "headers": fields(_CHANGED_VALUES),
                "cookies": fields(_CHANGED_COOKIES),
            }
        ),
        "responseOverride": _HTTP_RESPONSE,
        "responseModifier": _RESPONSE_MODIFIER,
        "responseTemplate": _TEMPLATE,
        "httpRequest": HTTP_REQUEST,
        "httpResponse": _HTTP_RESPONSE,
        "delay": DELAY,
        "primary": flag,
    }
)
_ERROR = fields(
    {
        "dropConnection": flag,
        "responseBytes": base64_text,
        "streamError": long_integer,
        "delay": DELAY,
        "primary": flag,
    }
)
_RATE_LIMIT = fields(
    {
        "name": text,
        "algorithm": one_of("fixed_window", "token_bucket"),
        "limit": positive,
        "windowMillis": positive,
        "burst": positive,
        "refillPerSecond": number(0),
        "errorStatus": _STATUS,
        "retryAfter": text,
    }
)
_CHAOS = fields(
    {
        "errorStatus": _STATUS,
        "retryAfter": text,
        "errorProbability": fraction,
        "dropConnectionProbability": fraction,
        "latency": DELAY,
        "seed": long_integer,
        "succeedFirst": natural,
        "failRequestCount": positive,
        "outageAfterMillis": natural,
        "outageDurationMillis": positive,
        "truncateBodyAtFraction": fraction,
        "malformedBody": flag,
        "slowResponseChunkSize": positive,
        "slowResponseChunkDelay": DELAY,
        "quotaName": text,
        "quotaLimit": positive,
        "quotaWindowMillis": positive,
        "quotaErrorStatus": _STATUS,
        "degradationRampMillis": positive,
        "graphqlErrors": flag,
        "graphqlErrorMessage": text,
        "graphqlErrorCode": text,
        "graphqlNullifyData": flag,
    }
)
_SIDE_ACTION = fields(
    {
        "httpRequest": HTTP_REQUEST,
        "httpClassCallback": _CLASS_CALLBACK,
        "httpObjectCallback": _OBJECT_CALLBACK,
        "delay": DELAY,
        "blocking": flag,
        "timeout": DELAY,
        "failurePolicy": one_of("FAIL_FAST", "BEST_EFFORT"),
    },
    exactly_one=("httpRequest", "httpClassCallback", "httpObjectCallback"),
)
_CAPTURE = fields(
    {
        "source": one_of("jsonPath", "xpath", "header", "queryStringParameter", "cookie", "pathParameter"),
        "expression": text,
        "into": text,
    },
    required=("source", "expression", "into"),
)
_CROSS_PROTOCOL = fields(
    {
        "trigger": one_of("DNS_QUERY", "WEBSOCKET_CONNECT", "GRPC_REQUEST", "HTTP_REQUEST"),
        "matchPattern": text,
        "scenarioName": text,
        "targetState": text,
    },
    required=("trigger", "scenarioName", "targetState"),
)


_STEP = fields(
    {
        "httpRequest": HTTP_REQUEST,
        "httpClassCallback": _CLASS_CALLBACK,
        "httpObjectCallback": _OBJECT_CALLBACK,
        "httpForward": _FORWARD,
        "httpOverrideForwardedRequest": _OVERRIDE,
        "httpResponse": _HTTP_RESPONSE,
        "httpError": _ERROR,
        "responder": flag,
        "delay": DELAY,
        "blocking": flag,
        "timeout": DELAY,
        "failurePolicy": one_of("FAIL_FAST", "BEST_EFFORT"),
    },
    exactly_one=(
        "httpRequest",
        "httpClassCallback",
        "httpObjectCallback",
        "httpForward",
        "httpOverrideForwardedRequest",
        "httpResponse",
        "httpError",
    ),
)
EXPECTATION_FIELDS: dict[str, Check] = {
    "id": text,
    "priority": integer,
    "percentage": whole(0, 100),
    "namespace": text,
    "httpRequest": request,
    "httpResponse": _HTTP_RESPONSE,
    "httpResponses": list_of(_HTTP_RESPONSE, 1),
    "responseMode": one_of("SEQUENTIAL", "RANDOM", "WEIGHTED", "SWITCH"),
    "responseWeights": list_of(whole(1)),
    "switchAfter": whole(1),
    "httpResponseTemplate": _TEMPLATE,
    "httpResponseClassCallback": _CLASS_CALLBACK,
    "httpResponseObjectCallback": _OBJECT_CALLBACK,
    "httpForward": _FORWARD,
    "httpForwardTemplate": _TEMPLATE,
    "httpForwardClassCallback": _CLASS_CALLBACK,
    "httpForwardObjectCallback": _OBJECT_CALLBACK,
    "httpOverrideForwardedRequest": _OVERRIDE,
    "httpForwardValidateAction": _FORWARD_VALIDATE,
    "httpForwardWithFallback": _FORWARD_WITH_FALLBACK,
    "httpError": _ERROR,
    "httpSseResponse": SSE,
    "httpLlmResponse": any_object,
    "httpWebSocketResponse": WEB_SOCKET,
    "grpcStreamResponse": GRPC_STREAM,
    "grpcBidiResponse": GRPC_BIDI,
    "binaryResponse": fields({"delay": DELAY, "binaryData": base64_text, "primary": flag}),
    "dnsResponse": DNS_RESPONSE,
    "steps": list_of(_STEP, 1),
    "beforeActions": one_or_more(_SIDE_ACTION),
    "afterActions": one_or_more(_SIDE_ACTION),
    "capture": one_or_more(_CAPTURE),
    "scenarioName": text,
    "scenarioState": text,
    "newScenarioState": text,
    "crossProtocolScenarios": list_of(_CROSS_PROTOCOL),
    "chaos": _CHAOS,
    "rateLimit": _RATE_LIMIT,
    "times": fields({"remainingTimes": integer, "unlimited": flag}),
    "timeToLive": fields(
        {"timeUnit": TIME_UNITS, "timeToLive": long_integer, "endDate": long_integer, "unlimited": flag}
    ),
    "timestamp": text,
}
check_fields: Check = fields(EXPECTATION_FIELDS)
check_openapi: Check = fields(
    {"specUrlOrPayload": api_description, "operationsAndResponses": anything, "contextPathPrefix": text}
)
