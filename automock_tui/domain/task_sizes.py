"""The sizes of a Fargate task, by name."""

from __future__ import annotations

from typing import NamedTuple


class TaskSize(NamedTuple):
    """CPU units (1,024 = one vCPU) and memory in MiB of one task."""

    cpu_units: int
    memory_mib: int


TASK_SIZES = {
    "small": TaskSize(512, 1024),
    "medium": TaskSize(1024, 2048),
    "large": TaskSize(2048, 4096),
    "xlarge": TaskSize(4096, 8192),
}
"""Fargate allows only certain pairs; these give every vCPU twice its number in GB."""
