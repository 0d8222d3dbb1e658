"""Orphans: what AWS lists with a project's tag although nothing of that project is deployed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from automock_tui.domain.deployment import DeploymentStatus
from automock_tui.domain.errors import LostRace, NotFound
from automock_tui.domain.project import project_of_bucket

if TYPE_CHECKING:
    from automock_tui.operations.sweeping import Sweep
    from automock_tui.operations.workspace import Workspace

_AT_REST = (DeploymentStatus.NONE, DeploymentStatus.DESTROYED)


@dataclass(frozen=True)
class Orphan:
    """What is left of a project where nothing should be.

    `hourly` is what of it costs by the hour in US dollars, as far as it has a price of its own: load balancers,
    NAT gateways and addresses. `why` says why nothing should be there.
    """

    project: str
    bucket: str
    resources: tuple[str, ...]
    hourly: Decimal
    why: str

    @property
    def text(self) -> str:
        """The finding in one line."""
        from automock_tui.domain.money import hourly_money

        count = len(self.resources)
        cost = f", at least {hourly_money(self.hourly)}" if self.hourly else ""
        return f"{count} resource{'s' * (count != 1)} in AWS though {self.why}{cost}"


def find_orphans(workspace: Workspace, *, project: str = "", costly: bool = False) -> list[Orphan]:
    """Everything that carries a project's tag with nothing deployed, by project; each asked of its own service.

    Args:
        workspace: Where; one without an account has none.
        project: Only this one, empty for all.
        costly: Only of projects that left something that costs money by the hour; quicker.

    Raises:
        AutomockError: AWS cannot be asked.
    """
    if workspace.account is None:
        return []
    from automock_tui.aws.leftovers import tagged_names

    named = tagged_names(workspace.account, project, costly=costly)
    found = (_orphans_of(workspace, name, texts) for name, texts in sorted(named.items()))
    return [orphan for some in found for orphan in some]


def sweep_orphan(workspace: Workspace, orphan: Orphan, log: Callable[[str], None]) -> list[str]:
    """Delete an orphan, until nothing of it is left; returns what was deleted.

    Raises:
        LostRace: something of the project was deployed meanwhile.
        AutomockError: something cannot be deleted.
    """
    if _why_alone(workspace, orphan.project, orphan.bucket) is None:
        raise LostRace(f"{orphan.project} is deployed by now", "Nothing was deleted.", "")
    return _sweep(workspace, orphan.project, orphan.bucket, log).everything()


def _orphans_of(workspace: Workspace, project: str, texts: Iterable[str]) -> Iterator[Orphan]:
    for bucket in _buckets(workspace, project, texts):
        why = _why_alone(workspace, project, bucket)
        # The tagging API goes on naming things for hours after their end.
        left = _sweep(workspace, project, bucket, lambda line: None).left() if why else []
        if why and left:
            yield Orphan(project, bucket, tuple(left), _hourly(workspace, left), why)


def _buckets(workspace: Workspace, project: str, texts: Iterable[str]) -> list[str]:
    """The buckets that the things name; a thing that names none is the present project's."""
    found = {
        name
        for text in texts
        for name in re.findall(r"auto-mock-[a-z0-9-]{3,40}-[a-z0-9]{6}(?![a-z0-9])", text)
        if project_of_bucket(name) == project
    }
    return sorted(found) or [_bucket(workspace, project)]


def _bucket(workspace: Workspace, project: str) -> str:
    try:
        return workspace.projects.find(project)
    except NotFound:
        return f"auto-mock-{project}-000000"  # whatever it was: nothing that is left names it


def _why_alone(workspace: Workspace, project: str, bucket: str) -> str | None:
    """Why nothing of this should exist; None where something of the project may be alive."""
    try:
        present = workspace.projects.find(project)
        metadata = workspace.projects.deployment(project)
    except NotFound:
        return f"there is no project {project}"
    if metadata.status not in _AT_REST:
        return None  # things without a name could be the living deployment's
    if bucket != present:
        return f"its bucket {bucket} is gone"
    return "it was never deployed" if metadata.status is DeploymentStatus.NONE else "it is destroyed"


def _sweep(workspace: Workspace, project: str, bucket: str, log: Callable[[str], None]) -> Sweep:
    from automock_tui.operations.sweeping import Sweep

    return Sweep(
        account=workspace.need_account(),
        project=project,
        bucket=bucket,
        options=_options(workspace, project),
        is_ours=lambda: _why_alone(workspace, project, bucket) is not None,
        log=log,
    )


def _options(workspace: Workspace, project: str) -> dict[str, Any]:
    try:
        return workspace.projects.deployment(project).options
    except NotFound:
        return {}


def _hourly(workspace: Workspace, left: Iterable[str]) -> Decimal:
    from automock_tui.operations.estimate import price_book
    from automock_tui.operations.reap import hourly_prices

    prices = hourly_prices(price_book(workspace.folders), workspace.region)
    counts = Counter(kind for name in left for kind in prices if name.startswith(f"{kind} "))
    return sum((Decimal(prices[kind]) * count for kind, count in counts.items()), Decimal(0))
