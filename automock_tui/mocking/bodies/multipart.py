"""Reading multipart/form-data."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from automock_tui.mocking.media import MediaType
from automock_tui.mocking.request import Pairs

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))')


@dataclass
class Multipart:
    """The parts of a form: their texts, the names of files, the types of files."""

    fields: Pairs = field(default_factory=list)
    filenames: Pairs = field(default_factory=list)
    content_types: Pairs = field(default_factory=list)


def parse_multipart(content_type: str, body: bytes) -> Multipart | None:
    """The parts of a body; None where it is no multipart/form-data."""
    boundary = _BOUNDARY.search(content_type)
    if "multipart/form-data" not in content_type.lower() or boundary is None:
        return None
    mark = b"--" + boundary[1].strip().encode("latin-1", "replace")
    pieces = (b"\r\n" + body).split(b"\r\n" + mark)
    if len(pieces) < 2:
        return None
    found = Multipart()
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            break
        _add_part(found, piece)
    return found


def _add_part(found: Multipart, piece: bytes) -> None:
    head, _, content = piece.partition(b"\r\n\r\n")
    headers = _part_headers(head)
    disposition = headers.get("content-disposition", "")
    parameters = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(disposition)}
    name = parameters.get("name")
    if name is None:
        return
    declared = headers.get("content-type", "")
    found.fields.append((name, content.decode(MediaType.parse(declared).declared or "utf-8", "replace")))
    if "filename" in parameters:
        found.filenames.append((name, parameters["filename"]))
        found.content_types.append((name, declared or "application/octet-stream"))


def _part_headers(head: bytes) -> dict[str, str]:
    lines = head.decode("utf-8", "replace").split("\r\n")
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
