"""JSON documents with typed fields whose unknown fields survive a read and write, in their place.

Standard library only: `status --json` reads hundreds of these, and building a validator would take longer than
reading them. A document is a frozen dataclass; `dataclasses.replace` changes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Self

from automock_tui.domain.errors import AutomockError

GO_ZERO_TIME = "0001-01-01T00:00:00Z"
"""What Go's encoding/json writes for a time.Time that was never set."""


class CorruptDocument(AutomockError):
    """A stored document cannot be read; it is shown and kept, never overwritten."""


@dataclass(frozen=True)
class Codec:
    """How one field is read from JSON and written to it; `decode` raises ValueError or TypeError."""

    decode: Callable[[Any], Any]
    encode: Callable[[Any], Any] = lambda value: value


def format_instant(value: datetime | None) -> str:
    """RFC 3339 in UTC with a Z, as Go's time.Time reads and writes it; None is Go's zero time."""
    if value is None:
        return GO_ZERO_TIME
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_instant(value: Any) -> datetime | None:
    """An RFC 3339 instant in UTC; Go's zero time and an empty text are None. Beyond microseconds is cut off.

    Raises:
        ValueError: not an instant.
    """
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise ValueError(f"expected an instant such as 2026-11-22T21:00:00Z, found {json.dumps(value)[:60]}")
    if value.startswith("0001-01-01T00:00:00"):
        return None
    at = datetime.fromisoformat(value)
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{value} is out of range") from error


def _exactly(kind: type) -> Callable[[Any], Any]:
    def decode(value: Any) -> Any:
        if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            return value
        # Named by its type, not shown: outputs may be secret.
        raise TypeError(f"expected {_JSON_NAMES[kind]}, found {_JSON_NAMES.get(type(value), 'another value')}")

    return decode


_JSON_NAMES: dict[type, str] = {str: "a string", int: "a whole number", dict: "an object", list: "an array"}

TEXT = Codec(_exactly(str))
INTEGER = Codec(_exactly(int))
OBJECT = Codec(_exactly(dict))
ARRAY = Codec(_exactly(list))
INSTANT = Codec(parse_instant, format_instant)


def choice(kind: type[Enum]) -> Codec:
    """A field that holds one of an enumeration's values."""
    return Codec(kind, lambda value: value.value)


def nested(kind: type[Document]) -> Codec:
    """A field that is itself a document."""
    return Codec(lambda raw: kind.from_dict(_exactly(dict)(raw)), lambda value: value.to_dict())


def stored(codec: Codec, default: Any = None, factory: Callable[[], Any] | None = None) -> Any:
    """A dataclass field kept in the document under its own name."""
    if factory is not None:
        return field(default_factory=factory, metadata={"codec": codec})
    return field(default=default, metadata={"codec": codec})


@dataclass(frozen=True, kw_only=True)
class Document:
    """Base of the stored documents. `as_read` is the JSON object it came from, unknown fields included."""

    as_read: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Self:
        """The document of a JSON object; a field that is missing or null has its default.

        Raises:
            CorruptDocument: a known field has the wrong type; names it.
        """
        known: dict[str, Any] = {}
        for spec in fields(cls):
            if "codec" not in spec.metadata or raw.get(spec.name) is None:
                continue
            try:
                known[spec.name] = spec.metadata["codec"].decode(raw[spec.name])
            except CorruptDocument as error:
                raise CorruptDocument(f"{error.title} of {spec.name!r}", error.message) from error
            except (ValueError, TypeError) as error:
                raise CorruptDocument(f"Bad field {spec.name!r}", str(error)) from error
        return cls(as_read=raw, **known)

    @classmethod
    def from_json(cls, text: bytes | str) -> Self:
        """The document of a JSON text.

        Raises:
            CorruptDocument: not JSON (line and column), not an object, or a bad field.
        """
        try:
            raw = json.loads(text)
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            raise CorruptDocument("Not JSON", f"{error.msg} at {place}.") from error
        except UnicodeDecodeError as error:
            raise CorruptDocument("Not UTF-8 text", f"Bad byte at offset {error.start}.") from error
        except (ValueError, RecursionError) as error:
            raise CorruptDocument("Not JSON that can be read", f"{error}.") from error
        if not isinstance(raw, dict):
            raise CorruptDocument("Not a JSON object", f"Found {type(raw).__name__}.")
        return cls.from_dict(raw)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object: fields as they were read stay in their place, new ones follow.

        What nobody changed is written as it was read, Go's nanoseconds and nulls too.
        """
        before = type(self).from_dict(self.as_read)
        written = {
            spec.name: spec.metadata["codec"].encode(value)
            for spec in fields(self)
            if "codec" in spec.metadata
            and (
                (value := getattr(self, spec.name)) != getattr(before, spec.name)
                or spec.name not in self.as_read
            )
        }
        return {**self.as_read, **written}

    def to_json(self) -> bytes:
        """The document as it is stored: UTF-8, two spaces of indentation, a newline at the end."""
        whole = self.to_dict()
        try:
            text = json.dumps(whole, indent=2, ensure_ascii=False).encode()
        except UnicodeEncodeError:  # half a surrogate pair, which only an escape can hold
            text = json.dumps(whole, indent=2).encode()
        return text + b"\n"
