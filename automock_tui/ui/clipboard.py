"""Copying text out of the app: a native tool, else the terminal (OSC 52), else a file; and saying which."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from automock_tui.domain.errors import AutomockError

_MAX_OSC52 = 70_000
"""Bytes that terminals take in one OSC 52 sequence (xterm and tmux cut at about 74,994 in base64)."""
_SECONDS = 3


def native_tools(platform: str, environ: Mapping[str, str]) -> list[list[str]]:
    """The commands that may put their input on this desktop's clipboard, the likeliest first."""
    if platform == "darwin":
        return [["pbcopy"]]
    if platform == "win32":
        return [["clip"]]
    tools = []
    if environ.get("WAYLAND_DISPLAY"):
        tools.append(["wl-copy"])
    if environ.get("DISPLAY"):
        tools += [["xclip", "-selection", "clipboard"], ["xsel", "--clipboard", "--input"]]
    if "microsoft" in environ.get("WSL_DISTRO_NAME", "").lower() or environ.get("WSL_INTEROP"):
        tools.append(["clip.exe"])
    return tools


def copy_natively(text: str) -> str:
    """Copy a text with the desktop's own tool; blocks for a moment. Returns the tool, empty if none did it."""
    for command in native_tools(sys.platform, os.environ):
        if _run(command, text):
            return command[0]
    return ""


def fits_terminal(text: str) -> bool:
    """Whether this terminal may take the text by OSC 52; there is no answer that would tell."""
    return len(text.encode()) <= _MAX_OSC52 and os.environ.get("TERM_PROGRAM") != "Apple_Terminal"


def copy_to_file(text: str, folder: Path) -> Path:
    """Write a text to `copied.txt` in a folder, for its owner only.

    Raises:
        AutomockError: it cannot be written.
    """
    path = folder / "copied.txt"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except OSError as error:
        raise AutomockError("Not copied", f"{path}: {error.strerror}.", "Free some space there.") from error
    return path


def _run(command: Sequence[str], text: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    try:
        # Its output goes nowhere: xclip stays behind as a daemon and would hold a pipe open.
        done = subprocess.run(
            command,
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
