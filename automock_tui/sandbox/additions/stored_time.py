"""What is stored in S3 is dated by the sandbox's clock, as S3 dates it by its own."""

from __future__ import annotations

from automock_tui.sandbox.additions.patching import replace_function
from automock_tui.sandbox.clock import SandboxClock


def install(clock: SandboxClock) -> None:
    """Give moto's S3 the sandbox's time.

    Raises:
        KeyError: it takes the time from somewhere else.
    """
    from moto.s3 import models

    replace_function(models, "utcnow", clock.naive_now)
