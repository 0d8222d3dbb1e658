"""OpenCollection, Bruno's YAML format, in the shape of Bruno's JSON export."""

from __future__ import annotations

from typing import Any

from automock_tui.importing.loose import rows, table, text

_MODES = {
    "json": "json", "text": "text", "xml": "xml", "sparql": "sparql",
    "form-urlencoded": "formUrlEncoded", "multipart-form": "multipartForm", "file": "file",
}  # fmt: skip


def is_request_tree(tree: dict[str, Any]) -> bool:
    """Whether a file is one request."""
    is_one = isinstance(tree.get("http"), dict) or isinstance(tree.get("graphql"), dict)
    return is_one and isinstance(tree.get("info"), dict)


def collection_of_tree(tree: dict[str, Any]) -> dict[str, Any]:
    """A bundled collection."""
    environments = [variables_of(one) for one in rows(table(tree, "config").get("environments"))]
    items = [_item(one) for one in rows(tree.get("items"))]
    return {"items": items, "environments": environments, "root": root_of_tree(tree)}


def root_of_tree(tree: dict[str, Any]) -> dict[str, Any]:
    """What a collection or a folder sets for the requests below it."""
    own = table(tree, "request")
    seq = table(tree, "info").get("seq")
    headers = {"headers": rows(own.get("headers"))}
    return {"request": {"auth": _auth(own.get("auth"))} | headers | _around(own), "seq": seq}


def _around(runtime: dict[str, Any]) -> dict[str, Any]:
    """What is done before and after a call: variables, actions and scripts."""
    scripts = {"req": "", "res": ""}
    for one in rows(runtime.get("scripts")):
        scripts["req" if text(one.get("type")) == "before-request" else "res"] += text(one.get("code")) + "\n"
    values = {"req": _variables(runtime), "res": [_action(one) for one in rows(runtime.get("actions"))]}
    return {"vars": values, "script": scripts, "assertions": rows(runtime.get("assertions"))}


def _action(one: dict[str, Any]) -> dict[str, Any]:
    """An action that sets a variable after the answer, as a row; another is a row that is disabled."""
    is_after = one.get("type") == "set-variable" and one.get("phase") in ("after-response", None)
    return {
        "name": text(table(one, "variable").get("name")),
        "value": text(table(one, "selector").get("expression")),
        "enabled": is_after and not one.get("disabled"),
    }


def variables_of(environment: dict[str, Any]) -> dict[str, Any]:
    """The variables of an environment."""
    return {"name": text(environment.get("name")), "variables": _variables(environment)}


def _variables(tree: dict[str, Any]) -> list[dict[str, Any]]:
    """Variables as rows; a typed value holds its data apart."""
    return [
        one
        | {
            "value": text(table(one, "value").get("data"))
            if isinstance(one.get("value"), dict)
            else one.get("value")
        }
        for one in rows(tree.get("variables"))
        if not isinstance(one.get("value"), list)
    ]


def _item(tree: dict[str, Any]) -> dict[str, Any]:
    if "items" in tree:
        items = [_item(one) for one in rows(tree["items"])]
        return {"name": _name(tree), "type": "folder", "items": items, "root": root_of_tree(tree)}
    if is_request_tree(tree):
        return request_of_tree(tree)
    return {"name": _name(tree), "type": text(table(tree, "info").get("type")) or "unknown"}


def _name(tree: dict[str, Any]) -> str:
    return text(table(tree, "info").get("name"))


def request_of_tree(tree: dict[str, Any]) -> dict[str, Any]:
    """One request with its examples."""
    kind = "http" if isinstance(tree.get("http"), dict) else "graphql"
    own = tree[kind]
    runtime = table(tree, "runtime")
    request = _request(own, tree.get("auth")) | _around(runtime)
    examples = [_example(one) for one in rows(tree.get("examples")) or rows(own.get("examples"))]
    seq = table(tree, "info").get("seq")
    return {"name": _name(tree), "type": kind, "seq": seq, "request": request, "examples": examples}


def _request(own: dict[str, Any], auth: Any = None) -> dict[str, Any]:
    return {
        "method": text(own.get("method")),
        "url": text(own.get("url")),
        "params": rows(own.get("params")),
        "headers": rows(own.get("headers")),
        "auth": _auth(own.get("auth") or auth),
        "body": _body(own.get("body")),
    }


def _auth(auth: Any) -> dict[str, Any]:
    if not isinstance(auth, dict):
        return {"mode": text(auth) or "inherit"}
    mode = text(auth.get("type")) or "inherit"
    return {"mode": mode, mode: auth}


def _body(body: Any) -> dict[str, Any]:
    if isinstance(body, list):  # several bodies, one of them chosen
        chosen = next((one for one in rows(body) if one.get("selected")), None) or next(iter(rows(body)), {})
        return _body(chosen.get("body", chosen))
    given = table(body)
    if "query" in given:
        return {"mode": "graphql", "graphql": given}
    kind = text(given.get("type"))
    mode = _MODES.get(kind, kind)
    return {"mode": mode, mode: given.get("data")} if mode else {}


def _example(one: dict[str, Any]) -> dict[str, Any]:
    answered = table(one, "response")
    body = answered.get("body")
    content = body.get("data") if isinstance(body, dict) else body
    response = {
        "status": answered.get("status"),
        "headers": rows(answered.get("headers")),
        "body": {"content": content},
    }
    return {"name": text(one.get("name")), "request": _request(table(one, "request")), "response": response}
