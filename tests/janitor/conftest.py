"""One deployment with everything, made once for all tests of this folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from automock_tui.sandbox import account as sandbox_account
from automock_tui.shipped import load_janitor
from tests import parts
from tests.janitor import bystanders, stack
from tests.janitor.command import Cli

for _module in ("passes", "rules", "store", "sweep", "target", "handler"):
    load_janitor(_module)  # tests import them as automock_janitor.*
assert "automock_janitor" in sys.modules


@dataclass
class Deployed:
    """An account that holds bystanders and one deployment whose TTL is over."""

    account: stack.Account
    folder: Path
    others: set[str]
    """The inventory before the deployment was made."""


@pytest.fixture(scope="session")
def account() -> Iterator[stack.Account]:
    parts.require("moto", sandbox_account.missing_packages() == [], sandbox_account.INSTALL_COMMAND)
    with stack.serve_account() as served:
        yield served


@pytest.fixture
def cli(tmp_path) -> Cli:
    return Cli(tmp_path)


@dataclass
class Applying:
    """A deployment that Terraform is making: it mostly waits, so tests that need it not go on meanwhile."""

    folder: Path
    others: set[str]
    done: Future[None]


@pytest.fixture(scope="session")
def applying(account, tmp_path_factory) -> Iterator[Applying]:
    folder = tmp_path_factory.mktemp("janitor") / "run"
    parts.require_provider()
    zone = stack.make_zone(account)
    bystanders.make(account.client, zone, "neighbour", {"automock:project": "petstore-2"})
    bystanders.make(account.client, zone, "untagged", {})
    options = stack.full_options(zone)
    stack.prepare(account, folder, options)
    others = bystanders.inventory(account.client)
    with ThreadPoolExecutor(1) as pool:
        yield Applying(folder, others, pool.submit(_apply, account, folder, options.model_dump(mode="json")))


def _apply(account: stack.Account, folder: Path, options: dict[str, Any]) -> None:
    stack.terraform(account, folder, "apply", "-auto-approve")
    account.write(stack.expired(options))


@pytest.fixture(scope="session")
def deployed(account, applying) -> Deployed:
    applying.done.result()
    return Deployed(account, applying.folder, applying.others)
