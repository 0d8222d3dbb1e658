locals {
  volume            = "expectations"
  volume_path       = "/expectations"
  expectations_file = "${local.volume_path}/expectations.json"

  sync_environment = {
    AUTOMOCK_BUCKET       = var.bucket
    AUTOMOCK_KEY          = local.expectations_key
    AUTOMOCK_FILE         = local.expectations_file
    AUTOMOCK_POLL_SECONDS = "5"
    AWS_DEFAULT_REGION    = data.aws_region.current.name
  }

  mockserver_environment = merge(
    {
      JAVA_TOOL_OPTIONS                                      = "-Xms${floor(local.heap_memory / 2)}m -Xmx${local.heap_memory}m -XX:+ExitOnOutOfMemoryError"
      MOCKSERVER_SERVER_PORT                                 = tostring(local.mockserver_port)
      MOCKSERVER_LOG_LEVEL                                   = var.log_level
      MOCKSERVER_INITIALIZATION_JSON_PATH                    = local.expectations_file
      MOCKSERVER_WATCH_INITIALIZATION_JSON                   = "true"
      MOCKSERVER_ATTEMPT_TO_PROXY_IF_NO_MATCHING_EXPECTATION = "false"
      MOCKSERVER_FORWARD_PROXY_BLOCK_PRIVATE_NETWORKS        = "true"
      MOCKSERVER_DASHBOARD_ANALYTICS_ENABLED                 = "false"
    },
    # Tokens are demanded and no key exists that could sign one: every control-plane path answers 401.
    local.control_plane_open ? {} : {
      MOCKSERVER_CONTROL_PLANE_JWT_AUTHENTICATION_REQUIRED   = "true"
      MOCKSERVER_CONTROL_PLANE_JWT_AUTHENTICATION_JWK_SOURCE = "/control-plane-closed/no-keys.json"
    },
  )

  containers = [
    {
      name       = "sync"
      image      = var.sync_image
      essential  = true
      memory     = local.sync_memory
      entryPoint = ["python3", "-u", "-c"]
      command    = [file("${path.module}/files/sync_expectations.py")]
      # A crash of the copier restarts it alone; the mock keeps serving.
      restartPolicy = { enabled = true, restartAttemptPeriod = 60 }
      environment   = [for name, value in local.sync_environment : { name = name, value = value }]
      mountPoints   = [{ sourceVolume = local.volume, containerPath = local.volume_path, readOnly = false }]
      healthCheck = {
        command     = ["CMD", "python3", "-c", "import os, sys; sys.exit(not os.path.exists('${local.expectations_file}'))"]
        interval    = 5
        timeout     = 5
        retries     = 10
        startPeriod = 120
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.sync.name
          awslogs-region        = data.aws_region.current.name
          awslogs-stream-prefix = "task"
        }
      }
    },
    {
      name         = "mockserver"
      image        = var.mockserver_image
      essential    = true
      memory       = local.mockserver_memory
      dependsOn    = [{ containerName = "sync", condition = "HEALTHY" }]
      portMappings = [{ containerPort = local.mockserver_port, hostPort = local.mockserver_port, protocol = "tcp" }]
      environment  = [for name, value in local.mockserver_environment : { name = name, value = value }]
      mountPoints  = [{ sourceVolume = local.volume, containerPath = local.volume_path, readOnly = true }]
      ulimits      = [{ name = "nofile", softLimit = 65536, hardLimit = 65536 }]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.mockserver.name
          awslogs-region        = data.aws_region.current.name
          awslogs-stream-prefix = "task"
          # A slow log never slows the mock.
          mode            = "non-blocking"
          max-buffer-size = "4m"
        }
      }
    },
  ]
}

resource "aws_ecs_cluster" "mock" {
  name = local.name

  setting {
    name  = "containerInsights"
    value = var.container_insights ? "enabled" : "disabled"
  }

  depends_on = [aws_cloudwatch_log_group.container_insights]
}

resource "aws_ecs_task_definition" "mock" {
  family                   = local.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = local.size.cpu
  memory                   = local.size.memory
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions    = jsonencode(local.containers)

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }

  volume {
    name = local.volume
  }
}

resource "aws_ecs_service" "mock" {
  name                               = local.name
  cluster                            = aws_ecs_cluster.mock.id
  task_definition                    = aws_ecs_task_definition.mock.arn
  launch_type                        = "FARGATE"
  platform_version                   = "1.4.0"
  desired_count                      = var.min_tasks
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = var.health_check_grace_seconds
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"
  wait_for_steady_state              = var.wait_for_steady_state

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = local.task_subnet_ids
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = local.task_public_ip
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.mock.arn
    container_name   = "mockserver"
    container_port   = local.mockserver_port
  }

  timeouts {
    create = "15m"
    update = "15m"
    delete = "15m"
  }

  lifecycle {
    ignore_changes = [desired_count] # autoscaling owns it after the first apply
  }

  # Both ways: tasks need these to start, and to stop. Without its policies a service cannot drain and its delete
  # hangs; without its log groups the last task makes them anew.
  depends_on = [
    aws_iam_role_policy.task,
    aws_iam_role_policy.execution,
    aws_cloudwatch_log_group.mockserver,
    aws_cloudwatch_log_group.sync,
    aws_lb_listener.http,
    aws_lb_listener.https,
    aws_route.internet,
    aws_route.nat,
    aws_route_table_association.public,
    aws_route_table_association.private,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_egress_rule.from_tasks,
    aws_vpc_security_group_egress_rule.to_tasks,
    aws_vpc_security_group_ingress_rule.from_load_balancer,
  ]
}
