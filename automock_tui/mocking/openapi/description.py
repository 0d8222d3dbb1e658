"""An OpenAPI description: its operations with their ids, and its references followed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from automock_tui.mocking.bodies.json_reading import NOT_JSON, parse_json
from automock_tui.mocking.files import NoFile
from automock_tui.mocking.openapi.samples import local_reference
from automock_tui.mocking.services import Services

METHODS = ("get", "put", "post", "patch", "delete", "head", "options", "trace")
LOAD_ERROR = "Unable to load API spec"
_REFERENCE = re.compile(r"\S+\.(?:json|ya?ml)\Z")
_MAX_STEPS = 50


class BadDescription(Exception):
    """The text is no OpenAPI description, or it cannot be had; says why."""


@dataclass(frozen=True)
class Operation:
    """One operation. `path` has the prefix of its server."""

    identity: str
    method: str
    path: str
    tree: dict[str, Any]
    parameters: tuple[dict[str, Any], ...]


class Description:
    """A description, parsed."""

    def __init__(self, tree: dict[str, Any], source: str) -> None:
        self.tree = tree
        self._source = source

    def resolve(self, node: Any) -> Any:
        """A node with its `$ref` followed; None where that leads nowhere, or outside of the document."""
        for _ in range(_MAX_STEPS):
            if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
                return node
            node = local_reference(self.tree, node["$ref"])
        return None

    def table(self, node: Any) -> dict[str, Any]:
        """A node with its reference followed, where it is an object; else an empty one."""
        found = self.resolve(node)
        return found if isinstance(found, dict) else {}

    @cached_property
    def translated_components(self) -> Any:
        """Its components, their schemas in JSON schema's words."""
        from automock_tui.mocking.openapi.matching import translate

        return translate(self.tree.get("components") or {})

    @property
    def key(self) -> str:
        """What the ids of its expectations have in common: its title and a hash of where it came from."""
        title = self.table(self.tree.get("info")).get("title")
        digest = hashlib.sha256(self._source.encode("utf-8", "replace")).hexdigest()[:16]
        if not isinstance(title, str) or not title.strip():
            return digest
        return f"{re.sub(r'[^a-z0-9]', '_', title.lower())}_{digest}"

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """The operations of its paths and of its webhooks, each with an id of its own."""
        found = list(self._found())
        seen: set[str] = set()
        named = {
            id(tree): _unique(str(tree["operationId"]), seen)
            for *_, tree, _ in found
            if tree.get("operationId")
        }
        return tuple(
            Operation(named.get(id(tree)) or _unique(f"{method} {name}", seen), method, path, tree, parameters)
            for method, name, path, tree, parameters in found
        )

    def _found(self) -> Iterator[tuple[str, str, str, dict[str, Any], tuple[dict[str, Any], ...]]]:
        for kind in ("paths", "webhooks"):
            for name, node in self.table(self.tree.get(kind)).items():
                item = self.table(node)
                for method in METHODS:
                    tree = self.table(item.get(method))
                    if tree:
                        base = self._base(tree, item)
                        path = f"{base}{name}" if kind == "paths" else f"/webhook:{name}"
                        own = str(name) if kind == "paths" else f"webhook:{name}"
                        yield method.upper(), own, path, tree, self._parameters(item, tree)

    def _parameters(self, item: dict[str, Any], operation: dict[str, Any]) -> tuple[dict[str, Any], ...]:
        found: dict[tuple[Any, Any], dict[str, Any]] = {}
        for node in (item, operation):
            several = node.get("parameters")
            for one in several if isinstance(several, list) else []:
                parameter = self.table(one)
                if isinstance(parameter.get("name"), str):
                    found[parameter.get("in"), parameter["name"]] = parameter
        return tuple(found.values())

    def _base(self, *nodes: dict[str, Any]) -> str:
        """The path of the first server that is given for an operation, its path or the whole."""
        for node in (*nodes, self.tree):
            servers = node.get("servers")
            first = servers[0] if isinstance(servers, list) and servers else None
            if isinstance(first, dict) and (path := _server_path(first)):
                return path
        return ""


def _server_path(server: dict[str, Any]) -> str:
    url = str(server.get("url") or "")
    variables = server.get("variables")
    for name, one in (variables if isinstance(variables, dict) else {}).items():
        url = url.replace(f"{{{name}}}", str(one.get("default") or "") if isinstance(one, dict) else "")
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return "/" + path.strip("/") if path.strip("/") else ""


def _unique(name: str, seen: set[str]) -> str:
    found, number = name, 2
    while found in seen:
        found, number = f"{name} ({number})", number + 1
    seen.add(found)
    return found


def is_address(spec: Any) -> bool:
    """Whether a `specUrlOrPayload` names a place on the network, which is never asked."""
    return isinstance(spec, str) and "\n" not in spec and re.match(r"https?://", spec.strip()) is not None


_KEPT = 50


def load_description(spec: Any, services: Services) -> Description:
    """The description of a `specUrlOrPayload`: an object, a text, or the name of a file in the set's folder.

    Raises:
        BadDescription: it is none of these.
    """
    source = spec if isinstance(spec, str) else json.dumps(spec)
    text = source if isinstance(spec, dict) else _text(source, services)
    key = f"{source}\n{text}" if text != source else source  # a file that has changed is another description
    found = services.descriptions.get(key)
    if found is None:
        tree = spec if isinstance(spec, dict) else _parsed(text, services)
        found = Description(_checked(tree), source)
        while len(services.descriptions) >= _KEPT:
            services.descriptions.pop(next(iter(services.descriptions)))
        services.descriptions[key] = found
    return found


def _text(source: str, services: Services) -> str:
    """The text of a description that is given by itself or by the name of its file."""
    if is_address(source):
        raise BadDescription(f"{LOAD_ERROR}, addresses are not fetched here: {source[:200]}")
    if not _REFERENCE.fullmatch(source.strip()):
        return source
    try:
        return services.read(source.strip()).decode("utf-8", "replace")
    except NoFile as error:
        raise BadDescription(f"{LOAD_ERROR}, {error}") from None


def _parsed(text: str, services: Services) -> Any:
    if services.read_document is not None:
        try:
            return services.read_document(text)
        except ValueError as error:
            raise BadDescription(f"{LOAD_ERROR}, {error}") from None
    found = parse_json(text)
    if found is NOT_JSON:
        raise BadDescription(f"{LOAD_ERROR}, it is not JSON")
    return found


def _checked(tree: Any) -> dict[str, Any]:
    if not isinstance(tree, dict) or not str(tree.get("openapi") or "").startswith("3."):
        raise BadDescription(f"{LOAD_ERROR}, it does not say openapi: 3")
    return tree
