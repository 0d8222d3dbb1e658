"""The composition root: settings in, an opened workspace out. The only module that knows everybody."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.workspace import WorkspaceKind, WorkspaceRef
from automock_tui.operations.workspace import Workspace
from automock_tui.storage.projects import Projects

if TYPE_CHECKING:
    from automock_tui.settings import Folders, Settings

DEFAULT_SANDBOX_REGION = "us-east-1"


def open_workspace(
    settings: Settings,
    folders: Folders,
    *,
    kind: str = "",
    profile: str = "",
    region: str = "",
    endpoint_url: str = "",
) -> Workspace:
    """Open a workspace; what is not given comes from the settings. The sandbox is joined, or started.

    Raises:
        AutomockError: the sandbox does not start, no such profile, no region, or an endpoint that is none.
    """
    chosen = WorkspaceKind(kind or settings.workspace)
    if chosen is WorkspaceKind.LOCAL:
        return _open_local(settings, folders)
    if chosen is WorkspaceKind.SANDBOX:
        return _open_sandbox(settings, folders, region or settings.region)
    ref = WorkspaceRef(
        kind=chosen,
        profile=profile or settings.profile,
        # boto3 itself only knows AWS_DEFAULT_REGION; Terraform and the other SDKs know this one too.
        region=region or settings.region or os.environ.get("AWS_REGION", ""),
        endpoint_url=_checked(endpoint_url or settings.endpoint_url or os.environ.get("AWS_ENDPOINT_URL", "")),
    )
    return _open_account(ref, settings, folders, isolated=None)


def _checked(endpoint_url: str) -> str:
    """An endpoint that is an address, or empty."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(endpoint_url)
        is_address = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_address = False
    if endpoint_url and not is_address:
        raise InvalidInput(
            f"No address: {endpoint_url!r}",
            "An endpoint is where another AWS answers.",
            "Give one such as http://127.0.0.1:4566, or leave out --endpoint-url and AWS_ENDPOINT_URL.",
        )
    return endpoint_url


def reopen_workspace(ref: WorkspaceRef, settings: Settings, folders: Folders) -> Workspace:
    """Open the workspace that a job was made for.

    Raises:
        AutomockError: as `open_workspace`.
    """
    return open_workspace(
        settings,
        folders,
        kind=ref.kind.value,
        profile=ref.profile,
        region=ref.region,
        endpoint_url=ref.endpoint_url,
    )


def author(settings: Settings) -> str:
    """The name on versions and changes: the setting, or user@host."""
    return settings.author or f"{_user()}@{os.uname().nodename}"


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid{os.getuid()}"


def _open_local(settings: Settings, folders: Folders) -> Workspace:
    from automock_tui.storage.folder import FolderStore

    by = author(settings)
    return Workspace(
        ref=WorkspaceRef(kind=WorkspaceKind.LOCAL),
        settings=settings,
        folders=folders,
        projects=Projects(FolderStore(folders.projects), by),
        by=by,
    )


def _open_sandbox(settings: Settings, folders: Folders, region: str) -> Workspace:
    from automock_tui.sandbox.account import up
    from automock_tui.sandbox.info import isolated

    info = up(folders.sandbox, region or DEFAULT_SANDBOX_REGION)
    ref = WorkspaceRef(kind=WorkspaceKind.SANDBOX, region=info.region, endpoint_url=info.endpoint_url)
    return _open_account(ref, settings, folders, isolated=isolated(info, os.environ))


def _open_account(
    ref: WorkspaceRef, settings: Settings, folders: Folders, *, isolated: dict[str, str] | None
) -> Workspace:
    from automock_tui.aws.session import AwsAccount
    from automock_tui.storage.s3 import S3Store

    account = AwsAccount(
        profile=ref.profile, region=ref.region, endpoint_url=ref.endpoint_url, isolated=isolated
    )
    by = author(settings)
    store = S3Store(account.session, account.region, endpoint_url=ref.endpoint_url)
    return Workspace(
        ref=WorkspaceRef(
            kind=ref.kind, profile=ref.profile, region=account.region, endpoint_url=ref.endpoint_url
        ),
        settings=settings,
        folders=folders,
        projects=Projects(store, by),
        by=by,
        account=account,
    )
