"""Templates: what ships, is complete, and is without problems."""

import json
import re

import pytest

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.domain.expectation import load_expectations
from automock_tui.linting import LintContext, lint
from automock_tui.mocking.support import unsupported
from automock_tui.operations import templates

NAMES = templates.template_names()


def test_there_are_eight_and_the_example():
    assert len(NAMES) >= 9
    assert NAMES[0] == "petstore"
    for one in templates.templates():
        assert one.title and one.description
        assert 6 <= one.count <= 20
        assert re.fullmatch(r"[a-z0-9-]+", one.name)


def test_each_file_is_in_the_index():
    files = {path.stem for path in templates._FOLDERS[0].glob("*.json")}
    assert files | {"petstore"} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_clean_and_all_of_it_is_served(name):
    text = templates.read_template(name)
    found = load_expectations(text)
    assert list(unsupported(found)) == []
    ids = [one.id for one in found]
    assert all(ids)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("tasks", [None, 1, 2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_the_linter_finds_nothing_but_state_of_one_task(name, tasks):
    context = LintContext(max_tasks=tasks)
    rules = {one.rule for one in lint(load_expectations(templates.read_template(name)), context)}
    assert rules == ({"state-per-task"} if name == "flaky" and tasks and tasks > 1 else set())


@pytest.mark.parametrize("name", NAMES)
def test_it_has_error_cases_and_priorities(name):
    rows = json.loads(templates.read_template(name))
    statuses = {one["httpResponse"]["statusCode"] for one in rows if "httpResponse" in one}
    assert any(status >= 400 for status in statuses)
    assert name == "flaky" or any("priority" in one for one in rows)


def test_an_unknown_name_and_a_missing_file_say_so(monkeypatch, tmp_path):
    with pytest.raises(InvalidInput, match="petstore"):
        templates.read_template("../petstore")
    monkeypatch.setattr(templates, "_FOLDERS", (templates._FOLDERS[0], tmp_path))
    with pytest.raises(AutomockError, match=r"petstore\.json is not in the installation"):
        templates.read_template("petstore")
