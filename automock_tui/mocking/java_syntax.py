"""Java's regular expressions in the spelling of the `regex` package; what Java refuses is refused here.

Compared with java.util.regex of Java 17, which MockServer 8.0.0 runs on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from automock_tui.mocking.java_classes import CharacterClass, escape_of, literal, predefined
from automock_tui.mocking.java_reading import FLAG_LETTERS, BadPattern, Cursor, Flags

MAX_REPEATED = 10_000
"""Characters that a pattern may ask for by repeating; the `regex` package takes memory for each of them."""
_MAX_COUNT = 2**31 - 1
_LITERALS = re.compile(r"[A-Za-z0-9/_%@:=,~-]+(?![?*+{])")
"""What stands for itself, without what is repeated after it."""
_COUNT = re.compile(r"\{(\d+)(?:(,)(\d*))?\}", re.ASCII)
_NAME = re.compile(r"<([A-Za-z][A-Za-z0-9]*)>", re.ASCII)
_REFERENCE = re.compile(r"[1-9]")
_LOOK_AROUND = ("<=", "<!", "=", "!")
_ZERO_WIDTH = {"A": r"\A", "B": r"\B", "G": r"\G", "Z": r"(?=\n?\Z)", "z": r"\Z"}
_LINE_ENDING = r"(?:\r\n|[\n\x0b\f\r\x85\u2028\u2029])"
_NEVER = "(?!)"
_NO_LENGTH = "a look-behind needs an obvious greatest length"


@dataclass(frozen=True)
class _Part:
    """A piece of the translation; `size` counts the characters that it asks for at least."""

    text: str
    size: int = 0
    is_single: bool = False
    """Whether it is one character, or a group of one: a look-behind takes any number of these."""


@dataclass(frozen=True)
class _Count:
    """How often something is repeated, and how that is written."""

    text: str
    least: int
    is_endless: bool = False


class Translation:
    """A Java pattern in the spelling of the `regex` package: its `text`."""

    def __init__(self, pattern: str, flags: Flags) -> None:
        """Translate it.

        Raises:
            BadPattern: Java would refuse it, or it repeats more than `MAX_REPEATED` characters.
        """
        self._at = Cursor(pattern, flags)
        self._flags = flags
        self._groups = 0
        self._open: set[int] = set()
        self._names: dict[str, int] = {}
        self._behind = 0
        self.needs_sets = False
        """Whether it has sets within sets, which the `regex` package reads in its version 1 only."""
        self.text = self._alternatives().text
        if self._at.peek():
            raise BadPattern("a closing bracket without its opening one")

    # --- groups

    def _alternatives(self) -> _Part:
        """Branches up to a closing bracket or the end."""
        branches = [self._branch()]
        while self._at.take("|"):
            branches.append(self._branch())
        size = sum(one.size for one in branches)
        return _Part("|".join(one.text for one in branches), size, len(branches) == 1 and branches[0].is_single)

    def _branch(self) -> _Part:
        parts: list[_Part] = []
        while (char := self._at.peek()) and char not in "|)":
            part = self._piece(char)
            if part is not None:
                parts.append(part)
        size = sum(part.size for part in parts)
        if size > MAX_REPEATED:
            raise BadPattern(f"it repeats more than {MAX_REPEATED} characters, which is more than is tried")
        return _Part("".join(part.text for part in parts), size, len(parts) == 1 and parts[0].is_single)

    def _piece(self, char: str) -> _Part | None:
        """What may be repeated, with its repetition; None where flags were set."""
        if self._at.flags == self._flags and (found := self._at.match(_LITERALS)):
            return _Part(found[0], len(found[0]), is_single=len(found[0]) == 1)
        if char == "{":  # to Java this repeats nothing
            self._count(char)
            return None
        if char in "?*+":
            raise BadPattern(f"{char} has nothing before it to repeat")
        if char != "(":
            return self._repeated(self._atom(char), is_group=False)
        group = self._group()
        return None if group is None else self._repeated(group, is_group=True)

    def _group(self) -> _Part | None:
        self._at.skip("(")
        flags = self._at.flags
        found = self._special() if self._at.take("?") else ("(", self._captured())
        if found is None:
            return None
        if not self._at.take(")"):
            raise BadPattern("a group ( ) is not closed")
        self._at.flags = flags
        opening, inside = found
        return _Part(f"{opening}{inside.text})", inside.size, inside.is_single)

    def _captured(self) -> _Part:
        self._groups += 1
        number = self._groups
        self._open.add(number)
        inside = self._alternatives()
        self._open.discard(number)
        return inside

    def _special(self) -> tuple[str, _Part] | None:
        """What begins with `(?`; None where it only sets flags."""
        for mark in _LOOK_AROUND:
            if self._at.skip(mark):
                return f"(?{mark}", self._looked(behind=mark[0] == "<")
        for mark in (":", ">"):
            if self._at.skip(mark):
                return f"(?{mark}", self._alternatives()
        if not self._at.starts("<"):
            return self._flagged()
        name = self._name()
        if name in self._names:
            raise BadPattern(f"two groups are called {name}")
        self._names[name] = self._groups + 1
        return f"(?P<{name}>", self._captured()

    def _looked(self, *, behind: bool) -> _Part:
        self._behind += behind
        inside = self._alternatives()
        self._behind -= behind
        return _Part(inside.text)

    def _name(self) -> str:
        found = self._at.match(_NAME)
        if found is None:
            raise BadPattern("a group's name is a letter, and letters and digits after it, in < >")
        return found[1]

    def _flagged(self) -> tuple[str, _Part] | None:
        flags, on = self._at.flags, True
        while (char := self._at.peek()) and (char in FLAG_LETTERS or (char == "-" and on)):
            self._at.skip(char)
            on = on and char != "-"
            self._at.flags = flags = flags.with_letter(char, on)
        if self._at.take(")"):
            return None
        if not self._at.take(":"):
            raise BadPattern("(? is followed by nothing that Java knows")
        return "(?:", self._alternatives()

    # --- repetition

    def _repeated(self, part: _Part, *, is_group: bool) -> _Part:
        char = self._at.peek()
        if not char or char not in "?*+{":
            return part
        count = self._count(char)
        if self._behind and count.is_endless and is_group and not part.is_single:
            raise BadPattern(_NO_LENGTH)
        return _Part(part.text + count.text, part.size * max(1, count.least), part.is_single and not is_group)

    def _count(self, char: str) -> _Count:
        if char == "{":
            found = self._counted()
        else:
            self._at.skip(char)
            found = _Count(char, int(char == "+"), char != "?")
        for mark in "?+":
            if self._at.take(mark):
                return _Count(found.text + mark, found.least, found.is_endless and mark == "?")
        return found

    def _counted(self) -> _Count:
        found = self._at.match(_COUNT)
        if found is None:
            raise BadPattern("{ is not followed by a number and a closing bracket")
        least = int(found[1])
        most = int(found[3]) if found[3] else None if found[2] else least
        if max(least, most or 0) > _MAX_COUNT or (most is not None and most < least):
            raise BadPattern(f"{found[0]} is no range of numbers")
        if most is None or MAX_REPEATED < most != least:
            return _Count(f"{{{least},}}", least, most is None)
        return _Count(f"{{{least},{most}}}", least)

    # --- atoms

    def _atom(self, char: str) -> _Part:
        if char == "[":
            found = CharacterClass(self._at)
            self.needs_sets |= found.is_nested
            return self._cased(found.text)
        self._at.skip(char)
        if char == "\\":
            return self._escaped()
        if char in "^$":
            return _Part(f"(?m:{char})" if self._at.flags.multi_line else char, is_single=True)
        return _Part(self._dot(), 1, is_single=True) if char == "." else self._cased(literal(char))

    def _dot(self) -> str:
        flags = self._at.flags
        return "." if flags.dot_all else r"[^\n]" if flags.unix_lines else r"[^\n\r\x85\u2028\u2029]"

    def _cased(self, text: str) -> _Part:
        """One character, with a word on its case where flags within the pattern changed that."""
        now = self._at.flags.ignore_case
        if now is not self._flags.ignore_case:
            text = f"(?{'' if now else '-'}i:{text})"
        return _Part(text, 1, is_single=True)

    def _escaped(self) -> _Part:
        char = self._at.raw()
        if char in _ZERO_WIDTH:
            self._at.skip(char)
            return _Part(_ZERO_WIDTH[char], is_single=True)
        if self._at.skip("b"):
            return _Part(self._boundary(), is_single=True)
        if self._at.skip("R"):
            if self._behind and self._at.peek() in ("+", "*"):
                raise BadPattern(_NO_LENGTH)
            return _Part(_LINE_ENDING, 1)
        if self._at.skip("X"):
            return _Part(r"\X", 1, is_single=True)
        if found := self._at.match(_REFERENCE):
            return self._reference(self._number(int(found[0])))
        if self._at.skip("k"):
            return self._reference(self._names.get(self._name_known(), 0))
        return self._cased(predefined(self._at, in_class=False) or literal(escape_of(self._at)))

    def _boundary(self) -> str:
        if self._at.skip("{g}"):
            return r"(?!\p{M})"
        if self._at.starts("{g"):
            raise BadPattern("\\b{g is not closed")
        return r"\b"

    def _number(self, number: int) -> int:
        r"""The group that is meant: `\11` is the first group and a 1 where there are not eleven of them."""
        while self._at.raw() and (digit := self._at.raw()) in "0123456789":
            if number * 10 + int(digit) > self._groups:
                break
            self._at.skip(digit)
            number = number * 10 + int(digit)
        return number

    def _name_known(self) -> str:
        name = self._name()
        if name not in self._names:
            raise BadPattern(f"no group before it is called {name}")
        return name

    def _reference(self, number: int) -> _Part:
        if self._behind:
            raise BadPattern(_NO_LENGTH)
        if number > self._groups or number in self._open:
            return _Part(_NEVER)
        return _Part(self._cased(f"(?:\\{number})").text)
