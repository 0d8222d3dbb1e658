resource "aws_appautoscaling_target" "tasks" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.mock.name}/${aws_ecs_service.mock.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = var.min_tasks
  max_capacity       = var.max_tasks
}

locals {
  scaling_metrics = {
    cpu    = { type = "ECSServiceAverageCPUUtilization", target = var.cpu_target_percent, label = null }
    memory = { type = "ECSServiceAverageMemoryUtilization", target = var.memory_target_percent, label = null }
    requests = {
      type   = "ALBRequestCountPerTarget"
      target = var.requests_per_task_per_minute
      label  = "${aws_lb.mock.arn_suffix}/${aws_lb_target_group.mock.arn_suffix}"
    }
  }
}

resource "aws_appautoscaling_policy" "tasks" {
  for_each = local.scaling_metrics

  name               = "${local.name}-${each.key}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.tasks.service_namespace
  resource_id        = aws_appautoscaling_target.tasks.resource_id
  scalable_dimension = aws_appautoscaling_target.tasks.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = each.value.target
    scale_out_cooldown = var.scale_out_cooldown_seconds
    scale_in_cooldown  = var.scale_in_cooldown_seconds

    predefined_metric_specification {
      predefined_metric_type = each.value.type
      resource_label         = each.value.label
    }
  }
}
