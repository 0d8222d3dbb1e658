"""Doctor: what the tool needs on this machine, each found or with what to do."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from automock_tui.domain.errors import AutomockError
from automock_tui.domain.workspace import WorkspaceKind

if TYPE_CHECKING:
    from automock_tui.operations.findings import Finding
    from automock_tui.operations.workspace import Workspace
    from automock_tui.settings import Folders, Settings

MAX_SKEW_SECONDS = 30
_OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Check:
    """One finding: `ok` is None for what is missing but not needed here; `finding` may have a fix."""

    name: str
    ok: bool | None
    detail: str
    hint: str = ""
    finding: Finding | None = None

    @property
    def mark(self) -> str:
        """The finding as one word, for people without colours."""
        return {True: "ok  ", False: "FAIL", None: "note"}[self.ok]

    @property
    def can_be_fixed(self) -> bool:
        """Whether `doctor --fix` offers to put it right."""
        return self.finding is not None and self.finding.fix is not None

    def as_json(self) -> dict[str, Any]:
        """The finding as `doctor --json` prints it."""
        word = {True: "ok", False: "failed", None: "note"}[self.ok]
        return {
            "name": self.name,
            "result": word,
            "detail": self.detail,
            "hint": self.hint or None,
            "can_be_fixed": self.can_be_fixed,
        }


def checkup(
    settings: Settings,
    folders: Folders,
    kind: WorkspaceKind,
    connect: Callable[[], Workspace],
    *,
    project: str = "",
) -> Iterator[Check]:
    """Look at everything, one finding after the other.

    Args:
        settings: The user's settings.
        folders: Where the tool keeps its files.
        kind: The workspace that is asked about.
        connect: Opens it.
        project: Whose deployment to look at, empty for all.
    """
    yield _python()
    yield from _terraform(settings, folders, needed=kind is not WorkspaceKind.LOCAL)
    yield _folders(folders)
    if kind is WorkspaceKind.LOCAL:
        yield Check("credentials", None, "not needed in the local workspace")
        yield _mocks(connect)
    else:
        yield from _account(connect, project)
    yield _terminal()


def _python() -> Check:
    version = sys.version.split()[0]
    if sys.version_info >= _OLDEST_PYTHON:
        return Check("python", True, f"{version} at {sys.executable}")
    return Check("python", False, version, "Install Python 3.11 or newer.")


def _mocks(connect: Callable[[], Workspace]) -> Check:
    """Whether mocks can run on this machine, and those that should."""
    from automock_tui.operations.local_deploy import check_can_serve
    from automock_tui.operations.status import status

    try:
        check_can_serve()
        rows = status(connect()).rows
    except AutomockError as error:
        return Check("mocks", False, f"{error.title}. {error.message}".strip(), error.hint)
    stopped = [row.name for row in rows if row.is_stopped]
    detail = f"the engine can listen on this machine; {sum(row.is_up for row in rows)} running"
    if stopped:
        names = ", ".join(stopped)
        return Check("mocks", False, f"{detail}; stopped: {names}", "Deploy them again, or destroy them.")
    return Check("mocks", True, detail)


def _terraform(settings: Settings, folders: Folders, *, needed: bool) -> Iterator[Check]:
    from automock_tui.provisioning.engine_discovery import find_engine
    from automock_tui.provisioning.mirrors import describe_provider_source

    try:
        engine = find_engine(settings.terraform)
    except AutomockError as error:
        yield Check("terraform", False if needed else None, error.title, error.hint)
        return
    yield Check("terraform", True, f"{engine.label} ({' '.join(engine.command)})")
    source = describe_provider_source(folders.cache)
    yield Check("provider", True if source.is_local else None, source.detail, source.hint)


def _folders(folders: Folders) -> Check:
    for folder in (folders.data, folders.state, folders.cache):
        nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
        if not os.access(nearest, os.W_OK):
            return Check("folders", False, f"{folder} cannot be written", f"Make {nearest} writable.")
    free = shutil.disk_usage(next(p for p in (folders.state, *folders.state.parents) if p.exists())).free
    if free < 500_000_000:
        return Check("folders", False, f"{free // 1_000_000} MB free", "Free at least 500 MB for Terraform.")
    return Check("folders", True, f"{folders.state} and others, {free // 1_000_000_000} GB free")


def _account(connect: Callable[[], Workspace], project: str) -> Iterator[Check]:
    try:
        workspace = connect()
        identity = workspace.need_account().identity()
        workspace.projects.names()
    except AutomockError as error:
        yield Check("credentials", False, f"{error.title}. {error.message}".strip(), error.hint)
        return
    where = f" at {workspace.endpoint_url}" if workspace.endpoint_url else ""
    yield Check("credentials", True, f"{identity['Arn']} in {workspace.region}{where}")
    yield _clock(workspace)
    yield _janitor(workspace)
    yield from _deployments(workspace, project)


def _janitor(workspace: Workspace) -> Check:
    """Whether mocks end by themselves here."""
    from automock_tui.operations.janitor import depending
    from automock_tui.operations.janitor_status import status

    try:
        found = status(workspace)
        names = [] if found.is_well else depending(workspace)
    except AutomockError as error:
        return Check("janitor", None, f"{error.title}. {error.message}".strip(), error.hint)
    if found.is_well:
        return Check("janitor", True, f"{found.function}{'' if found.current else ', of another version'}")
    detail = found.complaint
    if not found.installed and not names:
        return Check("janitor", None, detail, "The first deploy with a TTL installs it.")
    ends = f"; it should end {', '.join(names)}" if names else ""
    return Check("janitor", False, detail + ends, "automock-tui janitor install; until then: automock-tui reap")


def _deployments(workspace: Workspace, project: str) -> Iterator[Check]:
    """What is half done, locked or left over."""
    from automock_tui.operations.findings import findings

    count = 0
    try:
        for found in findings(workspace, project):
            count += 1
            yield Check(found.project, False, found.text, found.hint, found)
    except AutomockError as error:
        yield Check("deployments", False, f"{error.title}. {error.message}".strip(), error.hint)
        return
    if not count:
        yield Check("deployments", True, "none is half done, no lock is stale, nothing is left over")


def _clock(workspace: Workspace) -> Check:
    skew = workspace.projects.store.clock_skew()
    if abs(skew) <= MAX_SKEW_SECONDS:
        return Check("clock", True, f"within {MAX_SKEW_SECONDS} s of the store's")
    side = "ahead of" if skew > 0 else "behind"
    return Check(
        "clock", False, f"{abs(skew):.0f} s {side} the store's", "Set the clock (timedatectl set-ntp true)."
    )


def _terminal() -> Check:
    if not sys.stdout.isatty():
        return Check("terminal", None, "stdout is not a terminal; commands work, the app needs one")
    columns, rows = shutil.get_terminal_size()
    if columns < 80 or rows < 24:
        return Check("terminal", None, f"{columns}x{rows}", "The app is made for 80x24 and more.")
    return Check("terminal", True, f"{os.environ.get('TERM', 'unknown')}, {columns}x{rows}")
