locals {
  name = var.bucket

  # Names of load balancers and target groups have 32 characters at most. The hash tells deployments apart, and
  # changes with the network, because a load balancer cannot move to another.
  network_key = join(",", [var.bucket, var.network_mode, var.vpc_id, local.own_network ? var.vpc_cidr : ""])
  short_name  = "${trimsuffix(substr("auto-mock-${var.project}", 0, 25), "-")}-${substr(sha1(local.network_key), 0, 6)}"

  own_network      = var.network_mode != "existing"
  behind_nat       = var.network_mode == "private"
  https            = var.custom_domain != "" && var.hosted_zone_id != ""
  client_cidrs     = distinct(concat(var.allowed_cidrs, var.control_plane_cidrs))
  expectations_key = "expectations.json"
  expectations_arn = "arn:${data.aws_partition.current.partition}:s3:::${var.bucket}/${local.expectations_key}"

  # CPU units (1024 are one vCPU) and MiB of one task.
  sizes = {
    small  = { cpu = 512, memory = 1024 }
    medium = { cpu = 1024, memory = 2048 }
    large  = { cpu = 2048, memory = 4096 }
    xlarge = { cpu = 4096, memory = 8192 }
  }
  size              = local.sizes[var.instance_size]
  sync_memory       = 192
  mockserver_memory = local.size.memory - local.sync_memory
  # The rest of MockServer's memory is for what the JVM keeps outside its heap: buffers, threads, classes.
  heap_memory = floor(local.mockserver_memory * 0.6)

  mockserver_port = 1080
  url             = local.https ? "https://${var.custom_domain}" : "http://${aws_lb.mock.dns_name}"
}
