"""One line of a log, made safe to show."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import NamedTuple

MAX_CHARACTERS = 100_000
"""The longest text that is kept of one line; the whole line is in the job's folder."""


class Level(IntEnum):
    """How much a line matters; compare with < and >."""

    DEBUG = 10
    INFO = 20
    WARN = 30
    ERROR = 40


class LogRecord(NamedTuple):
    """One line: what was said, when (seconds since the epoch, 0 = unknown), and about what."""

    text: str
    time: float = 0.0
    level: Level = Level.INFO
    source: str = ""
    resource: str = ""


_ESCAPE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor movement; also one that was cut off
    r"|\x1b[\]PX^_](?:[^\x07\x1b]*(?:\x07|\x1b\\))?"  # OSC and its kin: titles, links, the clipboard
    r"|\x1b[ -/]*[0-~]?"
    r"|\x9b[0-?]*[ -/]*[@-~]?"
)
_UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without terminal escapes, and with every other control character made visible.

    Line feeds stay. Characters that reverse the direction of text, and surrogates that a terminal cannot be
    sent, become the replacement character.
    """
    if text.isprintable():
        return text
    return _UNSAFE.sub(_visible, _ESCAPE.sub("", text.replace("\r\n", "\n")))


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code == 0x09:
        return "    "
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "�"


def shortened(text: str) -> str:
    """The text, cut at `MAX_CHARACTERS` with a note of how much is missing."""
    if len(text) <= MAX_CHARACTERS:
        return text
    return f"{text[:MAX_CHARACTERS]} … {len(text) - MAX_CHARACTERS:,} more characters in the job's events.jsonl"


def kept(record: LogRecord) -> LogRecord:
    """The record as the buffer keeps it: clean and bounded."""
    text = record.text
    if text.isprintable() and len(text) <= MAX_CHARACTERS:
        return record
    return record._replace(text=clean(shortened(text)))
