"""Velocity templates, in the settings that MockServer gives the engine.

`#if`, `#foreach`, `#set`, `#macro`, `#define`, `#evaluate`, `#ifnull`, `#break`, `#stop`, comments, `#[[ ]]#`;
white space around a directive that begins a line is dropped (Velocity's space gobbling `lines`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from automock_tui.mocking.templates.scope import Bindings, Scope
from automock_tui.mocking.templates.values import Bean, TemplateError
from automock_tui.mocking.templates.velocity_expressions import Reader
from automock_tui.mocking.templates.velocity_nodes import (
    Break,
    Condition,
    Leaving,
    Macro,
    Node,
    Stop,
    assignment,
    choice,
    escaped,
    expand,
    joined,
    loop,
)
from automock_tui.mocking.templates.velocity_operators import condition
from automock_tui.mocking.templates.velocity_references import Expression, Reference

_NEXT = re.compile(r"\\+(?=[$#])|\$|#")
_WORD = re.compile(r"#(?:\{([A-Za-z@]\w*)\}|([A-Za-z@]\w*))")
_MACRO = re.compile(r"#\{?macro\}?\s*\(\s*([A-Za-z]\w*)")
_BRACKET = re.compile(r"[ \t]*\(")
_REST_OF_LINE = re.compile(r"[ \t]*(?:\r?\n|\r)")
_WITH_ARGUMENTS = frozenset({"set", "ifnull", "include"})
"""Directives where a bracket follows, and else plain text."""
_ALWAYS = frozenset(
    {"if", "elseif", "foreach", "macro", "define", "evaluate", "parse", "else", "end", "break", "stop"}
)
_QUOTES = "\"'"
_ENDS = frozenset({"else", "elseif", "end"})
_MAX_NESTED = 50
_MAX_CALLS = 20


@dataclass
class _Found:
    """A directive at its place."""

    name: str
    begins_line: bool
    reader: Reader


@dataclass
class Template:
    """A compiled template."""

    macros: dict[str, Macro] = field(default_factory=dict)
    body: Node = lambda _: ""

    def render(self, bindings: Bindings) -> str:
        """The text that the template makes.

        Raises:
            TemplateError: it fails.
        """
        try:
            return self.body(Scope(bindings))
        except Stop as stop:
            return stop.made
        except Break:
            raise TemplateError("#break outside of #foreach") from None
        except RecursionError:
            raise TemplateError("the template is nested too deeply") from None


def compile_velocity(text: str) -> Template:
    """A template from its text.

    Raises:
        TemplateError: it is no Velocity.
    """
    template = Template()
    try:
        template.body = _Parser(text, template, 0).whole()
    except RecursionError:
        raise TemplateError("the template is nested too deeply") from None
    return template


class _Parser:
    def __init__(self, text: str, template: Template, nested: int) -> None:
        if nested > 5:
            raise TemplateError("texts are nested too deeply")
        self._text = text
        self._template = template
        self._nested = nested
        self._known = set(_MACRO.findall(text)) | set(template.macros)
        self._at = 0
        self._blocks = 0

    def whole(self) -> Node:
        body, end = self._block(frozenset())
        assert end is None
        return body

    def _reader(self, at: int) -> Reader:
        return Reader(self._text, at, self._interpolated)

    def _interpolated(self, inside: str) -> Expression:
        return _Parser(inside, self._template, self._nested + 1).whole()

    # --- text

    def _block(self, ends: frozenset[str]) -> tuple[Node, _Found | None]:
        """The nodes up to one of some directives, and that directive."""
        self._blocks += 1
        if self._blocks > _MAX_NESTED:
            raise TemplateError("directives are nested too deeply")
        nodes: list[str | Node] = []
        while found := _NEXT.search(self._text, self._at):
            nodes.append(self._text[self._at : found.start()])
            self._at = found.start()
            end = self._special(found[0], nodes, ends)
            if end is not None:
                self._blocks -= 1
                return joined(nodes), end
        if ends:
            raise TemplateError("#end is missing")
        nodes.append(self._text[self._at :])
        self._at = len(self._text)
        return joined(nodes), None

    def _special(self, mark: str, nodes: list[str | Node], ends: frozenset[str]) -> _Found | None:
        if mark[0] == "\\":
            self._escape(len(mark), nodes)
        elif mark == "$":
            self._reference(nodes)
        elif not self._comment(nodes):
            return self._directive(nodes, ends)
        return None

    def _escape(self, size: int, nodes: list[str | Node]) -> None:
        """Backslashes before a reference or a directive: two print one, an odd one escapes."""
        self._at += size
        if self._text[self._at] == "$":
            begin = self._at
            reference = self._take_reference()
            if reference is None:
                nodes.append("\\" * size)
                return
            nodes.append(escaped(reference, size))
            self._at = begin + len(reference.source)
            return
        word = _WORD.match(self._text, self._at)
        if word is None or not self._is_directive(word):
            nodes.append("\\" * size)
            return
        nodes.append("\\" * (size // 2))
        if size % 2:
            nodes.append(word[0])
            self._at = word.end()

    def _take_reference(self) -> Reference | None:
        reader = self._reader(self._at)
        found = reader.reference()
        if found is not None:
            self._at = reader.at
        return found

    def _reference(self, nodes: list[str | Node]) -> None:
        found = self._take_reference()
        if found is None:
            nodes.append("$")
            self._at += 1
        else:
            nodes.append(found.print)

    def _comment(self, nodes: list[str | Node]) -> bool:
        """Go past a comment or a text that is not parsed, if one is here."""
        text = self._text
        if text.startswith("##", self._at):
            end = re.compile(r"\r?\n|\r|\Z").search(text, self._at)
            assert end is not None
            if self._begins_line(self._at):
                drop_indent(nodes)
            self._at = end.end()
            return True
        for opening, closing, kept in (("#*", "*#", False), ("#[[", "]]#", True)):
            if text.startswith(opening, self._at):
                at = text.find(closing, self._at + len(opening))
                if at < 0 and kept:
                    raise TemplateError(f"{closing} is missing")
                if at < 0:  # a comment that is not closed hides the rest
                    at = len(text)
                if kept:
                    nodes.append(text[self._at + len(opening) : at])
                self._at = at + len(closing)
                return True
        return False

    # --- directives

    def _is_directive(self, word: re.Match[str]) -> bool:
        name = word[1] or word[2]
        if name in _ALWAYS or name[0] == "@":
            return True
        at = self._bracket(word)
        if at is None:
            return False
        if name in _WITH_ARGUMENTS or name in self._known or name in self._template.macros:
            return True
        if not closes(self._text, at + 1):
            raise TemplateError(f"{word[0]}( is not closed")
        return False

    def _bracket(self, word: re.Match[str]) -> int | None:
        """Where the bracket is that follows a directive's name."""
        found = _BRACKET.match(self._text, word.end())
        return found.end() - 1 if found else None

    def _begins_line(self, at: int) -> bool:
        start = max(self._text.rfind("\n", 0, at), self._text.rfind("\r", 0, at)) + 1
        return not self._text[start:at].strip(" \t")

    def _directive(self, nodes: list[str | Node], ends: frozenset[str]) -> _Found | None:
        word = _WORD.match(self._text, self._at)
        if word is None or not self._is_directive(word):
            nodes.append("#")
            self._at += 1
            return None
        name = word[1] or word[2]
        found = _Found(name, self._begins_line(self._at), self._reader(word.end()))
        if found.begins_line:
            drop_indent(nodes)
        self._at = word.end()
        if name in _ENDS:
            if name not in ends:
                raise TemplateError(f"#{name} without its beginning")
            return found
        nodes.append(self._build(found))
        return None

    def _build(self, found: _Found) -> Node:
        build = {
            "if": self._if,
            "foreach": self._foreach,
            "set": self._set,
            "macro": self._macro,
            "define": self._define,
            "evaluate": self._evaluate,
            "ifnull": self._if_null,
            "break": self._leave,
            "stop": self._leave,
        }.get(found.name)
        if found.name in ("include", "parse"):
            raise TemplateError(f"#{found.name} reads files; templates here have none")
        if found.name[0] == "@":
            return self._call_with_body(found)
        return build(found) if build else self._call(found)

    def _end_line(self, found: _Found | None = None) -> None:
        """Drop the rest of the line where it is empty; of a directive only where that begins its line."""
        if found is not None and not found.begins_line:
            return
        rest = _REST_OF_LINE.match(self._text, self._at)
        if rest is not None:
            self._at = rest.end()

    def _condition(self, reader: Reader) -> Expression:
        reader.expect("(")
        found = reader.expression()
        reader.expect(")")
        self._at = reader.at
        return found

    def _if(self, found: _Found) -> Node:
        branches: list[tuple[Condition, Node]] = []
        holds: Condition = condition(self._condition(found.reader))
        ends = _ENDS
        while True:
            self._end_line()
            body, end = self._block(ends)
            assert end is not None
            branches.append((holds, body))
            if end.name == "end":
                self._end_line(found)
                return choice(branches)
            if end.name == "elseif":
                holds = condition(self._condition(end.reader))
            else:
                holds, ends = lambda _: True, frozenset({"end"})

    def _if_null(self, found: _Found) -> Node:
        value = self._condition(found.reader)
        body = self._body(found)
        return lambda scope: body(scope) if value(scope) is None else ""

    def _body(self, found: _Found) -> Node:
        """The nodes up to `#end`."""
        self._end_line()
        body, _ = self._block(frozenset({"end"}))
        self._end_line(found)
        return body

    def _foreach(self, found: _Found) -> Node:
        reader = found.reader
        reader.expect("(")
        reader.expect("$")
        reader.take("{")
        name = reader.name()
        reader.take("}")
        reader.skip()
        reader.name()  # in, though Velocity takes any word
        source = reader.plain()
        reader.expect(")")
        self._at = reader.at
        self._end_line()
        body, end = self._block(frozenset({"end", "else"}))
        otherwise: Node = joined([])
        if end is not None and end.name == "else":
            self._end_line()
            otherwise, _ = self._block(frozenset({"end"}))
        self._end_line(found)
        return lambda scope: loop(scope, name, source(scope), body, otherwise)

    def _set(self, found: _Found) -> Node:
        reader = found.reader
        reader.expect("(")
        reader.skip()
        target = reader.reference()
        if target is None:
            raise TemplateError("#set needs a reference")
        reader.expect("=")
        value = reader.expression()
        reader.expect(")")
        self._at = reader.at
        self._end_line(found)
        return assignment(target, value)

    def _macro(self, found: _Found) -> Node:
        reader = found.reader
        reader.expect("(")
        reader.skip()
        name = reader.name()
        names: list[str] = []
        while not reader.take(")"):
            reader.expect("$")
            names.append(reader.name())
            reader.take(",")
        self._at = reader.at
        body = self._body(found)
        self._template.macros.setdefault(name, Macro(names, body))
        return lambda _: ""

    def _define(self, found: _Found) -> Node:
        reader = found.reader
        reader.expect("(")
        reader.expect("$")
        name = reader.name()
        reader.expect(")")
        self._at = reader.at
        body = self._body(found)

        def node(scope: Scope) -> str:
            scope.set(name, Bean(text=lambda: body(scope)))
            return ""

        return node

    def _evaluate(self, found: _Found) -> Node:
        value = self._condition(found.reader)
        self._end_line(found)

        def node(scope: Scope) -> str:
            text = value(scope)
            return (
                _Parser(text, self._template, self._nested + 1).whole()(scope) if isinstance(text, str) else ""
            )

        return node

    def _leave(self, found: _Found) -> Node:
        reader = self._reader(self._at)
        if reader.take("("):
            reader.expect(")")
            self._at = reader.at
        self._end_line(found)
        kind: type[Leaving] = Break if found.name == "break" else Stop

        def node(_: Scope) -> str:
            raise kind

        return node

    def _call(self, found: _Found) -> Node:
        found.reader.expect("(")
        given = found.reader.spaced_arguments()
        self._at = found.reader.at
        self._end_line(found)
        macros, name = self._template.macros, found.name
        return lambda scope: expand(scope, macros.get(name), given)

    def _call_with_body(self, found: _Found) -> Node:
        """`#@name(...) ... #end`: a macro that has what stands within as `$bodyContent`."""
        given = found.reader.spaced_arguments() if found.reader.take("(") else []
        self._at = found.reader.at
        body = self._body(found)
        macros, name = self._template.macros, found.name[1:]

        def node(scope: Scope) -> str:
            scope.set("bodyContent", Bean(text=lambda: body(scope)))
            return expand(scope, macros.get(name), given)

        return node


def closes(text: str, start: int) -> bool:
    """Whether the bracket that was opened before `start` is closed; quoted ones do not count."""
    depth, quote = 1, ""
    for char in text[start:]:
        if quote:
            quote = "" if char == quote else quote
        elif char in _QUOTES:
            quote = char
        elif char in "()":
            depth += 1 if char == "(" else -1
            if depth == 0:
                return True
    return False


def drop_indent(nodes: list[str | Node]) -> None:
    """Drop the spaces at the end of the text before a directive."""
    if nodes and isinstance(nodes[-1], str):
        nodes[-1] = nodes[-1].rstrip(" \t")
