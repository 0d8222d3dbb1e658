"""The log pane as its reader uses it: follow, scroll away, find, filter, copy, save."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.widgets import Input, Static

from automock_tui.ui.widgets.log_pane import Level, LogPane, LogRecord, StreamState
from automock_tui.ui.widgets.log_pane.detail import LineDetail
from automock_tui.ui.widgets.log_pane.prompt_bar import PromptBar


class PaneApp(App):
    def __init__(self, capacity: int = 50_000) -> None:
        super().__init__()
        self.pane = LogPane("Log", capacity=capacity)

    def compose(self):
        yield self.pane

    def on_mount(self):
        self.pane.focus_log()


def numbered(start: int, stop: int) -> list[LogRecord]:
    return [
        LogRecord(
            f"aws_thing.n{number % 7}: line {number}",
            time=1_700_000_000.0 + number,
            level=Level.ERROR if number % 50 == 0 else Level.INFO,
            source="terraform",
            resource=f"aws_thing.n{number % 7}",
        )
        for number in range(start, stop)
    ]


def seen(pane: LogPane) -> list[str]:
    height = pane.view.scrollable_content_region.height
    strips = [pane.view.render_line(y).text for y in range(height)]
    return [text.split(": ", 1)[1].strip() for text in strips if text.strip()]


def status(pane: LogPane) -> str:
    return str(pane.query_one(".log-pane--status", Static).render())


@pytest.fixture
async def shown():
    app = PaneApp()
    async with app.run_test(size=(100, 24), notifications=True) as pilot:
        app.pane.extend(numbered(0, 1_000))
        await pilot.pause()
        yield app.pane, pilot


async def test_it_follows_the_newest_line(shown):
    pane, pilot = shown
    assert seen(pane)[-1] == "line 999"
    pane.extend(numbered(1_000, 1_500))
    await pilot.pause()
    assert seen(pane)[-1] == "line 1499"
    assert "FOLLOW" in status(pane)
    assert "1,500 lines" in status(pane)


async def test_scrolling_up_stays_there_and_counts_what_is_new(shown):
    pane, pilot = shown
    await pilot.press("pageup", "up")
    await pilot.pause()
    before = seen(pane)
    pane.extend(numbered(1_000, 2_234))
    await pilot.pause()
    assert seen(pane) == before
    assert "PAUSED" in status(pane)
    assert "+1,234 new" in status(pane)
    await pilot.press("end")
    await pilot.pause()
    assert seen(pane)[-1] == "line 2233"
    assert "FOLLOW" in status(pane)


async def test_the_count_of_new_lines_can_be_clicked(shown):
    pane, pilot = shown
    await pilot.press("pageup")
    pane.extend(numbered(1_000, 1_010))
    await pilot.pause()
    column = status(pane).index("+10 new")
    await pilot.click(".log-pane--status", offset=(column + 3, 0))
    await pilot.pause()
    assert seen(pane)[-1] == "line 1009"
    assert pane.view.following


async def test_the_mouse_wheel_leaves_the_end_and_comes_back_to_it(shown):
    pane, pilot = shown
    from textual.events import MouseScrollDown, MouseScrollUp

    def wheel(event):
        return event(pane.view, 5, 5, 0, 0, 0, False, False, False)

    pane.view.post_message(wheel(MouseScrollUp))
    await pilot.pause(0.3)
    assert not pane.view.following
    for _ in range(3):
        pane.view.post_message(wheel(MouseScrollDown))
        await pilot.pause(0.3)
    assert pane.view.following


async def test_trimming_does_not_move_what_is_read():
    app = PaneApp(capacity=1_000)
    async with app.run_test(size=(100, 24)) as pilot:
        app.pane.extend(numbered(0, 1_000))
        await pilot.pause()
        app.pane.view.following = False
        app.pane.view.action_move(-300)
        await pilot.pause()
        before = seen(app.pane)
        for start in range(1_000, 1_500, 100):
            app.pane.extend(numbered(start, start + 100))
            await pilot.pause()
            assert seen(app.pane) == before
        assert len(app.pane.view.reader.buffer) <= 1_000
        assert "earlier in the job's folder" in status(app.pane)
        app.pane.extend(numbered(1_500, 5_000))
        await pilot.pause()
        assert seen(app.pane)[0] == f"line {app.pane.view.reader.buffer.first}", "what was read is gone"


async def test_finding_counts_marks_and_goes_round(shown):
    pane, pilot = shown
    await pilot.press("slash")
    await pilot.press(*"line 77")
    await pilot.pause(0.1)
    assert "found 11/11" in status(pane)
    await pilot.press("enter")
    assert pane.view.has_focus
    assert pane.view.reader.current().text.endswith("line 779")
    await pilot.press("n")
    assert pane.view.reader.current().text.endswith("line 77")
    await pilot.press("n")
    assert pane.view.reader.current().text.endswith("line 770")
    assert "found 2/11" in status(pane)
    await pilot.press("N", "N")
    assert pane.view.reader.current().text.endswith("line 779")
    assert not pane.view.following
    await pilot.press("escape")
    assert pane.view.reader.find is None


async def test_a_match_is_marked_without_colour_too(shown):
    pane, pilot = shown
    await pilot.press("slash", *"line 999", "enter")
    await pilot.pause()
    row = pane.view.line_count - 1 - pane.view.scroll_offset.y
    marked = [segment for segment in pane.view.render_line(row) if segment.text == "line 999"]
    assert marked
    assert marked[0].style.bold
    assert marked[0].style.underline


async def test_a_broken_pattern_is_explained_and_changes_nothing(shown):
    pane, pilot = shown
    await pilot.press("ampersand", "ctrl+r", "(")
    await pilot.pause()
    assert "Not a regular expression" in pane.query_one(PromptBar).note
    assert pane.view.line_count == 1_000


async def test_filtering_by_regex_inverse_level_and_resource(shown):
    pane, pilot = shown
    await pilot.press("ampersand", "ctrl+r", *r"line \d$")
    await pilot.pause(0.1)
    assert pane.view.line_count == 10
    await pilot.press("escape")
    assert pane.view.line_count == 1_000
    await pilot.press("ampersand", *"!n0", "enter")
    await pilot.pause()
    assert pane.view.line_count == 1_000 - 143
    await pilot.press("escape")
    await pilot.press("v", "v")
    assert pane.view.line_count == 20
    assert "errors" in status(pane)
    await pilot.press("v")
    pane.show_resources({"aws_thing.n1"}, "n1")
    await pilot.pause()
    assert pane.view.line_count == 143
    assert "about n1" in status(pane)
    pane.extend(numbered(1_000, 1_007))
    await pilot.pause()
    assert pane.view.line_count == 144, "the filter holds for lines that come later"
    pane.show_resources((), "")
    await pilot.pause()
    assert pane.view.line_count == 1_007


async def test_a_filter_keeps_the_reader_near_the_line_that_was_read(shown):
    pane, pilot = shown
    pane.view.following = False
    pane.view.action_move(-500)
    await pilot.pause()
    reading = pane.view.reader.cursor
    pane.show_resources({f"aws_thing.n{reading % 7}"}, "one")
    await pilot.pause()
    assert pane.view.reader.cursor == reading
    assert f"line {reading}" in seen(pane)
    pane.show_resources((), "")
    await pilot.pause()
    assert f"line {reading}" in seen(pane)


async def test_a_paused_filter_does_not_lose_lines(shown):
    pane, pilot = shown
    await pilot.press("pageup")
    await pilot.press("ampersand", *"line 1", "enter")
    pane.extend(numbered(1_000, 1_100))
    await pilot.pause()
    assert pane.view.line_count == sum("line 1" in record.text for record in numbered(0, 1_100))


async def test_copying_a_line_and_all(shown):
    pane, pilot = shown
    await pilot.press("up", "y")
    assert pilot.app.clipboard == "aws_thing.n4: line 998"
    pane.show_resources({"aws_thing.n1"}, "n1")
    await pilot.press("Y")
    assert len(pilot.app.clipboard.splitlines()) == 143
    assert pilot.app.clipboard.startswith("2023-11-14T22:13:21Z INFO  terraform aws_thing.n1: line 1\n")


async def test_saving_asks_where_and_says_what_it_did(shown, tmp_path):
    pane, pilot = shown
    await pilot.press("s")
    field = pane.query_one(Input)
    assert "automock-log-" in field.value
    field.value = str(tmp_path / "kept.log")
    await pilot.press("enter")
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    assert len((tmp_path / "kept.log").read_text().splitlines()) == 1_000
    assert any("1,000 lines in" in toast.message for toast in pilot.app._notifications)
    await pilot.press("s")
    field.value = str(tmp_path / "kept.log")
    await pilot.press("enter")
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    assert any("exists" in toast.message for toast in pilot.app._notifications)


async def test_a_long_line_opens_in_full(shown):
    pane, pilot = shown
    pane.extend([LogRecord('{"key": [' + ", ".join('"value"' for _ in range(3_000)) + "]}")])
    await pilot.pause()
    assert pane.view.virtual_size.width <= 1_011
    await pilot.press("enter")
    assert isinstance(pilot.app.screen, LineDetail)
    shown_text = str(pilot.app.screen.query_one("#line-text", Static).render())
    assert shown_text.count('"value"') == 3_000
    await pilot.press("escape")
    assert pane.view.has_focus


async def test_selecting_with_the_mouse_copies_what_is_seen(shown):
    pane, pilot = shown
    first = pane.view.render_line(0).text.rstrip()
    await pilot.mouse_down(pane.view, offset=(1, 0))
    await pilot.hover(pane.view, offset=(40, 1))
    await pilot.mouse_up(pane.view, offset=(40, 1))
    await pilot.pause()
    text = pilot.app.screen.get_selected_text()
    assert text is not None
    assert text.splitlines()[0] == first


async def test_states_are_said_in_words(shown):
    pane, pilot = shown
    assert "connecting" in status(pane)
    pane.set_state(StreamState.LIVE)
    await pilot.pause()
    assert "● live" in status(pane)
    pane.set_state(StreamState.LOST, "the job's process is gone")
    await pilot.pause()
    assert "✕ lost: the job's process is gone" in status(pane)
    pane.set_state(StreamState.ENDED, "succeeded in 2m 14s")
    await pilot.pause()
    assert "■ ended: succeeded in 2m 14s" in status(pane)


async def test_only_what_is_on_screen_is_rendered(shown):
    pane, pilot = shown
    pane.extend(numbered(1_000, 51_000))
    await pilot.pause()
    assert len(pane.view._strips) <= 256


async def test_an_empty_log_takes_every_key():
    app = PaneApp()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press(
            "up", "down", "pageup", "pagedown", "home", "end", "n", "N", "y", "Y", "enter", "v", "t", "f"
        )
        await pilot.press("slash", "x", "enter", "escape", "ampersand", "x", "escape")
        await pilot.pause()
        assert app.pane.view.line_count == 0
        assert app.is_running
