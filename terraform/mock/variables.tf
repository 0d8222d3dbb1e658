# What the tool itself fills in has no default. Every variable with a default is an option of the user's, is a
# field of the same name in DeploymentOptions, and stands in one group of option_groups, in the order of a form.

locals {
  option_groups = {
    "Size"                  = ["instance_size", "min_tasks", "max_tasks", "cpu_architecture"]
    "Address"               = ["custom_domain", "hosted_zone_id"]
    "Access"                = ["allowed_cidrs", "control_plane_cidrs"]
    "Network"               = ["network_mode", "vpc_cidr", "vpc_id", "public_subnet_ids", "private_subnet_ids"]
    "Scaling"               = ["cpu_target_percent", "memory_target_percent", "requests_per_task_per_minute", "scale_out_cooldown_seconds", "scale_in_cooldown_seconds"]
    "Monitoring"            = ["notification_email", "alarms", "dashboard", "container_insights", "log_level", "log_retention_days"]
    "Software"              = ["mockserver_image", "sync_image"]
    "Health and deployment" = ["health_check_grace_seconds", "deregistration_delay_seconds", "wait_for_steady_state"]
  }
}

variable "project" {
  description = "Name of the project, 3 to 40 characters of a-z, 0-9 and hyphen."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$", var.project))
    error_message = "project must have 3 to 40 characters of a-z, 0-9 and hyphen, and start and end with a letter or digit."
  }
}

variable "bucket" {
  description = "The project's bucket, auto-mock-{project}-{suffix}. What belongs to the deployment is named after it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^auto-mock-[a-z0-9][a-z0-9-]{1,38}[a-z0-9]-[a-z0-9]{6}$", var.bucket))
    error_message = "bucket must be named auto-mock-{project}-{suffix} with a suffix of six letters or digits."
  }
}

variable "generation" {
  description = "Number of this deploy, one more with each; every resource is tagged with it."
  type        = number
  nullable    = false

  validation {
    condition     = var.generation >= 1 && floor(var.generation) == var.generation
    error_message = "generation must be a whole number from 1."
  }
}

variable "instance_size" {
  description = "Size of one task: small 0.5 vCPU and 1 GB, medium 1 and 2, large 2 and 4, xlarge 4 and 8."
  type        = string
  default     = "small"
  nullable    = false

  validation {
    condition     = contains(["small", "medium", "large", "xlarge"], var.instance_size)
    error_message = "instance_size must be small, medium, large or xlarge."
  }
}

variable "min_tasks" {
  description = "Tasks that always run."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.min_tasks >= 1 && var.min_tasks <= 200 && floor(var.min_tasks) == var.min_tasks
    error_message = "min_tasks must be a whole number from 1 to 200."
  }
}

variable "max_tasks" {
  description = "Tasks that run at most under load; at least min_tasks."
  type        = number
  default     = 3
  nullable    = false

  validation {
    condition     = var.max_tasks >= 1 && var.max_tasks <= 200 && floor(var.max_tasks) == var.max_tasks
    error_message = "max_tasks must be a whole number from 1 to 200."
  }
}

variable "cpu_architecture" {
  description = "Processor of the tasks. ARM64 costs about a fifth less; both images must support it."
  type        = string
  default     = "X86_64"
  nullable    = false

  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "cpu_architecture must be X86_64 or ARM64."
  }
}

variable "custom_domain" {
  description = "Own domain for the mock, such as mock.example.com; gives it HTTPS with a certificate. Empty for the load balancer's address over HTTP."
  type        = string
  default     = ""
  nullable    = false

  validation {
    # 64 characters is what a certificate's common name holds.
    condition     = var.custom_domain == "" || (length(var.custom_domain) <= 64 && can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.custom_domain)))
    error_message = "custom_domain must be a domain name in small letters of at most 64 characters, such as mock.example.com."
  }
}

variable "hosted_zone_id" {
  description = "Route 53 hosted zone that holds custom_domain, such as Z0123456789ABCDEFGHIJ."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.hosted_zone_id == "" || can(regex("^[A-Z0-9]{1,32}$", var.hosted_zone_id))
    error_message = "hosted_zone_id must be the id of a Route 53 zone, up to 32 capital letters and digits."
  }
}

variable "allowed_cidrs" {
  description = "IPv4 ranges that may call the mock; 0.0.0.0/0 is everyone."
  type        = list(string)
  default     = ["0.0.0.0/0"]
  nullable    = false

  validation {
    condition     = length(var.allowed_cidrs) >= 1 && length(var.allowed_cidrs) <= 25
    error_message = "allowed_cidrs must hold 1 to 25 ranges."
  }
  validation {
    condition     = alltrue([for cidr in var.allowed_cidrs : can(cidrnetmask(cidr)) && try(cidrsubnet(cidr, 0, 0) == cidr, false)])
    error_message = "allowed_cidrs must be IPv4 ranges that start at their network address, such as 203.0.113.0/24, or 203.0.113.7/32 for one address."
  }
}

variable "control_plane_cidrs" {
  description = "IPv4 ranges that may also use MockServer's own API and dashboard, and so change the mock. Empty for nobody."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.control_plane_cidrs) >= 0 && length(var.control_plane_cidrs) <= 25
    error_message = "control_plane_cidrs must hold at most 25 ranges."
  }
  validation {
    condition     = alltrue([for cidr in var.control_plane_cidrs : can(cidrnetmask(cidr)) && try(cidrsubnet(cidr, 0, 0) == cidr, false)])
    error_message = "control_plane_cidrs must be IPv4 ranges that start at their network address, such as 203.0.113.0/24, or 203.0.113.7/32 for one address."
  }
}

variable "network_mode" {
  description = "public: a network of its own, tasks with public addresses. private: tasks without, behind a NAT gateway that costs extra. existing: your network, named below."
  type        = string
  default     = "public"
  nullable    = false

  validation {
    condition     = contains(["public", "private", "existing"], var.network_mode)
    error_message = "network_mode must be public, private or existing."
  }
}

variable "vpc_cidr" {
  description = "IPv4 range of the mock's own network, /16 to /24. Not used with an existing network."
  type        = string
  default     = "10.42.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) && try(cidrsubnet(var.vpc_cidr, 0, 0) == var.vpc_cidr, false) && can(regex("/(1[6-9]|2[0-4])$", var.vpc_cidr))
    error_message = "vpc_cidr must be an IPv4 range from /16 to /24 that starts at its network address, such as 10.42.0.0/16."
  }
}

variable "vpc_id" {
  description = "Existing network (VPC) to deploy into. Only with network_mode existing."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.vpc_id == "" || can(regex("^vpc-([0-9a-f]{8}|[0-9a-f]{17})$", var.vpc_id))
    error_message = "vpc_id must be the id of a VPC, such as vpc-0123456789abcdef0."
  }
}

variable "public_subnet_ids" {
  description = "Existing public subnets for the load balancer, in at least two zones. Only with network_mode existing."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.public_subnet_ids : can(regex("^subnet-([0-9a-f]{8}|[0-9a-f]{17})$", id))])
    error_message = "public_subnet_ids must be ids of subnets, such as subnet-0123456789abcdef0."
  }
}

variable "private_subnet_ids" {
  description = "Existing private subnets for the tasks; they must reach the internet through a NAT. Empty to run the tasks in public_subnet_ids. Only with network_mode existing."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.private_subnet_ids : can(regex("^subnet-([0-9a-f]{8}|[0-9a-f]{17})$", id))])
    error_message = "private_subnet_ids must be ids of subnets, such as subnet-0123456789abcdef0."
  }
}

variable "cpu_target_percent" {
  description = "Average CPU use, in percent, that autoscaling aims at."
  type        = number
  default     = 70
  nullable    = false

  validation {
    condition     = var.cpu_target_percent >= 10 && var.cpu_target_percent <= 95 && floor(var.cpu_target_percent) == var.cpu_target_percent
    error_message = "cpu_target_percent must be a whole number from 10 to 95."
  }
}

variable "memory_target_percent" {
  description = "Average memory use, in percent, that autoscaling aims at."
  type        = number
  default     = 80
  nullable    = false

  validation {
    condition     = var.memory_target_percent >= 10 && var.memory_target_percent <= 95 && floor(var.memory_target_percent) == var.memory_target_percent
    error_message = "memory_target_percent must be a whole number from 10 to 95."
  }
}

variable "requests_per_task_per_minute" {
  description = "Requests per minute and task that autoscaling aims at."
  type        = number
  default     = 6000
  nullable    = false

  validation {
    condition     = var.requests_per_task_per_minute >= 1 && floor(var.requests_per_task_per_minute) == var.requests_per_task_per_minute
    error_message = "requests_per_task_per_minute must be a whole number from 1."
  }
}

variable "scale_out_cooldown_seconds" {
  description = "Seconds between one addition of tasks and the next."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.scale_out_cooldown_seconds >= 0 && var.scale_out_cooldown_seconds <= 3600 && floor(var.scale_out_cooldown_seconds) == var.scale_out_cooldown_seconds
    error_message = "scale_out_cooldown_seconds must be a whole number from 0 to 3600."
  }
}

variable "scale_in_cooldown_seconds" {
  description = "Seconds between one removal of tasks and the next."
  type        = number
  default     = 180
  nullable    = false

  validation {
    condition     = var.scale_in_cooldown_seconds >= 0 && var.scale_in_cooldown_seconds <= 3600 && floor(var.scale_in_cooldown_seconds) == var.scale_in_cooldown_seconds
    error_message = "scale_in_cooldown_seconds must be a whole number from 0 to 3600."
  }
}

variable "notification_email" {
  description = "Address that gets alarms and the warnings before the end. Amazon SNS asks it to confirm first. Empty for none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.notification_email == "" || can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s.]+$", var.notification_email))
    error_message = "notification_email must be an e-mail address, such as team@example.com."
  }
}

variable "alarms" {
  description = "Alarms on no healthy task, unhealthy tasks, gateway errors and high CPU."
  type        = bool
  default     = true
  nullable    = false
}

variable "dashboard" {
  description = "CloudWatch dashboard of requests, latency, errors and tasks."
  type        = bool
  default     = true
  nullable    = false
}

variable "container_insights" {
  description = "Detailed ECS metrics, billed per metric."
  type        = bool
  default     = false
  nullable    = false
}

variable "log_level" {
  description = "How much MockServer logs. INFO writes every request and response, which costs under load."
  type        = string
  default     = "WARN"
  nullable    = false

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"], var.log_level)
    error_message = "log_level must be TRACE, DEBUG, INFO, WARN, ERROR or OFF."
  }
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the logs."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a period that CloudWatch knows, such as 1, 3, 5, 7, 14, 30, 60, 90 or 365."
  }
}

variable "mockserver_image" {
  description = "Image of MockServer with its version. Tested with mockserver/mockserver:8.0.0."
  type        = string
  default     = "mockserver/mockserver:8.0.0"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-zA-Z0-9._/:-]*(:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}|@sha256:[0-9a-f]{64})$", var.mockserver_image)) && !endswith(var.mockserver_image, ":latest")
    error_message = "mockserver_image must name a version or digest, such as mockserver/mockserver:8.0.0; latest is not one."
  }
}

variable "sync_image" {
  description = "Image with Python and boto3 that copies the expectations from the bucket to MockServer."
  type        = string
  default     = "public.ecr.aws/lambda/python:3.13"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-zA-Z0-9._/:-]*(:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}|@sha256:[0-9a-f]{64})$", var.sync_image)) && !endswith(var.sync_image, ":latest")
    error_message = "sync_image must name a version or digest, such as public.ecr.aws/lambda/python:3.13; latest is not one."
  }
}

variable "health_check_grace_seconds" {
  description = "Seconds that a new task has before failed health checks count."
  type        = number
  default     = 120
  nullable    = false

  validation {
    condition     = var.health_check_grace_seconds >= 0 && var.health_check_grace_seconds <= 7200 && floor(var.health_check_grace_seconds) == var.health_check_grace_seconds
    error_message = "health_check_grace_seconds must be a whole number from 0 to 7200."
  }
}

variable "deregistration_delay_seconds" {
  description = "Seconds that a task being removed may finish its requests in."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.deregistration_delay_seconds >= 0 && var.deregistration_delay_seconds <= 3600 && floor(var.deregistration_delay_seconds) == var.deregistration_delay_seconds
    error_message = "deregistration_delay_seconds must be a whole number from 0 to 3600."
  }
}

variable "wait_for_steady_state" {
  description = "The deploy ends only when the tasks answer."
  type        = bool
  default     = true
  nullable    = false
}
