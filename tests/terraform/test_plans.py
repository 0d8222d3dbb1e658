"""What each choice brings into being: resources by number, and the parts that money or safety hang on."""

from __future__ import annotations

import pytest

from tests.terraform.plans import Plan, check_plans

pytestmark = pytest.mark.part("aws-provider")

PORTS = "toset([for rule in aws_vpc_security_group_ingress_rule.clients : rule.from_port])"
RULES = "aws_lb_listener_rule.control_plane"
ENVIRONMENT = "{ for entry in local.containers[1].environment : entry.name => entry.value }"
EXISTING = {
    "network_mode": "existing",
    "vpc_id": "vpc-0123456789abcdef0",
    "public_subnet_ids": ["subnet-0000000a", "subnet-0000000b"],
}

CHEAP_BY_DEFAULT = Plan(
    "cheap_by_default",
    holds=[
        "length(aws_nat_gateway.mock) + length(aws_eip.nat) + length(aws_subnet.private) == 0",
        "length(aws_subnet.public) == 2",
        "aws_subnet.public[0].availability_zone != aws_subnet.public[1].availability_zone",
        "aws_ecs_service.mock.network_configuration[0].assign_public_ip",
        'aws_ecs_task_definition.mock.cpu == "512" && aws_ecs_task_definition.mock.memory == "1024"',
        'one(aws_ecs_cluster.mock.setting).value == "disabled"',
        "length(aws_cloudwatch_log_group.container_insights) == 0",
        "length(aws_cloudwatch_metric_alarm.mock) == 4",
        "length(aws_cloudwatch_dashboard.mock) == 1",
        "length(aws_sns_topic.notifications) == 0",
        "aws_appautoscaling_target.tasks.min_capacity == 1",
        "aws_appautoscaling_target.tasks.max_capacity == 3",
        "length(aws_appautoscaling_policy.tasks) == 3",
        f"{PORTS} == toset([80])",
        'aws_lb_listener.http.default_action[0].type == "forward"',
        "aws_ecs_service.mock.deployment_circuit_breaker[0].rollback",
        # what costs beyond ten listener rules is a rule evaluation per request
        "length(aws_lb_listener_rule.control_plane_alias_closed) + 1 <= 10",
    ],
)
NAMES = Plan(
    "names",
    {"project": "a" * 38 + "-9", "bucket": "auto-mock-" + "a" * 38 + "-9-abc123"},
    holds=[
        "length(aws_lb.mock.name) <= 32 && length(aws_lb_target_group.mock.name) <= 32",
        'startswith(aws_lb.mock.name, "auto-mock-aaaaa")',
        "length(aws_iam_role.task.name) <= 64 && length(aws_iam_role.execution.name) <= 64",
        "strcontains(aws_iam_role.task.name, var.project)",
        "strcontains(aws_ecs_cluster.mock.name, var.project)",
    ],
)
NOBODY_MAY_CONTROL = Plan(
    "nobody_may_control",
    holds=[
        "length(aws_lb_listener_rule.control_plane_allowed) == 0",
        'one(aws_lb_listener_rule.control_plane_closed.action[0].fixed_response).status_code == "403"',
        "alltrue([for rule in aws_lb_listener_rule.control_plane_alias_closed : "
        'rule.action[0].fixed_response[0].status_code == "403"])',
        f'({ENVIRONMENT})["MOCKSERVER_CONTROL_PLANE_JWT_AUTHENTICATION_REQUIRED"] == "true"',
        f'({ENVIRONMENT})["MOCKSERVER_ATTEMPT_TO_PROXY_IF_NO_MATCHING_EXPECTATION"] == "false"',
        f'({ENVIRONMENT})["MOCKSERVER_FORWARD_PROXY_BLOCK_PRIVATE_NETWORKS"] == "true"',
    ],
)
SOME_MAY_CONTROL = Plan(
    "some_may_control",
    {"allowed_cidrs": ["198.51.100.0/24"], "control_plane_cidrs": [f"203.0.113.{n}/32" for n in range(7)]},
    holds=[
        "length(aws_lb_listener_rule.control_plane_allowed) == 2",
        f"{RULES}_allowed[1].priority < {RULES}_closed.priority",
        f'!contains(keys({ENVIRONMENT}), "MOCKSERVER_CONTROL_PLANE_JWT_AUTHENTICATION_REQUIRED")',
        "length(aws_vpc_security_group_ingress_rule.clients) == 8",
        # a rule holds five values
        "alltrue([for rule in local.closed_rules : length(rule.paths) + (rule.method == null ? 0 : 1) <= 5])",
    ],
)
PRIVATE = Plan(
    "private",
    {"network_mode": "private"},
    holds=[
        "length(aws_nat_gateway.mock) == 1 && length(aws_eip.nat) == 1 && length(aws_subnet.private) == 2",
        "length(aws_vpc_endpoint.s3) == 1",
        "!aws_ecs_service.mock.network_configuration[0].assign_public_ip",
    ],
)
EXISTING_PUBLIC = Plan(
    "existing_public",
    EXISTING,
    holds=[
        "length(aws_vpc.mock) + length(aws_subnet.public) + length(aws_nat_gateway.mock) == 0",
        "aws_ecs_service.mock.network_configuration[0].assign_public_ip",
        "aws_lb_target_group.mock.vpc_id == var.vpc_id",
    ],
)
EXISTING_PRIVATE = Plan(
    "existing_private",
    {**EXISTING, "private_subnet_ids": ["subnet-0000000c"]},
    holds=[
        "!aws_ecs_service.mock.network_configuration[0].assign_public_ip",
        "aws_ecs_service.mock.network_configuration[0].subnets == toset(var.private_subnet_ids)",
        "aws_lb.mock.subnets == toset(var.public_subnet_ids)",
    ],
)
DOMAIN = Plan(
    "domain",
    {"custom_domain": "mock.example.com", "hosted_zone_id": "Z0123456789ABCDEFGHIJ"},
    holds=[
        f"{PORTS} == toset([80, 443])",
        'aws_lb_listener.http.default_action[0].type == "redirect"',
        'aws_lb_listener.https[0].ssl_policy == "ELBSecurityPolicy-TLS13-1-2-2021-06"',
        'aws_route53_record.alias[0].name == "mock.example.com"',
        'output.mockserver_url == "https://mock.example.com"',
    ],
)
EVERYTHING = Plan(
    "everything",
    {
        "instance_size": "xlarge",
        "min_tasks": 200,
        "max_tasks": 200,
        "notification_email": "team@example.com",
        "container_insights": True,
        "cpu_architecture": "ARM64",
    },
    holds=[
        'aws_ecs_task_definition.mock.cpu == "4096" && aws_ecs_task_definition.mock.memory == "8192"',
        'aws_ecs_task_definition.mock.runtime_platform[0].cpu_architecture == "ARM64"',
        'one(aws_ecs_cluster.mock.setting).value == "enabled"',
        "length(aws_cloudwatch_log_group.container_insights) == 1",
        "length(aws_sns_topic_subscription.email) == 1",
    ],
)
NOTHING_EXTRA = Plan(
    "nothing_extra",
    {"alarms": False, "dashboard": False},
    holds=[
        "length(aws_cloudwatch_metric_alarm.mock) + length(aws_cloudwatch_dashboard.mock) == 0",
        'length(output.alarm_names) == 0 && output.dashboard_name == ""',
    ],
)
HEAP = [
    Plan(
        f"heap_{size}",
        {"instance_size": size},
        holds=[
            "sum([for container in local.containers : container.memory]) <= local.size.memory",
            "local.heap_memory >= 0.5 * local.mockserver_memory",
            "local.heap_memory <= 0.7 * local.mockserver_memory",
            f'strcontains(({ENVIRONMENT})["JAVA_TOOL_OPTIONS"], "-Xmx${{local.heap_memory}}m")',
        ],
    )
    for size in ("small", "medium", "large", "xlarge")
]


def test_choices_bring_what_they_say(tmp_path):
    plans = [CHEAP_BY_DEFAULT, NAMES, NOBODY_MAY_CONTROL, SOME_MAY_CONTROL, PRIVATE, EXISTING_PUBLIC]
    check_plans(tmp_path, [*plans, EXISTING_PRIVATE, DOMAIN, EVERYTHING, NOTHING_EXTRA, *HEAP])


def test_the_checker_can_fail(tmp_path):
    with pytest.raises(AssertionError, match="wrong: 0"):
        check_plans(tmp_path, [Plan("wrong", holds=["length(aws_nat_gateway.mock) == 7"])])
