"""What the app does with a failure that is its own fault: keep the details on disk and go on."""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

from automock_tui.domain.errors import AutomockError


def record_bug(error: BaseException, folder: Path) -> AutomockError:
    """Write the places in the code (no values of variables) to a private file; returns what to tell."""
    path = folder / "app-errors.log"
    kind = type(error).__name__
    frames = "".join(traceback.format_tb(error.__traceback__))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8"
        ) as file:
            file.write(f"{datetime.now(UTC).isoformat()} {kind}\n{frames}\n")
    except OSError as failure:
        return _told(kind, f"The details could not be kept: {failure.strerror}.")
    return _told(kind, f"Details: {path}")


def _told(kind: str, where: str) -> AutomockError:
    return AutomockError(
        "Something in automock-tui itself failed",
        f"{kind}. Running jobs and saved work are not touched.\n{where}",
        "Try again; please report it with those details.",
    )
