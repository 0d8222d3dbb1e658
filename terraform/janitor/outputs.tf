output "function_name" {
  description = "The Lambda function."
  value       = aws_lambda_function.janitor.function_name
}

output "code_hash" {
  description = "SHA-256 of the installed code, in base64."
  value       = aws_lambda_function.janitor.source_code_hash
}

output "log_group_name" {
  description = "Where it writes what it does."
  value       = aws_cloudwatch_log_group.janitor.name
}

output "role_arn" {
  description = "What it may do hangs on this role."
  value       = aws_iam_role.janitor.arn
}
