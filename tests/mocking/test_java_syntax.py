"""Java's regular expressions: what Java takes is taken, what it refuses is refused, whatever Python thinks."""

import subprocess
import sys

import pytest

from automock_tui.mocking.java_reading import BadPattern
from automock_tui.mocking.java_regex import Pattern
from tests.linting.languages import refused, taken

MATCHES = [
    ("(?<a>b)\\k<a>", "bB", True),
    ("[a[bc]]", "c", True),
    ("[^a[b]]", "b", False),
    ("[a-z&&[^b]]", "b", False),
    ("[a-z&&[^b]]", "c", True),
    ("[ab&&bc]", "a", False),
    ("a{2}{3}", "aa", True),
    ("{2}a", "a", True),
    ("(?-i)a", "A", False),
    ("((?-i)a)b", "aB", True),
    ("(?i:a)(?-i:b)", "AB", False),
    ("(?x)a b#c", "ab", True),
    ("(?-s).", "\n", False),
    ("(?s-s:.)", "\n", False),
    ("\\11", "1", False),
    ("(a)\\11", "aa1", True),
    ("\\Qa.b\\E+", "a.bbb", True),
    ("\\Qa.b\\E", "aXb", False),
    ("\\v", "\n", True),
    ("\\p{javaLetter}", "é", True),
    ("\\p{Alpha}", "é", False),
    ("(?U)\\w", "é", True),
    ("\\w", "é", False),
    ("\\x{1F600}", "\U0001f600", True),
    ("[\\p{Lu}x]", "x", True),
    ("[^\\D]", "5", True),
    ("\\cA", "\x01", True),
    ("(?<=a+)b", "ab", False),
    (".*(?<=a+)b", "ab", True),
    ("[]a]", "]", True),
    ("[a&]", "&", True),
    ("a]", "a]", True),
    ("\\0101", "A", True),
]


@pytest.mark.parametrize("pattern", taken("regex"))
def test_what_java_takes_is_taken(pattern):
    Pattern(pattern)


@pytest.mark.parametrize("pattern", refused("regex"))
def test_what_java_refuses_is_refused(pattern):
    with pytest.raises(BadPattern):
        Pattern(pattern)


@pytest.mark.parametrize(("pattern", "text", "expected"), MATCHES)
def test_it_matches_as_in_java(pattern, text, expected):
    assert Pattern(pattern).matches(text) is expected


HUGE = [
    "a{2147483647}",
    "(ab){2147483647}",
    "(a{2000}){2000}",
    "((a{99}){99}){99}",
    "(" * 9 + "a" + "){99})" * 9,
]


def test_a_pattern_that_repeats_too_much_takes_no_memory():
    code = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))\n"
        "from automock_tui.mocking.java_regex import compile_pattern\n"
        "print([compile_pattern(one) for one in sys.argv[1:]])"
    )
    done = subprocess.run([sys.executable, "-c", code, *HUGE], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str([None] * len(HUGE)), done.stderr


@pytest.mark.parametrize("pattern", ["(" * 3000 + "a" + ")" * 3000, "[" * 3000 + "a" + "]" * 3000])
def test_a_pattern_that_is_nested_too_deeply_is_refused(pattern):
    with pytest.raises(BadPattern):
        Pattern(pattern)
