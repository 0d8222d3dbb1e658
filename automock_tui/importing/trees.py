"""From text to a tree of plain values: JSON or YAML, with bounds on size, depth and aliases."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from automock_tui.domain.errors import InvalidInput

MAX_BYTES = 32 * 1024 * 1024
"""The largest document that is read; the same as for expectations."""
MAX_DEPTH = 150
"""Levels of a document; an expectation made of it stays below its own limit of 200."""
MAX_MERGED = 100_000
_MAX_DIGITS = 4_000
MAX_YAML = 1_500_000
"""Keys and values of a YAML document, which take about 10 µs and 350 bytes each to read: 15 s, 0.5 GB."""
MAX_NODES = 3_000_000
"""Values in a document after its YAML aliases are written out; a 32 MiB description has under 2 million."""

_UNPACK = "Unpack it first."
_PACKED = {
    b"\x1f\x8b": ("packed (gzip)", _UNPACK),
    b"PK\x03\x04": ("packed (zip)", _UNPACK),
    b"%PDF-": ("a PDF", "Give the JSON or YAML that it was made of."),
}
"""What is often given instead of the document itself, by its first bytes."""
_ESCAPED_HALF = re.compile(r"\\[uU](?:0000)?[dD][89a-fA-F]")
_HALF = re.compile("[\ud800-\udfff]")
_BLOCK_START = re.compile(r"^[ \-?:]*", re.MULTILINE)


def decode(data: bytes, name: str) -> str:
    """The text of a document; its first bytes say whether it is UTF-8, UTF-16 or UTF-32, as in RFC 4627.

    Raises:
        InvalidInput: too large, or not text.
    """
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise InvalidInput(
            f"{name}: document too large",
            f"It has {len(data) / 1024 / 1024:.0f} MiB; the limit is {limit} MiB.",
            "Split it, or leave out what the mock does not need.",
        )
    for beginning, (kind, hint) in _PACKED.items():
        if data.startswith(beginning):
            raise InvalidInput(f"{name}: not a text document", f"It is {kind}.", hint)
    encoding = json.detect_encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{name}: not a text document",
            f"Byte {error.start + 1} is no {encoding.removesuffix('-sig').upper()}.",
            "Save it as UTF-8.",
        ) from None
    if "\0" in text:
        raise InvalidInput(f"{name}: not a text document", "It has a zero byte.", "Give a JSON or YAML file.")
    return text


def parse(text: str, name: str) -> Any:
    """The tree of a JSON or YAML text.

    Raises:
        InvalidInput: neither, or deeper or larger than the bounds.
    """
    stripped = text.lstrip()
    looks_like_json = stripped[:1] in ("{", "[")
    try:
        tree = json.loads(text, parse_constant=_no_constant, parse_int=_whole_number)
    except RecursionError:
        raise _too_deep(name) from None
    except ValueError as error:
        if looks_like_json and not _may_be_flow_yaml(stripped):
            raise _not_json(name, error) from None
        tree = _parse_yaml(text, name)
    _check_bounds(tree, name)
    return tree


def mend_letters(tree: Any, text: str) -> tuple[Any, bool]:
    """The tree with `\ufffd` for each half of a letter, which JSON can write and nobody can send; if any."""
    if not _ESCAPED_HALF.search(text):
        return tree, False
    mended = _whole_letters(tree, {})
    return mended, mended != tree


def _whole_letters(value: Any, known: dict[int, Any]) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if not isinstance(value, dict | list):
        return value
    if id(value) not in known:
        if isinstance(value, dict):
            found = {_HALF.sub("\ufffd", key): _whole_letters(one, known) for key, one in value.items()}
            known[id(value)] = found
        else:
            known[id(value)] = [_whole_letters(one, known) for one in value]
    return known[id(value)]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def _whole_number(text: str) -> int:
    """Python itself refuses to read a number this long, in words for programmers."""
    if len(text) > _MAX_DIGITS:
        raise ValueError(f"A number of {len(text):,} digits, which is over {_MAX_DIGITS:,}")
    return int(text)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON value")


def _may_be_flow_yaml(text: str) -> bool:
    """Whether the first key is not quoted, as JSON has it; `{{` begins a template, not YAML."""
    return re.match(r"[\[{]\s*[A-Za-z_]", text) is not None


def _not_json(name: str, error: ValueError) -> InvalidInput:
    where = f"Line {error.lineno}, column {error.colno}: " if isinstance(error, json.JSONDecodeError) else ""
    said = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
    return InvalidInput(f"{name}: not JSON", f"{where}{said}.", "Correct it there; it may be cut off.")


def _parse_yaml(text: str, name: str) -> Any:
    import yaml

    _check_yaml_shape(text, name)
    try:
        tree = yaml.load(text, Loader=_loader())
        _check_bounds(tree, name)
        return _as_json(tree, {})
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"Line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise InvalidInput(
            f"{name}: neither JSON nor YAML", f"{where}{_yaml_words(error)}.", "Correct it there."
        ) from None
    except (yaml.YAMLError, ValueError, TypeError, AttributeError) as error:
        raise InvalidInput(f"{name}: neither JSON nor YAML", _one_line(error), "Correct it.") from None
    except RecursionError:
        raise _too_deep(name) from None


def _yaml_words(error: Any) -> str:
    """What a YAML error says, with what it was about where it does not say that itself."""
    words = (error.context, error.problem) if (error.problem or "").startswith("but ") else (error.problem,)
    return " ".join(filter(None, words)) or error.context


def _loader() -> Any:
    """YAML's core schema: dates stay texts, as in JSON; only `true` and `false` are booleans."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # a class by its name
        def flatten_mapping(self, node: Any) -> None:
            """Merge keys (`<<`) may multiply at each level; end that here."""
            super().flatten_mapping(node)
            if len(node.value) > MAX_MERGED:
                raise yaml.YAMLError(f"over {MAX_MERGED:,} keys merged into one object")

    kept = {
        first: [(tag, pattern) for tag, pattern in rules if not tag.endswith((":timestamp", ":bool", ":int"))]
        for first, rules in Loader.yaml_implicit_resolvers.items()
    }
    Loader.yaml_implicit_resolvers = kept
    Loader.add_implicit_resolver(
        "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"
    )
    Loader.add_implicit_resolver(
        "tag:yaml.org,2002:int", re.compile(rf"^[-+]?(?:0|[1-9][0-9]{{0,{_MAX_DIGITS - 1}}})$"), "-+0123456789"
    )
    return Loader


def _as_json(value: Any, known: dict[int, Any]) -> Any:
    """A YAML value with the keys and values that JSON has; aliases stay shared."""
    if isinstance(value, dict | list):
        if id(value) not in known:
            if isinstance(value, dict):
                known[id(value)] = {_key(key): _as_json(one, known) for key, one in value.items()}
            else:
                known[id(value)] = [_as_json(one, known) for one in value]
        return known[id(value)]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, str | int | float | None) else str(value)


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else "null" if key is None else str(key)


def _check_yaml_shape(text: str, name: str) -> None:
    """Refuse what nests too deep or has too many parts before the parser that holds it all sees it."""
    import yaml

    depth_bound = text.count("[") + text.count("{") + _longest_start(text)
    size_bound = sum(map(text.count, ("\n", ",", ": ", "- ")))
    if depth_bound <= MAX_DEPTH and size_bound <= MAX_YAML // 2:
        return
    depth = size = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            size += 1
            if depth > MAX_DEPTH:
                raise _too_deep(name)
            if size > MAX_YAML:
                raise InvalidInput(
                    f"{name}: too large",
                    f"It has over {MAX_YAML:,} keys and values.",
                    "Give it as JSON, which may have more, or split it.",
                )
    except yaml.YAMLError:
        return  # the parser itself says where


def _longest_start(text: str) -> int:
    """How many blocks a line can begin at most."""
    return max((found.end() - found.start() for found in _BLOCK_START.finditer(text)), default=0)


def _too_deep(name: str) -> InvalidInput:
    return InvalidInput(
        f"{name}: nested too deep", f"Over {MAX_DEPTH} levels.", "No real API description is; check the file."
    )


def _check_bounds(tree: Any, name: str) -> None:
    sizes: dict[int, int] = {}
    if not isinstance(tree, dict | list):
        return
    if _size(tree, 0, sizes, set(), name) > MAX_NODES:
        raise InvalidInput(
            f"{name}: too large once its aliases are written out",
            f"It has over {MAX_NODES:,} values.",
            "Remove aliases that repeat each other.",
        )


def _size(node: Any, depth: int, sizes: dict[int, int], above: set[int], name: str) -> int:
    """Values below a node, each alias counted where it is used; every container is visited once."""
    known = sizes.get(id(node))
    if known is not None:
        return known
    if id(node) in above:
        raise InvalidInput(
            f"{name}: an alias holds itself", "YAML aliases go round in a circle.", "Remove one."
        )
    if depth > MAX_DEPTH:
        raise _too_deep(name)
    above.add(id(node))
    children = node.values() if isinstance(node, dict) else node
    inner = [child for child in children if isinstance(child, dict | list)]
    total = 1 + len(node) - len(inner)
    total += sum(_size(child, depth + 1, sizes, above, name) for child in inner)
    above.discard(id(node))
    sizes[id(node)] = total
    return total
