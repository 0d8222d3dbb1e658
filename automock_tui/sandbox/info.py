"""A running sandbox as the product sees it: where it is, what it says of itself, how to reach it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from automock_tui.domain.document import INSTANT, INTEGER, OBJECT, TEXT, Codec, Document, stored

ACCOUNT_ID = "123456789012"
"""The made-up account, moto's."""
REPORT_PATH = "/_automock/report"
"""Where the server says who it is and what it could not do; no bucket can have that name."""


@dataclass(frozen=True, kw_only=True)
class SandboxInfo(Document):
    """A running sandbox. Its content lives in memory only and ends with its process.

    `region` is where `environment` sends its users; the account has every region. `id` is told again by the
    server itself, so that a stranger on the same port is not taken for it.
    """

    endpoint_url: str = stored(TEXT, "")
    region: str = stored(TEXT, "")
    pid: int = stored(INTEGER, 0)
    started_at: datetime = stored(INSTANT, datetime.min.replace(tzinfo=UTC))
    log_path: Path = stored(Codec(Path, str), Path())
    id: str = stored(TEXT, "")

    @property
    def volatile(self) -> bool:
        """Whether its content is lost when it ends: always."""
        return True


@dataclass(frozen=True, kw_only=True)
class SandboxReport(Document):
    """What a running sandbox says of itself.

    `requests` is how many it was sent. `unsupported` maps `service:Action` to how often it was asked for and
    could not be done.
    """

    id: str = stored(TEXT, "")
    requests: int = stored(INTEGER, 0)
    unsupported: dict[str, int] = stored(OBJECT, factory=dict)


def describe(info: SandboxInfo) -> str:
    """One paragraph for people: where it is, and that nothing in it lasts."""
    return (
        f"Sandbox: an emulated AWS account at {info.endpoint_url} ({info.region}, process {info.pid}, "
        f"since {info.started_at:%Y-%m-%d %H:%M} UTC). It is volatile: everything in it, projects too, is in "
        "memory and gone after `sandbox down` or a restart of this machine. It costs nothing; the mocks in it "
        "are served by the engine of this tool, on ports of this machine."
    )


def environment(info: SandboxInfo) -> dict[str, str]:
    """The variables that send boto3 and Terraform to the sandbox and nowhere else.

    The keys are made up. The user's own AWS files are out of reach, so that no profile of theirs can redirect a
    request; `isolated` also drops the variables that could.
    """
    return {
        "AWS_ENDPOINT_URL": info.endpoint_url,
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": info.region,
        "AWS_DEFAULT_REGION": info.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def isolated(info: SandboxInfo, inherited: Mapping[str, str]) -> dict[str, str]:
    """A whole environment for a program in the sandbox: `inherited` without its AWS variables, then ours."""
    kept = {name: value for name, value in inherited.items() if not name.startswith("AWS_")}
    return kept | environment(info)
