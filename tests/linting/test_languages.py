"""The languages within expectations: what MockServer's libraries read is no problem, the rest is one."""

import pytest

from tests.linting.languages import refused, taken
from tests.linting.sets import answering, found


def template(kind, text):
    return {"httpRequest": {"path": "/t"}, "httpResponseTemplate": {"templateType": kind, "template": text}}


def in_body(kind, field):
    return lambda text: answering({"path": "/b", "body": {"type": kind, field: text}})


LANGUAGES = {
    "regex": ("invalid-regex", in_body("REGEX", "regex")),
    "json_path": ("invalid-json-path", in_body("JSON_PATH", "jsonPath")),
    "xpath": ("invalid-xpath", in_body("XPATH", "xpath")),
    "velocity": ("invalid-template", lambda text: template("VELOCITY", text)),
    "mustache": ("invalid-template", lambda text: template("MUSTACHE", text)),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_mockserver_reads_has_no_problem(language):
    _, tree = LANGUAGES[language]
    trees = [tree(text) for text in taken(language)]
    problems = {text: found([one]) for text, one in zip(taken(language), trees, strict=True) if found([one])}
    assert len(trees) > 15 and problems == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_mockserver_cannot_read_is_found(language):
    rule, tree = LANGUAGES[language]
    missed = [text for text in refused(language) if [one for one, _ in found([tree(text)])] != [rule]]
    assert len(refused(language)) > 15 and missed == []
