"""`requestModifier` and `responseModifier`: headers, cookies, parameters, path and JSON bodies changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from automock_tui.mocking.answer import Answer
from automock_tui.mocking.bodies.json_reading import NOT_JSON, parse_json
from automock_tui.mocking.java_regex import compile_pattern
from automock_tui.mocking.request import Pairs, Request
from automock_tui.mocking.responses import JSON_TYPE, multi_pairs, single_pairs
from automock_tui.mocking.texts import compile_text

Read = Callable[[Any], Pairs]


def changed_pairs(pairs: Pairs, spec: Any, read: Read = multi_pairs) -> Pairs:
    """Pairs with some added, some replaced where they are there, and some removed; names without case.

    Args:
        pairs: What is there.
        spec: An object with `add`, `replace` and `remove`.
        read: Reads what is added: `multi_pairs` or `single_pairs`.
    """
    if not isinstance(spec, dict):
        return pairs
    found = [*pairs, *read(spec.get("add"))]
    given = read(spec.get("replace"))
    names = {name.lower() for name, _ in given}
    there = {name.lower() for name, _ in found}
    found = [one for one in found if one[0].lower() not in names]
    found += [one for one in given if one[0].lower() in there]
    removed = {str(name).lower() for name in spec.get("remove") or []}
    return [one for one in found if one[0].lower() not in removed]


def modify_request(request: Request, spec: dict[str, Any]) -> Request:
    """A request with the changes of a `requestModifier`."""
    path, _, raw = request.target.partition("?")
    path = _changed_path(path, spec.get("path"))
    if isinstance(spec.get("queryStringParameters"), dict):
        query = changed_pairs(request.query, spec["queryStringParameters"])
        raw = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)
    headers = changed_pairs(request.headers, spec.get("headers"))
    if isinstance(spec.get("cookies"), dict):
        cookies = changed_pairs(request.cookies, spec["cookies"], single_pairs)
        headers = [one for one in headers if one[0].lower() != "cookie"]
        if cookies:
            headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in cookies)))
    return Request(request.method, path + (f"?{raw}" if raw else ""), headers, request.body)


def _changed_path(path: str, spec: Any) -> str:
    if not isinstance(spec, dict) or not isinstance(spec.get("regex"), str):
        return path
    pattern = compile_pattern(spec["regex"], False)
    try:
        return pattern.replace(path, str(spec.get("substitution") or "")) if pattern is not None else path
    except ValueError:
        return path


def modify_answer(answer: Answer, spec: dict[str, Any], request: Request) -> Answer:
    """An answer with the changes of a `responseModifier`, where its condition holds."""
    condition = spec.get("condition")
    if isinstance(condition, dict) and not _holds(condition, answer, request):
        return answer
    if spec.get("modifiers"):
        for one in spec["modifiers"]:
            answer = modify_answer(answer, one, request) if isinstance(one, dict) else answer
        return answer
    changed = replace(
        answer,
        headers=changed_pairs(answer.headers, spec.get("headers")),
        cookies=changed_pairs(answer.cookies, spec.get("cookies"), single_pairs),
        _wire={},
    )
    return _patched(changed, spec)


def _holds(condition: dict[str, Any], answer: Answer, request: Request) -> bool:
    if condition.get("statusCode") not in (None, answer.status):
        return False
    if condition.get("statusCodeRange") and not in_range(str(condition["statusCodeRange"]), answer.status):
        return False
    return _has(condition.get("responseHasHeader"), answer.headers) and _has(
        condition.get("requestHasHeader"), request.headers
    )


def _has(name: Any, pairs: Pairs) -> bool:
    if not name:
        return True
    wanted = compile_text(name)
    return any(wanted.matches(one) for one, _ in pairs)


def in_range(text: str, status: int) -> bool:
    """Whether a status is in a range such as `2xx`, `>= 400` or `200-299`."""
    text = text.strip().lower()
    if len(text) == 3 and text[1:] == "xx" and text[0].isdigit():
        return status // 100 == int(text[0])
    low, dash, high = text.partition("-")
    if dash and low.strip().isdigit() and high.strip().isdigit():
        return int(low) <= status <= int(high)
    return compile_text(text, numeric=True).test(str(status))


def _patched(answer: Answer, spec: dict[str, Any]) -> Answer:
    """The body changed by a JSON patch and a merge patch; as it was where either does not apply."""
    patch, merge = spec.get("jsonPatch"), spec.get("jsonMergePatch")
    if patch is None and merge is None:
        return answer
    tree = parse_json(answer.body.decode("utf-8", "replace"))
    if tree is NOT_JSON:
        return answer
    try:
        tree = apply_patch(tree, patch) if patch is not None else tree
    except (LookupError, ValueError, TypeError):
        return answer
    if merge is not None:
        tree = merge_patch(tree, merge)
    body = json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return replace(answer, body=body, content_type=answer.content_type or JSON_TYPE, _wire={})


def merge_patch(target: Any, patch: Any) -> Any:
    """A JSON merge patch (RFC 7396) applied."""
    if not isinstance(patch, dict):
        return patch
    found = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = merge_patch(found.get(name), value)
    return found


def apply_patch(target: Any, patch: Any) -> Any:
    """A JSON patch (RFC 6902) applied.

    Raises:
        ValueError: an operation is none, or a test fails.
        LookupError: a path leads nowhere.
    """
    found = {"": copy.deepcopy(target)}
    for step in patch:
        _OPERATIONS[step["op"]](found, step)
    return found[""]


def _place(root: Any, pointer: str) -> tuple[Any, Any]:
    """The container that a pointer leads into, and the key in it."""
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"{pointer} is no pointer")
    keys = ["", *(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])]
    for key in keys[:-1]:
        root = root[_index(root, key)]
    return root, _index(root, keys[-1])


def _index(container: Any, key: str) -> Any:
    if not isinstance(container, list):
        return key
    return len(container) if key == "-" else int(key)


def _add(root: Any, step: dict[str, Any]) -> None:
    _put(root, step["path"], step["value"])


def _put(root: Any, pointer: str, value: Any) -> None:
    container, key = _place(root, pointer)
    if isinstance(container, list):
        if not 0 <= key <= len(container):
            raise IndexError(key)
        container.insert(key, value)
    else:
        container[key] = value


def _remove(root: Any, step: dict[str, Any]) -> Any:
    container, key = _place(root, step["path"])
    return container.pop(key)


def _replace(root: Any, step: dict[str, Any]) -> None:
    container, key = _place(root, step["path"])
    if isinstance(container, dict) and key not in container:
        raise KeyError(key)
    container[key] = step["value"]


def _move(root: Any, step: dict[str, Any]) -> None:
    _put(root, step["path"], _remove(root, {"path": step["from"]}))


def _copy(root: Any, step: dict[str, Any]) -> None:
    container, key = _place(root, step["from"])
    _put(root, step["path"], copy.deepcopy(container[key]))


def _test(root: Any, step: dict[str, Any]) -> None:
    container, key = _place(root, step["path"])
    if container[key] != step["value"]:
        raise ValueError("a test of the patch fails")


_OPERATIONS: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}
