"""Answers in protocols other than plain HTTP, as MockServer 8.0.0 describes them."""

from __future__ import annotations

from automock_tui.domain.expectation_fields import (
    fields,
    flag,
    integer,
    list_of,
    natural,
    one_of,
    text,
    whole,
)
from automock_tui.domain.expectation_requests import DELAY, DNS_CLASS, DNS_TYPE, matcher, multi_values

TEMPLATES = one_of("VELOCITY", "JAVASCRIPT", "MUSTACHE")

SSE = fields(
    {
        "statusCode": integer,
        "headers": multi_values,
        "events": list_of(fields({"event": text, "data": text, "id": text, "retry": integer, "delay": DELAY})),
        "templateType": TEMPLATES,
        "closeConnection": flag,
        "delay": DELAY,
        "primary": flag,
    }
)
_FRAMES = list_of(fields({"text": text, "binary": text, "delay": DELAY}))
WEB_SOCKET = fields(
    {
        "subprotocol": text,
        "messages": _FRAMES,
        "matchers": list_of(
            fields(
                {
                    "frameType": one_of("TEXT", "BINARY", "PING", "PONG", "ANY"),
                    "textMatcher": matcher,
                    "responses": _FRAMES,
                }
            )
        ),
        "graphqlSubscriptionFilter": fields(
            {
                "type": one_of("GRAPHQL"),
                "query": text,
                "operationName": text,
                "variablesSchema": text,
                "selectionSetMatchType": one_of("NORMALISED_STRING", "AST_EXACT", "AST_SUBSET"),
                "fields": list_of(text),
            },
            required=("query",),
        ),
        "templateType": TEMPLATES,
        "closeConnection": flag,
        "delay": DELAY,
        "primary": flag,
    }
)
_MESSAGES = list_of(fields({"json": text, "templateType": TEMPLATES, "delay": DELAY}))
_GRPC = {
    "statusName": text,
    "statusMessage": text,
    "headers": multi_values,
    "messages": _MESSAGES,
    "closeConnection": flag,
    "delay": DELAY,
    "primary": flag,
}
GRPC_STREAM = fields(_GRPC)
GRPC_BIDI = fields({**_GRPC, "rules": list_of(fields({"matchJson": matcher, "responses": _MESSAGES}))})
_DNS_RECORDS = list_of(
    fields(
        {
            "name": text,
            "type": DNS_TYPE,
            "dnsClass": DNS_CLASS,
            "ttl": natural,
            "value": text,
            "priority": natural,
            "weight": natural,
            "port": whole(0, 65_535),
        }
    )
)
DNS_RESPONSE = fields(
    {
        "answerRecords": _DNS_RECORDS,
        "authorityRecords": _DNS_RECORDS,
        "additionalRecords": _DNS_RECORDS,
        "responseCode": one_of("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"),
        "delay": DELAY,
        "primary": flag,
    }
)
