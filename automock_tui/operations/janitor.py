"""The janitor in the cloud: install it, take it away. One per account and region."""

from __future__ import annotations

import json
import re
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automock_tui.domain.aws_errors import Forbidden
from automock_tui.domain.deployment import DeploymentStatus
from automock_tui.domain.errors import AutomockError, NotFound
from automock_tui.domain.project import LOCK_KEY, STATE_KEY
from automock_tui.operations.janitor_notes import ENFORCED_BY, REAP, is_elsewhere
from automock_tui.operations.janitor_strays import TAKEN_OVER, remove_strays
from automock_tui.provisioning.job import Changes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from automock_tui.domain.deployment import DeploymentMetadata
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.terraform import Terraform

SETTINGS_KEY = "settings.json"
_KEPT = ("notification_email", "hosted_zone_ids", "reserved_concurrency")
_KEEP_ATTEMPTS = 5
_NOTHING_TO_RESERVE = "UnreservedConcurrentExecution"
"""In Lambda's refusal to reserve a run: a new account may have ten at a time, and they must stay unreserved."""
_PAUSE_SECONDS = 5.0
LOCK_LIFE = timedelta(minutes=15)
"""A lock on the janitor's own state that is older is of a run that died: an installation takes a minute."""
_IN_THE_WAY = re.compile(r"already ?exists?|EntityAlreadyExists|ResourceConflict|AlreadyExist", re.IGNORECASE)
_ALIVE = (
    DeploymentStatus.DEPLOYED,
    DeploymentStatus.DEPLOYING,
    DeploymentStatus.DESTROYING,
    DeploymentStatus.FAILED,
)


def install(
    workspace: Workspace,
    *,
    email: str | None = None,
    zones: Sequence[str] | None = None,
    reserve: bool | None = None,
    on_line: Callable[[str], None] = lambda line: None,
    wait_seconds: float = 0,
    pause: Callable[[float], None] = time.sleep,
) -> Changes:
    """Install the janitor, or bring it up to date; returns what was changed.

    What is not given stays as it was installed; at first nobody is told, every zone counts, and one run at a
    time is reserved.

    Args:
        workspace: Where; needs an account.
        email: Who is told when a teardown fails, empty for nobody.
        zones: The Route 53 zones whose records it may delete.
        reserve: Keep one run at a time by reserved concurrency; where it is not given, an account whose quota
            leaves none to reserve goes without.
        on_line: Gets Terraform's lines.
        wait_seconds: How long to wait for somebody else who is at it.
        pause: Waits some seconds; may raise to give up.

    Raises:
        InvalidInput: this is the local workspace.
        AutomockError: no permission, no Terraform, or what Terraform says.
    """
    from automock_tui.operations.estimate import price_book
    from automock_tui.operations.reap import hourly_prices
    from automock_tui.provisioning.terraform_errors import TerraformError

    bucket = _make_bucket(workspace)
    is_first = not workspace.projects.store.keys(bucket, SETTINGS_KEY)  # written when all is installed
    given = {
        "notification_email": email,
        "hosted_zone_ids": None if zones is None else list(zones),
        "reserved_concurrency": None if reserve is None else 1 if reserve else -1,
    }
    chosen = _settings(workspace, bucket) | {name: value for name, value in given.items() if value is not None}
    prices = {"prices": hourly_prices(price_book(workspace.folders), workspace.region)}

    def apply() -> Changes:
        try:
            return _run(workspace, bucket, chosen | prices, on_line, destroy=False)
        except TerraformError as error:
            if reserve is not None or not _cannot_reserve(error):
                raise
            chosen["reserved_concurrency"] = -1  # two runs at once share their work and do no harm
            return _run(workspace, bucket, chosen | prices, on_line, destroy=False)

    try:
        changes = _patiently(workspace, bucket, apply, wait_seconds, pause)
    except AutomockError as error:
        if is_first and is_refusal(error):
            _take_back(workspace, bucket, error, on_line)
        raise
    _keep_settings(workspace, bucket, chosen)
    return changes


def _cannot_reserve(error: AutomockError) -> bool:
    """Whether the account leaves no run to reserve, or these credentials may not reserve one."""
    if _NOTHING_TO_RESERVE in f"{error.title} {error.message}":
        return True
    return is_refusal(error) and "PutFunctionConcurrency" in f"{error.title} {error.message}"


def is_refusal(error: AutomockError) -> bool:
    """Whether AWS said that these credentials may not do it."""
    return isinstance(error, Forbidden) or error.title.startswith(("No permission", "Not allowed"))


def _take_back(workspace: Workspace, bucket: str, error: AutomockError, on_line: Callable[[str], None]) -> None:
    """Of a first installation that was refused half-way leave nothing; the error says what became of it."""
    try:
        _run(workspace, bucket, {}, on_line, destroy=True)
        workspace.projects.store.delete_bucket(bucket)
    except AutomockError as refused:
        error.message += f"\nWhat was made before that is still there: {refused.title}."
        error.hint += " What is left goes with: automock-tui janitor uninstall"
    else:
        error.message += "\nWhat was made before that was taken back."


def _patiently(
    workspace: Workspace,
    bucket: str,
    work: Callable[[], Changes],
    wait_seconds: float,
    pause: Callable[[float], None],
) -> Changes:
    """Do it; where somebody else holds the state, again when they are done, or are dead."""
    from automock_tui.provisioning.terraform_errors import StateLocked

    end = time.monotonic() + wait_seconds
    while True:
        try:
            return work()
        except StateLocked as error:
            if not _release_old_lock(workspace, bucket) and time.monotonic() > end:
                minutes = LOCK_LIFE.total_seconds() / 60
                error.hint = (
                    f"Wait until that run ends. If it is dead: after {minutes:.0f} minutes its lock is removed."
                )
                raise
        pause(_PAUSE_SECONDS)


def _release_old_lock(workspace: Workspace, bucket: str) -> bool:
    from automock_tui.storage.objects import ObjectNotFound

    store = workspace.projects.store
    try:
        lock = store.get(bucket, LOCK_KEY)
    except ObjectNotFound:
        return False  # released meanwhile
    if store.now() - lock.last_modified < LOCK_LIFE:
        return False
    store.delete(bucket, LOCK_KEY)
    return True


def depending(workspace: Workspace) -> list[str]:
    """The projects whose TTL nothing but `reap` would enforce without the janitor."""
    found = workspace.projects.list_all()
    return [
        one.name
        for one in found
        if one.deployment is not None
        and one.deployment.status in _ALIVE
        and one.deployment.ttl_expiry is not None
        and not is_elsewhere(one.deployment, workspace.region)
    ]


def uninstall(workspace: Workspace, *, on_line: Callable[[str], None] = lambda line: None) -> Changes:
    """Take the janitor away, with its log and its state.

    Raises:
        NotFound: it is not installed.
        AutomockError: no permission, no Terraform, or what Terraform says.
    """
    bucket = state_bucket(workspace)
    if bucket in workspace.projects.store.buckets(bucket):
        changes = _patiently(workspace, bucket, lambda: _remove(workspace, bucket, on_line), 0, time.sleep)
    elif gone := remove_strays(workspace, (), on_line):  # somebody deleted its bucket
        changes = Changes(remove=len(gone))
    else:
        raise NotFound("The janitor is not installed", f"There is no bucket {bucket}.", "")
    for name in depending(workspace):
        _leave_to_reap(workspace, name)
    return changes


def _leave_to_reap(workspace: Workspace, name: str) -> None:
    """Let everybody's table say that no janitor ends it; where that cannot be written, its end will tell."""

    def change(metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
        del now
        return replace(metadata, notices={**metadata.notices, ENFORCED_BY: REAP})

    with suppress(AutomockError):
        workspace.projects.update_deployment(name, change)


def _remove(workspace: Workspace, bucket: str, on_line: Callable[[str], None]) -> Changes:
    changes = _run(workspace, bucket, {}, on_line, destroy=True)
    gone = remove_strays(workspace, (), on_line)
    workspace.projects.store.delete_bucket(bucket)
    return replace(changes, remove=changes.remove + len(gone))


def state_bucket(workspace: Workspace) -> str:
    """The bucket of the janitor's own Terraform state.

    Raises:
        AutomockError: the account cannot be asked who it is.
    """
    account = workspace.need_account()
    return f"automock-janitor-{account.identity()['Account']}-{account.region}"


def may_tidy(workspace: Workspace, zone: str) -> bool:
    """Whether the installed janitor may delete records of this Route 53 zone; it was told which."""
    zones = _settings(workspace, state_bucket(workspace)).get("hosted_zone_ids")
    return not isinstance(zones, list) or "*" in zones or zone in zones


def _settings(workspace: Workspace, bucket: str) -> dict[str, Any]:
    """With what it was installed."""
    from automock_tui.storage.objects import ObjectNotFound

    try:
        found = json.loads(workspace.projects.store.get(bucket, SETTINGS_KEY).body)
    except (ObjectNotFound, ValueError):
        return {}
    return {name: found[name] for name in _KEPT if name in found} if isinstance(found, dict) else {}


def _keep_settings(workspace: Workspace, bucket: str, chosen: dict[str, Any]) -> None:
    """For the next who installs it; whoever comes last counts, as for the installation itself."""
    from automock_tui.storage.objects import ObjectNotFound, PreconditionFailed

    store = workspace.projects.store
    for _ in range(_KEEP_ATTEMPTS):
        try:
            etag = store.get(bucket, SETTINGS_KEY).etag
        except ObjectNotFound:
            etag = ""
        with suppress(PreconditionFailed):
            store.put(bucket, SETTINGS_KEY, json.dumps(chosen, indent=2).encode(), if_match=etag)
            return


def _make_bucket(workspace: Workspace) -> str:
    bucket, store = state_bucket(workspace), workspace.projects.store
    if bucket not in store.buckets(bucket):
        store.create_bucket(bucket, tags={"automock:component": "janitor"})
    return bucket


def _run(
    workspace: Workspace,
    bucket: str,
    variables: dict[str, Any],
    on_line: Callable[[str], None],
    *,
    destroy: bool,
) -> Changes:
    from automock_tui.provisioning.janitor_stack import lay_out

    with tempfile.TemporaryDirectory(prefix="automock-janitor-") as folder:
        work = Path(folder, "work")
        lay_out(work, variables)
        terraform = _terraform(workspace, work, on_line)
        terraform.init({"bucket": bucket, "key": STATE_KEY, "region": workspace.region, "use_lockfile": "true"})
        planned = terraform.plan(destroy=destroy)
        if planned.has_changes:
            _apply(workspace, terraform, on_line)
        return planned.changes


def _apply(workspace: Workspace, terraform: Terraform, on_line: Callable[[str], None]) -> None:
    """Apply the plan; what an installation that died left in its way is removed first."""
    from automock_tui.provisioning.terraform_errors import StateNotSaved, TerraformError

    try:
        terraform.apply()
    except StateNotSaved as error:
        error.message = "What was made is in no state."
        error.hint = "Install it again when its bucket can be reached: what was made is found by its name."
        raise
    except TerraformError as error:
        if not _IN_THE_WAY.search(f"{error.title} {error.message}"):
            raise
        known = {f"{one['type']}.{one['name']}" for one in terraform.state_pull().get("resources", [])}
        if not remove_strays(workspace, known | set(TAKEN_OVER), on_line):
            raise
        terraform.plan()
        terraform.apply()


def _terraform(workspace: Workspace, work: Path, on_line: Callable[[str], None]) -> Terraform:
    from automock_tui.provisioning.engine_discovery import find_engine
    from automock_tui.provisioning.environment import chooses_providers_itself, terraform_environment
    from automock_tui.provisioning.mirrors import find_mirror, mirror_for
    from automock_tui.provisioning.terraform import Terraform

    given = workspace.need_account().terraform_environment()
    engine = find_engine(workspace.settings.terraform)
    mirror = None if chooses_providers_itself(given) else find_mirror(given)
    return Terraform(
        engine,
        work,
        environment=terraform_environment(given, cache=None if mirror else workspace.folders.cache),
        plugin_dir=mirror and mirror_for(engine.name, mirror, work.parent / "mirror"),
        on_line=on_line,
    )
