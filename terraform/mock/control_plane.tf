# Whoever reaches MockServer's control plane can rewrite the mock and read every request. With nobody allowed,
# MockServer itself refuses it (service.tf) and the load balancer answers 403 before that. With somebody allowed
# only the load balancer can tell who asks, so it has to know every path: MockServer answers on each under
# /mockserver and mostly without that prefix too. The list is that of MockServer 8.0.0.

locals {
  listener_arn       = local.https ? aws_lb_listener.https[0].arn : aws_lb_listener.http.arn
  control_plane_open = length(var.control_plane_cidrs) > 0

  # A rule holds five values. Priorities: 1 the allowed, 50 the prefix, 100 and up the names without it.
  allowed_chunks = chunklist(var.control_plane_cidrs, 5)
  prefixed_paths = ["/mockserver", "/mockserver/*", "/_mockserver_*"]

  classic_puts = [
    "/expectation", "/openapi", "/clear", "/reset", "/retrieve", "/verify", "/verifySequence", "/verifySLO",
    "/status", "/bind", "/stop", "/configuration",
  ]
  other_puts = [
    "/clock", "/crud", "/diff", "/drift/clear", "/files/delete", "/files/list", "/files/retrieve", "/files/store",
    "/graphql", "/import", "/mode", "/oidc", "/preemption", "/replay", "/saml", "/scenario/*", "/scim", "/wsdl",
  ]
  gets    = ["/audit", "/cluster", "/clock", "/config", "/configuration", "/drift", "/mode", "/preemption", "/scenario", "/scenario/*"]
  deletes = ["/preemption"]
  # Names that no mocked API has, whatever the method.
  own_names = [
    "/asyncapi*", "/baseline/compare", "/breakpoint/matcher*", "/cassettes", "/chaosExperiment*", "/contractTest",
    "/debugMismatch", "/explainUnmatched", "/generateExpectation", "/grpc/*", "/grpcChaos", "/http3status", "/llm/*",
    "/loadScenario*", "/pact*", "/proxyConfiguration", "/recordings/promote", "/serviceChaos", "/tcpChaos",
    "/trafficValidate", "/wasm/*",
  ]

  closed_rules = concat(
    [for paths in chunklist(local.classic_puts, 4) : { method = "PUT", paths = paths }],
    !local.control_plane_open ? [] : concat(
      [for paths in chunklist(local.other_puts, 4) : { method = "PUT", paths = paths }],
      [for paths in chunklist(local.gets, 4) : { method = "GET", paths = paths }],
      [for paths in chunklist(local.deletes, 4) : { method = "DELETE", paths = paths }],
      [for paths in chunklist(local.own_names, 5) : { method = null, paths = paths }],
    ),
  )
  refusal = jsonencode({ error = "MockServer's control plane is closed to this address; control_plane_cidrs allows addresses." })
}

resource "aws_lb_listener_rule" "control_plane_allowed" {
  count = length(local.allowed_chunks)

  listener_arn = local.listener_arn
  priority     = 1 + count.index

  condition {
    source_ip {
      values = local.allowed_chunks[count.index]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.mock.arn
  }
}

resource "aws_lb_listener_rule" "control_plane_closed" {
  listener_arn = local.listener_arn
  priority     = 50

  condition {
    path_pattern {
      values = local.prefixed_paths
    }
  }

  action {
    type = "fixed-response"

    fixed_response {
      status_code  = "403"
      content_type = "application/json"
      message_body = local.refusal
    }
  }
}

resource "aws_lb_listener_rule" "control_plane_alias_closed" {
  count = length(local.closed_rules)

  listener_arn = local.listener_arn
  priority     = 100 + count.index

  condition {
    path_pattern {
      values = local.closed_rules[count.index].paths
    }
  }

  dynamic "condition" {
    for_each = local.closed_rules[count.index].method == null ? [] : [local.closed_rules[count.index].method]
    content {
      http_request_method {
        values = [condition.value]
      }
    }
  }

  action {
    type = "fixed-response"

    fixed_response {
      status_code  = "403"
      content_type = "application/json"
      message_body = local.refusal
    }
  }
}
