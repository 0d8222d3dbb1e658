"""Writing a log to a file of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.settings import expanded
from automock_tui.ui.widgets.log_pane.lines import for_file
from automock_tui.ui.widgets.log_pane.record import LogRecord


def save(records: Sequence[LogRecord], path: str) -> Path:
    """Write records to a new file that only its owner can read.

    Raises:
        InvalidInput: no path was given, or something is there already.
        AutomockError: the file cannot be written.
    """
    if not path.strip():
        raise InvalidInput("Not saved", "No file name was given.", "Type where to save the log.")
    target = expanded(path.strip())
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as stream:
            stream.writelines(f"{for_file(record)}\n" for record in records)
    except FileExistsError as error:
        raise InvalidInput("Not saved", f"{target} exists.", "Choose another name.") from error
    except OSError as error:
        raise AutomockError("Not saved", f"{target}: {error.strerror}.", "Choose another place.") from error
    return target
