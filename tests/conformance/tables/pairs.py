"""Query parameters, headers and cookies."""

from tests.conformance.wire import Case, Sent, get, matching


def query(name, wanted, *targets):
    return Case(f"query: {name}", matching({"queryStringParameters": wanted}), tuple(map(get, targets)))


def headers(name, wanted, *sent):
    return Case(
        f"headers: {name}", matching({"headers": wanted}), tuple(Sent("/", headers=one) for one in sent)
    )


def cookies(name, wanted, *sent):
    requests = tuple(get("/", Cookie=one) if one is not None else get("/") for one in sent)
    return Case(f"cookies: {name}", matching({"cookies": wanted}), requests)


def x(*values, name="x-a"):
    return tuple((name, value) for value in values)


MATCHING = {"keyMatchStyle": "MATCHING_KEY"}
LENGTH = (get(), Sent("/", "POST", body=b"ab"), Sent("/", "POST"))
CASES = [
    Case("headers: length", matching({"headers": {"content-length": ["0"]}}), LENGTH),
    Case("headers: none but the length", matching({"headers": {"!k": ["[0-9]+"]}}), (get(), get(k="1"), get(k="a"), get(q="1"))),
    query("one value", {"a": ["1"]}, "/?a=1", "/?a=2", "/?b=1", "/", "/?a=1&b=2", "/?a=1&a=2", "/?A=1", "/?a"),
    query("a text", {"a": "1"}, "/?a=1", "/?a=2", "/"),
    query("case of values", {"a": ["xY"]}, "/?a=Xy", "/?a=xyz"),
    query("a regex", {"a": ["x.+"]}, "/?a=xy", "/?a=x", "/?a=yx"),
    query("a regex over lines", {"a": ["x.y"]}, "/?a=x%0Ay", "/?a=xzy", "/?a=xy"),
    query("a bad regex", {"a": ["x("]}, "/?a=x(", "/?a=x%28", "/?a=x"),
    query("two values", {"a": ["1", "2"]}, "/?a=1", "/?a=1&a=2", "/?a=2&a=1", "/?a=1&a=1", "/?a=1&b=2",
          "/?a=3&a=2&a=1"),
    query("overlapping values", {"a": ["1", ".*"]}, "/?a=1", "/?a=1&a=2", "/?a=1&a=1"),
    query("two keys", {"a": ["1"], "b": ["2"]}, "/?a=1&b=2", "/?b=2&a=1", "/?a=1", "/?b=2"),
    query("a key as a regex", {"a.": ["1"]}, "/?ab=1", "/?a=1", "/?abc=1"),
    query("a key in capitals", {"AB": ["1"]}, "/?ab=1", "/?aB=1"),
    query("no values", {"a": []}, "/", "/?a=1", "/?b=1"),
    query("an empty value", {"a": [""]}, "/", "/?b=1", "/?a=1", "/?a", "/?a="),
    query("a negated value", {"a": ["!1"]}, "/", "/?b=1", "/?a=1", "/?a=2", "/?a=1&a=2"),
    query("two negated values", {"a": ["!1", "!2"]}, "/?a=3", "/?a=3&a=4", "/?a=1&a=2"),
    query("a negated key", {"!a": [".*"]}, "/", "/?b=1", "/?a=1", "/?a=1&b=2"),
    query("a negated key with a value", {"!a": ["1"]}, "/", "/?b=1", "/?b=2", "/?a=1", "/?a=2&b=1"),
    query("a negated and a plain key", {"!a": [".*"], "b": ["1"]}, "/", "/?b=1", "/?a=1&b=1", "/?c=1"),
    query("an optional key", {"?a": ["1"]}, "/", "/?b=1", "/?a=1", "/?a=2", "/?a=2&b=1"),
    query("an optional value", {"a": ["?1"]}, "/", "/?b=1", "/?a=1", "/?a=2"),
    query("an optional and a plain key", {"?a": ["1"], "b": ["2"]}, "/", "/?b=2", "/?a=1&b=2", "/?a=2&b=2", "/?a=1"),
    query("a negated key with a negated value", {"!a": ["!1"], "b": ["1"]}, "/", "/?b=1", "/?b=1&c=1", "/?a=1&b=1", "/?a=2&b=1"),
    query("two negated keys with negated values", {"!a": ["!1"], "!b": ["!1"]}, "/", "/?c=1", "/?c=1&d=2", "/?c=2&d=2"),
    query("an optional negated key", {"?!a": ["1"]}, "/", "/?a=1", "/?b=1"),
    query("a number greater", {"a": ["> 5"]}, "/?a=6", "/?a=5", "/?a=4", "/?a=x", "/?a=5.5", "/?a=%3E%205"),
    query("a number at most", {"a": ["<=5"]}, "/?a=6", "/?a=5", "/?a=-1", "/?a="),
    query("a number equal", {"a": ["== 5"]}, "/?a=5.0", "/?a=5", "/?a=6"),
    query("a number negated", {"a": ["!== 5"]}, "/?a=5", "/?a=6"),
    query("encoded", {"a": ["x y"]}, "/?a=x+y", "/?a=x%20y", "/?a=xy"),
    query("encoded key", {"a.b": ["1"]}, "/?a%20b=1", "/?a+b=1"),
    query("utf-8", {"a": ["é"]}, "/?a=%C3%A9", "/?a=%C3%89", "/?a=%E9", "/?a=e"),
    query("a plus in the value", {"a": ["1\\+1"]}, "/?a=1%2B1", "/?a=1+1"),
    query("semicolons", {"a": ["1"], "b": ["2"]}, "/?a=1;b=2", "/?a=1&b=2"),
    query("a fragment", {"a": ["x"]}, "/?a=x#b"),
    query("bad escapes", {"a": ["x"]}, "/?a=x&b=%zz", "/?a=x", "/?a=x&b=%4", "/?a=x&b=%"),
    query("an optional key, then the same", {"?k": ["a"], "k": ["b"]}, "/?z=1", "/?k=a", "/?k=b", "/", "/?k=a&k=b"),
    query("a key, then the same optional", {"k": ["a"], "?k": ["a"]}, "/?z=1", "/?k=a", "/?k=b", "/", "/?k=a&k=a"),
    query("a negated and the same plain key", {"!k": ["a"], "k": ["b"]}, "/?z=1", "/?k=a", "/?k=b", "/", "/?k=a&k=b"),
    query("odd forms", {"a": ["1"]}, "/?&a=1", "/?a=1&", "/?&&a=1&&", "/?=a=1", "/?a==1", "/?a=1=2", "/??a=1"),
    query("value with equals", {"a": ["1=2"]}, "/?a=1=2", "/?a=1%3D2"),
    query("matching key", {**MATCHING, "a": ["1", "2"]}, "/", "/?a=1", "/?a=2&a=1", "/?a=3", "/?a=1&a=3", "/?a=1&b=9"),
    query("matching key, no values", {**MATCHING, "a": []}, "/", "/?a=1", "/?b=1"),
    query("matching key, negated value", {**MATCHING, "a": ["!1"]}, "/", "/?a=1", "/?a=2", "/?a=2&a=1"),
    query("matching key, optional", {**MATCHING, "?a": ["1"]}, "/", "/?b=1", "/?a=1", "/?a=2"),
    query("matching key, negated key", {**MATCHING, "!a": ["1"]}, "/", "/?b=1", "/?b=2", "/?a=1"),
    query("matching key, negated and plain", {**MATCHING, "!a": ["1"], "b": ["2"]}, "/", "/?b=1", "/?b=2", "/?a=1&b=2"),
    query("matching key, two keys", {**MATCHING, "a": ["1"], "b": ["2"]}, "/?a=1&b=2", "/?a=1", "/?a=1&a=1&b=2"),
    query("as a list", [{"name": "a", "values": ["1"]}], "/?a=1", "/?a=2"),
    query("as a list with objects", [{"name": {"not": True, "value": "a"}, "values": [".*"]}], "/", "/?a=2"),
    query("an object value", {"a": [{"not": True, "value": "1"}]}, "/?a=1", "/?a=2"),
    query("schema integer", {"a": [{"schema": {"type": "integer"}}]}, "/?a=1", "/?a=x", "/?a=1.5", "/?a=", "/"),
    query("schema minimum", {"a": [{"schema": {"type": "integer", "minimum": 3}}]}, "/?a=1", "/?a=4"),
    query("schema string", {"a": [{"schema": {"type": "string", "minLength": 3}}]}, "/?a=1", "/?a=444", "/?a=abc"),
    query("schema boolean", {"a": [{"schema": {"type": "boolean"}}]}, "/?a=true", "/?a=x", "/?a=1"),
    query("schema enum", {"a": [{"schema": {"type": "string", "enum": ["x", "y"]}}]}, "/?a=x", "/?a=z", "/?a=X"),
    query("schema pattern", {"a": [{"schema": {"type": "string", "pattern": "^[a-c]+$"}}]}, "/?a=abc", "/?a=abd"),
    query("schema uuid", {"a": [{"schema": {"type": "string", "format": "uuid"}}]},
          "/?a=2f1a3c04-30a1-4b5d-9a6d-0d6f1f9a1c11", "/?a=2f1a"),
    query("schema negated", {"a": [{"not": True, "schema": {"type": "integer"}}]}, "/?a=1", "/?a=x"),
    query("style form", {"a": {"parameterStyle": "FORM", "values": ["1", "2"]}}, "/?a=1,2", "/?a=1", "/?a=2,1,3"),
    query("style pipes", {"a": {"parameterStyle": "PIPE_DELIMITED", "values": ["1", "2"]}}, "/?a=1|2", "/?a=1,2"),
    query("style spaces", {"a": {"parameterStyle": "SPACE_DELIMITED", "values": ["1", "2"]}}, "/?a=1%202", "/?a=1+2",
          "/?a=1,2"),
    query("no style, commas", {"a": ["1", "2"]}, "/?a=1,2"),
    query("empty", {}, "/", "/?a=1"),
    headers("one", {"X-A": ["1"]}, x("1"), x("1", name="X-A"), x("2"), x("1, 2"), x("1", "2"), ()),
    headers("a text", {"x-a": "1"}, x("1"), x("2")),
    headers("a regex", {"X-A": ["a.*"]}, x("abc"), x("ABC"), x("b")),
    headers("a key as a regex", {"X-.*": ["1"]}, x("1"), x("1", name="X-Foo"), x("1", name="Y")),
    headers("two values", {"X-A": ["1", "2"]}, x("1", "2"), x("2", "1"), x("1"), x("1,2")),
    headers("matching key", {**MATCHING, "X-A": ["1", "2"]}, x("1"), x("1", "3"), x("1", "2"), ()),
    headers("a name in two spellings", {"X-A": ["a", "[a-b]"]}, (*x("a"), *x("1", name="X-A")), x("a", "1"), x("a"),
            (*x("a"), *x("1", name="x-b"))),
    headers("negated key", {"!X-A": [".*"]}, (), x("1"), x("1", name="X-B")),
    headers("negated value", {"X-A": ["!1"]}, (), x("1"), x("2")),
    headers("optional key", {"?X-A": ["1"]}, (), x("1"), x("2")),
    headers("a number", {"X-A": ["> 5"]}, x("6"), x("5"), x("y")),
    headers("as a list", [{"name": "X-A", "values": ["1"]}], x("1"), x("2")),
    headers("schema", {"X-A": [{"schema": {"type": "integer"}}]}, x("1"), x("y")),
    headers("space around", {"X-A": ["1"]}, x("  1  "), x("1\t")),
    headers("empty value", {"X-A": [""]}, x(""), x("1"), ()),
    headers("content type", {"Content-Type": ["application/json.*"]},
            (("content-type", "application/json; charset=utf-8"),), (("content-type", "text/plain"),)),
    cookies("one", {"s": "1"}, "s=1", "s=2", None, "S=1; b=2", 's="1"', "s=1; b=2", "b=2;s=1", "s = 1"),
    cookies("repeated", {"s": "1"}, "s=2; s=1", "s=1; s=2", "S=2; s=1"),
    cookies("a regex", {"s": "a.*"}, "s=abc", "s=ABC", "s=b"),
    cookies("a key as a regex", {"s.": "1"}, "sx=1", "s=1"),
    cookies("two", {"a": "1", "b": "2"}, "a=1; b=2", "a=1", "b=2"),
    cookies("negated key", {"!s": ".*"}, None, "s=1", "b=1"),
    cookies("negated key with a negated value", {"!s": "!1", "b": "1"}, None, "b=1", "b=1; c=2", "s=2; b=1"),
    cookies("negated value", {"s": "!1"}, None, "s=1", "s=2"),
    cookies("optional key", {"?s": "1"}, None, "s=1", "s=2", "b=1"),
    cookies("optional key, then the same", {"?k": "a", "k": "b"}, "z=1", "k=a", "k=b", None),
    cookies("key, then the same optional", {"k": "a", "?k": "b"}, "z=1", "k=a", "k=b", None),
    cookies("as a list", [{"name": "s", "value": "1"}], "s=1", "s=2"),
    cookies("empty value", {"s": ""}, "s=", "s=1", None),
    cookies("odd forms", {"s": "1"}, "s=1;", ";s=1", "s=1;;b=2", "s", "=1; s=1", "s=1,b=2"),
    cookies("schema", {"s": {"schema": {"type": "integer"}}}, "s=1", "s=x"),
    Case("cookies: two headers", matching({"cookies": {"a": "1", "b": "2"}}),
         (Sent("/", headers=(("Cookie", "a=1"), ("Cookie", "b=2"))),)),
]  # fmt: skip
