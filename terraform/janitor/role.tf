resource "aws_iam_role" "janitor" {
  name               = local.name
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "janitor" {
  name   = "janitor"
  role   = aws_iam_role.janitor.id
  policy = data.aws_iam_policy_document.janitor.json
}

data "aws_iam_policy_document" "janitor" {
  statement {
    sid = "Look"
    actions = [
      "acm:DescribeCertificate", "acm:ListCertificates", "acm:ListTagsForCertificate",
      "application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies",
      "cloudwatch:DescribeAlarms", "cloudwatch:ListDashboards", "cloudwatch:ListTagsForResource",
      "ec2:DescribeAddresses", "ec2:DescribeInternetGateways", "ec2:DescribeNatGateways",
      "ec2:DescribeNetworkInterfaces", "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroupRules",
      "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcEndpoints", "ec2:DescribeVpcs",
      "ecs:DescribeClusters", "ecs:DescribeServices", "ecs:DescribeTaskDefinition", "ecs:DescribeTasks",
      "ecs:ListClusters", "ecs:ListServices", "ecs:ListTaskDefinitions", "ecs:ListTasks",
      "elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroups",
      "iam:ListRoles",
      "logs:DescribeLogGroups",
      "s3:ListAllMyBuckets",
      "sns:ListTopics",
      "tag:GetResources",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "LookIntoProjects"
    actions   = ["s3:GetBucketVersioning", "s3:ListBucket"]
    resources = ["arn:${local.partition}:s3:::auto-mock-*"]
  }

  statement {
    sid     = "KeepRecords"
    actions = ["s3:GetObject", "s3:PutObject"]
    resources = [
      "arn:${local.partition}:s3:::auto-mock-*/deployment-metadata.json",
      "arn:${local.partition}:s3:::auto-mock-*/terraform/*",
    ]
  }

  statement {
    sid       = "AddHistory"
    actions   = ["s3:PutObject"]
    resources = ["arn:${local.partition}:s3:::auto-mock-*/history/*"]
  }

  # A delete without a version leaves the object's versions in place.
  statement {
    sid       = "RemoveState"
    actions   = ["s3:DeleteObject"]
    resources = ["arn:${local.partition}:s3:::auto-mock-*/terraform/*"]
  }

  statement {
    sid = "DeleteWhatIsTagged"
    actions = [
      "acm:DeleteCertificate",
      "application-autoscaling:DeleteScalingPolicy", "application-autoscaling:DeregisterScalableTarget",
      "ec2:DeleteInternetGateway", "ec2:DeleteNatGateway", "ec2:DeleteNetworkInterface", "ec2:DeleteRouteTable",
      "ec2:DeleteSecurityGroup", "ec2:DeleteSubnet", "ec2:DeleteVpc", "ec2:DeleteVpcEndpoints",
      "ec2:DetachInternetGateway", "ec2:DisassociateRouteTable", "ec2:ReleaseAddress",
      "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress",
      "ecs:DeleteCluster", "ecs:DeleteService", "ecs:DeleteTaskDefinitions", "ecs:StopTask", "ecs:UpdateService",
      "elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:DeleteTargetGroup",
    ]
    # Ids say nothing of a project, so the tags below limit it; here, that each region has a janitor of its own.
    resources = [
      for service in ["acm", "application-autoscaling", "ec2", "ecs", "elasticloadbalancing"] :
      "arn:${local.partition}:${service}:${local.region}:${local.account}:*"
    ]

    condition {
      test     = "StringLike"
      variable = "aws:ResourceTag/automock:project"
      values   = ["?*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/automock:expires-managed"
      values   = ["true"]
    }
  }

  statement {
    sid       = "DeleteAlarms"
    actions   = ["cloudwatch:DeleteAlarms"]
    resources = [for name in ["auto-mock-*", "TargetTracking-service/auto-mock-*"] : "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${name}"]
  }

  statement {
    sid       = "DeleteDashboards"
    actions   = ["cloudwatch:DeleteDashboards"]
    resources = ["arn:${local.partition}:cloudwatch::${local.account}:dashboard/auto-mock-*"]
  }

  statement {
    sid       = "DeleteLogs"
    actions   = ["logs:DeleteLogGroup"]
    resources = [for name in ["/automock/auto-mock-*", "/aws/ecs/containerinsights/auto-mock-*"] : "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${name}"]
  }

  statement {
    sid       = "TellAndEndTopics"
    actions   = ["sns:DeleteTopic", "sns:ListTagsForResource", "sns:Publish"]
    resources = ["arn:${local.partition}:sns:${local.region}:${local.account}:auto-mock-*"]
  }

  statement {
    sid = "DeleteRoles"
    actions = [
      "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy",
      "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:ListRoleTags",
    ]
    resources = ["arn:${local.partition}:iam::${local.account}:role/auto-mock-*"]
  }

  # ECS can limit this neither by name nor by tag. It deletes nothing: a deregistered definition can still be run.
  statement {
    sid       = "RetireTaskDefinitions"
    actions   = ["ecs:DeregisterTaskDefinition"]
    resources = ["*"]
  }

  # Route 53 has no tags on records: limited to deleting, to the types that a mock has, and to the given zones.
  dynamic "statement" {
    for_each = length(var.hosted_zone_ids) > 0 ? [1] : []
    content {
      sid       = "DeleteRecords"
      actions   = ["route53:ChangeResourceRecordSets"]
      resources = [for id in var.hosted_zone_ids : "arn:${local.partition}:route53:::hostedzone/${id}"]

      condition {
        test     = "ForAllValues:StringEquals"
        variable = "route53:ChangeResourceRecordSetsActions"
        values   = ["DELETE"]
      }

      condition {
        test     = "ForAllValues:StringEquals"
        variable = "route53:ChangeResourceRecordSetsRecordTypes"
        values   = ["A", "CNAME"]
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.hosted_zone_ids) > 0 ? [1] : []
    content {
      sid       = "LookAtRecords"
      actions   = ["route53:ListResourceRecordSets"]
      resources = [for id in var.hosted_zone_ids : "arn:${local.partition}:route53:::hostedzone/${id}"]
    }
  }

  statement {
    sid       = "KeepItsOwnLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.janitor.arn}:*"]
  }

  statement {
    sid       = "KeepFailedRuns"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.failed_runs.arn]
  }
}
