"""The editor's text runs on this machine as it is typed, and says who would answer a request."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request

import pytest

from automock_tui.domain.workspace import WorkspaceKind
from automock_tui.operations.save import open_expectations
from automock_tui.ui import navigation
from automock_tui.ui.screens.editor import EditorScreen
from automock_tui.ui.screens.explain import ExplainScreen
from automock_tui.ui.screens.traffic import TrafficScreen
from tests.ui.screen_app import opened, shown, toasts, until, with_petstore, workspace_in

NEW = {"id": "fresh", "httpRequest": {"path": "/fresh"}, "httpResponse": {"statusCode": 209}}


@pytest.fixture
def local(tmp_path):
    return with_petstore(workspace_in(tmp_path, kind=WorkspaceKind.LOCAL))


def on_editor(local, **more):
    return opened(local, lambda app: navigation.open_editor(app, "petstore", **more))


def status_of(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def is_open(url):
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) == 0


async def test_runs_what_is_not_saved_and_follows_every_edit(local):
    async with on_editor(local, add=[NEW]) as (app, pilot):
        editor = app.screen
        assert isinstance(editor, EditorScreen)
        await until(pilot, lambda: "/fresh" in editor.text)
        await pilot.press("f9")
        await until(pilot, lambda: editor._preview.url and "runs at" in shown(app))
        url = editor._preview.url
        assert status_of(url + "/fresh") == 209
        editor.list.focus()
        await pilot.press("x")  # the new one is under the cursor
        await until(pilot, lambda: status_of(url + "/fresh") == 404)
        await pilot.press("u")
        await until(pilot, lambda: status_of(url + "/fresh") == 209)
        assert open_expectations(local, "petstore").version == "v1"
        await pilot.press("f9")
        await until(pilot, lambda: not is_open(url))


async def test_its_traffic_can_be_watched(local):
    async with on_editor(local) as (app, pilot):
        editor = app.screen
        await until(pilot, lambda: "/pets" in editor.text)
        await pilot.press("f10")
        await until(pilot, lambda: "f9 starts it" in toasts(app))
        await pilot.press("f9")
        await until(pilot, lambda: editor._preview.url)
        status_of(editor._preview.url + "/pets")
        await pilot.press("f10")
        await until(pilot, lambda: isinstance(app.screen, TrafficScreen) and "list-pets" in shown(app))


async def test_ends_with_the_editor(local):
    async with on_editor(local) as (app, pilot):
        editor = app.screen
        await until(pilot, lambda: "/pets" in editor.text)
        await pilot.press("f9")
        await until(pilot, lambda: editor._preview.url)
        url = editor._preview.url
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, EditorScreen))
        await until(pilot, lambda: not is_open(url))


async def test_says_who_would_answer(local):
    async with on_editor(local, add=[NEW]) as (app, pilot):
        await until(pilot, lambda: "/fresh" in app.screen.text)
        await pilot.press("f4")
        await until(pilot, lambda: "Who would answer?" in shown(app))
        await pilot.press(*"GET /fresh", "enter")
        await until(pilot, lambda: isinstance(app.screen, ExplainScreen) and "answered by fresh" in shown(app))
