resource "aws_lb" "mock" {
  name               = local.short_name
  load_balancer_type = "application"
  internal           = false
  subnets            = local.alb_subnet_ids
  security_groups    = [aws_security_group.load_balancer.id]

  # Mocks answer late on purpose; the default of 60 seconds would cut them off.
  idle_timeout = 300

  # A mock has to see the headers as they were sent, odd ones too.
  drop_invalid_header_fields = false

  enable_deletion_protection = false

  tags = { Name = local.name }

  depends_on = [aws_route.internet]
}

resource "aws_lb_target_group" "mock" {
  name                 = local.short_name
  port                 = local.mockserver_port
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = local.vpc_id
  deregistration_delay = var.deregistration_delay_seconds

  health_check {
    path                = "/mockserver/ready"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  tags = { Name = local.name }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.mock.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = local.https ? "redirect" : "forward"
    target_group_arn = local.https ? null : aws_lb_target_group.mock.arn

    dynamic "redirect" {
      for_each = local.https ? [1] : []
      content {
        protocol    = "HTTPS"
        port        = "443"
        status_code = "HTTP_301"
      }
    }
  }
}

resource "aws_lb_listener" "https" {
  count = local.https ? 1 : 0

  load_balancer_arn = aws_lb.mock.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06" # TLS 1.2 and 1.3
  certificate_arn   = aws_acm_certificate_validation.domain[0].certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.mock.arn
  }
}
