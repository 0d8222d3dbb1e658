"""Long lines wrapped, and jumps by time."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.widgets import Input

from automock_tui.domain.errors import InvalidInput
from automock_tui.ui.widgets.log_pane import LogPane, LogRecord
from automock_tui.ui.widgets.log_pane.folds import Folds, cuts
from automock_tui.ui.widgets.log_pane.lines import TimeFormat
from automock_tui.ui.widgets.log_pane.moments import moment_of
from automock_tui.ui.widgets.log_pane.prompt_bar import PromptBar

from .test_log_pane import PaneApp, status

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC).timestamp()


def long_lines(count: int) -> list[LogRecord]:
    """Lines of 1 to 4 screen lines at 100 columns, one every second."""
    return [
        LogRecord(f"line {number} " + "x" * (80 * (number % 4)) + f" end{number}", time=NOON + number)
        for number in range(count)
    ]


def drawn(pane: LogPane) -> list[str]:
    height = pane.view.scrollable_content_region.height
    return [pane.view.render_line(y).text.rstrip() for y in range(height)]


# -- the arithmetic -------------------------------------------------------------------------------------------


@given(st.text(max_size=200), st.integers(10, 60))
def test_every_piece_fits_and_nothing_is_lost(text: str, cells: int):
    places = [0, *cuts(text, cells), len(text)]
    pieces = [text[start:stop] for start, stop in pairwise(places)]
    assert "".join(pieces) == text
    assert all(cell_len(piece) <= cells for piece in pieces)


def test_words_stay_whole_where_they_can():
    text = "aws_lb.mock: Still creating... " + "[id=" + "a" * 40 + "]"
    places = [0, *cuts(text, 20), len(text)]
    pieces = [text[start:stop] for start, stop in pairwise(places)]
    assert pieces[:3] == ["aws_lb.mock: Still ", "creating... ", "[id=" + "a" * 16]


@given(st.lists(st.integers(0, 50), max_size=40), st.integers(0, 40), st.integers(0, 10), st.integers(0, 10))
def test_rows_and_screen_lines_are_two_ways_to_say_the_same(lengths, measured, unmeasured, gone):
    folds = Folds(10)
    folds.measure("y" * length for length in lengths[:measured])
    gone = min(gone, len(lengths))
    heights = [max(1, -(-length // 10)) for length in lengths[:measured]] + [1] * (
        len(lengths[measured:]) + unmeasured
    )
    assert folds.forget(gone) == sum(heights[:gone])
    at = 0
    for row, height in enumerate(heights[gone:]):
        assert folds.line_of(row) == at
        assert [folds.row_at(at + piece) for piece in range(height)] == [
            (row, piece) for piece in range(height)
        ]
        at += height
    assert folds.line_of(len(heights) - gone) == at


# -- wrapping on the screen -----------------------------------------------------------------------------------


@pytest.fixture
async def wrapped():
    app = PaneApp()
    async with app.run_test(size=(100, 24), notifications=True) as pilot:
        app.pane.extend(long_lines(1_000))
        await pilot.press("w")
        await pilot.pause()
        assert app.pane.view.wrapped
        yield app.pane, pilot


async def test_a_wrapped_log_shows_all_of_every_line_and_follows(wrapped):
    pane, pilot = wrapped
    last = drawn(pane)
    assert last[-1].endswith("end999")
    assert any("line 999" in text for text in last[:-1]), "the line begins above its end"
    assert not any("›" in text for text in last)
    assert "wrapped" in status(pane)
    pane.extend([LogRecord("z" * 200 + " newest", time=NOON + 2_000)])
    await pilot.pause()
    assert drawn(pane)[-1].endswith("newest")
    await pilot.press("w")
    await pilot.pause()
    assert any("›" in text for text in drawn(pane))
    assert pane.view.following


async def test_what_is_read_stays_when_wrapping_resizing_and_growing(wrapped):
    pane, pilot = wrapped
    await pilot.press("home", *["down"] * 30)
    assert pane.view.reader.cursor == 30
    pane.extend(long_lines(50))
    await pilot.pause()
    assert any("line 30 " in text for text in drawn(pane))
    await pilot.resize_terminal(60, 20)
    await pilot.pause()
    assert any("line 2" in text or "line 30" in text for text in drawn(pane))
    await pilot.press("down", "up")
    assert any("line 30 " in text for text in drawn(pane))


async def test_paging_goes_through_a_line_that_is_longer_than_the_screen():
    app = PaneApp()
    async with app.run_test(size=(40, 10)) as pilot:
        words = " ".join(f"word{number}" for number in range(100))
        app.pane.extend([LogRecord("first"), LogRecord(words), LogRecord("last")])
        await pilot.press("w", "home", "down")
        seen = set()
        for _ in range(12):
            seen.update(" ".join(text[11:] for text in drawn(app.pane)).split())
            await pilot.press("pagedown")
            await pilot.pause()
        assert {"word0", "word50", "word99"} <= seen
        assert any("last" in text for text in drawn(app.pane))


async def test_trimming_does_not_move_what_is_read_when_wrapped():
    app = PaneApp(capacity=1_000)
    async with app.run_test(size=(100, 24)) as pilot:
        app.pane.extend(long_lines(1_000))
        await pilot.press("w", "home", *["pagedown"] * 30)
        await pilot.pause()
        before = drawn(app.pane)
        app.pane.extend(long_lines(50))
        await pilot.pause()
        assert app.pane.view.reader.buffer.first > 0
        assert drawn(app.pane) == before


async def test_finding_and_filtering_in_a_wrapped_log(wrapped):
    pane, pilot = wrapped
    await pilot.press("slash", *"end503", "enter")
    await pilot.pause()
    assert any(text.endswith("end503") for text in drawn(pane))
    await pilot.press("ampersand", *"line 99", "enter")
    await pilot.pause()
    assert pane.view.line_count == 11
    assert pane.view.virtual_size.height == sum(
        1 + len(cuts(record.text, pane.view._folds.cells)) for record in pane.view.reader.records()
    )


async def test_a_selection_over_wrapped_pieces_copies_the_line_unwrapped(wrapped):
    pane, pilot = wrapped
    await pilot.press("home")
    await pilot.pause()
    y = next(at for at, text in enumerate(drawn(pane)) if "line 3 " in text)
    await pilot.mouse_down(pane.view, offset=(12, y))
    await pilot.hover(pane.view, offset=(60, y + 2))
    await pilot.mouse_up(pane.view, offset=(60, y + 2))
    await pilot.pause()
    copied = pane.screen.get_selected_text()
    assert copied is not None
    assert copied.startswith("line 3 xxx")
    assert "\n" not in copied.strip("\n")
    assert len(copied) > 100


async def test_a_narrow_window_and_wide_characters_wrap_too():
    app = PaneApp()
    async with app.run_test(size=(36, 10)) as pilot:
        app.pane.extend([LogRecord("漢字" * 60, time=NOON)])
        await pilot.press("w")
        await pilot.pause()
        assert sum("漢" in text or "字" in text for text in drawn(app.pane)) > 2


# -- jumps by time --------------------------------------------------------------------------------------------


@pytest.fixture
async def timed():
    app = PaneApp()
    async with app.run_test(size=(100, 24), notifications=True) as pilot:
        app.pane.extend([LogRecord(f"line {number}", time=NOON + number) for number in range(1_801)])
        await pilot.press("home")
        yield app.pane, pilot


def here(pane: LogPane) -> str:
    record = pane.view.reader.current()
    return record.text if record else ""


async def test_minutes_on_and_back(timed):
    pane, pilot = timed
    await pilot.press("m")
    assert here(pane) == "line 60"
    await pilot.press("right_square_bracket", "m")
    assert here(pane) == "line 720"
    await pilot.press("M")
    assert here(pane) == "line 660"
    await pilot.press("left_square_bracket", "left_square_bracket")
    assert here(pane) == "line 0"
    assert not pane.view.following


async def test_beyond_the_end_it_says_so_and_stays_at_the_last(timed):
    pane, pilot = timed
    await pilot.press(*["right_square_bracket"] * 4)
    assert here(pane) == "line 1800"
    assert any("last line" in note.message for note in pilot.app._notifications)


@pytest.mark.parametrize(("typed", "text"), [("+5m", "line 300"), ("+90s", "line 90"), ("0:00", "line 0")])
async def test_a_typed_time(timed, typed, text):
    pane, pilot = timed
    await pilot.press("T", *typed, "enter")
    await pilot.pause()
    assert here(pane) == text
    assert pane.view.has_focus


async def test_a_typed_time_that_is_none_is_explained(timed):
    pane, pilot = timed
    await pilot.press("T", *"25:99", "enter")
    await pilot.pause()
    assert here(pane) == "line 0"
    field = pane.query_one(Input)
    assert (field.value, field.has_focus) == ("25:99", True), "what was typed can be corrected"
    assert "Not a time" in pane.query_one(PromptBar).note
    await pilot.press("escape")
    assert pane.view.has_focus


async def test_with_a_filter_the_jump_lands_on_a_line_that_is_on_view(timed):
    pane, pilot = timed
    await pilot.press("ampersand", *"line 12", "enter")
    await pilot.pause()
    await pilot.press("home", "m")
    assert here(pane) == "line 120"


async def test_a_log_without_times_says_so():
    app = PaneApp()
    async with app.run_test(size=(100, 24), notifications=True) as pilot:
        app.pane.extend([LogRecord("no time")])
        await pilot.press("m")
        assert any("No line of this log has a time" in note.message for note in app._notifications)


def test_a_time_of_day_is_that_of_the_day_that_is_read(monkeypatch):
    assert moment_of("13:05", NOON, TimeFormat.UTC) == NOON + 3_900
    assert moment_of(" 11:59:30 ", NOON, TimeFormat.UTC) == NOON - 30
    assert moment_of("-2h", NOON, TimeFormat.LOCAL) == NOON - 7_200
    assert moment_of("+3", NOON, TimeFormat.LOCAL) == NOON + 180


@pytest.mark.parametrize("text", ["", "soon", "24:00", "12:60", "1:2", "+", "+999999999999d", "12:30:99"])
def test_what_is_no_time(text):
    with pytest.raises(InvalidInput, match="18:31"):
        moment_of(text, NOON, TimeFormat.UTC)
