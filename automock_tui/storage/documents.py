"""Stored documents read with the place named in every error, and the bytes kept."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn, TypeVar

from automock_tui.domain.document import CorruptDocument, Document

Model = TypeVar("Model", bound=Document)


class DamagedDocument(CorruptDocument):
    """A stored document that cannot be read. It is shown and kept, never overwritten.

    Args:
        where: The bucket and key.
        problem: What is wrong with it, with line and column or the field's name.
        body: The document as it was found.
    """

    def __init__(self, where: str, problem: str, body: bytes) -> None:
        super().__init__(
            f"{where} is damaged",
            f"{problem} It was left as it is ({len(body):,} bytes).",
            "Repair it, put an older copy in its place, or remove it.",
        )
        self.where = where
        self.body = body


def read_document(body: bytes, model: type[Model], where: str) -> Model:
    """Read a document.

    Raises:
        DamagedDocument: not JSON, not an object, or a field of a wrong type.
    """
    try:
        value = loads(body)
    except ValueError as error:
        raise DamagedDocument(where, f"{error}.", body) from None
    if not isinstance(value, dict):
        raise DamagedDocument(where, "It must be a JSON object.", body)
    try:
        return model.from_dict(value)
    except CorruptDocument as error:
        raise DamagedDocument(where, f"{error.title}: {error.message}.", body) from None


def loads(body: bytes) -> Any:
    """What a JSON text says; only what can be written back, so no NaN and no 1e999.

    Raises:
        ValueError: it is not such a text; says the line and column.
    """
    try:
        return json.loads(body.decode(), parse_constant=_refuse, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise ValueError(f"Byte {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"Line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise ValueError("It is nested too deeply") from None


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refuse(text)


def to_json(value: object) -> bytes:
    """JSON for people: indented, UTF-8, one newline at the end."""
    # A half letter, such as a byte of an argument that is no UTF-8, is written as JSON escapes it.
    return json.dumps(value, indent=2, ensure_ascii=False).encode(errors="backslashreplace") + b"\n"
