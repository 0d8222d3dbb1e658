"""Estimate: the price table of this user, and refreshing it from AWS."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from automock_tui.domain.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from automock_tui.domain.prices import PriceBook
    from automock_tui.operations.workspace import Workspace
    from automock_tui.settings import Folders


def price_book(folders: Folders) -> PriceBook:
    """The shipped price table, with what this user has refreshed on top; read once per process."""
    return _load(folders.cache)


@lru_cache(maxsize=4)
def _load(cache: Path) -> PriceBook:
    from automock_tui.aws.price_list import load_prices

    return load_prices(cache)


def refresh(workspace: Workspace, regions: Sequence[str]) -> list[str]:
    """Ask the AWS Price List API for these regions and keep the answer; returns what it could not tell.

    Raises:
        InvalidInput: this workspace is not an AWS account.
        AutomockError: no credentials, no permission (pricing:GetProducts), or no network.
    """
    from automock_tui.aws.price_list import pricing_client, refresh_prices, save_prices

    if workspace.is_emulated:
        raise InvalidInput(
            "Prices come from AWS itself",
            f"The {workspace.ref.kind.value} workspace has no price list.",
            "Ask with credentials of an account: automock-tui --workspace aws estimate --refresh-prices",
        )
    client = pricing_client(workspace.need_account().session())
    found = refresh_prices(client, regions, datetime.now(UTC).date(), price_book(workspace.folders))
    save_prices(found.book, workspace.folders.cache)
    _load.cache_clear()
    return list(found.problems)
