"""Drafts: an editor's unsaved text, on disk from the first keystroke, one per workspace and project."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from automock_tui.domain.document import INSTANT, TEXT, CorruptDocument, Document, stored

if TYPE_CHECKING:
    from automock_tui.operations.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Draft(Document):
    """An unsaved text and the version it was made from."""

    text: str = stored(TEXT, "")
    base_version: str = stored(TEXT, "")
    written_at: datetime | None = stored(INSTANT)


def read_draft(workspace: Workspace, name: str) -> Draft | None:
    """The draft of a project, or None. A draft that cannot be read is kept beside, never dropped."""
    path = _path(workspace, name)
    try:
        return Draft.from_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except CorruptDocument:
        path.replace(path.with_suffix(".unreadable"))
        return None


def write_draft(workspace: Workspace, name: str, text: str, base_version: str) -> None:
    """Keep an unsaved text, whole or not at all."""
    path = _path(workspace, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = Draft(text=text, base_version=base_version, written_at=datetime.now(UTC))
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(draft.to_json())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def drop_draft(workspace: Workspace, name: str) -> None:
    """Forget a draft, because its text was saved or thrown away."""
    _path(workspace, name).unlink(missing_ok=True)


def _path(workspace: Workspace, name: str) -> Path:
    place = hashlib.sha256(workspace.ref.identity.encode()).hexdigest()[:10]
    return workspace.folders.drafts / place / f"{name}.json"
