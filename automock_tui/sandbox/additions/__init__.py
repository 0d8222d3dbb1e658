"""What AWS does, Terraform's AWS provider or our own code needs, and moto 5.2.5 does not do.

Each module patches one part of moto and says which behaviour of AWS it restores. moto is pinned exactly, and a
test for each addition fails when moto changes underneath it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from automock_tui.sandbox.application import Unsupported


def install(unsupported: Unsupported) -> None:
    """Patch moto in this process, once."""
    from automock_tui.sandbox.additions import (
        addresses,
        autoscaling,
        ecs,
        final_refusals,
        records,
        target_health,
    )

    final_refusals.install(unsupported)
    addresses.install()
    autoscaling.install()
    ecs.install()
    records.install()
    target_health.install()
