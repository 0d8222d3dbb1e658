output "mockserver_url" {
  description = "Address of the mock."
  value       = local.url
}

output "dashboard_url" {
  description = "MockServer's own dashboard; opens only from addresses in control_plane_cidrs."
  value       = "${local.url}/mockserver/dashboard"
}

output "cloudwatch_dashboard_url" {
  description = "CloudWatch dashboard of the mock, empty without one."
  value       = join("", [for board in aws_cloudwatch_dashboard.mock : "https://${local.region}.console.aws.amazon.com/cloudwatch/home?region=${local.region}#dashboards:name=${board.dashboard_name}"])
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard, empty without one."
  value       = join("", aws_cloudwatch_dashboard.mock[*].dashboard_name)
}

output "alb_dns" {
  description = "Name of the load balancer."
  value       = aws_lb.mock.dns_name
}

output "alb_arn" {
  description = "The load balancer."
  value       = aws_lb.mock.arn
}

output "alb_arn_suffix" {
  description = "The load balancer as its metrics name it."
  value       = aws_lb.mock.arn_suffix
}

output "target_group_arn" {
  description = "The group of tasks behind the load balancer."
  value       = aws_lb_target_group.mock.arn
}

output "target_group_arn_suffix" {
  description = "The group of tasks as its metrics name it."
  value       = aws_lb_target_group.mock.arn_suffix
}

output "cluster_name" {
  description = "ECS cluster."
  value       = aws_ecs_cluster.mock.name
}

output "service_name" {
  description = "ECS service."
  value       = aws_ecs_service.mock.name
}

output "task_definition_arn" {
  description = "Task definition of this deploy, with its revision."
  value       = aws_ecs_task_definition.mock.arn
}

output "vpc_id" {
  description = "Network of the mock."
  value       = local.vpc_id
}

output "region" {
  description = "Region of the mock."
  value       = local.region
}

output "log_group_name" {
  description = "Log group of MockServer."
  value       = aws_cloudwatch_log_group.mockserver.name
}

output "sync_log_group_name" {
  description = "Log group of what copies the expectations."
  value       = aws_cloudwatch_log_group.sync.name
}

output "alarm_names" {
  description = "Alarms of the mock."
  value       = sort([for alarm in aws_cloudwatch_metric_alarm.mock : alarm.alarm_name])
}

output "notification_topic_arn" {
  description = "SNS topic of notification_email, empty without one."
  value       = join("", aws_sns_topic.notifications[*].arn)
}
