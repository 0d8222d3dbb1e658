"""Why an action on a project cannot run now. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automock_tui.domain.deployment import DeploymentStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from automock_tui.operations.status import ProjectStatus
    from automock_tui.operations.workspace import Workspace

ON_PROJECT = frozenset(
    {"open", "edit", "deploy", "extend", "destroy", "log", "traffic", "copy", "delete", "resume"}
)
"""Actions that need a project."""
_ON_WORKSPACE = {"new", "example", "filter", "sort", "reverse"} | ON_PROJECT
_GONE = (None, DeploymentStatus.NONE, DeploymentStatus.DESTROYED)


def why_not(
    action: str, workspace: Workspace | None, project: ProjectStatus | None, names: Collection[str] | None
) -> str:
    """The reason, empty where the action can run.

    Args:
        action: The action's name.
        workspace: Where we are, None while that is not open.
        project: The project under the cursor.
        names: All projects, None while they are not known.
    """
    if action not in _ON_WORKSPACE:
        return ""
    if workspace is None:
        return "the workspace is not open yet"
    if action not in ON_PROJECT:
        return _of_all(action, names)
    if project is None:
        return "no project is selected"
    check = _CHECKS.get(action)
    return check(project) if check else ""


def _of_all(action: str, names: Collection[str] | None) -> str:
    if names is None:
        return "" if action == "new" else "the projects are not known yet"
    return "there is a petstore already" if action == "example" and "petstore" in names else ""


def _deploy(project: ProjectStatus) -> str:
    if project.error:
        return "the project cannot be read: " + project.error.partition("\n")[0]
    return _busy(project)


def _extend(project: ProjectStatus) -> str:
    if project.is_stopped:
        return f"{project.name} has stopped: d deploys it again"
    if project.status is not DeploymentStatus.DEPLOYED:
        return f"{project.name} is not deployed"
    return "" if project.expires_at else f"{project.name} has no TTL: it never ends by itself"


def _destroy(project: ProjectStatus) -> str:
    if project.status in _GONE:
        return f"nothing of {project.name} is deployed"
    return _busy(project)


def _resume(project: ProjectStatus) -> str:
    if project.trouble is None or not project.trouble.carries_on:
        return f"nothing of {project.name} is half done here"
    return _busy(project)


def _delete(project: ProjectStatus) -> str:
    return f"{project.name} is still deployed: destroy it first" if project.is_running else _busy(project)


def _busy(project: ProjectStatus) -> str:
    if project.job is not None and project.job.is_active:
        return f"a {project.job.kind.value} of {project.name} is at work: l shows it"
    return ""


def _log(project: ProjectStatus) -> str:
    return "" if project.job else f"no job of {project.name} is known on this machine"


def _copy(project: ProjectStatus) -> str:
    why = "it has stopped" if project.is_stopped else "it is not deployed"
    return "" if project.address else f"{project.name} has no address: {why}"


def _traffic(project: ProjectStatus) -> str:
    return "" if project.is_up and project.address else f"{project.name} is not running: d deploys it"


_CHECKS: dict[str, Callable[[ProjectStatus], str]] = {
    "deploy": _deploy,
    "extend": _extend,
    "destroy": _destroy,
    "delete": _delete,
    "resume": _resume,
    "log": _log,
    "traffic": _traffic,
    "copy": _copy,
}
