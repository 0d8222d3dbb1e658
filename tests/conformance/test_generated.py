"""Sets and requests made up by Hypothesis, asked of both servers.

500 requests in a usual run; CONFORMANCE_PAIRS=10000 for the long one. The words are few, so that much matches.
"""

import json
import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conformance.wire import Case, Sent, run

pytestmark = [pytest.mark.part("mockserver"), pytest.mark.timeout(3600)]
REQUESTS_EACH = 5
EXAMPLES = int(os.environ.get("CONFORMANCE_PAIRS", "500")) // REQUESTS_EACH

words = st.sampled_from(["a", "b", "A", "1", "12", "x.y", "a-b", "é", ""])
patterns = st.sampled_from(
    ["a", "B", "1", "[0-9]+", ".*", "a|b", "x.y", "!a", "?a", "?!1", "a+", "(", "", "> 5", "[a-b]", "!.*"]
)
plain = st.sampled_from(["a", "b", "A", "1", "12", "x.y", "a-b"])
keys = st.sampled_from(["k", "K", "q", "!k", "?k", "k.", "[kq]"])


def join(parts):
    return "/" + "/".join(parts)


literal_paths = st.lists(plain, max_size=3).map(join)
regex_paths = st.sampled_from(
    [
        "/.*",
        "/a/.*",
        ".*/b",
        "/a|/b",
        "/[ab]/1",
        r"/\d+",
        "/(a|b)(/.*)?",
        "!/a",
        "/a/?",
        "/x.y",
        "/a/{id}",
        "/A.*1",
        "?/a",
    ]
)
templates = st.sampled_from(["/{id}", "/a/{id}", "/{id}/b", "/{id}/{n}", "/a/{id}/1", "!/{id}"])


@st.composite
def multi(draw):
    """Query parameters or headers."""
    found = draw(st.dictionaries(keys, st.lists(patterns, min_size=1, max_size=2), min_size=1, max_size=2))
    if draw(st.booleans()) and draw(st.booleans()):
        found = {"keyMatchStyle": "MATCHING_KEY"} | found
    return found


placeholders = ["any-string}", "any-number}", "ignore}", "regex}[ab]+"]
scalars = st.sampled_from(
    [None, True, False, 0, 1, 1.0, 1.5, -3, "a", "b", "", "1", *("${json-unit." + one for one in placeholders)]
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=5,
)
objects = st.dictionaries(st.sampled_from("abc"), values, max_size=3)
xml = st.sampled_from(["<a/>", "<a>b</a>", "<a><b>1</b></a>", "<a><b>1</b><b>2</b></a>", "<a x='1'/>", "<b/>"])
bodies = st.one_of(
    patterns,
    objects,
    st.builds(lambda value, kind: {"type": "JSON", "json": value, "matchType": kind},
              objects | st.lists(values, max_size=3),
              st.sampled_from(["STRICT", "ONLY_MATCHING_FIELDS"])),
    st.builds(lambda value: {"type": "REGEX", "regex": value}, patterns),
    st.builds(lambda value: {"type": "JSON_PATH", "jsonPath": value},
              st.sampled_from(["$.a", "$..b", "$.a[0]", "$.a.b", "$[?(@.a == 1)]", "$.*", "$"])),
    st.builds(lambda value: {"type": "XML", "xml": value}, xml),
    st.builds(lambda value: {"type": "XPATH", "xpath": value},
              st.sampled_from(["/a", "/a/b", "//b[.='1']", "/a/@x", "count(//b)>1"])),
    st.builds(lambda value: {"type": "PARAMETERS", "parameters": value}, multi()),
    st.builds(lambda value: {"type": "JSON_SCHEMA", "jsonSchema": value}, st.sampled_from([
        {"type": "object", "required": ["a"]}, {"properties": {"a": {"type": "integer"}}}, {"type": "array"},
        {"properties": {"a": {"type": ["string", "null"]}}, "additionalProperties": False}])),
)  # fmt: skip


@st.composite
def marked(draw):
    body = draw(bodies)
    if isinstance(body, dict) and "type" in body and draw(st.integers(0, 5)) == 0:
        body = body | {draw(st.sampled_from(["not", "optional"])): True}
    return body


@st.composite
def matchers(draw):
    found = {}
    if draw(st.booleans()):
        found["method"] = draw(st.sampled_from(["GET", "post", "!GET", "P.*", "", "GET|POST"]))
    if draw(st.booleans()):
        found["path"] = draw(literal_paths | regex_paths)
    elif draw(st.booleans()):
        found["path"] = draw(templates)
        found["pathParameters"] = draw(
            st.dictionaries(
                st.sampled_from(["id", "n", "?id"]), st.lists(patterns, min_size=1, max_size=2), min_size=1
            )
        )
    if draw(st.integers(0, 3)) == 0:
        found["queryStringParameters"] = draw(multi())
    if draw(st.integers(0, 4)) == 0:
        found["headers"] = draw(multi())
    if draw(st.integers(0, 5)) == 0:
        found["cookies"] = draw(st.dictionaries(keys, patterns, min_size=1, max_size=2))
    if draw(st.integers(0, 2)) == 0:
        found["body"] = draw(marked())
    if draw(st.integers(0, 11)) == 0:
        found["not"] = True
    return found


numbers = st.sampled_from(["1", "2", "0", "7", "1.5"])
found = st.sampled_from([
    "$a", "$b", "$nope", "$request.method", "$request.path", "$request.queryStringParameters.k", "$a.size()",
    "$request.headers.q", "$request.cookies.k", "$request.path.length()", "$request.path.substring(1)",
    "$jsonPath.find('$.a')", "$strings.uppercase('ab')", "$math.add($a,1)", "$a[0]", "$a.k", "$foreach.index",
    "$calc.max(1,2)",
])  # fmt: skip
atoms = numbers | found | st.sampled_from(["'a'", "'b'", "''"])
# Numbers with numbers, texts put together: with anything else MockServer's Velocity may fail.
counts = numbers | st.sampled_from(["$request.path.length()", "$calc.max(1,2)", "$math.add(1,2)"])
sums = (
    atoms
    | st.builds("{} {} {}".format, counts, st.sampled_from("+-*/%"), counts)
    | st.builds(
        "({} {} {}) {} {}".format, counts, st.sampled_from("+-*"), counts, st.sampled_from("+-*"), counts
    )
    | st.builds("'a' + {}".format, atoms)
)
tests = (
    st.builds("{} {} {}".format, sums, st.sampled_from(["==", "!=", "<", ">="]), sums)
    | found
    | st.sampled_from(["true", "false", "[]", "[1]", "'a'", "''", "0", "7"])
)
expressions = (
    tests
    | st.builds("!{}".format, found)
    | st.builds("{} {} {}".format, tests, st.sampled_from(["&&", "||"]), tests)
    | st.builds("({}) {} !({})".format, tests, st.sampled_from(["&&", "||"]), tests)
)
lists = st.sampled_from(
    ["[1,2]", "[]", "[1..3]", "$request.queryStringParameters.k", "$jsonPath.find('$.a')", "$nope", "{'k':1}"]
)
pieces = st.sampled_from(
    ["x", " ", "$a", "$!a", "${b}", "$!{nope}", "$nope", "$request.method", "$", "#", "\n", "$a.size()", "$i"]
)
velocity = st.recursive(
    pieces,
    lambda inner: (
        st.builds("#set($a = {})".format, sums | lists)
        | st.builds("#set($b = {}){}".format, sums, inner)
        | st.builds("#if({}){}#{{else}}{}#end".format, expressions, inner, inner)
        | st.builds("#if({}){}#{{else}}{}#end".format, expressions, inner, inner)
        | st.builds("#if({})\n{}\n#elseif({})\n{}\n #end\n".format, expressions, inner, expressions, inner)
        | st.builds("#foreach($i in {}){}$i#end".format, lists, inner)
        | st.builds("{}{}".format, inner, inner)
        | st.builds("{} {}".format, inner, inner)
    ),
    max_leaves=6,
)
names = st.sampled_from(
    ["request.method", "request.path", "request.queryStringParameters.k", "request.headers.q", "nope", "a",
     "request.cookies.k", "request.cookies", "jsonPathResult", "request.secure", "k", "-index",
     "request.path.length"]
)  # fmt: skip
mustache = st.recursive(
    st.sampled_from(["x", " ", "\n", "{{#jsonPath}}$.a{{/jsonPath}}", "{{! c }}"])
    | st.builds("{{{{{}}}}}".format, names)
    | st.builds("{{{{{{{}}}}}}}".format, names),
    lambda inner: (
        st.builds("{{{{#{0}}}}}{1}{{{{/{0}}}}}".format, names, inner)
        | st.builds("{{{{^{0}}}}}{1}{{{{/{0}}}}}".format, names, inner)
        | st.builds("{{{{#{0}}}}}\n {1}\n{{{{/{0}}}}}\n".format, names, inner)
        | st.builds("{}{}".format, inner, inner)
    ),
    max_leaves=6,
)


def template(kind, status, text):
    return {"templateType": kind, "template": f'{{"statusCode": {status}, "body": "{text}"}}'}


statuses = st.integers(200, 209)
templated = st.builds(template, st.just("VELOCITY"), statuses, velocity) | st.builds(
    template, st.just("MUSTACHE"), statuses, mustache
)


@st.composite
def sets(draw):
    found = []
    for number in range(draw(st.integers(1, 5))):
        one = {
            "id": f"e{number}",
            "httpRequest": draw(matchers()),
            "httpResponse": {"statusCode": 200 + number},
        }
        if draw(st.integers(0, 3)) == 0:
            one["httpResponse"]["body"] = draw(objects | words)
        if draw(st.integers(0, 3)) == 0:
            del one["httpResponse"]
            one["httpResponseTemplate"] = draw(templated)
        if draw(st.integers(0, 3)) == 0:
            one["priority"] = draw(st.integers(-1, 2))
        if draw(st.integers(0, 4)) == 0:
            one["times"] = {"remainingTimes": draw(st.integers(0, 2))}
        found.append(one)
    return found


@st.composite
def requests(draw):
    target = draw(literal_paths)
    query = draw(st.lists(st.tuples(st.sampled_from(["k", "K", "q", "z"]), plain), max_size=3))
    if query:
        target += "?" + "&".join(f"{key}={value}" for key, value in query)
    headers = draw(st.lists(st.tuples(st.sampled_from(["k", "K", "q"]), plain), max_size=2))
    if draw(st.integers(0, 3)) == 0:
        headers.append(
            (
                "Cookie",
                "; ".join(
                    f"{key}={value}"
                    for key, value in draw(
                        st.lists(st.tuples(st.sampled_from(["k", "q"]), plain), min_size=1, max_size=3)
                    )
                ),
            )
        )
    method = draw(st.sampled_from(["GET", "POST", "PUT"]))
    if method == "GET":
        return Sent(target, method, tuple(headers))
    body = draw(
        st.one_of(objects.map(json.dumps), values.map(json.dumps), xml, plain, st.just("k=a&q=1"), st.just(""))
    )
    kind = draw(st.sampled_from(["application/json", "text/plain; charset=utf-8", "application/xml", None]))
    if body:
        headers.append(("Content-Type", kind)) if kind else None
    return Sent(target, method, tuple(headers), body.encode())


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES <= 100,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(expectations=sets(), sent=st.lists(requests(), min_size=REQUESTS_EACH, max_size=REQUESTS_EACH))
def test_generated_sets_are_answered_alike(real, ours, expectations, sent):
    case = Case("generated", expectations, tuple(sent))
    for request, one, other in zip(["the expectations", *sent], run(real, case), run(ours, case), strict=True):
        assert other == one, f"{request}\n{json.dumps(expectations)}\nMockServer: {one}\nours:       {other}"
