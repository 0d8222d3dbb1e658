"""Delete what is left of a deployment, with the janitor's own code.

Two ways: everything that carries the project's tag, or only what Terraform's state does not know. The second is
safe beside a stack that goes on living: Terraform saves its state as a whole, so whatever was made after the
last save is missing from it together with all that was built upon it, and nothing that the state knows can
depend on it. That makes deleting and making it again simpler, and surer, than importing it: an import needs to
know for each of forty types which id belongs to which address.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from automock_tui.domain.errors import AutomockError, LostRace
from automock_tui.domain.state_names import StateNames

if TYPE_CHECKING:
    from automock_tui.aws.session import AwsAccount

LIMIT_SECONDS = 20 * 60.0
"""How long to go on: AWS takes minutes for load balancers, NAT gateways and their interfaces."""
_PAUSE_SECONDS = 3.0
_FRUITLESS_PASSES = 3
"""So many passes in a row that were denied something and deleted nothing end the sweep."""
_DENIED = re.compile(r"Denied|Unauthorized|NotAuthorized|AuthFailure|Expired|InvalidClientToken|Credentials")
"""Refusals that do not go away by waiting, unlike that of a thing which another one still uses."""
_MADE_BY_AWS = ("task", "network interface")
"""Kinds that no state ever knows: they come and go with what it does know."""
_AUTOSCALING_ALARM = "TargetTracking-"


@dataclass(frozen=True)
class Sweep:
    """A sweep of one deployment.

    Args:
        account: Where.
        project: Whose.
        bucket: The project's bucket; names of things hold it.
        options: The deployment's options, for its domain.
        is_ours: Whether the deployment is still ours to touch; asked before anything is deleted.
        log: Gets a line of what is done.
        wait: Waits so many seconds; may raise to stop.
    """

    account: AwsAccount
    project: str
    bucket: str
    options: Mapping[str, Any]
    is_ours: Callable[[], bool]
    log: Callable[[str], None]
    wait: Callable[[float], None] = time.sleep

    def everything(self, limit_seconds: float = LIMIT_SECONDS) -> list[str]:
        """Delete everything until every listing is empty; returns what was deleted.

        Raises:
            AutomockError: something cannot be deleted, or AWS cannot be asked.
            LostRace: somebody else took the deployment over.
        """
        return self._repeat(self._pass_over_everything, limit_seconds)

    def unknown(self, known: StateNames, limit_seconds: float = LIMIT_SECONDS) -> list[str]:
        """Delete what a state does not know, until nothing is left of it; returns what was deleted.

        Raises:
            AutomockError: something cannot be deleted, or AWS cannot be asked.
            LostRace: somebody else took the deployment over.
        """
        return self._repeat(lambda: self._pass_over_unknown(known), limit_seconds)

    def left(self) -> list[str]:
        """What still exists, asked of every service's own listing and of the tagging API; deletes nothing.

        Raises:
            AutomockError: AWS cannot be asked.
        """
        seen = _code("sweep").remaining(self.account.client, self._target())
        if seen.failures:
            raise _refused(self.project, list(seen.left), seen.failures)
        return list(seen.left)

    def _repeat(self, one_pass: Callable[[], Any], limit_seconds: float) -> list[str]:
        end = time.monotonic() + limit_seconds
        deleted: list[str] = []
        fruitless = 0
        while True:
            done = one_pass()
            deleted += done.deleted
            for name in done.deleted:
                self.log(f"Deleted {name}")
            if done.is_clean:
                return deleted
            denied = any(_DENIED.search(code) for code in done.failures.values())
            fruitless = fruitless + 1 if denied and not done.deleted else 0
            if fruitless >= _FRUITLESS_PASSES or time.monotonic() > end:
                raise _refused(self.project, list(done.left), done.failures)
            self.log(f"{len(done.left)} left: {', '.join(list(done.left)[:3])}")
            self.wait(_PAUSE_SECONDS)

    def _pass_over_everything(self) -> Any:
        code, target = _code("sweep"), self._target()
        try:
            done = code.sweep(self.account.client, target, lambda *_: None, self.is_ours)
        except code.Overtaken:
            raise _overtaken(self.project) from None
        if done.is_clean:  # asked once more from the start: what went first may have come back
            seen = code.remaining(self.account.client, target)
            seen.deleted = done.deleted
            return seen
        return done

    def _pass_over_unknown(self, known: StateNames) -> Any:
        code = _code("sweep")
        done = code.Pass()
        unknown = {kind.name: list(self._unknown_of(kind, known, done)) for kind in code.KINDS}
        for kind in code.KINDS:
            if unknown[kind.name] and not any(unknown.get(name) for name in kind.needs):
                self._check_ours()
                unknown[kind.name] = [
                    item for item in unknown[kind.name] if not self._delete(kind.name, kind, item, done)
                ]
        self._delete_parts(known, done)
        done.left.update({f"{kind.name} {item.id}": kind for kind in code.KINDS for item in unknown[kind.name]})
        return done

    def _unknown_of(self, kind: Any, known: StateNames, done: Any) -> Iterator[Any]:
        if kind.name in _MADE_BY_AWS:
            return
        for item in self._found(kind, done):
            if item.id not in known.ids and not self._is_not_terraforms(kind, item):
                yield item

    def _is_not_terraforms(self, kind: Any, item: Any) -> bool:
        """What others made in our things: autoscaling's own alarms, rules that somebody added by hand."""
        if kind.name == "security group rule":
            return _code("target").PROJECT_TAG not in _code("clients").tags_of(item.details)
        if kind.name == "task definition" and item.details["status"] == "INACTIVE":
            return True  # an earlier revision: costs nothing, is in nobody's way
        return bool(kind.name == "alarm" and item.id.startswith(_AUTOSCALING_ALARM))

    def _found(self, kind: Any, done: Any) -> list[Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return list(kind.find(self.account.client, self._target()))
        except (BotoCoreError, ClientError) as error:
            done.failures[f"list {kind.name}"] = _code("clients").code_of(error)
            return []

    def _delete(self, name: str, kind: Any, item: Any, done: Any) -> bool:
        """Whether it is gone, as far as is known; what AWS is still taking away is not."""
        if item.leaving:
            return False
        if not self._attempt(f"{name} {item.id}", lambda: kind.delete(self.account.client, item), done):
            return False
        return name not in ("NAT gateway", "VPC endpoint")  # they stay for some minutes and hold others

    def _delete_parts(self, known: StateNames, done: Any) -> None:
        from automock_tui.aws.known_parents import lost_parts

        code = _code("sweep")
        kinds = {kind.name: kind for kind in code.KINDS}
        tables = [item.details for item in self._found(kinds["route table"], done)]
        balancers = [item.id for item in self._found(kinds["load balancer"], done)]
        for part in lost_parts(self.account, known, tables, balancers):
            self._check_ours()
            self._attempt(part.name, part.delete, done)

    def _attempt(self, name: str, delete: Callable[[], Any], done: Any) -> bool:
        from botocore.exceptions import BotoCoreError, ClientError

        clients = _code("clients")
        try:
            delete()
        except (BotoCoreError, ClientError) as error:
            if not clients.says_gone(error):
                done.failures[name] = clients.code_of(error)
                return False
        done.deleted.append(name)
        return True

    def _check_ours(self) -> None:
        if not self.is_ours():
            raise _overtaken(self.project)

    def _target(self) -> Any:
        record = {"options": dict(self.options)}
        return _code("passes").target_of(self.project, self.bucket, self.account.region, record)


def _code(module: str) -> Any:
    from automock_tui.shipped import load_janitor

    return load_janitor(module)


def _overtaken(project: str) -> LostRace:
    return LostRace(
        f"Somebody else took {project} over",
        "Its record names another job by now; nothing more was deleted.",
        f"Look at it with: automock-tui status --project {project}",
    )


def _refused(project: str, left: list[str], failures: Mapping[str, str]) -> AutomockError:
    """What is left; things that could not be listed may be there or not."""
    there = [name for name in left if not name.endswith(_code("sweep").UNKNOWN.id)]
    reasons = [f"{name}: {code}" for name, code in failures.items()]
    waiting = [name for name in there if name not in failures]
    count = f"{len(there)} resource{'s' * (len(there) != 1)} of {project}"
    return AutomockError(
        f"{count} {'is' if len(there) == 1 else 'are'} left"
        if there
        else f"What is left of {project} is not known",
        "\n".join((reasons + waiting)[:10]),
        "Destroy again, with an account that may list and delete them. Until then they may cost money.",
    )
