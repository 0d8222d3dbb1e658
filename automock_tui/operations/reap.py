"""Reap: what the janitor does in the cloud, done from here, for accounts where it may not be installed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from automock_tui.domain.document import CorruptDocument
from automock_tui.domain.errors import InvalidInput, NotFound
from automock_tui.operations.janitor_notes import is_elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from automock_tui.domain.prices import PriceBook
    from automock_tui.operations.workspace import Workspace

LIMIT_SECONDS = 20 * 60.0
"""How long to go on; load balancers, NAT gateways and certificates take AWS some minutes each."""
PAUSE_SECONDS = 10.0
UNFINISHED = ("taking down", "waiting")


@dataclass(frozen=True)
class Reaped:
    """What became of one deployment.

    `action` is `destroyed`, `warned`, `recorded`, `waiting`, `taking down`, `stuck`, `failed` or `left alone`;
    `trouble` says that a person has to look at it.
    """

    project: str
    action: str
    detail: str
    left: tuple[str, ...]
    deleted: int
    trouble: bool

    @property
    def is_finished(self) -> bool:
        """Whether nothing more is to be done for it now."""
        return self.action not in UNFINISHED and not self.trouble


def reap(
    workspace: Workspace,
    *,
    project: str = "",
    once: bool = False,
    limit_seconds: float = LIMIT_SECONDS,
    pause_seconds: float = PAUSE_SECONDS,
    on_line: Callable[[str], None] = lambda line: None,
) -> list[Reaped]:
    """Warn and tear down whatever is due, until nothing is left to do.

    Args:
        workspace: Where; needs an account.
        project: Only this one, empty for all.
        once: One pass only, as the Lambda does.
        limit_seconds: How long to go on with what AWS takes its time for.
        pause_seconds: Between two passes.
        on_line: Gets a line of each thing that is done.

    Raises:
        InvalidInput: this is the local workspace, or the project is in another region.
        NotFound: no such project.
        AutomockError: AWS cannot be asked.
    """
    workspace.need_account()
    if project:
        _check(workspace, project)
    janitor = _janitor(workspace, on_line)
    found: dict[str, Reaped] = {}
    end = time.monotonic() + limit_seconds
    while True:
        latest = _one_pass(janitor, project)
        found |= {one.project: one for one in latest}
        busy = any(one.action == "taking down" for one in latest)
        if once or not busy or time.monotonic() + pause_seconds > end:
            return list(found.values())
        time.sleep(pause_seconds)


def _check(workspace: Workspace, project: str) -> None:
    if project not in workspace.projects.names():
        raise NotFound(f"No project {project}", f"Not in {workspace.label}.", "See: automock-tui projects")
    try:
        metadata = workspace.projects.deployment(project)
    except CorruptDocument:
        return  # the pass says what is wrong with it
    if is_elsewhere(metadata, workspace.region):
        region = metadata.infrastructure.region
        raise InvalidInput(
            f"{project} is in {region}",
            f"This is {workspace.region}, where nothing of it can be found.",
            f"Take it down there: automock-tui --region {region} reap --project {project}",
        )


def hourly_prices(book: PriceBook, region: str) -> dict[str, str]:
    """US dollars per hour of what a stuck teardown leaves running, by the janitor's names; known ones only."""
    from automock_tui.domain.prices import Item

    names = {
        "load balancer": Item.ALB_HOUR,
        "NAT gateway": Item.NAT_HOUR,
        "address": Item.PUBLIC_IPV4_HOUR,
    }
    prices = {name: book.find(item, region) for name, item in names.items()}
    return {name: str(price.amount) for name, price in prices.items() if price is not None}


def _janitor(workspace: Workspace, on_line: Callable[[str], None]) -> Any:
    from automock_tui.operations.estimate import price_book
    from automock_tui.shipped import load_janitor

    account = workspace.need_account()
    return load_janitor("passes").Janitor(
        clients=account.client,
        region=account.region,
        by=f"{workspace.by} (reap)",
        prices=hourly_prices(price_book(workspace.folders), account.region),
        pause_between=timedelta(minutes=1),
        log=on_line,
    )


def _one_pass(janitor: Any, project: str) -> list[Reaped]:
    from automock_tui.aws.errors import explained

    with explained("s3", "ListAllMyBuckets"):
        outcomes: Iterable[Any] = list(janitor.run(project=project))
    return [Reaped(one.project, one.action, one.detail, one.left, one.deleted, one.trouble) for one in outcomes]
