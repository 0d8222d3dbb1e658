"""Nothing wrong is said of the documents of others: the vendored ones, imported."""

import json

import pytest

from automock_tui.domain.expectation import load_expectations
from automock_tui.domain.problems import Severity
from automock_tui.linting import lint
from tests.importing.documents import DOCUMENTS, imported, name_of


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_an_imported_document_has_neither_errors_nor_warnings(path):
    """Rules of Mockoon are tried in order, so that ties (an info) are what was meant there."""
    found = load_expectations(json.dumps(imported(path).expectations))
    assert [one for one in lint(found) if one.severity is not Severity.INFO] == []
