terraform {
  required_version = ">= 1.10" # use_lockfile of the S3 backend

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # bucket, key, region and use_lockfile come from -backend-config: the state lives in the project's own bucket.
  backend "s3" {}
}

# Region, credentials and endpoint come from the environment.
provider "aws" {
  default_tags {
    tags = {
      "automock:project"         = var.project
      "automock:generation"      = tostring(var.generation)
      "automock:expires-managed" = "true"
    }
  }
}

data "aws_partition" "current" {}

data "aws_region" "current" {
  lifecycle {
    precondition {
      condition     = var.max_tasks >= var.min_tasks
      error_message = "max_tasks (${var.max_tasks}) must be at least min_tasks (${var.min_tasks})."
    }
    precondition {
      condition     = var.custom_domain == "" || var.hosted_zone_id != ""
      error_message = "custom_domain needs hosted_zone_id, the Route 53 zone that holds ${var.custom_domain}."
    }
    precondition {
      condition     = var.network_mode != "existing" || (var.vpc_id != "" && length(var.public_subnet_ids) >= 2)
      error_message = "network_mode existing needs vpc_id and at least two public_subnet_ids, because a load balancer spans two zones."
    }
    precondition {
      condition     = length(local.client_cidrs) <= 25
      error_message = "allowed_cidrs and control_plane_cidrs together can hold 25 ranges; a security group has no room for more."
    }
    precondition {
      condition     = var.network_mode == "existing" || 2 * var.max_tasks <= local.task_addresses
      error_message = "vpc_cidr ${var.vpc_cidr} leaves ${local.task_addresses} addresses for tasks, and max_tasks ${var.max_tasks} needs twice as many while a new version rolls out. Choose a larger range, such as a /16."
    }
  }
}
