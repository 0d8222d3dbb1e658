resource "aws_cloudwatch_log_group" "mockserver" {
  name              = "/automock/${local.name}/mockserver"
  retention_in_days = var.log_retention_days
}

resource "aws_cloudwatch_log_group" "sync" {
  name              = "/automock/${local.name}/sync"
  retention_in_days = var.log_retention_days
}

# ECS would make this group itself, keep it for ever and leave it behind.
resource "aws_cloudwatch_log_group" "container_insights" {
  count = var.container_insights ? 1 : 0

  name              = "/aws/ecs/containerinsights/${local.name}/performance"
  retention_in_days = var.log_retention_days
}

resource "aws_sns_topic" "notifications" {
  count = var.notification_email != "" ? 1 : 0

  name = local.name
}

resource "aws_sns_topic_subscription" "email" {
  count = var.notification_email != "" ? 1 : 0

  topic_arn = aws_sns_topic.notifications[0].arn
  protocol  = "email"
  endpoint  = var.notification_email
}

locals {
  alb_dimensions     = { LoadBalancer = aws_lb.mock.arn_suffix }
  target_dimensions  = { LoadBalancer = aws_lb.mock.arn_suffix, TargetGroup = aws_lb_target_group.mock.arn_suffix }
  service_dimensions = { ClusterName = aws_ecs_cluster.mock.name, ServiceName = aws_ecs_service.mock.name }

  # Answers of status 5xx that expectations give on purpose are no fault: only the load balancer's own count.
  alarm_rules = {
    no-healthy-task = {
      description = "No task answers: the mock is down."
      namespace   = "AWS/ApplicationELB", metric = "HealthyHostCount", dimensions = local.target_dimensions
      statistic   = "Minimum", comparison = "LessThanThreshold", threshold = 1, minutes = 3, missing = "breaching"
    }
    unhealthy-task = {
      description = "A task fails its health check."
      namespace   = "AWS/ApplicationELB", metric = "UnHealthyHostCount", dimensions = local.target_dimensions
      statistic   = "Maximum", comparison = "GreaterThanThreshold", threshold = 0, minutes = 5, missing = "notBreaching"
    }
    gateway-errors = {
      description = "The load balancer answers 5xx because it gets no answer from the mock."
      namespace   = "AWS/ApplicationELB", metric = "HTTPCode_ELB_5XX_Count", dimensions = local.alb_dimensions
      statistic   = "Sum", comparison = "GreaterThanThreshold", threshold = 10, minutes = 2, missing = "notBreaching"
    }
    cpu-high = {
      description = "The tasks are at their limit, and autoscaling does not bring relief."
      namespace   = "AWS/ECS", metric = "CPUUtilization", dimensions = local.service_dimensions
      statistic   = "Average", comparison = "GreaterThanThreshold", threshold = 95, minutes = 10, missing = "notBreaching"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "mock" {
  for_each = var.alarms ? local.alarm_rules : {}

  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = "${var.project}: ${each.value.description}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = each.value.minutes
  treat_missing_data  = each.value.missing
  alarm_actions       = aws_sns_topic.notifications[*].arn
  ok_actions          = aws_sns_topic.notifications[*].arn
}

locals {
  region        = data.aws_region.current.name
  alb_path      = ["LoadBalancer", aws_lb.mock.arn_suffix]
  target_path   = ["TargetGroup", aws_lb_target_group.mock.arn_suffix, "LoadBalancer", aws_lb.mock.arn_suffix]
  service_path  = ["ClusterName", aws_ecs_cluster.mock.name, "ServiceName", aws_ecs_service.mock.name]
  alb_namespace = "AWS/ApplicationELB"

  dashboard_charts = [
    {
      title = "Requests per minute", stat = "Sum"
      metrics = [
        concat([local.alb_namespace, "RequestCount"], local.alb_path),
        concat([local.alb_namespace, "RequestCountPerTarget"], local.target_path),
      ]
    },
    {
      title = "Response time, seconds", stat = "p99"
      metrics = [
        concat([local.alb_namespace, "TargetResponseTime"], local.alb_path, [{ stat = "p50", label = "p50" }]),
        concat([local.alb_namespace, "TargetResponseTime"], local.alb_path, [{ stat = "p99", label = "p99" }]),
      ]
    },
    {
      title = "Answers by status", stat = "Sum"
      metrics = [
        for name in ["HTTPCode_Target_2XX_Count", "HTTPCode_Target_4XX_Count", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_4XX_Count", "HTTPCode_ELB_5XX_Count"] :
        concat([local.alb_namespace, name], local.alb_path)
      ]
    },
    {
      title = "Tasks", stat = "Maximum"
      metrics = [
        concat([local.alb_namespace, "HealthyHostCount"], local.target_path),
        concat([local.alb_namespace, "UnHealthyHostCount"], local.target_path),
      ]
    },
    {
      title = "CPU and memory, percent", stat = "Average"
      metrics = [
        concat(["AWS/ECS", "CPUUtilization"], local.service_path),
        concat(["AWS/ECS", "MemoryUtilization"], local.service_path),
      ]
    },
  ]
}

resource "aws_cloudwatch_dashboard" "mock" {
  count = var.dashboard ? 1 : 0

  dashboard_name = local.name
  dashboard_body = jsonencode({
    widgets = concat(
      [
        for index, chart in local.dashboard_charts : {
          type       = "metric", width = 12, height = 6, x = 12 * (index % 2), y = 6 * floor(index / 2)
          properties = merge(chart, { region = local.region, period = 60, view = "timeSeries" })
        }
      ],
      [
        {
          type = "log", width = 12, height = 6, x = 12, y = 12
          properties = {
            title  = "Expectations taken over"
            region = local.region
            view   = "table"
            query  = "SOURCE '${aws_cloudwatch_log_group.sync.name}' | fields @timestamp, @message | sort @timestamp desc | limit 50"
          }
        }
      ],
    )
  })
}
