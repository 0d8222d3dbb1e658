"""What is at the edge of the syntax of Velocity and Mustache is rendered as MockServer renders it."""

import pytest

from automock_tui.mocking.templates.mustache import compile_mustache
from automock_tui.mocking.templates.values import TemplateError
from automock_tui.mocking.templates.velocity import compile_velocity

RENDERED = [
    ("a #* the rest is a comment #if(", "a "),
    ("#macro(box)[$bodyContent]#end#@box()x#end", "[x]"),
    ("#color(red) #fff", "#color(red) #fff"),
    ("$a.b(c)", "$a.b(c)"),
    ("#foreach($x of [1, 2])$x#end", "12"),
    ("x#stop(#", None),
    ("#break(", None),
    ("#color(red", None),
    ('{"price": "${amount"}', None),
    ("#if($a)x#else y#else z#end", None),
    ("#set($a = null)", None),
    ("$a.b(1 2)", None),
]


def nothing(_):
    """No name stands for anything."""


@pytest.mark.parametrize(("text", "made"), RENDERED)
def test_velocity(text, made):
    if made is None:
        with pytest.raises(TemplateError):
            compile_velocity(text)
    else:
        assert compile_velocity(text).render(nothing) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a {{b", "a {{b"),
        ("{{#a", "{{#a"),
        ("{{{a}", "{{{a}"),
        ("{{{a}}", None),
        ("{{}}", None),
        ("{{^}}", None),
    ],
)
def test_mustache(text, made):
    if made is None:
        with pytest.raises(TemplateError):
            compile_mustache(text)
    else:
        assert compile_mustache(text)(nothing) == made
