terraform {
  required_version = ">= 1.10" # use_lockfile of the S3 backend

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # bucket, key, region and use_lockfile come from -backend-config.
  backend "s3" {}
}

# Region, credentials and endpoint come from the environment.
provider "aws" {
  default_tags {
    tags = { "automock:component" = "janitor" }
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}
