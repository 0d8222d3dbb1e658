"""The order in which the workers take the files of a whole run.

A file goes to one worker. Those that wait for real Terraform (a load balancer takes its provider a minute) come
first, so that none of them begins when the others are done; then the largest.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from hypothesis import settings

# What CI finds must be found again: it always tries the same examples. At a desk they are others each time.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

TESTS = Path(__file__).parent
LONGEST = (
    "e2e/test_halfway.py",
    "e2e/test_ttl_ends.py",
    "e2e/test_keyboard.py",
    "e2e/test_journey.py",
    "janitor/test_sweep.py",
    "terraform/test_apply.py",
    "e2e/test_consent.py",
    "provisioning/test_terraform_on_s3.py",
    "operations/test_recovery.py",
)
"""Minutes each, most of them waiting."""


def pytest_collection_modifyitems(config, items):
    """Order the files of a worker's collection; a run without workers keeps pytest's order."""
    if hasattr(config, "workerinput"):
        sizes = Counter(item.path for item in items)
        items.sort(key=lambda item: (_rank(item.path), -sizes[item.path]))


def _rank(path):
    name = path.relative_to(TESTS).as_posix() if path.is_relative_to(TESTS) else ""
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)
