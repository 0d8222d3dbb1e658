"""The log's buffer, search and reader, without a terminal: each against the simplest thing that is right."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.ui.widgets.log_pane import lines, saving
from automock_tui.ui.widgets.log_pane.buffer import LogBuffer
from automock_tui.ui.widgets.log_pane.lines import TimeFormat
from automock_tui.ui.widgets.log_pane.reader import LogReader
from automock_tui.ui.widgets.log_pane.record import MAX_CHARACTERS, Level, LogRecord, clean, kept
from automock_tui.ui.widgets.log_pane.search import Filter, compile_pattern
from automock_tui.ui.widgets.log_pane.stream import StreamState, describe

words = st.sampled_from(["apply aws_lb.mock", "Create aws_vpc.main", "still creating", "Error: quota", "a[0]"])
records = st.builds(
    LogRecord,
    text=words,
    time=st.floats(0, 2e9),
    level=st.sampled_from(Level),
    resource=st.sampled_from(["", "aws_lb.mock", "aws_vpc.main"]),
)
batches = st.lists(st.lists(records, max_size=12), max_size=12)


def finish(reader: LogReader) -> int | None:
    target = reader.scan(10)
    assert not reader.searching
    return target


# -- buffer ---------------------------------------------------------------------------------------------------


@given(batches, st.integers(1, 30))
def test_the_buffer_holds_the_newest_records_under_their_absolute_numbers(given_batches, capacity):
    buffer, everything = LogBuffer(capacity), []
    for batch in given_batches:
        before = buffer.first
        dropped = buffer.extend(batch)
        everything += batch
        assert buffer.first == before + dropped
        assert len(buffer) <= capacity
        assert buffer.end == len(everything)
        assert list(buffer) == everything[buffer.first :]
        assert all(buffer[n] == everything[n] for n in range(buffer.first, buffer.end))
    assert buffer.between(0, buffer.end) == list(buffer)


def test_a_tenth_is_dropped_at_once():
    buffer = LogBuffer(1_000)
    buffer.extend([LogRecord("x")] * 1_000)
    assert buffer.extend([LogRecord("y")]) == 101
    assert len(buffer) == 900


def test_the_characters_are_bounded_too():
    buffer = LogBuffer(50_000, max_characters=1_000)
    for _ in range(100):
        buffer.extend([LogRecord("x" * 100)])
        assert sum(len(record.text) for record in buffer) <= 1_000
    assert buffer.end == 100


def test_one_line_larger_than_everything_allowed_is_still_there():
    buffer = LogBuffer(10, max_characters=50)
    buffer.extend([LogRecord("a"), LogRecord("x" * 500)])
    assert [record.text for record in buffer] == ["x" * 500]


def test_a_dropped_record_is_an_index_error():
    buffer = LogBuffer(2)
    buffer.extend([LogRecord(str(n)) for n in range(5)])
    with pytest.raises(IndexError):
        buffer[0]
    with pytest.raises(IndexError):
        buffer[5]


# -- records --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("plain ünïcode 漢字", "plain ünïcode 漢字"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("cut off \x1b[3", "cut off "),
        ("\x1b]52;c;aGVsbG8=\x07after", "after"),
        ("\x1b]0;title\x1b\\after", "after"),
        ("\x1b]0;never ended", "0;never ended"),
        ("\x9b2Jgone", "gone"),
        ("bell\x07 nul\x00 del\x7f", "bell␇ nul␀ del␡"),
        ("a\tb", "a    b"),
        ("one\r\ntwo\nthree", "one\ntwo\nthree"),
        ("progress 1%\rprogress 2%", "progress 1%␍progress 2%"),
        ("evil\u202etxt.exe", "evil�txt.exe"),
        ("half \ud83d pair", "half � pair"),
    ],
)
def test_what_a_terminal_would_act_on_is_made_harmless(raw, safe):
    assert clean(raw) == safe


@given(st.text())
def test_clean_text_can_be_written_to_any_terminal(text):
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert "\x1b" not in cleaned
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", cleaned)
    assert clean(cleaned) == cleaned


def test_a_huge_line_is_kept_up_to_a_bound_and_says_so():
    record = kept(LogRecord("x" * 5_000_000))
    assert len(record.text) < MAX_CHARACTERS + 100
    assert record.text.endswith("4,900,000 more characters in the job's events.jsonl")


# -- lines ----------------------------------------------------------------------------------------------------


@given(st.text(max_size=3_000))
def test_no_line_is_wider_than_the_view_expects(text):
    from rich.cells import cell_len

    record = kept(LogRecord(text, time=1_700_000_000.0))
    line = lines.plain(record, TimeFormat.UTC)
    assert "\n" not in line
    assert cell_len(line) <= lines.width(record.text) <= lines.MAX_CELLS + 11


def test_a_long_line_is_cut_and_tells_how_to_see_all():
    line = lines.message("漢" * 5_000)
    assert line.endswith("5,000 characters, enter shows all")


def test_times_are_local_or_utc_or_hidden(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        record = LogRecord("hello", time=1_700_000_000.0, level=Level.WARN)
        assert lines.plain(record, TimeFormat.UTC) == "▲ 22:13:20 hello"
        assert lines.plain(record, TimeFormat.LOCAL) == "▲ 07:13:20 hello"
        assert lines.plain(record, TimeFormat.HIDDEN) == "▲ hello"
        assert lines.for_file(record) == "2023-11-14T22:13:20Z WARN  - hello"
    finally:
        monkeypatch.undo()
        time.tzset()


# -- patterns and filters -------------------------------------------------------------------------------------


def test_a_capital_makes_case_count():
    assert compile_pattern("error").search("ERROR")
    assert not compile_pattern("Error").search("ERROR")
    assert compile_pattern(r"\Serror", regex=True).search("xERROR"), "a class such as \\S is no capital"


def test_plain_text_is_not_a_regular_expression():
    assert compile_pattern("subnet.public[0]").search("aws_subnet.public[0]: Creating")
    assert not compile_pattern("a.c").search("abc")


@pytest.mark.parametrize("text", ["(a+)+$", "(a*)*", r"(\w+\s?)*x", "([a-z]+)+", "(x+){2,}"])
def test_a_pattern_that_could_take_for_ever_is_refused(text):
    with pytest.raises(InvalidInput, match="repeat inside a repeat"):
        compile_pattern(text, regex=True)


@pytest.mark.parametrize("text", ["(a|b)*", "a+b+", r"(\d+)?", r"\(+\)+", "(aws_lb|aws_vpc)"])
def test_an_ordinary_pattern_is_not(text):
    compile_pattern(text, regex=True)


def test_a_broken_pattern_says_where():
    with pytest.raises(InvalidInput) as caught:
        compile_pattern("aws_(lb", regex=True)
    assert "at character 5" in caught.value.message


@given(
    batches, st.sampled_from(["", "aws", "!aws", "Error", "!", "[0]"]), st.sampled_from(Level), st.booleans()
)
def test_filtering_a_piece_at_a_time_is_filtering(given_batches, text, level, about):
    resources = frozenset({"aws_lb.mock"}) if about else frozenset()
    chosen = Filter(level=level, resources=resources).with_text_of(Filter.of(text))
    wanted, inverse = text.removeprefix("!"), text.startswith("!") and text != "!"
    reader, everything = LogReader(20), []
    reader.show_only(chosen)
    for batch in given_batches:
        reader.extend(batch)
        everything += batch
        reader.rows.scan(3)  # a slice that leaves work for later
    finish(reader)
    kept_records = everything[reader.buffer.first :]
    assert reader.records() == [
        record
        for record in kept_records
        if record.level >= level
        and (not about or record.resource == "aws_lb.mock")
        and (
            not wanted or ((wanted.lower() in record.text.lower()) != inverse)
            if wanted == wanted.lower()
            else (wanted in record.text) != inverse
        )
    ]


@given(batches, st.sampled_from(["aws", "creating", "nothing of the kind"]), st.booleans())
def test_finding_goes_through_every_match_and_round(given_batches, text, filtered):
    reader = LogReader(25)
    if filtered:
        reader.show_only(Filter.of("!Error"))
    reader.look_for(compile_pattern(text))
    for batch in given_batches:
        reader.extend(batch)
        reader.scan(0)
    finish(reader)
    expected = [
        number
        for number, record in enumerate(reader.buffer, reader.buffer.first)
        if text in record.text.lower() and not (filtered and "Error" in record.text)
    ]
    assert reader.found is not None
    assert reader.found[1] == len(expected)
    reader.cursor = reader.buffer.end
    forwards = []
    for _ in expected:
        reader.cursor = reader.match(1)
        forwards.append(reader.cursor)
        assert reader.found[0] == len(forwards)
    assert forwards == expected
    reader.cursor = -1
    backwards = []
    for _ in expected:
        reader.cursor = reader.match(-1)
        backwards.append(reader.cursor)
    assert backwards == expected[::-1]
    if not expected:
        assert reader.match(1) is None


def test_the_nearest_match_is_the_next_one_else_the_last_before():
    reader = LogReader()
    reader.extend([LogRecord(text) for text in ("hit", "miss", "miss", "hit", "miss")])
    reader.cursor = 1
    reader.look_for(compile_pattern("hit"))
    assert finish(reader) == 3
    reader.cursor = 4
    reader.look_for(compile_pattern("hit"))
    assert finish(reader) == 3
    reader.look_for(compile_pattern("absent"))
    assert finish(reader) is None


# -- saving and states ----------------------------------------------------------------------------------------


def test_saving_makes_a_private_file_and_never_overwrites(tmp_path):
    target = tmp_path / "job.log"
    saving.save([LogRecord("one\ntwo", level=Level.ERROR, source="terraform")], str(target))
    assert target.read_text() == "- ERROR terraform one\ntwo\n"
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(InvalidInput, match="exists"):
        saving.save([], str(target))
    with pytest.raises(InvalidInput, match="No file name"):
        saving.save([], "  ")
    with pytest.raises(AutomockError, match="No such file"):
        saving.save([], str(tmp_path / "absent" / "x.log"))


def test_the_home_of_nobody_is_a_place_that_is_not_there():
    with pytest.raises(AutomockError, match="nobody-has-this-name"):
        saving.save([], "~nobody-has-this-name/x.log")


def test_each_state_has_words():
    assert describe(StreamState.CONNECTING).words == "connecting"
    assert describe(StreamState.LIVE, silent_for=3).words == "live"
    assert describe(StreamState.LIVE, silent_for=12.7).words == "quiet 12 s"
    assert describe(StreamState.ENDED, detail="succeeded in 2m 14s").words == "ended: succeeded in 2m 14s"
    assert (
        describe(StreamState.LOST, detail="the job's process is gone").words
        == "lost: the job's process is gone"
    )
