"""Java's regex syntax: what it takes and what it refuses, known from java.util.regex.Pattern."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from automock_tui.mocking.java_regex import Pattern, compile_pattern
from automock_tui.mocking.plain_regex import MAX_TEXT, compile_plain

atoms = st.sampled_from(
    [
        "a",
        "B",
        "1",
        "/",
        "-",
        "_",
        " ",
        ".",
        r"\.",
        r"\d",
        r"\w",
        "[a-c]",
        "[^/]",
        "[0-9]",
        "[^a-zX]",
        "[_.%]",
        "[Z-a]",
    ]
)
quantifiers = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,2}", "{2,}", "{0,1}"])
plain_patterns = st.lists(st.builds("{}{}".format, atoms, quantifiers), max_size=6).map("".join)


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
        "a{2,1}",
        "[z-a]",
        "a{e<=1}",
        "x" * 9000,
    ],
)
def test_it_refuses_what_java_refuses(pattern):
    assert compile_pattern(pattern) is None


@given(
    plain_patterns, st.lists(st.text("aABbcCzZ01/-_. %x[", max_size=6), min_size=1, max_size=20), st.booleans()
)
@example("a.c", ["a\nc", "ABC"], True)
@settings(max_examples=300, deadline=None)
def test_plain_patterns_mean_the_same_to_both_matchers(pattern, texts, ignore_case):
    both = Pattern(pattern, ignore_case=ignore_case)
    for text in texts:
        bounded = both._compiled.fullmatch(text) is not None
        assert both.matches(text) is bounded, (pattern, text)


@pytest.mark.parametrize("pattern", ["/api/item7/[0-9]+", "[0-9]+", ".*", r"/v\d/users/[^/]+", "a{2,3}", ""])
def test_usual_patterns_are_plain(pattern):
    assert compile_plain(pattern, ignore_case=True) is not None


@pytest.mark.parametrize(
    "pattern", ["a*b*c*", "(a+)+", "a*+", "a|b", r"\s", r"\bx", "[a&&b]", "a{2}{3}", "é", "^a$"]
)
def test_what_may_take_long_or_mean_another_thing_is_not(pattern):
    assert compile_plain(pattern, ignore_case=True) is None


def test_a_plain_pattern_takes_only_short_ascii_texts():
    """Case folding differs beyond ASCII (the Kelvin sign is a k), and time grows with the text."""
    assert compile_pattern("[a-z]").matches("\u212a") is (
        Pattern("[a-z]")._compiled.fullmatch("\u212a") is not None
    )
    assert compile_pattern("[a-z]*[a-z]*x").matches("a" * MAX_TEXT + "x")
