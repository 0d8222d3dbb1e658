"""The status table: what it paints, where its cursor stays, what fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from textual.app import App, ComposeResult

from automock_tui.domain.deployment import DeploymentMetadata, DeploymentStatus
from automock_tui.operations.status import ProjectStatus
from automock_tui.ui.row_filter import BadFilter, Texts, compile_filter
from automock_tui.ui.status_cells import JobSteps, cells_of
from automock_tui.ui.status_columns import COLUMNS, place
from automock_tui.ui.widgets.status_table import StatusTable

NOW = datetime(2026, 9, 29, 12, 0, tzinfo=UTC)
DEPLOYED = DeploymentStatus.DEPLOYED


def row(name: str, remaining: timedelta | None = timedelta(hours=2), **changes: object) -> ProjectStatus:
    metadata = DeploymentMetadata(
        project_name=name,
        deployment_status=DEPLOYED,
        deployed_at=NOW - timedelta(hours=2),
        ttl_expiry=None if remaining is None else NOW + remaining,
        expectations_version="v1",
    )
    status = ProjectStatus(name=name, bucket=f"auto-mock-{name}-abc123", metadata=metadata, version="v1")
    return replace(status, **changes)


class TableApp(App[None]):
    def __init__(self, rows: list[ProjectStatus]) -> None:
        super().__init__()
        self.rows = rows
        self.at = NOW

    def compose(self) -> ComposeResult:
        yield StatusTable(lambda: self.at)

    def on_mount(self) -> None:
        self.table.show_rows(self.rows)
        self.table.focus()

    @property
    def table(self) -> StatusTable:
        return self.query_one(StatusTable)

    def lines(self) -> list[str]:
        return [self.table.render_line(y).text for y in range(self.table.size.height)]


async def test_each_state_has_its_own_word_and_shape() -> None:
    looks = set()
    for status in DeploymentStatus:
        project = row("petstore")
        assert project.metadata is not None
        project = replace(project, metadata=replace(project.metadata, deployment_status=status))
        cells = cells_of(project, NOW, None)
        looks.add(cells["status"].text)
        assert cells["marker"].text.strip()
    assert len(looks) == len(DeploymentStatus)


@pytest.mark.parametrize(
    ("remaining", "marker", "text"),
    [
        (timedelta(hours=2), "●", "2h 00m"),
        (timedelta(minutes=59), "△", "59m 00s"),
        (timedelta(minutes=14, seconds=59), "▲", "14m 59s"),
        (timedelta(0), "▲", "expired"),
        (None, "●", "–"),
    ],
)
def test_urgency_is_told_by_shape_and_text(remaining: timedelta | None, marker: str, text: str) -> None:
    cells = cells_of(row("petstore", remaining), NOW, None)
    assert (cells["marker"].text, cells["ends"].text) == (marker, text)


def test_life_bar_fills_as_time_goes() -> None:
    project = row("petstore", timedelta(hours=2))
    bars = [cells_of(project, NOW + timedelta(hours=h), None)["life"].text.count("█") for h in (-2, 0, 1, 2, 9)]
    assert bars == [0, 5, 8, 10, 10]


def test_a_running_job_shows_its_steps() -> None:
    project = row("petstore")
    assert project.metadata is not None
    busy = replace(project.metadata, deployment_status=DeploymentStatus.DEPLOYING)
    cells = cells_of(replace(project, metadata=busy), NOW, JobSteps(31, 58))
    assert cells["status"].text == "deploying 31/58"


def test_another_saved_version_than_the_live_one_is_told() -> None:
    assert cells_of(row("petstore"), NOW, None)["version"].text == "v1 live"
    assert cells_of(row("petstore", version="v2"), NOW, None)["version"].text == "v1 (v2 saved)"


def test_an_unreadable_project_shows_why() -> None:
    broken = ProjectStatus(name="petstore", bucket="b", error="Bad field 'ttl_hours'\nexpected a number")
    cells = cells_of(broken, NOW, None)
    assert (cells["status"].text, cells["address"].text) == ("unreadable", "Bad field 'ttl_hours'")


@pytest.mark.parametrize("width", range(40, 260))
def test_columns_never_overlap_and_drop_from_the_right(width: int) -> None:
    placed = place(width, longest_name=40, longest_address=60)
    keys = [found.column.key for found in placed]
    assert keys == [column.key for column in COLUMNS][: len(keys)]
    for left, right in pairwise(placed):
        assert left.x + left.width < right.x
    if width >= 60:
        assert placed[-1].x + placed[-1].width <= width


async def test_lines_fit_any_width() -> None:
    app = TableApp([row("a" * 40, note="x" * 300), row("b")])
    async with app.run_test(size=(80, 24)) as pilot:
        for width in (60, 80, 100, 140, 250):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            assert {app.table.render_line(y).cell_length for y in range(4)} == {app.table.size.width}


async def test_wide_characters_do_not_shift_the_columns() -> None:
    app = TableApp([row("aaa", note="失敗しました" * 4, metadata=None, error="失敗しました" * 30), row("bbb")])
    async with app.run_test(size=(160, 10)) as pilot:
        await pilot.pause()
        assert {app.table.render_line(y).cell_length for y in range(4)} == {app.table.size.width}


async def test_the_cursor_stays_on_its_project_when_rows_come_go_and_sort() -> None:
    app = TableApp([row(name) for name in "bdf"])
    async with app.run_test() as pilot:
        await pilot.press("j")
        assert app.table.current is not None
        assert app.table.current.name == "d"
        app.table.show_rows([row(name) for name in "abcdef"])
        assert app.table.current.name == "d"
        app.table.sort("name", reverse=True)
        assert app.table.current.name == "d"
        app.table.filter("!name:e")
        assert app.table.current.name == "d"
        app.table.show_rows([row(name) for name in "ab"])
        assert app.table.current is not None


async def test_sorting_by_the_end_puts_those_without_one_last() -> None:
    hours = {"never": None, "soon": timedelta(minutes=5), "later": timedelta(hours=5)}
    app = TableApp([row(name, left) for name, left in hours.items()])
    async with app.run_test():
        app.table.sort("ends")
        assert [line.split()[1] for line in app.lines()[1:4]] == ["soon", "later", "never"]


async def test_a_tick_repaints_only_the_cells_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    app = TableApp([row("hours", timedelta(hours=5, seconds=30)), row("minutes", timedelta(minutes=5))])
    async with app.run_test(size=(120, 20)) as pilot:
        await pilot.pause()
        painted = []
        monkeypatch.setattr(app.table, "refresh", lambda *regions, **_: painted.extend(regions))
        app.at += timedelta(seconds=1)
        app.table.tick()
        assert [region.y for region in painted] == [2]
        assert painted[0].width < 25


async def test_ten_thousand_projects_scroll_and_filter() -> None:
    app = TableApp([row(f"project-{number:05}") for number in range(10_000)])
    async with app.run_test() as pilot:
        await pilot.press("G")
        await pilot.pause()
        assert "project-09999" in "".join(app.lines())
        app.table.filter("0777")
        assert app.table.shown == 11
        await pilot.press("g")
        assert app.table.current is not None
        assert app.table.current.name == "project-00777"


async def test_mouse_selects_then_opens_and_sorts_by_the_header() -> None:
    chosen: list[str] = []

    class Clicked(TableApp):
        def on_status_table_chosen(self, event: StatusTable.Chosen) -> None:
            chosen.append(event.project.name)

    app = Clicked([row("aaa"), row("bbb")])
    async with app.run_test() as pilot:
        await pilot.click(StatusTable, offset=(5, 2))
        assert app.table.current is not None
        assert app.table.current.name == "bbb"
        assert not chosen
        await pilot.click(StatusTable, offset=(5, 2))
        assert chosen == ["bbb"]
        await pilot.click(StatusTable, offset=(5, 0))
        assert app.table.sort_reversed


TEXTS = Texts("petstore", "failed", "http://petstore.elb", "eu-west-1", "v2")


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("", True),
        ("pet", True),
        ("PET elb", True),
        ("pet dog", False),
        ("!dog", True),
        ("status:fail", True),
        ("name:fail", False),
        ("~^pet.*store", True),
        ("region:~^us", False),
        ("http://petstore", True),
    ],
)
def test_filter(text: str, matches: bool) -> None:
    assert compile_filter(text)(TEXTS) is matches


@pytest.mark.parametrize("text", ["~(", "colour:red", "!name:~["])
def test_a_bad_filter_says_why(text: str) -> None:
    with pytest.raises(BadFilter, match=r"regular expression|no column colour"):
        compile_filter(text)
