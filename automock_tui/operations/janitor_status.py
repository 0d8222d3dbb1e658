"""How the janitor of an account and region is: installed, up to date, switched on, running, failing."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from automock_tui.domain.aws_errors import Forbidden
from automock_tui.domain.document import format_instant
from automock_tui.domain.workspace import WorkspaceKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from automock_tui.operations.workspace import Workspace

SCHEDULE = timedelta(minutes=5)
"""Between two runs; `terraform/janitor/function.tf` says so to EventBridge."""
YOUNG = timedelta(minutes=15)
"""A function that was changed so lately may not have run yet; the alarm for silence does not know that."""
SILENT = "silent"
LOOK_BACK = timedelta(hours=24)
"""How far back runs and failures are counted."""


@dataclass(frozen=True)
class JanitorStatus:
    """How the janitor of an account and region is.

    `current` says whether it is of this version or a later one; `enabled` whether its schedule is on and runs
    it; `alarms` holds the state of each of its alarms (`OK`, `ALARM`, `INSUFFICIENT_DATA`) by name. `last_run`
    is when the last run began, to five minutes, None where none is known; `runs` and `failures` are of the last
    24 hours; `is_young` says that it may not have run yet, `is_idle` that it has not, though it should;
    `dead_letters` are failed runs whose errors wait to be read; `failure` says why the last one
    failed, where that is known.
    """

    region: str
    installed: bool
    current: bool = False
    enabled: bool = False
    is_young: bool = False
    is_idle: bool = False
    function: str = ""
    log_group: str = ""
    alarms: dict[str, str] = field(default_factory=dict)
    last_run: datetime | None = None
    runs: int = 0
    failures: int = 0
    dead_letters: int = 0
    failure: str = ""
    schedule: timedelta = SCHEDULE

    @property
    def is_well(self) -> bool:
        """Whether it ends mocks on time, as far as AWS tells."""
        return not self.complaint

    @property
    def ends_mocks(self) -> bool:
        """Whether a deploy can rely on it as it is."""
        return self.installed and self.current and self.enabled and SILENT not in self.raised

    @property
    def raised(self) -> list[str]:
        """The alarms that go off."""
        names = (name for name, state in self.alarms.items() if state == "ALARM")
        return sorted(name for name in names if not (name == SILENT and self.is_young))

    @property
    def complaint(self) -> str:
        """What is wrong with it; empty where all is well."""
        if not self.installed:
            return f"not installed in {self.region}"
        if not self.enabled:
            return f"installed in {self.region}, but not run: its schedule is off or incomplete"
        if self.is_idle:
            return "it has not run in the last 24 hours"
        return self.failure or (f"its alarm goes off: {', '.join(self.raised)}" if self.raised else "")

    @property
    def next_run(self) -> datetime | None:
        """When the next run is due; None where that is not known."""
        return self.last_run + self.schedule if self.last_run and self.enabled else None

    def as_json(self) -> dict[str, Any]:
        """The status for `--json`."""
        told = asdict(self) | {"well": self.is_well, "schedule_seconds": self.schedule.total_seconds()}
        del told["schedule"]
        times = {"last_run": self.last_run, "next_run": self.next_run}
        return told | {name: format_instant(at) if at else None for name, at in times.items()}


def status(workspace: Workspace) -> JanitorStatus:
    """How the janitor is, with its runs and alarms.

    Raises:
        InvalidInput: this is the local workspace.
        AutomockError: AWS cannot be asked.
    """
    if workspace.ref.kind is WorkspaceKind.SANDBOX:
        return _of_sandbox(workspace)
    found = presence(workspace)
    if not found.installed:
        return found
    runs = _sums(workspace, found.function, "Invocations")
    return replace(
        found,
        last_run=max((at for at, count in runs.items() if count), default=None),
        runs=sum(runs.values()),
        is_idle=not any(runs.values()) and not found.is_young,
        failures=sum(_sums(workspace, found.function, "Errors").values()),
        dead_letters=_dead_letters(workspace, found.function),
    )


def presence(workspace: Workspace) -> JanitorStatus:
    """Whether the janitor is there, up to date, switched on and not silent; says nothing of its runs.

    Raises:
        InvalidInput: this is the local workspace.
        AutomockError: AWS cannot be asked.
    """
    from automock_tui.aws.errors import explained
    from automock_tui.provisioning.janitor_stack import VERSION_VARIABLE, code_hash, is_newer

    account, name = workspace.need_account(), function_name(workspace.region)
    found: dict[str, Any] = {}
    with explained("lambda", "GetFunctionConfiguration", name, may_be_missing=True):
        found = account.client("lambda").get_function_configuration(FunctionName=name)
    if not found:
        return JanitorStatus(workspace.region, installed=False)
    version = found.get("Environment", {}).get("Variables", {}).get(VERSION_VARIABLE, "")
    return JanitorStatus(
        workspace.region,
        installed=True,
        current=found["CodeSha256"] == code_hash() or is_newer(version),
        enabled=_is_scheduled(workspace, name),
        is_young=workspace.projects.store.now() - _instant(found["LastModified"]) < YOUNG,
        alarms=dict(_alarms(workspace, name)),
        function=name,
        log_group=f"/aws/lambda/{name}",
    )


def function_name(region: str) -> str:
    """The name of the Lambda function, of its role, its rule and the stem of its alarms."""
    return f"automock-janitor-{region}"


def _of_sandbox(workspace: Workspace) -> JanitorStatus:
    """The sandbox runs the janitor's handler itself."""
    from automock_tui.sandbox.account import report
    from automock_tui.sandbox.account import status as running
    from automock_tui.sandbox.janitor_log import pause_seconds

    info = running(workspace.folders.sandbox)
    if info is None:
        return JanitorStatus(workspace.region, installed=False)
    told = report(info)
    return JanitorStatus(
        workspace.region,
        installed=True,
        current=True,
        enabled=True,
        function="the sandbox's own",
        log_group=str(info.log_path),
        last_run=told.janitor_ran_at,
        runs=told.janitor_runs,
        failures=told.janitor_failures,
        failure=told.janitor_failure,
        schedule=timedelta(seconds=pause_seconds(told.speed, told.janitor_failures) * told.speed),
    )


def _is_scheduled(workspace: Workspace, name: str) -> bool:
    """Whether its schedule is on and runs it; an installation makes that last."""
    from automock_tui.aws.errors import explained

    client = workspace.need_account().client("events")
    with explained("events", "DescribeRule", name, may_be_missing=True):
        if client.describe_rule(Name=name)["State"] != "ENABLED":
            return False
        with explained("events", "ListTargetsByRule", name, may_be_missing=True):
            targets = client.list_targets_by_rule(Rule=name)["Targets"]
            return any(one["Arn"].endswith(f":function:{name}") for one in targets)
    return False


def _instant(text: str) -> datetime:
    """As Lambda tells it: `2026-11-22T21:24:26.296+0000`."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _alarms(workspace: Workspace, name: str) -> Iterator[tuple[str, str]]:
    """The state of each; of none where these credentials may not look."""
    from automock_tui.aws.errors import explained

    try:
        with explained("cloudwatch", "DescribeAlarms", name):
            listed = workspace.need_account().client("cloudwatch").describe_alarms(AlarmNamePrefix=f"{name}-")
    except Forbidden:
        return
    for alarm in listed["MetricAlarms"]:
        yield alarm["AlarmName"].removeprefix(f"{name}-"), alarm["StateValue"]


def _sums(workspace: Workspace, name: str, metric: str) -> dict[datetime, int]:
    """A metric of the function in the last 24 hours, by the five minutes it fell into."""
    from automock_tui.aws.errors import explained

    now = workspace.projects.store.now()
    with explained("cloudwatch", "GetMetricStatistics", name):
        answer = (
            workspace.need_account()
            .client("cloudwatch")
            .get_metric_statistics(
                Namespace="AWS/Lambda",
                MetricName=metric,
                Dimensions=[{"Name": "FunctionName", "Value": name}],
                StartTime=now - LOOK_BACK,
                EndTime=now,
                Period=int(SCHEDULE.total_seconds()),
                Statistics=["Sum"],
            )
        )
    return {point["Timestamp"].astimezone(UTC): int(point["Sum"]) for point in answer["Datapoints"]}


def _dead_letters(workspace: Workspace, name: str) -> int:
    from automock_tui.aws.errors import explained

    client = workspace.need_account().client("sqs")
    number = "ApproximateNumberOfMessages"
    with explained("sqs", "GetQueueAttributes", f"{name}-failed-runs"):
        listed = client.list_queues(QueueNamePrefix=f"{name}-failed-runs").get("QueueUrls", [])
        found = [client.get_queue_attributes(QueueUrl=url, AttributeNames=[number]) for url in listed[:1]]
    return sum(int(one["Attributes"][number]) for one in found)
