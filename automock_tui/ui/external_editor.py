"""The user's own editor on a text, in a private file that is kept if anything goes wrong."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from automock_tui.domain.errors import AutomockError


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """The user's editor with its arguments, empty if none is named or it is not there."""
    named = environ.get("VISUAL") or environ.get("EDITOR") or ""
    try:
        command = shlex.split(named)
    except ValueError:
        return []
    return command if command and shutil.which(command[0]) else []


def edit_outside(command: list[str], text: str, folder: Path, name: str) -> str:
    """Let the user change a text in an editor; blocks until it ends.

    Args:
        command: The editor.
        text: What to edit.
        folder: Where the file is made.
        name: What the file is about.

    Raises:
        AutomockError: the file cannot be written or read, or the editor failed. The file stays.
    """
    path = write_aside(folder, name, text)
    try:
        done = subprocess.run([*command, str(path)], check=False)
        edited = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AutomockError(
            "The editor's text cannot be read", f"{path}: {error}", "The file is kept; save it as UTF-8."
        ) from error
    if done.returncode:
        raise AutomockError(
            f"{command[0]} ended with {done.returncode}",
            "",
            f"Nothing was taken over. Its file is kept: {path}",
        )
    path.unlink(missing_ok=True)
    return edited


def write_aside(folder: Path, name: str, text: str) -> Path:
    """Write a text into a new file that only the user can read.

    Raises:
        AutomockError: it cannot be written.
    """
    path = folder / f"{name}-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.json"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise AutomockError(
            "The text cannot be put aside", f"{path}: {error.strerror or error}.", "Free some space there."
        ) from error
    return path
