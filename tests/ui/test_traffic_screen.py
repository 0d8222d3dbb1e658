"""The Traffic screen over a real mock in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import urllib.error
import urllib.request
from contextlib import suppress
from functools import partial

import pytest

from automock_tui.domain.workspace import WorkspaceKind
from automock_tui.operations.local_deploy import deploy_and_wait
from automock_tui.operations.local_run import LocalRun
from automock_tui.operations.save import open_expectations
from automock_tui.operations.traffic import url_of
from automock_tui.ui import navigation
from automock_tui.ui.screens.editor import EditorScreen
from automock_tui.ui.screens.explain import ExplainScreen
from automock_tui.ui.screens.import_result import ImportResultScreen
from automock_tui.ui.screens.traffic import TrafficScreen
from automock_tui.ui.widgets.traffic_list import TrafficList
from tests.parts import free_ports
from tests.ui.screen_app import opened, shown, toasts, until, with_petstore, workspace_in

API = [{"httpRequest": {"path": "/real.*"}, "httpResponse": {"body": {"from": "the real API"}}}]


@pytest.fixture
def local(tmp_path):
    return with_petstore(workspace_in(tmp_path, kind=WorkspaceKind.LOCAL))


@pytest.fixture
def run(local):
    mock = LocalRun.start(open_expectations(local, "petstore").text)
    yield mock
    mock.stop()


def ask(run, path, method="GET", **headers):
    request = urllib.request.Request(run.url + path, headers=headers, method=method)
    with suppress(urllib.error.HTTPError):
        urllib.request.urlopen(request, timeout=10).read()


def on_traffic(local, run, size=(120, 40), *, is_project=True):
    def go(app):
        app.push_screen(TrafficScreen(local, "petstore", url=run.url, is_project=is_project))

    return opened(local, go, size)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (250, 70)])
async def test_shows_requests_as_they_come_with_what_is_near_a_miss(local, run, size):
    async with on_traffic(local, run, size) as (app, pilot):
        await until(pilot, lambda: "No requests yet" in shown(app))
        ask(run, "/pets?limit=5")
        ask(run, "/pets/abc/nope", Authorization="Bearer abcdef123456")
        await until(pilot, lambda: "no match" in shown(app) and "list-pets" in shown(app))
        await until(pilot, lambda: "nearest first" in shown(app))
        await until(pilot, lambda: "1 miss" in shown(app))
        assert "abcdef123456" not in shown(app)


async def test_filters_and_shows_only_misses(local, run):
    async with on_traffic(local, run) as (app, pilot):
        ask(run, "/pets")
        ask(run, "/nope")
        table = app.screen.query_one(TrafficList)
        await until(pilot, lambda: len(table._shown) == 2)
        await pilot.press("m")
        await until(pilot, lambda: [one.target for one in table._shown] == ["/nope"])
        await pilot.press("m", "/", *"status:200", "enter")
        await until(pilot, lambda: [one.target for one in table._shown] == ["/pets"])
        await pilot.press("/", *" zzz", "enter")
        await until(pilot, lambda: "Nothing passes the filter" in shown(app))


async def test_pausing_loses_nothing(local, run):
    async with on_traffic(local, run) as (app, pilot):
        ask(run, "/pets")
        table = app.screen.query_one(TrafficList)
        await until(pilot, lambda: len(table._shown) == 1)
        await pilot.press("space")
        ask(run, "/pets?n=2")
        await until(pilot, lambda: "paused, 1 more" in shown(app))
        assert len(table._shown) == 1
        await pilot.press("space")
        await until(pilot, lambda: len(table._shown) == 2)


async def test_the_cursor_stays_on_its_request_unless_it_is_the_last(local, run):
    async with on_traffic(local, run) as (app, pilot):
        for n in range(3):
            ask(run, f"/pets?n={n}")
        table = app.screen.query_one(TrafficList)
        await until(pilot, lambda: len(table._shown) == 3 and table.cursor == 2)
        await pilot.press("up")
        ask(run, "/pets?n=3")
        await until(pilot, lambda: len(table._shown) == 4)
        assert table.current.target == "/pets?n=1"
        await pilot.press("end")
        ask(run, "/pets?n=4")
        await until(pilot, lambda: len(table._shown) == 5 and table.current.target == "/pets?n=4")


async def test_explains_a_miss(local, run):
    async with on_traffic(local, run) as (app, pilot):
        ask(run, "/pets/7", "PATCH")
        await until(pilot, lambda: "no match" in shown(app))
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, ExplainScreen) and "expected" in shown(app))
        assert "PATCH" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TrafficScreen))


async def test_creates_an_expectation_from_a_miss(local, run):
    async with on_traffic(local, run) as (app, pilot):
        ask(run, "/brand/new?x=1")
        await until(pilot, lambda: "no match" in shown(app))
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen) and "/brand/new" in app.screen.text)
        assert open_expectations(local, "petstore").version == "v1", "nothing is saved yet"


async def test_records_and_keeps(local, run):
    real = LocalRun.start(json.dumps(API))
    try:
        async with on_traffic(local, run) as (app, pilot):
            await until(pilot, lambda: "No requests yet" in shown(app))
            await pilot.press("R")
            await until(pilot, lambda: "Base address" in shown(app))
            await pilot.press(*real.url, "enter")
            await until(pilot, lambda: f"recording {real.url}" in shown(app))
            ask(run, "/real/thing")
            await until(pilot, lambda: "recorded" in shown(app))
            await pilot.press("K")
            await until(
                pilot, lambda: isinstance(app.screen, ImportResultScreen) and "/real/thing" in shown(app)
            )
    finally:
        real.stop()


async def test_verifies(local, run):
    async with on_traffic(local, run) as (app, pilot):
        ask(run, "/pets")
        ask(run, "/pets")
        await until(pilot, lambda: "list-pets" in shown(app))
        await pilot.press("v")
        await until(pilot, lambda: "Verify GET /pets" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "✓ verified" in shown(app))
        await pilot.press("end", "backspace", "5", "enter")
        await until(pilot, lambda: "Not verified" in shown(app))


async def test_says_when_the_mock_is_gone_and_finds_it_again(local, run):
    async with on_traffic(local, run) as (app, pilot):
        ask(run, "/pets")
        await until(pilot, lambda: "list-pets" in shown(app))
        run.stop()
        await until(pilot, lambda: "this is old" in shown(app))
        assert "list-pets" in shown(app)
        again = LocalRun.start("[]", port=int(run.url.rpartition(":")[2]))
        try:
            await until(pilot, lambda: "No requests yet" in shown(app))
        finally:
            again.stop()


async def test_a_mock_of_no_project_can_be_watched_only(local, run):
    async with on_traffic(local, run, is_project=False) as (app, pilot):
        ask(run, "/pets")
        await until(pilot, lambda: "list-pets" in shown(app))
        await pilot.press("c")
        await until(pilot, lambda: "no project" in toasts(app))


async def test_a_project_that_does_not_run_says_so(local):
    async with opened(local, lambda app: navigation.open_traffic(app, "petstore")) as (app, pilot):
        await until(pilot, lambda: "petstore is not running" in shown(app))


async def test_a_mock_that_is_killed_and_deployed_elsewhere_is_found_again(local, tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOMOCK_HOME", str(tmp_path))
    first = deploy_and_wait(local, "petstore", 1.0)
    go = partial(navigation.open_traffic, name="petstore")
    async with opened(local, go) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, TrafficScreen)
        urllib.request.urlopen(url_of(local, "petstore") + "/pets").read()
        await until(pilot, lambda: "1 request ·" in shown(app))
        os.kill(first.process.pid, signal.SIGKILL)
        await until(pilot, lambda: "this is old: petstore is not running" in shown(app), 30)
        assert "list-pets" in shown(app), "what came stays in sight"
        assert screen.why_not("why") == "the mock does not answer"
        await pilot.press("enter", "c")
        assert app.screen is screen
        second = deploy_and_wait(local, "petstore", 1.0, port=free_ports(1)[0])
        try:
            await until(pilot, lambda: "0 requests" in shown(app), 30)
            urllib.request.urlopen(url_of(local, "petstore") + "/pets?again=1").read()
            await until(pilot, lambda: "/pets?again=1" in shown(app))
            assert screen.why_not("why") == ""
        finally:
            os.kill(second.process.pid, signal.SIGKILL)
