"""Bytes into lines, and a log read while it grows."""

import time

from hypothesis import given
from hypothesis import strategies as st

from automock_tui.provisioning.lines import LineSplitter
from automock_tui.provisioning.tail import EventTail


@given(st.lists(st.binary(max_size=30)), st.data())
def test_lines_come_out_as_they_went_in_however_they_were_cut(lines, data):
    lines = [line.replace(b"\n", b"") for line in lines]
    whole = b"".join(line + b"\n" for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    chunks = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    splitter = LineSplitter()
    found = [line for chunk in chunks for line in splitter.feed(chunk)] + splitter.finish()
    assert found == [line.removesuffix(b"\r").decode("utf-8", "backslashreplace") for line in lines]


def test_a_last_line_without_an_end_is_not_lost():
    splitter = LineSplitter()
    assert splitter.feed(b"one\ntw") == ["one"]
    assert splitter.feed(b"o") == []
    assert splitter.finish() == ["two"]
    assert splitter.finish() == []


def test_bytes_that_are_no_text_stay_readable():
    assert LineSplitter().feed(b"caf\xe9 \xff\n") == ["caf\\xe9 \\xff"]


def test_the_time_for_one_long_line_grows_with_its_length():
    def seconds(megabytes):
        splitter, start = LineSplitter(), time.process_time()
        for _ in range(megabytes * 16):
            splitter.feed(b"x" * 65_536)
        assert len(splitter.feed(b"\n")[0]) == megabytes * 2**20
        return time.process_time() - start

    assert seconds(32) < max(0.2, 20 * seconds(4))


def test_a_tail_waits_for_the_file_and_for_the_end_of_each_line(tmp_path):
    path = tmp_path / "events.jsonl"
    tail = EventTail(path)
    assert tail.read() == []
    with path.open("w") as log:
        log.write("one\ntwo\nthr")
        log.flush()
        assert tail.read() == ["one", "two"]
        assert tail.read() == []
        log.write("ee\n")
    assert tail.read() == ["three"]
    tail.close()


def test_a_tail_gives_at_most_what_is_asked_for_and_loses_nothing(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text("".join(f"{number}\n" for number in range(100_000)))
    tail, found = EventTail(path), []
    while batch := tail.read(limit=777):
        assert len(batch) <= 777
        found += batch
    assert found == [str(number) for number in range(100_000)]


def test_what_a_killed_writer_left_half_written_can_still_be_read(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text("whole\nhal")
    tail = EventTail(path)
    assert tail.read() == ["whole"]
    assert tail.rest() == ["hal"]


def test_a_poll_that_finds_nothing_is_cheap(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text("x\n" * 50_000)
    tail = EventTail(path)
    while tail.read():
        pass
    start = time.process_time()
    for _ in range(200):
        assert tail.read() == []
    assert time.process_time() - start < 0.1, "200 idle polls, ten seconds' worth at 20 Hz"
