"""The vendored documents: recognised, linted clean, and the same again on a second import."""

import json

import pytest

from automock_tui.domain.expectation import load_expectations
from automock_tui.domain.expectation_check import check_expectations
from automock_tui.importing.detect import detect
from automock_tui.importing.source import open_source
from tests.importing.documents import DOCUMENTS, imported, name_of


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_the_format_is_recognised_by_content(path):
    assert detect(open_source(path)) == path.parent.name


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_what_is_imported_is_linted_clean_and_has_ids(path):
    made = imported(path)
    found = load_expectations(json.dumps(made.expectations))
    assert [one for one in check_expectations(found) if one.is_error] == []
    ids = [one.id for one in found]
    assert all(ids) and len(set(ids)) == len(ids) > 0


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_a_second_import_gives_the_same(path):
    assert imported(path) == imported(path)


def test_there_are_three_of_each_format():
    counts = {one.parent.name: 0 for one in DOCUMENTS}
    for one in DOCUMENTS:
        counts[one.parent.name] += 1
    assert min(counts.values()) >= 3, counts
