"""Deploy: the form, the job, its review. What the job itself does is in `deploy_script`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from automock_tui.domain.deployment import DeploymentStatus, check_ttl_hours
from automock_tui.domain.errors import AutomockError, LostRace, NotFound
from automock_tui.domain.plan_document import plan_from_json
from automock_tui.operations.options import stored_options
from automock_tui.provisioning.job import JobKind, JobStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from automock_tui.domain.deployment import DeploymentMetadata
    from automock_tui.domain.expectation import ExpectationSet
    from automock_tui.domain.options import DeploymentOptions
    from automock_tui.domain.plan import PlanSummary
    from automock_tui.domain.problems import Problem
    from automock_tui.linting import LintContext
    from automock_tui.operations.janitor_part import Choice
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.job import Job
    from automock_tui.provisioning.stack import OptionVariable

PLAN_FILE = "plan-review.json"


@dataclass(frozen=True, kw_only=True)
class DeployBasis:
    """What a deploy starts from: the present options, and what will be deployed."""

    options: DeploymentOptions
    ttl_hours: float
    version: str
    expectations: ExpectationSet
    context: LintContext
    problems: Sequence[Problem]
    metadata: DeploymentMetadata

    @property
    def expectation_count(self) -> int:
        """How many expectations will be deployed."""
        return len(self.expectations)

    @property
    def replaces(self) -> bool:
        """Whether something runs already, which this deploy would change."""
        return self.metadata.status in (DeploymentStatus.DEPLOYED, DeploymentStatus.FAILED)

    def problems_with(self, options: DeploymentOptions) -> Sequence[Problem]:
        """What is wrong or doubtful once the expectations are deployed with other options."""
        from automock_tui.operations.judging import deployed_context, problems_of

        if options == self.options:
            return self.problems
        return problems_of(self.expectations, deployed_context(self.context, options))


@dataclass(frozen=True, kw_only=True)
class DeployForm(DeployBasis):
    """The basis of a deploy, and every variable that the user can set."""

    variables: Sequence[OptionVariable]


def deploy_basis(workspace: Workspace, name: str) -> DeployBasis:
    """What a deploy starts from.

    Raises:
        InvalidInput: this workspace cannot deploy.
        NotFound: no such project.
    """
    from automock_tui.domain.expectation import load_expectations
    from automock_tui.operations.judging import deployed_context, problems_of, project_context

    workspace.need_account()
    current = workspace.projects.read_expectations(name)
    metadata = workspace.projects.deployment(name)
    found, context = load_expectations(current.body), project_context(workspace, name)
    options = stored_options(metadata.options)
    return DeployBasis(
        options=options,
        ttl_hours=workspace.settings.ttl_hours,
        version=current.version,
        expectations=found,
        context=context,
        problems=problems_of(found, deployed_context(context, options)),
        metadata=metadata,
    )


def deploy_form(workspace: Workspace, name: str) -> DeployForm:
    """What the form of a deploy shows; reading the variables takes 0.15 s, and some 2 s after an installation.

    Raises:
        InvalidInput: this workspace cannot deploy.
        NotFound: no such project.
    """
    from automock_tui.provisioning.stack import option_variables

    return DeployForm(**vars(deploy_basis(workspace, name)), variables=option_variables())


def _refuse_errors(problems: Sequence[Problem]) -> None:
    from automock_tui.operations.save import refusal

    errors = [one for one in problems if one.is_error]
    if errors:
        error = refusal("These expectations would not work", errors)
        error.hint += f" Or silence the rule in this project: automock-tui validate --silence {errors[0].rule}"
        raise error


def start_deploy(
    workspace: Workspace,
    name: str,
    options: DeploymentOptions,
    ttl_hours: float,
    *,
    plan_only: bool = False,
    auto_approve: bool = False,
    janitor: Choice | None = None,
    problems: Sequence[Problem] | None = None,
) -> Job:
    """Start the job of a deploy: it plans, and applies at once, after `confirm`, or never (`plan_only`).

    `janitor` is what the user wants of the janitor; None for what was chosen before, or to install it.
    `problems`: what a check has just found; empty for what was deployed before, None to check now.

    Raises:
        InvalidInput: this workspace cannot deploy, the TTL is out of range, or the expectations have errors.
        NotFound: no such project.
        LostRace: a deploy or destroy of the project is under way.
    """
    workspace.need_account()
    ttl = check_ttl_hours(ttl_hours)
    metadata = workspace.projects.deployment(name)
    takes_over = dead_job(workspace, metadata)
    _refuse_while_busy(metadata, takes_over)
    if problems is None:
        problems = deploy_basis(workspace, name).problems_with(options)
    _refuse_errors(problems)
    job = workspace.jobs.create(
        kind=JobKind.DEPLOY,
        project=name,
        workspace=workspace.ref,
        bucket=workspace.projects.find(name),
        arguments={
            "options": options.model_dump(mode="json"),
            "ttl_seconds": ttl.total_seconds(),
            "takes_over": takes_over,
            "janitor": janitor.value if janitor else "",
        },
        plan_only=plan_only,
        auto_approve=auto_approve,
        by=workspace.by,
    )
    return workspace.jobs.start(job)


def confirm(workspace: Workspace, job_id: str) -> Job:
    """Apply the very plan that was reviewed.

    Raises:
        InvalidInput: the job does not wait for a review.
        LostRace: another job is at work on the project.
    """
    return workspace.jobs.start(workspace.jobs.load(job_id))


def discard(workspace: Workspace, job_id: str) -> Job:
    """Give up a plan; nothing was changed.

    Raises:
        InvalidInput: the job does not wait for a review.
    """
    return workspace.jobs.discard(workspace.jobs.load(job_id))


def plan_of(workspace: Workspace, job_id: str) -> PlanSummary:
    """The plan of a job, with secrets masked.

    Raises:
        NotFound: the job has no plan (yet).
    """
    path = workspace.jobs.folder(job_id) / PLAN_FILE
    try:
        return plan_from_json(path.read_bytes())
    except FileNotFoundError as error:
        raise NotFound(
            f"Job {job_id} has no plan", "It has not come that far, or it failed before.", "Look at its log."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AutomockError("The plan cannot be read", f"{path}: {error}", "Plan again.") from error


def dead_job(workspace: Workspace, metadata: DeploymentMetadata) -> str:
    """The job that a deployment belongs to if it ran on this machine and is over; else empty."""
    try:
        job = workspace.jobs.load(metadata.job_id) if metadata.job_id else None
    except NotFound:
        return ""
    return job.id if job and (job.is_final or job.status is JobStatus.LOST) else ""


def _refuse_while_busy(metadata: DeploymentMetadata, takes_over: str) -> None:
    busy = metadata.status in (DeploymentStatus.DEPLOYING, DeploymentStatus.DESTROYING)
    if not busy or (takes_over and metadata.status is DeploymentStatus.DEPLOYING):
        return
    raise LostRace(
        f"Cannot deploy {metadata.project_name}: it is {metadata.status.value}",
        f"{metadata.updated_by or 'Somebody'} started that (job {metadata.job_id}, generation "
        f"{metadata.generation}).",
        "Wait for it, or look at it with: automock-tui status --project " + metadata.project_name,
    )
