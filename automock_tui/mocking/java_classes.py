r"""What stands for one character in a Java pattern: escapes, `\d`, `\p{...}`, and classes in brackets."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from automock_tui.mocking.java_reading import BadPattern, Cursor

_CLASSES = {
    "d": "0-9",
    "w": "a-zA-Z_0-9",
    "s": " \\t\\n\\x0b\\f\\r",
    "h": " \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000",
    "v": "\\n\\x0b\\f\\r\\x85\\u2028\\u2029",
}
_OF_UNICODE = frozenset("dws")
"""Those that mean Unicode's characters where the flag `U` is on."""
_POSIX = {
    "Lower": "a-z", "Upper": "A-Z", "ASCII": "\\x00-\\x7f", "Alpha": "a-zA-Z", "Digit": "0-9",
    "Alnum": "a-zA-Z0-9", "Punct": "!-/:-@\\[-`{-~", "Graph": "!-~", "Print": " -~", "Blank": " \\t",
    "Cntrl": "\\x00-\\x1f\\x7f", "XDigit": "0-9a-fA-F", "Space": " \\t\\n\\x0b\\f\\r",
    "L1": "\\x00-\\xff", "all": "\\x00-\\U0010ffff", "LC": "\\p{Lu}\\p{Ll}\\p{Lt}", "LD": "\\p{L}\\p{Nd}",
}  # fmt: skip
_CATEGORY = re.compile("C[nfcos]?|L[ultmo]?|M[nec]?|N[dlo]?|P[dseocif]?|S[mcko]?|Z[slp]?")
_BINARY = {
    "ALPHABETIC": "Alphabetic", "LETTER": "L", "IDEOGRAPHIC": "Ideographic", "LOWERCASE": "Lowercase",
    "UPPERCASE": "Uppercase", "TITLECASE": "Lt", "WHITE_SPACE": "White_Space", "WHITESPACE": "White_Space",
    "CONTROL": "Cc", "PUNCTUATION": "P", "HEX_DIGIT": "Hex_Digit", "HEXDIGIT": "Hex_Digit",
    "ASSIGNED": "Assigned", "NONCHARACTER_CODE_POINT": "Noncharacter_Code_Point",
    "NONCHARACTERCODEPOINT": "Noncharacter_Code_Point", "DIGIT": "Nd", "ALNUM": "Alnum", "BLANK": "Blank",
    "GRAPH": "Graph", "PRINT": "Print", "WORD": "Word", "JOIN_CONTROL": "Join_Control",
    "JOINCONTROL": "Join_Control", "ALPHA": "Alphabetic", "LOWER": "Lowercase", "UPPER": "Uppercase",
    "SPACE": "White_Space", "PUNCT": "P", "CNTRL": "Cc", "XDIGIT": "Hex_Digit",
}  # fmt: skip
_OF_JAVA = {
    "LowerCase": "Lowercase", "UpperCase": "Uppercase", "Alphabetic": "Alphabetic", "TitleCase": "Lt",
    "Ideographic": "Ideographic", "Digit": "Nd", "Defined": "Assigned", "Letter": "L", "LetterOrDigit": "Alnum",
    "JavaIdentifierStart": "XID_Start", "JavaIdentifierPart": "XID_Continue",
    "UnicodeIdentifierStart": "ID_Start", "UnicodeIdentifierPart": "ID_Continue", "IdentifierIgnorable": "Cf",
    "SpaceChar": "Z", "Whitespace": "White_Space", "ISOControl": "Cc", "Mirrored": "Bidi_Mirrored",
}  # fmt: skip
_KINDS = {
    "sc": "Script", "script": "Script", "blk": "Block", "block": "Block", "gc": "Category",
    "general_category": "Category",
}  # fmt: skip
_PROPERTY = re.compile(r"([pP])(?:\{([^}]+)\}|([^{]))", re.DOTALL)
_CODES = (
    re.compile(r"x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})"),
    re.compile(r"0([0-3][0-7]{2}|[0-7]{1,2})"),
)
_NAMED = re.compile(r"N\{([^}]*)\}")
_CONTROL = re.compile(r"c(.)", re.DOTALL)
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
_LAST = 0x10FFFF


def escape_of(at: Cursor) -> str:
    """The one character that is meant by what comes after a backslash.

    Raises:
        BadPattern: nothing is meant by it.
    """
    if found := at.match(_CODES[0]):
        return _character(int(found[1] or found[2] or found[3], 16))
    if found := at.match(_CODES[1]):
        return chr(int(found[1], 8))
    if found := at.match(_NAMED):
        return _named(found[1])
    if found := at.match(_CONTROL):
        return chr(ord(found[1]) ^ 64)
    char = at.raw()
    if not char:
        raise BadPattern("it ends in a backslash")
    if char not in _PLAIN and char.isascii() and char.isalnum():
        raise BadPattern(f"\\{char} means nothing here")
    at.skip(char)
    return _PLAIN.get(char, char)


def _character(code: int) -> str:
    if code > _LAST:
        raise BadPattern(f"there is no character {code:#x}")
    return chr(code)


def _named(name: str) -> str:
    try:
        return unicodedata.lookup(name)
    except KeyError:
        raise BadPattern(f"there is no character {name!r}") from None


def literal(char: str) -> str:
    """A character as it is written for the `regex` package, in a class and outside of one."""
    return char if char.isalnum() and char.isascii() else f"\\U{ord(char):08x}"


def predefined(at: Cursor, *, in_class: bool) -> str:
    r"""What `\d`, `\W`, `\p{...}` and the like stand for; empty where none of these is at the place.

    Raises:
        BadPattern: there is no such property.
    """
    if found := at.match(_PROPERTY):
        name = found[2] or found[3]
        return _in_brackets(property_of(name), found[1] == "P", in_class)
    letter = at.raw()
    if not letter or letter.lower() not in _CLASSES:
        return ""
    at.skip(letter)
    if at.flags.unicode and letter.lower() in _OF_UNICODE:
        return f"\\{letter}"
    return _in_brackets(_CLASSES[letter.lower()], letter.isupper(), in_class)


def _in_brackets(inside: str, is_negated: bool, in_class: bool) -> str:
    return inside if in_class and not is_negated else f"[{'^' * is_negated}{inside}]"


@lru_cache(maxsize=256)
def property_of(name: str) -> str:
    """The inside of a class that is a property of Java.

    Raises:
        BadPattern: there is none of this name.
    """
    if name in _POSIX:
        return _POSIX[name]
    kind, equals, value = name.partition("=")
    if equals:
        found = _of_kind(_KINDS.get(kind.lower(), ""), value)
    elif name.startswith("In"):
        found = _of_kind("Block", name[2:])
    elif name.startswith("Is"):
        found = _is_property(name[2:])
    else:
        found = _of_kind("Category", name) or _written(_OF_JAVA.get(name.removeprefix("java"), ""), name)
    if not found:
        raise BadPattern(f"there is no property {name}")
    return found


def _written(known: str, name: str) -> str:
    return f"\\p{{{known}}}" if known and name.startswith("java") else ""


def _is_property(name: str) -> str:
    known = _BINARY.get(name.upper())
    return f"\\p{{{known}}}" if known else _of_kind("Category", name) or _of_kind("Script", name)


def _of_kind(kind: str, value: str) -> str:
    if kind == "Category":
        return _POSIX.get(value, "") or (f"\\p{{{value}}}" if _CATEGORY.fullmatch(value) else "")
    return _checked(f"\\p{{{kind}={value}}}") if kind and value else ""


def _checked(text: str) -> str:
    """The same where the `regex` package knows it."""
    import regex

    try:
        regex.compile(text)
    except regex.error:
        return ""
    return text


class CharacterClass:
    """A class in brackets. It begins where the cursor is, and leaves it after the closing bracket."""

    def __init__(self, at: Cursor) -> None:
        """Read it.

        Raises:
            BadPattern: Java would refuse it.
        """
        self._at = at
        self.is_nested = False
        """Whether there are classes within it, or it is what several have in common."""
        self.text = self._bracketed()

    def _bracketed(self) -> str:
        self._at.take("[")
        mark = "^" if self._at.peek() == "^" and self._at.skip("^") else ""
        inside = self._inside()
        self._at.take("]")
        return f"[{mark}{inside}]"

    def _inside(self) -> str:
        """Everything up to the closing bracket: what is before a `&&` has to be in what is after it, too."""
        found = self._union(is_first=True)
        while self._at.starts("&&"):
            self._at.skip("&&")
            other = self._union(is_first=False)
            if not (found or other):
                raise BadPattern("&& stands between two empty classes")
            self.is_nested |= bool(found and other)
            found = f"[{found}]&&[{other}]" if found and other else found or other
        return found

    def _union(self, *, is_first: bool) -> str:
        found: list[str] = []
        while (char := self._at.peek()) and not self._at.starts("&&"):
            if char == "]" and (found or not is_first):
                return "".join(found)
            if char == "[":
                self.is_nested = True
                found.append(self._bracketed())
            else:
                found.append(self._range())
        if not char:
            raise BadPattern("a class in [ ] is not closed")
        return "".join(found)

    def _range(self) -> str:
        first = self._character()
        if len(first) > 1:
            return first[1:]
        if self._at.peek() != "-" or not self._is_range():
            return literal(first)
        self._at.skip("-")
        last = self._character()
        if len(last) > 1 or last < first:
            raise BadPattern("a range in [ ] ends before it begins")
        return f"{literal(first)}-{literal(last)}"

    def _is_range(self) -> bool:
        return not (self._at.starts("-[") or self._at.starts("-]"))

    def _character(self) -> str:
        """One character; what stands for several has a mark before it."""
        char = self._at.peek()
        if not char:
            raise BadPattern("a class in [ ] is not closed")
        self._at.skip(char)
        if char != "\\":
            return char
        found = predefined(self._at, in_class=True)
        self.is_nested |= found.startswith("[")
        return f"\\{found}" if found else escape_of(self._at)
