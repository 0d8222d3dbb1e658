"""Answers: bodies, headers, connections, faults."""

from tests.conformance.wire import Case, Sent, answering, get

X = get("/x")
OPEN = Sent("/x", headers=(("Connection", "keep-alive"),), waits=0.4)
PAUSE = Sent("/x", waits=0.6)
HEAD = Sent("/x", "HEAD")


def case(name, response, *requests, **more):
    return Case(f"answer: {name}", answering(response, **more), requests or (X,))


def body(name, value, *requests):
    return case(name, {"body": value}, *requests)


def connection(name, *requests, response=None, **options):
    given = {"body": "abcdefg"} | (response or {})
    return case(name, given | {"connectionOptions": options}, *requests)


CHAOS = {"body": "ok"}
CODES = (
    100, 103, 200, 201, 202, 203, 204, 205, 206, 208, 226, 299, 300, 301, 302, 304, 306, 307, 308, 400, 401, 403, 404,
    405, 406, 409, 410, 413, 414, 415, 416, 417, 418, 421, 422, 425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503,
    504, 505, 506, 507, 508, 510, 511, 520, 599,
)  # fmt: skip
CASES = [
    case("nothing", {}),
    body("text", "hé"),
    body("empty text", ""), body("blank text", "  "), body("line break", "\n"), body("text between blanks", " a "),
    body("object", {"b": 1, "a": [1, 2, {"x": 1e3, "y": 1.50, "z": 1e10, "n": None, "t": True, "e": {}, "l": []}]}),
    body("texts in JSON", {"u": "é\"\\/\n\t\u0001\u001f\u2028\u007f😀"}),
    body("numbers in JSON", [0.1, -1.5, 1e-4, 1.0, 123456789.5, 1e21, 2**53, -0.0, 0.001, 9999999.0, 10000000.0]),
    body("array", [{"a": 1}, [1, [2]], []]),
    body("empty object", {}),
    body("empty array", []),
    body("typed object", {"type": "JSON", "json": {"a": 1}}),
    body("typed text", {"type": "JSON", "json": '{"a":  1}'}),
    body("JSON of another type", {"type": "JSON", "json": {"a": 1}, "contentType": "application/vnd.x+json"}),
    body("JSON without a type", {"json": {"a": 1}}),
    body("string", {"type": "STRING", "string": "é"}),
    body("string of a type", {"type": "STRING", "string": "é", "contentType": "text/plain; charset=iso-8859-1"}),
    body("string without a type", {"string": "abc"}),
    body("XML", {"type": "XML", "xml": "<a>é</a>"}),
    body("XML without a type", {"xml": "<a/>"}),
    body("bytes", {"type": "BINARY", "base64Bytes": "AQI="}),
    body("bytes of a type", {"type": "BINARY", "base64Bytes": "AQI=", "contentType": "image/png"}),
    body("bytes without a type", {"base64Bytes": "AQI="}),
    body("form", {"type": "PARAMETERS", "parameters": {"a": ["1 2", "3"]}}),
    body("unknown type", {"type": "NOPE", "a": 1}),
    case("own headers", {"headers": {"X-B": ["1", "2"], "content-type": ["text/x"], "X-A": "3"}, "body": {"a": 1},
                         "cookies": {"s": "1", "t": "a b"}}),
    case("headers as a list", {"headers": [{"name": "X-B", "values": ["1"]}], "cookies": [{"name": "s", "value": "1"}]}),
    case("header without values", {"headers": {"a": [], "b": ""}}),
    case("headers that differ in case", {"headers": {"A": ["1"], "b": "2", "a": "3"}}),
    case("header of other characters", {"headers": {"a": ["é€"]}, "reasonPhrase": "é"}),
    case("header with a line break", {"headers": {"a": ["x\r\nb: 1"]}}),
    case("cookies", {"cookies": {"a": "x;y", "b": ""}, "headers": {"set-cookie": ["z=1"]}}),
    case("own connection", {"headers": {"connection": ["x"]}, "body": "abc"}),
    case("own encoding", {"headers": {"transfer-encoding": ["chunked"]}, "body": "abc"}),
    case("text/plain", {"headers": {"content-type": ["text/plain"]}, "body": "é€"}),
    case("text/plain in utf-8", {"headers": {"content-type": ["text/plain; charset=utf-8"]}, "body": "é€"}),
    case("image/png", {"headers": {"content-type": ["image/png"]}, "body": "é€"}),
    case("application/json", {"headers": {"content-type": ["application/json"]}, "body": "é€"}),
    case("object as text/plain", {"headers": {"content-type": ["text/plain"]}, "body": {"a": "é"}}),
    case("reason", {"reasonPhrase": "Fine"}),
    case("no content", {"statusCode": 204, "headers": {"a": "1"}, "body": {"a": 1}}),
    body("HEAD", "abc", HEAD),
    body("HEAD of an object", {"a": 1}, HEAD),
    body("keep alive", "abc", OPEN),
    *(case(f"status {code}", {"statusCode": code, "body": "b"}) for code in CODES),
    case("status of its own", {"statusCode": 777}),
    connection("no length", suppressContentLengthHeader=True),
    connection("another length", Sent("/x", waits=0.6), contentLengthHeaderOverride=2),
    connection("no connection header", suppressConnectionHeader=True),
    connection("chunks", X, HEAD, chunkSize=3),
    connection("chunks of no body", response={"body": ""}, chunkSize=3),
    connection("chunks of an object", response={"body": {"a": 1}}, chunkSize=5),
    connection("chunks of size 0", chunkSize=0),
    connection("kept alive", keepAliveOverride=True),
    connection("not kept alive", OPEN, keepAliveOverride=False),
    connection("closed", OPEN, closeSocket=True),
    connection("not closed", PAUSE, closeSocket=False),
    case("trailers", {"body": "abc", "trailers": {"X-T": ["1"]}}),
    case("delay", {"body": "abc", "delay": {"timeUnit": "MILLISECONDS", "value": 20}}),
    case("delay drawn", {"body": "abc", "delay": {"timeUnit": "MILLISECONDS",
                                                 "distribution": {"type": "UNIFORM", "min": 1, "max": 5}}}),
    Case("answer: dropped", {"httpRequest": {"path": "/x"}, "httpError": {"dropConnection": True}}, (X,)),
    Case("answer: bytes, then dropped",
         {"httpRequest": {"path": "/x"}, "httpError": {"dropConnection": True, "responseBytes": "aGk="}}, (X,)),
    Case("answer: bytes without end", {"httpRequest": {"path": "/x"}, "httpError": {"responseBytes": "aGk="}}, (PAUSE,)),
    Case("answer: events", {"httpRequest": {"path": "/x"}, "httpSseResponse": {"closeConnection": True, "events": [
        {"event": "e", "data": "d", "id": "1"}, {"data": "l1\nl2", "retry": 5}]}}, (X,)),
    case("rate limit", CHAOS, X, X, rateLimit={"name": "conformance", "limit": 1, "windowMillis": 60000}),
    case("token bucket", CHAOS, X, X, X,
         rateLimit={"name": "bucket", "algorithm": "token_bucket", "burst": 2, "refillPerSecond": 0.001}),
    case("rate limit of its own", CHAOS, X, X,
         rateLimit={"name": "own", "limit": 1, "windowMillis": 60000, "errorStatus": 503, "retryAfter": "7"}),
    case("chaos", CHAOS, chaos={"errorStatus": 503, "errorProbability": 1.0, "retryAfter": "5"}),
    case("chaos that never hits", CHAOS, chaos={"errorStatus": 503, "errorProbability": 0.0}),
    case("chaos, truncated", {"body": "abcdefghij"}, chaos={"truncateBodyAtFraction": 0.5}),
    case("chaos, malformed", {"body": {"a": 1}}, chaos={"malformedBody": True}),
    case("chaos, dropped", CHAOS, chaos={"dropConnectionProbability": 1.0}),
    case("chaos, quota", CHAOS, X, X, chaos={"quotaName": "conformance", "quotaLimit": 1, "quotaWindowMillis": 60000}),
    case("chaos after a success", CHAOS, X, X, X, chaos={"errorStatus": 500, "succeedFirst": 1, "failRequestCount": 1}),
    case("chaos for the first", CHAOS, X, X, chaos={"errorStatus": 500, "failRequestCount": 1}),
    case("chaos of GraphQL", {"body": {"data": {"a": 1}}},
         chaos={"graphqlErrors": True, "graphqlErrorMessage": "m", "graphqlErrorCode": "C", "graphqlNullifyData": True}),
    case("recovery", {"body": "ok", "recoverAfter": {"failTimes": 1, "failResponse": {"statusCode": 503, "body": "no"}}}, X, X),
    case("recovery by default", {"body": "ok", "recoverAfter": {"failTimes": 2}}, X, X, X),
    Case("no match", answering({}), (get("/y"), get("/X"), get("/x/1"), Sent("/y", "POST", body=b"abc"), Sent("/y", "HEAD"))),
    Case("no expectation fits the method", {"httpRequest": {"path": "/x", "method": "GET"}, "httpResponse": {}},
         (Sent("/x", "POST"), X)),
]  # fmt: skip
