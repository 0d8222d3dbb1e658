"""Secrets leave the text; everything else stays, and JSON stays JSON."""

import json
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automock_tui.domain.redaction import MASK, Redactor, redact

KEY_ID = "AKIA" + "IOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"
SESSION = "IQoJb3JpZ2luX2Vj" + "Abc/12+" * 20
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
BLOCK = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc123\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"using {KEY_ID} now", KEY_ID),
        (f"temporary {KEY_ID.replace('AKIA', 'ASIA')}", "IOSFODNN7EXAMPLE"),
        (f"the key {SECRET_KEY} stands alone", SECRET_KEY),
        (f"aws_secret_access_key = {SECRET_KEY}", SECRET_KEY),
        (f"session {SESSION} here", SESSION),
        ("AWS_SESSION_TOKEN=short1", "short1"),
        ("Authorization: Bearer abc.def-123", "abc.def-123"),
        ("authorization: Basic dXNlcjpwYXNz trailing", "dXNlcjpwYXNz"),
        ("sent Bearer abcdefgh1234 to it", "abcdefgh1234"),
        (f"jwt {JWT}.", JWT),
        (f"before {BLOCK} after", "MIIEow"),
        ('{"password":"s3cr\\"et","user":"u"}', "s3cr"),
        ('{"db":{"apiKey":"k-1"}}', "k-1"),
        ('{"tokens":["one-secret","two-secret"]}', "two-secret"),
        ('{"@message":"set {\\"client_secret\\":\\"abcd\\"} ok"}', "abcd"),
        ('{"pin_password":12345678}', "12345678"),
        ("x-api-key: 12345", "12345"),
        ("password: hunter2", "hunter2"),
        ("db_password='two words'", "two words"),
        ('token = "a b c"', "a b c"),
        ("https://user:pa55@example.com/path", "pa55"),
        ("GET /?X-Amz-Signature=0123abcd&x=1", "0123abcd"),
        ("key sk-ant-api03-abcdefghijklmnop1234", "abcdefghijklmnop1234"),
    ],
)
def test_a_secret_goes(text, secret):
    cleaned = redact(text)
    assert secret not in cleaned
    assert MASK in cleaned
    assert redact(cleaned) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "aws_secretsmanager_secret.app: Creating...",
        "random_password.db: Creation complete after 0s [id=none]",
        "ExpiredToken: The security token included in the request is expired",
        "commit 0123456789abcdef0123456789abcdef01234567",
        "registry.terraform.io/hashicorp/aws/5.100.0/linux/amd64/x5/abcdef",
        'secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x"',
        '{"type":"apply_start","hook":{"resource":{"addr":"aws_x.api_token","resource_key":null}}}',
        '{"sensitive":true,"next_token":"","api_key":null,"token_count":3}',
        "http://petstore-1.eu-west-1.elb.amazonaws.com/pets?limit=10",
        "Basic authentication is not used",
    ],
)
def test_what_is_no_secret_stays_byte_for_byte(text):
    assert redact(text) == text


def test_the_rest_of_a_line_stays():
    assert redact("login password=hunter2 user=me") == f"login password={MASK} user=me"
    assert json.loads(redact('{"a":1,"token":"t","b":[1.5,"x"]}')) == {"a": 1, "token": MASK, "b": [1.5, "x"]}


def test_known_values_go_wherever_they_are():
    clean = Redactor(["correct horse battery", "short"])
    assert clean("x correct horse battery y short") == f"x {MASK} y short"
    assert json.loads(clean('{"a":"correct horse battery!"}')) == {"a": f"{MASK}!"}


def test_a_known_value_that_holds_another_goes_whole():
    clean = Redactor(["abcdefgh", "abcdefgh-and-more"])
    assert clean("abcdefgh-and-more") == MASK


def test_a_private_key_that_comes_line_by_line_goes_to_its_end():
    clean = Redactor()
    lines = ["start", *BLOCK.splitlines(), "end of it"]
    assert [clean(line) for line in lines] == [
        "start",
        MASK,
        MASK,
        MASK,
        f"{MASK}-----END RSA PRIVATE KEY-----",
        "end of it",
    ]


secrets = st.text(string.ascii_letters + string.digits + "!#$%^*()-_+./", min_size=9, max_size=60)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(
    st.dictionaries(st.text(), json_values, max_size=6),
    secrets,
    st.sampled_from(["password", "db_token", "apiKey"]),
)
def test_json_stays_json_and_loses_only_the_secret(document, secret, name):
    line = json.dumps({"before": document, name: secret, "after": 1})
    cleaned = json.loads(redact(line))
    assert cleaned[name] == MASK
    assert cleaned["after"] == 1
    assert list(cleaned) == ["before", name, "after"]


@given(st.dictionaries(st.text(), json_values, max_size=6))
def test_redacting_json_twice_changes_nothing_more(document):
    once = redact(json.dumps(document))
    assert redact(once) == once
    assert isinstance(json.loads(once), dict)


pieces = st.sampled_from(
    ["password", "token", "=", ":", " ", '"', "'", "\\", "://", "@", "Bearer ", KEY_ID, SECRET_KEY, JWT, BLOCK,
     "-----BEGIN PRIVATE KEY", "-----END ", "cookie", ";", "&", "*", "a1b2c3d4e5", "\n", "{", "}", ","]
)  # fmt: skip


@given(st.lists(pieces, max_size=30).map("".join))
def test_redacting_any_text_twice_changes_nothing_more(text):
    once = redact(text)
    assert redact(once) == once


@given(st.text(max_size=200), secrets, st.text(max_size=200))
def test_a_known_value_never_survives(before, secret, after):
    assert secret not in Redactor([secret])(f"{before}{secret}{after}")


HARD_UNITS = [
    "a",
    "Ab1/",
    "-eyJ",
    "://",
    "://@",
    "password",
    'password="',
    'token"\\',
    "bearer ",
    "a_",
    "pwd : ",
]


@pytest.mark.parametrize("unit", [*HARD_UNITS, "-----BEGIN PRIVATE KEY"])
def test_the_time_grows_with_the_length_and_no_faster(unit):
    def seconds(size):
        text = unit * (size // len(unit))
        start = time.process_time()
        redact(text)
        return time.process_time() - start

    short, long = seconds(200_000), seconds(1_600_000)
    assert long < max(0.3, 20 * short), "eight times the text took far more than eight times the time"
