"""Mocks that really answer: each ECS service behind a load balancer is served by our engine at its address.

Level-triggered: every second it compares what the account holds with what is served. A service that is gone, or
wants no tasks, has its port closed; an `expectations.json` that changed is loaded anew, as the copier beside
MockServer does on AWS; one that is bad leaves what was there before.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.hosting.host import MockHost
from automock_tui.sandbox.additions.addresses import port_of

EVERY_SECONDS = 1.0
log = logging.getLogger("automock.sandbox")


@dataclass(frozen=True)
class Wanted:
    """A mock that should answer: where, and with which object of moto's S3."""

    name: str
    port: int
    source: Any


class Endpoints:
    """Keeps what is served equal to what the account holds, on a thread of its own.

    Args:
        turn: Keeps requests to the account away while it is looked at.
    """

    def __init__(self, turn: AbstractContextManager[Any]) -> None:
        self._turn = turn
        self._host = MockHost()
        self._served: dict[str, str] = {}
        self._troubles: dict[str, str] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="endpoints", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Close every port."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._host.close()

    def reconcile(self) -> None:
        """One look at the account, and what follows from it."""
        if self._served and not self._host.is_running:
            log.error("the process of the mocks ended; they start again")
            self._served.clear()
        with self._turn:
            wanted = {one.name: one for one in wanted_mocks()}
            changed = [
                (one.name, one.port, one.source.etag, one.source.value)
                for one in wanted.values()
                if self._served.get(one.name) != one.source.etag
            ]
        for name in [name for name in self._served if name not in wanted]:
            self._attempt(name, self._end, name)
        for mock in changed:
            self._attempt(mock[0], self._serve, *mock)

    def _run(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            try:
                self.reconcile()
            except Exception:  # the edge of a thread: whatever moto's insides raise must not end the mocks
                log.exception("the mocks could not be brought up to date; tried again")

    def _attempt(self, name: str, work: Callable[..., None], *arguments: Any) -> None:
        """Do something about one mock; what keeps failing in the same way is logged once."""
        try:
            work(*arguments)
            self._troubles.pop(name, None)
        except AutomockError as error:
            if self._troubles.get(name) != str(error):
                log.warning("%s: %s", name, error)
            self._troubles[name] = str(error)

    def _end(self, name: str) -> None:
        self._host.stop(name)
        del self._served[name]
        log.info("%s is no longer served", name)

    def _serve(self, name: str, port: int, etag: str, body: bytes) -> None:
        try:
            served = self._host.serve(name, body.decode("utf-8", "replace"), port=port)
        except InvalidInput:
            if name in self._served:
                self._served[name] = etag  # as on AWS: what was there before goes on, until the next change
            raise
        self._served[name] = etag
        log.info("%s answers at %s with %d expectations", name, served.url, served.count)


def wanted_mocks() -> Iterator[Wanted]:
    """The mocks that the account's services should be; look at it only while nobody changes it."""
    from moto.ecs.models import ecs_backends

    for account, regions in ecs_backends.items():
        for region, backend in regions.items():
            for service in backend.services.values():
                if service.status == "ACTIVE" and service.running_count:
                    yield from _mock_of(account, region, backend, service)


def _mock_of(account: str, region: str, backend: Any, service: Any) -> Iterator[Wanted]:
    port = _port(account, region, service)
    found = _expectations(account, region, backend, service)
    if port and found is not None:
        yield Wanted(f"{service.name}:{port}", port, found)


def _port(account: str, region: str, service: Any) -> int:
    from moto.elbv2.models import elbv2_backends

    elb = elbv2_backends[account][region]
    for place in service.load_balancers:
        group = elb.target_groups.get(place.get("targetGroupArn"))
        for arn in group.load_balancer_arns if group else ():
            if arn in elb.load_balancers:
                return port_of(elb.load_balancers[arn])
    return 0


def _expectations(account: str, region: str, backend: Any, service: Any) -> Any:
    """The object that the service's copier copies, None where there is none."""
    from moto.s3.models import FakeKey, s3_backends
    from moto.utilities.utils import get_partition

    variables = _variables(backend, service)
    store = s3_backends[account][get_partition(region)]
    bucket = store.buckets.get(variables.get("AUTOMOCK_BUCKET", ""))
    found = bucket.keys.get(variables.get("AUTOMOCK_KEY", "")) if bucket else None
    return found if isinstance(found, FakeKey) else None


def _variables(backend: Any, service: Any) -> dict[str, str]:
    """The environment of the containers of a service's tasks."""
    family, _, revision = service.task_definition.rpartition("/")[2].partition(":")
    revisions = backend.task_definitions.get(family, {})
    task = revisions.get(int(revision) if revision else max(revisions, default=0))
    return {
        one["name"]: one["value"]
        for container in (task.container_definitions if task else ())
        for one in container.get("environment", ())
    }
