"""The janitor's part in a deploy: whether it is installed first, and what the user said about that before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from automock_tui.domain.aws_errors import Forbidden
from automock_tui.domain.errors import AutomockError
from automock_tui.domain.money import money
from automock_tui.domain.workspace import WorkspaceKind

if TYPE_CHECKING:
    from pathlib import Path

    from automock_tui.operations.workspace import Workspace

MONTHLY_USD = Decimal("0.25")
"""Two alarms at 0.10 US dollars and its log, us-east-1; its runs are free, within Lambda's free tier."""
_WITHOUT = (
    "Deploy with --no-janitor (in the app: w in the plan's review): then only `automock-tui reap`, or you, "
    "ends this mock. Or let somebody with more rights run: automock-tui janitor install"
)


class Choice(StrEnum):
    """What the user wants of the janitor."""

    INSTALL = "install"
    WITHOUT = "without"


class Part(StrEnum):
    """What a deploy has to do with the janitor."""

    NO_END = "no end"
    SANDBOX = "sandbox"
    PRESENT = "present"
    INSTALL = "install"
    UPGRADE = "upgrade"
    REFUSED = "refused"
    DECLINED = "declined"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class JanitorPart:
    """What a deploy has to do with the janitor of its region; `reason` says why it may not be installed.

    `is_settled` says that the user was asked before, in this account and region.
    """

    part: Part
    region: str = ""
    reason: str = ""
    is_settled: bool = False

    @property
    def installs(self) -> bool:
        """Whether the deploy installs it, or brings it up to date, first."""
        return self.part in (Part.INSTALL, Part.UPGRADE)

    @property
    def can_choose(self) -> bool:
        """Whether the user can have it or not."""
        return self.part in (Part.INSTALL, Part.UPGRADE, Part.DECLINED)

    @property
    def is_open(self) -> bool:
        """Whether the user's decision about the plan decides on the janitor too."""
        return self.can_choose or self.needs_consent

    @property
    def needs_consent(self) -> bool:
        """Whether the deploy must not go on unless the user accepts to go without."""
        return self.part is Part.REFUSED

    def sentence(self) -> str:
        """For the plan's review; empty where there is nothing to say."""
        cost = f"about {money(MONTHLY_USD)} a month"
        return {
            Part.NO_END: "",
            Part.SANDBOX: "the sandbox's own takes it down",
            Part.PRESENT: f"installed in {self.region}; it takes the mock down",
            Part.INSTALL: f"is installed first in {self.region} (one for all mocks there, {cost}, 45 s); "
            "it takes the mock down",
            Part.UPGRADE: f"is brought up to date first in {self.region}; it takes the mock down",
            Part.REFUSED: f"may not be installed here ({self.reason}): only `automock-tui reap`, or you, "
            "would end this mock",
            Part.UNKNOWN: f"could not be asked for ({self.reason}); the deploy asks again first",
            Part.DECLINED: "none, as you chose: only `automock-tui reap`, or you, ends this mock",
        }[self.part]


class JanitorRefused(AutomockError):
    """The janitor may not be installed, and the user did not accept to go without."""

    def __init__(self, reason: str) -> None:
        super().__init__("The janitor may not be installed", reason, _WITHOUT)


def check_part(part: JanitorPart) -> None:
    """Let a deploy go on only if its end is seen to, or the user accepted that it is not.

    Raises:
        JanitorRefused: neither.
    """
    if part.needs_consent:
        raise JanitorRefused(f"{part.reason}.")


def janitor_part(
    workspace: Workspace, ttl_seconds: float, choice: Choice | None = None, *, heed_refusal: bool = False
) -> JanitorPart:
    """What a deploy with this TTL has to do with the janitor; asks AWS.

    Args:
        workspace: Where it deploys.
        ttl_seconds: The TTL, 0 for no end.
        choice: What the user says now; None for what was said before, or to install it.
        heed_refusal: Take it that AWS would refuse the installation as it did before; else it is tried again.

    Raises:
        AutomockError: AWS cannot be asked, for another reason than a lack of permission.
    """
    from automock_tui.operations.janitor_status import presence

    if not ttl_seconds:
        return JanitorPart(Part.NO_END)
    if workspace.ref.kind is WorkspaceKind.SANDBOX:
        return JanitorPart(Part.SANDBOX)
    region, before = workspace.region, _remembered(workspace)
    known = before.get("choice") in (Choice.INSTALL, Choice.WITHOUT)
    wanted = choice or Choice(before["choice"]) if choice or known else Choice.INSTALL
    try:
        found = presence(workspace)
    except Forbidden as error:
        part = Part.DECLINED if wanted is Choice.WITHOUT else Part.REFUSED
        return JanitorPart(part, region, error.title, known)
    if found.ends_mocks:
        return JanitorPart(Part.PRESENT, region)
    if wanted is Choice.WITHOUT:
        return JanitorPart(Part.DECLINED, region, is_settled=known)
    refused = str(before.get("refused") or "")
    if refused and heed_refusal:
        return JanitorPart(Part.REFUSED, region, refused)
    return JanitorPart(Part.UPGRADE if found.installed else Part.INSTALL, region, is_settled=known)


def part_to_review(workspace: Workspace, ttl_seconds: float, choice: Choice | None = None) -> JanitorPart:
    """The same for a review, which AWS's silence must not keep from being read."""
    try:
        return janitor_part(workspace, ttl_seconds, choice, heed_refusal=True)
    except AutomockError as error:
        return JanitorPart(Part.UNKNOWN, workspace.region, error.title)


def remember_choice(workspace: Workspace, choice: Choice) -> None:
    """Keep what the user chose, so that it is asked once for an account and region."""
    _write(workspace, {"choice": choice.value})


def choose(workspace: Workspace, wanted: bool) -> None:
    """Keep whether the user wants the janitor."""
    remember_choice(workspace, Choice.INSTALL if wanted else Choice.WITHOUT)


def remember_refusal(workspace: Workspace, reason: str) -> None:
    """Keep that AWS refused the installation, so that the next review says so beforehand."""
    _write(workspace, {"refused": reason})


def forget_choice(workspace: Workspace) -> None:
    """Forget both: the janitor was installed, or taken away, by the user."""
    _write(workspace, {})


def _path(workspace: Workspace) -> Path:
    return workspace.folders.state / "janitor.json"


def _all(workspace: Workspace) -> dict[str, Any]:
    try:
        found = json.loads(_path(workspace).read_bytes())
    except (OSError, ValueError):
        return {}  # asked once more, then
    return found if isinstance(found, dict) else {}


def _remembered(workspace: Workspace) -> dict[str, Any]:
    found = _all(workspace).get(workspace.ref.identity)
    return found if isinstance(found, dict) else {}


def _write(workspace: Workspace, entry: dict[str, str]) -> None:
    from automock_tui.provisioning.files import make_private_folder, readable_errors, write_private

    path = _path(workspace)
    with readable_errors(path):
        make_private_folder(path.parent)
        write_private(path, json.dumps(_all(workspace) | {workspace.ref.identity: entry}, indent=2).encode())
