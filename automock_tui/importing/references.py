"""References between the parts of a description and its files, circular ones too; nothing is ever fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import unquote

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.importing.imported import Report
from automock_tui.importing.source import Source, path_below, read_limited

_MAX_FILES = 200
_MAX_HOPS = 50
"""References that may follow on each other before they count as going round in a circle."""


class Documents:
    """The description and the files below its folder that it refers to."""

    def __init__(self, source: Source, report: Report) -> None:
        self.report = report
        self._path = source.path.resolve() if source.path else None
        self._root = self._path.parent if self._path else None
        self._trees: dict[str, Any] = {"": source.tree}

    @property
    def root(self) -> Node:
        """The description itself."""
        return Node(self, "", "", self._trees[""])

    def trees(self) -> dict[str, Any]:
        """Every document read so far, by its name."""
        return self._trees

    def follow(self, file: str, reference: str) -> Node | None:
        """Where a reference leads; None (and a finding) where it leads nowhere."""
        name, _, pointer = reference.partition("#")
        target = self._file(file, name) if name else file
        if target is None or target not in self._trees:
            return None
        value = self._trees[target]
        if pointer and not pointer.startswith("/"):
            self.report.add(reference, "$ref to an anchor", "left out: only paths are followed")
            return None
        for key in pointer.split("/")[1:]:
            value = _step(value, unquote(key).replace("~1", "/").replace("~0", "~"))
        if value is None:
            self.report.add(reference, "$ref", "left out: there is nothing there")
            return None
        return Node(self, target, pointer, value)

    def _file(self, current: str, name: str) -> str | None:
        if "://" in name:
            self.report.add(name, "remote $ref", "left out: nothing is fetched from the network")
            return None
        if self._root is None or self._path is None:
            self.report.add(name, "$ref to another file", "left out: the document has no folder")
            return None
        base = str(PurePath(current).parent) if current else ""
        try:
            path = path_below(self._root, f"{base}/{unquote(name)}" if base else unquote(name))
        except InvalidInput as error:
            self.report.add(name, "$ref to another file", f"left out: {error.title}")
            return None
        key = "" if path == self._path else str(path.relative_to(self._root))
        return key if key in self._trees or self._read(key, path) else None

    def _read(self, key: str, path: Path) -> bool:
        if len(self._trees) > _MAX_FILES:
            self.report.add(key, "$ref", f"left out: over {_MAX_FILES} files")
            return False
        try:
            self._trees[key] = Source(key, read_limited(path)).tree
        except AutomockError as error:
            self.report.add(key, "$ref", f"left out: {error.title}")
            return False
        return True


def _step(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and key.isdigit() and int(key) < len(value):
        return value[int(key)]
    return None


@dataclass(frozen=True)
class Node:
    """A value of a description and where it is; references are followed on the way to it."""

    documents: Documents
    file: str
    pointer: str
    value: Any

    @property
    def where(self) -> str:
        """Its file and JSON pointer."""
        return f"{self.file}#{self.pointer}"

    @property
    def table(self) -> dict[str, Any]:
        """Itself as an object; empty where it is none."""
        return self.value if isinstance(self.value, dict) else {}

    def resolved(self) -> Node:
        """What it refers to; itself where it refers to nothing."""
        node = self
        siblings: dict[str, Any] = {}
        for _ in range(_MAX_HOPS):
            reference = node.table.get("$ref")
            if not isinstance(reference, str):
                break
            siblings = {key: one for key, one in node.table.items() if key != "$ref"} | siblings
            found = self.documents.follow(node.file, reference)
            node = found or Node(self.documents, node.file, node.pointer, {})
        else:
            self.documents.report.add(self.where, "$ref", "left out: it refers to itself")
            return Node(self.documents, self.file, self.pointer, {})
        described = {key: siblings[key] for key in ("description", "summary") if key in siblings}
        if described or not siblings or not isinstance(node.value, dict):
            return node
        return Node(self.documents, node.file, node.pointer, node.value | siblings)

    def get(self, *keys: str) -> Node:
        """The value below it at these keys, references followed; an empty object where there is none."""
        node = self.resolved()
        for key in keys:
            pointer = f"{node.pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            node = Node(self.documents, node.file, pointer, node.table.get(key, {})).resolved()
        return node

    def raw(self, key: str) -> Node:
        """The value below it, its reference not followed."""
        pointer = f"{self.pointer}/{key.replace('~', '~0').replace('/', '~1')}"
        return Node(self.documents, self.file, pointer, self.table.get(key, {}))

    def items(self) -> Iterator[tuple[str, Node]]:
        """What is below an object, references followed; extensions (`x-`) are left out."""
        for key, value in self.table.items():
            if not str(key).startswith("x-"):
                escaped = str(key).replace("~", "~0").replace("/", "~1")
                yield str(key), Node(self.documents, self.file, f"{self.pointer}/{escaped}", value).resolved()

    def each(self, key: str) -> Iterator[Node]:
        """The items of a list below it, references not followed."""
        found = self.table.get(key)
        for index, value in enumerate(found if isinstance(found, list) else []):
            yield Node(self.documents, self.file, f"{self.pointer}/{key}/{index}", value)
