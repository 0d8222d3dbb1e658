"""Folders of .bru and OpenCollection YAML files, and single .bru texts, in the shape of Bruno's JSON export."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.importing.bruno_opencollection import (
    is_request_tree,
    request_of_tree,
    root_of_tree,
    variables_of,
)
from automock_tui.importing.bruno_text import Block, looks_like_bru, read_blocks
from automock_tui.importing.imported import Report
from automock_tui.importing.loose import rows, table, text
from automock_tui.importing.source import Source

_METHODS = ("get", "post", "put", "patch", "delete", "options", "head", "connect", "trace")
_BODIES = {"json": "json", "text": "text", "xml": "xml", "sparql": "sparql"}
_MODES = {"form-urlencoded": "formUrlEncoded", "multipart-form": "multipartForm"}
_FOLDER_FILES = ("collection", "folder", "opencollection", "workspace")


def collection_of(source: Source, report: Report) -> dict[str, Any]:
    """A folder as one collection; a file that cannot be read is reported and left out."""
    collection: dict[str, Any] = {"items": [], "environments": [], "root": {}}
    folders: dict[tuple[str, ...], dict[str, Any]] = {(): collection}
    files = source.files(".bru", ".yml", ".yaml")
    for file in sorted(files, key=lambda one: (PurePath(one.name).stem not in _FOLDER_FILES, one.name)):
        try:
            _add_file(file, folders, report)
        except AutomockError as error:
            report.add(file.name, "file", f"left out: {error.title}")
    return collection


def _add_file(file: Source, folders: dict[tuple[str, ...], dict[str, Any]], report: Report) -> None:
    path = PurePath(file.name)
    above = path.parts[:-1]
    if "environments" in above:
        folders[()]["environments"].append({"name": path.stem} | _environment(file))
        return
    folder = _folder_at(above, folders)
    if path.stem in _FOLDER_FILES:
        folder["root"] = _root(file)
        if path.stem == "opencollection":
            config = table(table(file.tree), "config")
            folders[()]["environments"] += [variables_of(one) for one in rows(config.get("environments"))]
    elif path.suffix == ".bru":
        if not looks_like_bru(file.text):
            raise InvalidInput("it is not in the language of Bruno")
        folder["items"].append(request_of_text(file.text, path.stem))
    elif is_request_tree(table(file.tree)):
        folder["items"].append(request_of_tree(table(file.tree)))


def _folder_at(path: tuple[str, ...], folders: dict[tuple[str, ...], dict[str, Any]]) -> dict[str, Any]:
    for size in range(1, len(path) + 1):
        if path[:size] not in folders:
            made: dict[str, Any] = {"name": path[size - 1], "type": "folder", "items": [], "root": {}}
            folders[path[:size]] = made
            folders[path[: size - 1]]["items"].append(made)
    return folders[path]


def _environment(file: Source) -> dict[str, Any]:
    if file.name.endswith(".bru"):
        blocks = {block.name: block for block in read_blocks(file.text)}
        return {"variables": blocks["vars"].entries() if "vars" in blocks else []}
    return variables_of(table(file.tree))


def _root(file: Source) -> dict[str, Any]:
    if not file.name.endswith(".bru"):
        return root_of_tree(table(file.tree))
    blocks = {block.name: block for block in read_blocks(file.text)}
    request: dict[str, Any] = {"auth": _auth(blocks, text(_values(blocks, "auth").get("mode")))}
    headers = {"headers": blocks["headers"].entries()} if "headers" in blocks else {}
    return {"request": request | headers | _around(blocks), "seq": _values(blocks, "meta").get("seq")}


def _around(blocks: dict[str, Block]) -> dict[str, Any]:
    """What a request or a folder does before and after a call: variables, scripts and tests."""
    sides = (("req", "pre-request"), ("res", "post-response"))
    values = {key: blocks[f"vars:{side}"].entries() for key, side in sides if f"vars:{side}" in blocks}
    scripts = {key: _text(blocks, f"script:{side}") for key, side in sides}
    assertions = blocks["assert"].entries() if "assert" in blocks else []
    return {"vars": values, "script": scripts, "tests": _text(blocks, "tests"), "assertions": assertions}


def request_of_text(said: str, name: str) -> dict[str, Any]:
    """One .bru text as an item of the JSON export."""
    found = read_blocks(said)
    blocks = {block.name: block for block in found}
    meta = _values(blocks, "meta")
    item: dict[str, Any] = {
        "name": meta.get("name") or name,
        "type": meta.get("type") or "http",
        "seq": meta.get("seq"),
        "request": _request(blocks) | _around(blocks),
    }
    item["examples"] = [_example(block) for block in found if block.name == "example"]
    return item


def _values(blocks: dict[str, Block], name: str) -> dict[str, str]:
    return blocks[name].values() if name in blocks else {}


def _text(blocks: dict[str, Block], name: str) -> str:
    return blocks[name].text if name in blocks else ""


def _request(blocks: dict[str, Block], own: dict[str, str] | None = None) -> dict[str, Any]:
    """A request of its blocks; an example has its method and address as values of its own."""
    line = own or {}
    for method in (*_METHODS, "http"):
        if method in blocks:
            line = blocks[method].values()
            line.setdefault("method", method)
    params = [
        row | {"type": kind}
        for kind in ("query", "path")
        for row in (blocks[f"params:{kind}"].entries() if f"params:{kind}" in blocks else [])
    ]
    mode = line.get("body") or line.get("mode") or "none"
    return {
        "method": line.get("method", "GET"),
        "url": line.get("url", ""),
        "params": params,
        "headers": blocks["headers"].entries() if "headers" in blocks else [],
        "auth": _auth(blocks, line.get("auth", "inherit")),
        "body": _body(blocks, mode),
    }


def _auth(blocks: dict[str, Block], mode: str) -> dict[str, Any]:
    return {"mode": mode, mode: _values(blocks, f"auth:{mode}")}


def _body(blocks: dict[str, Block], mode: str) -> dict[str, Any]:
    if mode in _BODIES:
        return {"mode": mode, mode: _text(blocks, f"body:{mode}")}
    if mode == "graphql":
        query, variables = _text(blocks, "body:graphql"), _text(blocks, "body:graphql:vars")
        return {"mode": mode, mode: {"query": query, "variables": variables}}
    block, key = blocks.get(f"body:{mode}"), _MODES.get(mode, mode)
    return {"mode": key, key: block.entries() if block else []}


def _example(block: Block) -> dict[str, Any]:
    inner = {one.name: one for one in block.blocks()}
    asked, answered = inner.get("request"), inner.get("response")
    parts = {one.name: one for one in answered.blocks()} if answered else {}
    name = next((one["value"] for one in block.entries() if one["name"] == "name"), "")
    within = {one.name: one for one in asked.blocks()} if asked else {}
    response = {
        "status": _values(parts, "status").get("code", "200"),
        "headers": parts["headers"].entries() if "headers" in parts else [],
        "body": _values(parts, "body"),
    }
    return {"name": name, "request": _request(within, asked.values() if asked else {}), "response": response}
