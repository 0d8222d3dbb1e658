resource "aws_acm_certificate" "domain" {
  count = local.https ? 1 : 0

  domain_name       = var.custom_domain
  validation_method = "DNS"

  tags = { Name = local.name }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  for_each = local.https ? {
    for option in aws_acm_certificate.domain[0].domain_validation_options : option.domain_name => option
  } : {}

  zone_id = var.hosted_zone_id
  name    = each.value.resource_record_name
  type    = each.value.resource_record_type
  records = [each.value.resource_record_value]
  ttl     = 60

  # Another deployment of the same domain may have left or still need the very same record.
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "domain" {
  count = local.https ? 1 : 0

  certificate_arn         = aws_acm_certificate.domain[0].arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]

  timeouts {
    create = "20m"
  }
}

resource "aws_route53_record" "alias" {
  count = local.https ? 1 : 0

  zone_id = var.hosted_zone_id
  name    = var.custom_domain
  type    = "A"

  alias {
    name                   = aws_lb.mock.dns_name
    zone_id                = aws_lb.mock.zone_id
    evaluate_target_health = false
  }
}
