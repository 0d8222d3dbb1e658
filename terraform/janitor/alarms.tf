resource "aws_sns_topic" "alarms" {
  count = var.notification_email != "" ? 1 : 0

  name = local.name
}

resource "aws_sns_topic_subscription" "email" {
  count = var.notification_email != "" ? 1 : 0

  topic_arn = aws_sns_topic.alarms[0].arn
  protocol  = "email"
  endpoint  = var.notification_email
}

locals {
  alarm_rules = {
    failing = {
      description = "A mock whose TTL is over cannot be taken down, or a record cannot be read. See the log."
      metric      = "Errors", comparison = "GreaterThanThreshold", threshold = 0, missing = "notBreaching"
    }
    silent = {
      description = "The janitor does not run: nothing ends the mocks whose TTL is over."
      metric      = "Invocations", comparison = "LessThanThreshold", threshold = 1, missing = "breaching"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "janitor" {
  for_each = local.alarm_rules

  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/Lambda"
  metric_name         = each.value.metric
  dimensions          = { FunctionName = aws_lambda_function.janitor.function_name }
  statistic           = "Sum"
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = 300
  evaluation_periods  = 3
  datapoints_to_alarm = each.key == "failing" ? 2 : 3
  treat_missing_data  = each.value.missing
  alarm_actions       = aws_sns_topic.alarms[*].arn
  ok_actions          = aws_sns_topic.alarms[*].arn
}
