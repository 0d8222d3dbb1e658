locals {
  region    = data.aws_region.current.name
  partition = data.aws_partition.current.partition
  account   = data.aws_caller_identity.current.account_id
  name      = "automock-janitor-${local.region}"
}

# Before the function, which would make it itself, for ever, at its first word.
resource "aws_cloudwatch_log_group" "janitor" {
  name              = "/aws/lambda/${local.name}"
  retention_in_days = var.log_retention_days
}

# The dead letters: runs that failed, with their error. Nothing to do again, for the next run looks at everything.
resource "aws_sqs_queue" "failed_runs" {
  name                      = "${local.name}-failed-runs"
  message_retention_seconds = 1209600 # 14 days
  sqs_managed_sse_enabled   = true
}

# Never in a VPC: an interface of it there would keep that network from being deleted.
resource "aws_lambda_function" "janitor" {
  function_name    = local.name
  description      = "Ends mock deployments whose TTL is over."
  role             = aws_iam_role.janitor.arn
  filename         = var.lambda_zip
  source_code_hash = filebase64sha256(var.lambda_zip)
  handler          = "automock_janitor.handler.handler"
  runtime          = "python3.12"
  architectures    = ["arm64"]
  memory_size      = 256
  timeout          = 280 # less than the five minutes between two runs

  reserved_concurrent_executions = var.reserved_concurrency

  environment {
    variables = {
      AUTOMOCK_PRICES  = jsonencode(var.prices)
      AUTOMOCK_VERSION = var.product_version
    }
  }

  depends_on = [aws_cloudwatch_log_group.janitor, aws_iam_role_policy.janitor]
}

resource "aws_lambda_function_event_invoke_config" "janitor" {
  function_name                = aws_lambda_function.janitor.function_name
  maximum_retry_attempts       = 0 # the schedule is the retry
  maximum_event_age_in_seconds = 300

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failed_runs.arn
    }
  }
}

resource "aws_lambda_permission" "schedule" {
  statement_id  = "schedule"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.janitor.function_name
  principal     = "events.amazonaws.com"
  source_arn    = "arn:${local.partition}:events:${local.region}:${local.account}:rule/${local.name}"
}

# The schedule comes last, and its target after it: where it is there, an installation came to its end.
resource "aws_cloudwatch_event_rule" "schedule" {
  name                = local.name
  description         = "Runs the janitor."
  schedule_expression = "rate(5 minutes)"

  depends_on = [
    aws_cloudwatch_metric_alarm.janitor,
    aws_lambda_function_event_invoke_config.janitor,
    aws_lambda_permission.schedule,
  ]
}

resource "aws_cloudwatch_event_target" "janitor" {
  rule = aws_cloudwatch_event_rule.schedule.name
  arn  = aws_lambda_function.janitor.arn
}
