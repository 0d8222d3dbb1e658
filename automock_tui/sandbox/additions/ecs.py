"""Services of ECS that keep what they were given and reach a steady state.

moto forgets half of CreateService's parameters, starts no tasks for a service (0 running for ever, on which
`wait_for_steady_state` waits until its time is over), leaves the deployment as it was when a service is
updated, and lists services that were deleted.
"""

from __future__ import annotations

from typing import Any

from automock_tui.sandbox.additions.patching import replace_method

_KEPT_BY_MOTO = {"cluster", "serviceName", "taskDefinition", "desiredCount", "tags", "role", "clientToken"}


def install() -> None:
    """Complete CreateService, UpdateService, DeleteService and ListServices."""
    _complete_create()
    _complete_update()
    _complete_delete()
    _list_active_only()


def _complete_create() -> None:
    from moto.core.utils import camelcase_to_underscores
    from moto.ecs.responses import EC2ContainerServiceResponse as Response

    def create_whole(self: Any) -> Any:
        answer = create(self)
        service = answer.result["service"]
        for name, value in self._get_params().items():
            attribute = camelcase_to_underscores(name)
            if name not in _KEPT_BY_MOTO and not hasattr(service, attribute):
                setattr(service, attribute, value)
        _settle(service)
        return answer

    create = replace_method(Response, "create_service", create_whole)


def _complete_update() -> None:
    from moto.core.utils import utcnow
    from moto.ecs.models import EC2ContainerServiceBackend as Backend
    from moto.moto_api._internal import mock_random

    def update_and_settle(self: Any, service_properties: dict[str, Any]) -> Any:
        before = self._get_service(service_properties.get("cluster", "default"), service_properties["service"])
        was = before.task_definition
        service = update(self, service_properties)
        if service.task_definition != was and service.deployments:
            service.deployments[0]["id"] = f"ecs-svc/{mock_random.randint(0, 32**12)}"
            service.deployments[0]["createdAt"] = utcnow()
        _settle(service)
        return service

    update = replace_method(Backend, "update_service", update_and_settle)


def _complete_delete() -> None:
    from moto.ecs.models import EC2ContainerServiceBackend as Backend

    def delete_with_tasks(self: Any, cluster_name: str, service_name: str, force: bool) -> Any:
        service = delete(self, cluster_name, service_name, force)
        service.desired_count = service.running_count = 0
        return service

    delete = replace_method(Backend, "delete_service", delete_with_tasks)


def _list_active_only() -> None:
    from moto.ecs.models import EC2ContainerServiceBackend as Backend

    def list_active(self: Any, *arguments: Any, **options: Any) -> list[str]:
        deleted = {service.arn for service in self.services.values() if service.status == "INACTIVE"}
        return [arn for arn in list_all(self, *arguments, **options) if arn not in deleted]

    list_all = replace_method(Backend, "list_services", list_active)


def _settle(service: Any) -> None:
    """Every task that is wanted runs, and the deployment that wanted it is complete."""
    from moto.core.utils import utcnow

    _count_in_cluster(service)
    service.running_count, service.pending_count = service.desired_count, 0
    for deployment in service.deployments[:1]:
        deployment.update(
            desiredCount=service.desired_count,
            runningCount=service.desired_count,
            pendingCount=0,
            taskDefinition=service.task_definition,
            rolloutState="COMPLETED",
            rolloutStateReason=f"ECS deployment {deployment['id']} completed.",
            updatedAt=utcnow(),
        )


def _count_in_cluster(service: Any) -> None:
    cluster = service._backend.clusters[service.cluster_name]
    cluster.running_tasks_count += service.desired_count - service.running_count
    cluster.pending_tasks_count -= service.pending_count
