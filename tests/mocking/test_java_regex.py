"""Java's regex syntax: what it takes and what it refuses, known from java.util.regex.Pattern."""

import pytest

from automock_tui.mocking.java_regex import compile_pattern


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        (r"\d+", "12", "١٢"),
        (r"\w+", "a_1", "é"),
        (r"[\w-]+", "a-1", "é"),
        (r"\S+", "ab", "a b"),
        (r"\p{Upper}+", "AB", "1"),
        (r"\P{Digit}+", "ab", "a1"),
        (r"\p{L}+", "é", "1"),
        (r"\p{IsGreek}+", "αβ", "ab"),
        (r"[a-z&&[^b]]+", "ac", "ab"),
        (r"\Qa.b\E+", "a.bb", "axb"),
        (r"a{2}", "aa", "a"),
        (r"a{2,}", "aaa", "a"),
        (r"(?<year>\d{4})", "2024", "24"),
        (r"a*+b", "aab", "aa"),
        (r"(?>a+)b", "aab", "aa"),
        (r"\x41\u0042", "AB", "41"),
        (r"[]a]+", "]a", "b"),
        (r"a\z", "a", "b"),
        (r"\h", "\t", "x"),
        (r"é", "É", "e"),
        (r"x}y]", "x}y]", "xy"),
    ],
)
def test_it_matches_as_java(pattern, yes, no):
    found = compile_pattern(pattern)
    assert found is not None
    assert found.matches(yes)
    assert not found.matches(no)


@pytest.mark.parametrize(
    "pattern",
    [
        "/a/{id}",
        "a{",
        "(",
        "[a",
        "*a",
        "a\\",
        r"\y",
        "(?P<x>a)",
        "(?#x)a",
        "a{2,1",
        "{2}",
        "a{e<=1}",
        "x" * 9000,
    ],
)
def test_it_refuses_what_java_refuses(pattern):
    assert compile_pattern(pattern) is None
