data "aws_availability_zones" "available" {
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  zones = slice(data.aws_availability_zones.available.names, 0, 2)

  # Eighths of the range: two public, two private, the rest free.
  public_blocks  = [for i in range(2) : cidrsubnet(var.vpc_cidr, 3, i)]
  private_blocks = [for i in range(2) : cidrsubnet(var.vpc_cidr, 3, i + 2)]

  # AWS keeps 5 addresses of a subnet, and a load balancer wants 8 free.
  task_addresses = 2 * (pow(2, 29 - tonumber(split("/", var.vpc_cidr)[1])) - 13)

  vpc_id             = local.own_network ? aws_vpc.mock[0].id : var.vpc_id
  alb_subnet_ids     = local.own_network ? aws_subnet.public[*].id : var.public_subnet_ids
  given_task_subnets = length(var.private_subnet_ids) > 0 ? var.private_subnet_ids : var.public_subnet_ids
  own_task_subnets   = local.behind_nat ? aws_subnet.private[*].id : aws_subnet.public[*].id
  task_subnet_ids    = local.own_network ? local.own_task_subnets : local.given_task_subnets
  task_public_ip     = local.own_network ? !local.behind_nat : length(var.private_subnet_ids) == 0
}

resource "aws_vpc" "mock" {
  count = local.own_network ? 1 : 0

  cidr_block         = var.vpc_cidr
  enable_dns_support = true

  tags = { Name = local.name }
}

resource "aws_internet_gateway" "mock" {
  count = local.own_network ? 1 : 0

  vpc_id = aws_vpc.mock[0].id

  tags = { Name = local.name }
}

# Tasks ask for their public address themselves, so nothing else that lands here gets one.
resource "aws_subnet" "public" {
  count = local.own_network ? 2 : 0

  vpc_id            = aws_vpc.mock[0].id
  cidr_block        = local.public_blocks[count.index]
  availability_zone = local.zones[count.index]

  tags = { Name = "${local.name}-public-${count.index + 1}" }
}

resource "aws_route_table" "public" {
  count = local.own_network ? 1 : 0

  vpc_id = aws_vpc.mock[0].id

  tags = { Name = "${local.name}-public" }
}

resource "aws_route" "internet" {
  count = local.own_network ? 1 : 0

  route_table_id         = aws_route_table.public[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.mock[0].id
}

resource "aws_route_table_association" "public" {
  count = local.own_network ? 2 : 0

  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public[0].id
}

resource "aws_subnet" "private" {
  count = local.behind_nat ? 2 : 0

  vpc_id            = aws_vpc.mock[0].id
  cidr_block        = local.private_blocks[count.index]
  availability_zone = local.zones[count.index]

  tags = { Name = "${local.name}-private-${count.index + 1}" }
}

resource "aws_eip" "nat" {
  count = local.behind_nat ? 1 : 0

  domain = "vpc"

  tags = { Name = "${local.name}-nat" }

  depends_on = [aws_internet_gateway.mock]
}

# One for both zones: a mock that lives for hours does not need a second that costs as much again.
resource "aws_nat_gateway" "mock" {
  count = local.behind_nat ? 1 : 0

  allocation_id = aws_eip.nat[0].id
  subnet_id     = aws_subnet.public[0].id

  tags = { Name = local.name }

  depends_on = [aws_route.internet]
}

resource "aws_route_table" "private" {
  count = local.behind_nat ? 1 : 0

  vpc_id = aws_vpc.mock[0].id

  tags = { Name = "${local.name}-private" }
}

resource "aws_route" "nat" {
  count = local.behind_nat ? 1 : 0

  route_table_id         = aws_route_table.private[0].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.mock[0].id
}

resource "aws_route_table_association" "private" {
  count = local.behind_nat ? 2 : 0

  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[0].id
}

# Free, and keeps the polling of the bucket off the NAT gateway, which is paid per gigabyte.
resource "aws_vpc_endpoint" "s3" {
  count = local.behind_nat ? 1 : 0

  vpc_id            = aws_vpc.mock[0].id
  service_name      = "com.amazonaws.${data.aws_region.current.name}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.private[0].id]

  tags = { Name = "${local.name}-s3" }
}

resource "aws_security_group" "load_balancer" {
  name        = "${local.name}-alb"
  description = "Clients of the mock ${var.project}"
  vpc_id      = local.vpc_id

  tags = { Name = "${local.name}-alb" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = {
    for pair in setproduct(local.https ? [80, 443] : [80], local.client_cidrs) :
    "${pair[0]} ${pair[1]}" => { port = pair[0], cidr = pair[1] }
  }

  security_group_id = aws_security_group.load_balancer.id
  description       = "Clients"
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = each.value.cidr
}

resource "aws_vpc_security_group_egress_rule" "to_tasks" {
  security_group_id            = aws_security_group.load_balancer.id
  ip_protocol                  = "tcp"
  from_port                    = local.mockserver_port
  to_port                      = local.mockserver_port
  referenced_security_group_id = aws_security_group.tasks.id
}

resource "aws_security_group" "tasks" {
  name        = "${local.name}-tasks"
  description = "Tasks of the mock ${var.project}"
  vpc_id      = local.vpc_id

  tags = { Name = "${local.name}-tasks" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "from_load_balancer" {
  security_group_id            = aws_security_group.tasks.id
  ip_protocol                  = "tcp"
  from_port                    = local.mockserver_port
  to_port                      = local.mockserver_port
  referenced_security_group_id = aws_security_group.load_balancer.id
}

# The bucket, the registries of the images, and whatever an expectation forwards to.
resource "aws_vpc_security_group_egress_rule" "from_tasks" {
  security_group_id = aws_security_group.tasks.id
  description       = "Bucket, images, forwards"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
