"""The real MockServer and ours, side by side, for the whole session."""

import contextlib
from urllib.parse import urlsplit

import pytest

from tests.mocking.serving import start_engine
from tests.parts import start_mockserver


@pytest.fixture(scope="session")
def real(tmp_path_factory):
    """The address of the real MockServer 8.0.0."""
    settings = {
        "MOCKSERVER_LOG_LEVEL": "WARN",
        "MOCKSERVER_ATTEMPT_TO_PROXY_IF_NO_MATCHING_EXPECTATION": "false",
        "JAVA_TOOL_OPTIONS": "-Xmx512m",
    }
    with start_mockserver(tmp_path_factory.mktemp("mockserver"), **settings) as url:
        parts = urlsplit(url)
        yield parts.hostname, parts.port


@pytest.fixture(scope="session")
def ours():
    """The address of our engine."""
    with contextlib.ExitStack() as stack:
        yield stack.enter_context(start_engine())
