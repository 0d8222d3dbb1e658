variable "lambda_zip" {
  description = "The function's code, as `automock-tui janitor install` packs it."
  type        = string
  nullable    = false
}

variable "product_version" {
  description = "The version that installs it, so that an older one does not take its place."
  type        = string
  nullable    = false
}

variable "notification_email" {
  description = "Address that is told when a teardown fails or the janitor does not run, empty for nobody."
  type        = string
  nullable    = false
  default     = ""

  validation {
    condition     = var.notification_email == "" || can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.notification_email))
    error_message = "notification_email must be an e-mail address, or empty."
  }
}

variable "hosted_zone_ids" {
  description = "Route 53 zones whose records of ended mocks it may delete; [\"*\"] for every zone, [] for none."
  type        = list(string)
  nullable    = false
  default     = ["*"]
}

variable "prices" {
  description = "US dollars per hour of what costs by the hour, told when a teardown is stuck; empty where unknown."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "log_retention_days" {
  description = "How long its log is kept."
  type        = number
  nullable    = false
  default     = 30
}

variable "reserved_concurrency" {
  description = "1 keeps two passes from running at once; -1 for accounts with no concurrency to reserve."
  type        = number
  nullable    = false
  default     = 1

  validation {
    condition     = contains([1, -1], var.reserved_concurrency)
    error_message = "reserved_concurrency can be 1 or -1."
  }
}
