"""What an operation works on: the projects of one workspace, its jobs, and the account behind it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.workspace import WorkspaceKind, WorkspaceRef

if TYPE_CHECKING:
    from automock_tui.aws.session import AwsAccount
    from automock_tui.provisioning.jobs import JobStore
    from automock_tui.settings import Folders, Settings
    from automock_tui.storage.projects import Projects


@dataclass(frozen=True)
class Workspace:
    """One workspace, opened. `account` is None in the local one."""

    ref: WorkspaceRef
    settings: Settings
    folders: Folders
    projects: Projects
    by: str
    account: AwsAccount | None = None

    @cached_property
    def jobs(self) -> JobStore:
        """The jobs of this machine, of every workspace."""
        from automock_tui.provisioning.jobs import JobStore

        return JobStore(self.folders.jobs)

    @property
    def label(self) -> str:
        """A short name for a screen, such as `sandbox us-east-1`."""
        return f"{self.ref.kind.value} {self.region}".strip()

    @property
    def region(self) -> str:
        """The AWS region, empty in the local workspace."""
        return self.account.region if self.account else ""

    @property
    def endpoint_url(self) -> str:
        """The endpoint in place of AWS, empty for AWS itself."""
        return self.account.endpoint_url if self.account else ""

    @property
    def is_emulated(self) -> bool:
        """Whether nothing here costs money."""
        return self.ref.kind is not WorkspaceKind.AWS

    @property
    def is_local(self) -> bool:
        """Whether mocks run as processes of this machine, without Terraform or an account."""
        return self.ref.kind is WorkspaceKind.LOCAL

    def need_account(self) -> AwsAccount:
        """The account, for an operation that needs one.

        Raises:
            InvalidInput: this is the local workspace.
        """
        if self.account is None:
            raise InvalidInput(
                "The local workspace has no AWS account",
                "Its mocks are processes of this machine; this needs an AWS account or the sandbox.",
                "Copy the project there with: automock-tui copy --project NAME --to-workspace sandbox",
            )
        return self.account
