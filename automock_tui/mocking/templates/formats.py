"""Java's patterns for dates (`yyyy-MM-dd`) and for numbers (`#,##0.00`)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

_PIECES = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def format_date(moment: datetime, pattern: str) -> str:
    """A moment by a Java pattern.

    Raises:
        ValueError: a letter of the pattern means nothing.
    """
    out, at = [], 0
    while found := _PIECES.match(pattern, at):
        at = found.end()
        if found[2]:
            out.append(_field(moment, found[2], len(found[0])))
        elif found[1] is not None:
            out.append(found[1].replace("''", "'") or "'")
        else:
            out.append(found[0])
    if at < len(pattern):
        raise ValueError(f"{pattern} is no pattern for dates")
    return "".join(out)


def _field(moment: datetime, letter: str, width: int) -> str:
    if letter in _WORDS:
        return _WORDS[letter](moment, width)
    if letter not in _NUMBERS:
        raise ValueError(f"{letter} means nothing in a pattern for dates")
    number = _NUMBERS[letter](moment)
    if letter in "yu" and width == 2:
        return f"{number % 100:02}"
    return f"{number:0{width}}"


_NUMBERS: dict[str, Callable[[datetime], int]] = {
    "y": lambda at: at.year,
    "u": lambda at: at.year,
    "d": lambda at: at.day,
    "D": lambda at: at.timetuple().tm_yday,
    "H": lambda at: at.hour,
    "k": lambda at: at.hour or 24,
    "K": lambda at: at.hour % 12,
    "h": lambda at: at.hour % 12 or 12,
    "m": lambda at: at.minute,
    "s": lambda at: at.second,
    "n": lambda at: at.microsecond * 1000,
}
_WORDS: dict[str, Callable[[datetime, int], str]] = {
    "M": lambda at, width: _month(at, width),
    "L": lambda at, width: _month(at, width),
    "E": lambda at, width: _DAYS[at.weekday()] if width == 4 else _DAYS[at.weekday()][:3],
    "e": lambda at, width: f"{(at.weekday() + 1) % 7 + 1:0{width}}",
    "a": lambda at, width: "AM" if at.hour < 12 else "PM",
    "S": lambda at, width: f"{at.microsecond:06}000"[:width].ljust(width, "0"),
    "G": lambda at, width: "AD",
    "z": lambda at, width: "UTC",
    "V": lambda at, width: "UTC",
    "Z": lambda at, width: "+00:00" if width == 5 else "GMT" if width == 4 else "+0000",
    "X": lambda at, width: "Z",
    "x": lambda at, width: ("+00", "+0000", "+00:00")[min(width, 3) - 1],
}


def _month(at: datetime, width: int) -> str:
    if width < 3:
        return f"{at.month:0{width}}"
    return _MONTHS[at.month - 1] if width == 4 else _MONTHS[at.month - 1][:3]


def iso_instant(moment: datetime) -> str:
    """A moment as Java's ISO_INSTANT: UTC, fractions in groups of three digits."""
    text = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    micros = moment.microsecond
    fraction = "" if not micros else f".{micros // 1000:03}" if micros % 1000 == 0 else f".{micros:06}"
    return f"{text}{fraction}Z"


_NUMBER = re.compile(r"([^#0,.]*)([#0,.]+)(.*)", re.DOTALL)


def format_number(number: float, pattern: str) -> str:
    """A number by a Java pattern, rounded half to even as Java rounds.

    Raises:
        ValueError: it is no pattern for numbers.
    """
    found = _NUMBER.fullmatch(pattern.split(";")[0])
    if found is None or not math.isfinite(number):
        raise ValueError(f"{pattern} is no pattern for numbers")
    before, digits, after = found.groups()
    scale = 100 if "%" in before + after else 1
    whole, _, fraction = digits.partition(".")
    text = _digits(abs(number) * scale, whole, fraction)
    return f"{'-' if number < 0 else ''}{before}{text}{after}"


def _digits(number: float, whole: str, fraction: str) -> str:
    if len(fraction) > 100 or len(whole) > 400:
        raise ValueError("a pattern with too many digits")
    with localcontext() as context:
        context.prec = 500
        rounded = Decimal(repr(number)).quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_EVEN)
    left, _, right = f"{rounded:f}".partition(".")
    while len(right) > fraction.count("0") and right.endswith("0"):
        right = right[:-1]
    left = left.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole:
        left = _grouped(left, len(whole) - whole.rindex(",") - 1)
    return f"{left}.{right}" if right else left or "0"


def _grouped(digits: str, size: int) -> str:
    first = len(digits) % size if size else len(digits)
    groups = [digits[:first]] if first else []
    return ",".join([*groups, *(digits[at : at + size] for at in range(first, len(digits), size or 1))])
