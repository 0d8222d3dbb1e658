"""One pass over one deployment: delete what can go now, and say what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from automock_janitor import around, balancer, network, service
from automock_janitor.clients import Clients, code_of, pages, says_gone, tags_of
from automock_janitor.target import PROJECT_TAG, Item, Kind, Target

KINDS: tuple[Kind, ...] = (
    # Money first.
    service.SCALING_POLICY,
    service.SCALING_TARGET,
    service.SERVICE,
    network.NAT_GATEWAY,
    balancer.RECORD,
    balancer.BALANCER,
    service.TASK,
    network.ADDRESS,
    # Then what only hangs on the rest.
    around.ALARM,
    around.DASHBOARD,
    balancer.TARGET_GROUP,
    balancer.CERTIFICATE,
    service.CLUSTER,
    service.TASK_DEFINITION,
    network.ENDPOINT,
    network.INTERFACE,
    network.ROUTE_TABLE,
    network.GROUP_RULE,
    network.GROUP,
    network.SUBNET,
    network.GATEWAY,
    network.VPC,
    around.ROLE,
    around.LOG_GROUP,
    around.TOPIC,
)
"""In the order of deletion."""

_KNOWN_ARNS = {arn for kind in KINDS for arn in kind.arns}
UNKNOWN = Item("(could not be listed)")
"""Stands for things of a kind whose listing failed: there may be some."""


@dataclass
class Pass:
    """What one pass did. `left` and `failures` are by `kind id`; a failure says why."""

    deleted: list[str] = field(default_factory=list)
    left: dict[str, Kind | None] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found any more."""
        return not self.left and not self.failures


class Overtaken(Exception):
    """The teardown is not ours any more: what is found from now on may be of the next deployment."""


def sweep(
    clients: Clients,
    target: Target,
    farewell: Callable[[Clients, Item, Pass], None],
    is_ours: Callable[[], bool],
) -> Pass:
    """Delete everything of the deployment that can go now; never raises for what AWS refuses.

    Args:
        clients: Makes boto3 clients.
        target: The deployment.
        farewell: Called with the topic when nothing else is left, before it goes too.
        is_ours: Whether the teardown still is; asked before each kind that has something to delete.

    Raises:
        Overtaken: it is not.
    """
    done, left = Pass(), dict[str, list[Item]]()
    for kind in KINDS:
        items = _found(clients, target, kind, done)
        may_go = not any(left[name] for name in kind.needs)
        if kind is around.TOPIC:
            may_go = bool(items) and not any(left.values()) and _is_last(clients, target, done) and is_ours()
            _say_farewell(clients, items if may_go else [], done, farewell)
        if may_go and items:
            if not is_ours():
                raise Overtaken
            _delete_all(clients, kind, items, done)
            items = _found(clients, target, kind, done)
        left[kind.name] = items
        done.left.update({f"{kind.name} {item.id}": kind for item in items})
    return done


def _is_last(clients: Clients, target: Target, done: Pass) -> bool:
    """Whether the tagging API, too, names nothing but the topic."""
    seen = Pass()
    _ask_tagging_api(clients, target, seen)
    others = {name: kind for name, kind in seen.left.items() if not name.endswith(f":{target.bucket}")}
    done.left.update(others)
    done.failures.update(seen.failures)
    return not others and not seen.failures


def _say_farewell(
    clients: Clients, topics: list[Item], done: Pass, farewell: Callable[[Clients, Item, Pass], None]
) -> None:
    for topic in topics:
        if topic is not UNKNOWN:
            farewell(clients, topic, done)


def remaining(clients: Clients, target: Target) -> Pass:
    """What still exists, asked of every service's own listing and of the tagging API; deletes nothing."""
    seen = Pass()
    for kind in KINDS:
        for item in _found(clients, target, kind, seen):
            seen.left[f"{kind.name} {item.id}"] = kind
    _ask_tagging_api(clients, target, seen)
    return seen


def _ask_tagging_api(clients: Clients, target: Target, seen: Pass) -> None:
    """It goes on naming things for a while after their end, but knows types that we may not."""
    from botocore.exceptions import BotoCoreError, ClientError

    client = clients("resourcegroupstaggingapi")
    filters = [{"Key": PROJECT_TAG, "Values": [target.project]}]
    try:
        for entry in pages(client, "get_resources", "ResourceTagMappingList", TagFilters=filters):
            arn = entry["ResourceARN"]
            if _arn_kind(arn) not in _KNOWN_ARNS and target.owns(tags_of(entry), arn) and ":s3:::" not in arn:
                seen.left.setdefault(f"tagged {arn}", None)
    except (BotoCoreError, ClientError) as error:
        seen.failures["list tagged resources"] = code_of(error)


def _arn_kind(arn: str) -> str:
    _, _, owner, _, _, resource = arn.split(":", 5)
    return f"{owner}:{resource.partition('/')[0]}"


def _found(clients: Clients, target: Target, kind: Kind, done: Pass) -> list[Item]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return list(kind.find(clients, target))
    except (BotoCoreError, ClientError) as error:
        done.failures[f"list {kind.name}"] = code_of(error)
        return [UNKNOWN]


def _delete_all(clients: Clients, kind: Kind, items: list[Item], done: Pass) -> None:
    for item in items:
        if item is not UNKNOWN and not item.leaving:
            _delete(clients, kind, item, done)


def _delete(clients: Clients, kind: Kind, item: Item, done: Pass) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    name = f"{kind.name} {item.id}"
    try:
        kind.delete(clients, item)
    except (BotoCoreError, ClientError) as error:
        if not says_gone(error):
            done.failures[name] = code_of(error)
            return
    done.deleted.append(name)
