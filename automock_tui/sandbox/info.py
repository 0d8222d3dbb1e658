"""A running sandbox as the product sees it: where it is, what it says of itself, how to reach it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from automock_tui.domain.document import INSTANT, INTEGER, OBJECT, TEXT, Codec, Document, stored

NUMBER = Codec(float)

ACCOUNT_ID = "123456789012"
"""The made-up account, moto's."""
SPEED_PATH = "/_automock/speed"
"""Takes by PUT how fast time shall run from now on."""
SPEED_HEADER = "Automock-Speed"
"""In every answer of a sandbox whose time is not the world's: how fast it runs now."""
MAX_SPEED = 3600.0
"""An hour in a second: a TTL of a week is over in three minutes."""
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
    could not be done. `now` is its time, `speed` how fast that runs. Of its janitor: when it last ran, how
    often, how often in a row it failed, and why the last time.
    """

    id: str = stored(TEXT, "")
    requests: int = stored(INTEGER, 0)
    now: datetime | None = stored(INSTANT)
    speed: float = stored(NUMBER, 1.0)
    janitor_ran_at: datetime | None = stored(INSTANT)
    janitor_runs: int = stored(INTEGER, 0)
    janitor_failures: int = stored(INTEGER, 0)
    janitor_failure: str = stored(TEXT, "")
    unsupported: dict[str, int] = stored(OBJECT, factory=dict)


def describe(info: SandboxInfo) -> str:
    """One paragraph for people: where it is, and that nothing in it lasts."""
    return (
        f"Sandbox: an emulated AWS account at {info.endpoint_url} ({info.region}, process {info.pid}, "
        f"since {info.started_at:%Y-%m-%d %H:%M} UTC). It is volatile: everything in it, projects too, is in "
        "memory and gone after `sandbox down` or a restart of this machine. It costs nothing; the mocks in it "
        "are served by the engine of this tool, on ports of this machine."
    )


def time_of(report: SandboxReport) -> str:
    """One sentence for people: its time, and how fast it runs."""
    speed = (
        "at the world's pace"
        if report.speed == 1
        else f"{report.speed:g} times as fast, unless Terraform works"
    )
    return f"Its time is {report.now:%Y-%m-%d %H:%M:%S} UTC and runs {speed}."


def janitor_of(report: SandboxReport) -> str:
    """One sentence for people: when its janitor ran, and with what success."""
    if report.janitor_ran_at is None:
        return "Its janitor has not run yet."
    count = report.janitor_failures
    times = f"{count} times in a row" if count > 1 else "the last time"
    failed = f"; failed {times}: {report.janitor_failure}"
    return (
        f"Its janitor ran {report.janitor_runs} times, last at {report.janitor_ran_at:%H:%M:%S}"
        f"{failed if count else ''}."
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
