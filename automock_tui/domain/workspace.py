"""A workspace: where projects live and run. Free of pydantic, as everything on the path of `status` is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from automock_tui.domain.document import TEXT, Document, choice, stored
from automock_tui.domain.errors import InvalidInput


class WorkspaceKind(StrEnum):
    """Which sort of place it is: this machine, an AWS account, or an emulated AWS account on this machine."""

    LOCAL = "local"
    AWS = "aws"
    SANDBOX = "sandbox"


@dataclass(frozen=True, kw_only=True)
class WorkspaceRef(Document):
    """What it takes to find a workspace again; holds no credentials, so it may be stored and shown.

    `profile`, `region` and `endpoint_url` are empty where the AWS defaults apply.
    """

    kind: WorkspaceKind = stored(choice(WorkspaceKind), WorkspaceKind.LOCAL)
    profile: str = stored(TEXT, "")
    region: str = stored(TEXT, "")
    endpoint_url: str = stored(TEXT, "")

    def __post_init__(self) -> None:
        if "@" in urlsplit(self.endpoint_url).netloc:
            raise InvalidInput(
                "Endpoint URL carries a user name or password",
                "It would be stored with every job.",
                "Give the credentials by profile or environment instead.",
            )

    @property
    def identity(self) -> str:
        """The same text for the same place; the sandbox keeps its identity when its port changes."""
        if self.kind is not WorkspaceKind.AWS:
            return self.kind.value
        return "|".join((self.kind.value, self.profile, self.region, self.endpoint_url.rstrip("/")))

    @property
    def label(self) -> str:
        """A short name for a screen, such as `aws eu-west-1 (staging)`."""
        parts = [self.kind.value, self.region if self.kind is WorkspaceKind.AWS else ""]
        parts.append(f"({self.profile})" if self.profile and self.kind is WorkspaceKind.AWS else "")
        return " ".join(part for part in parts if part)
