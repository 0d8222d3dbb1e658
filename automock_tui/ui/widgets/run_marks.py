"""How the states of a run look: each a mark, a word and a colour, so that no one of them is needed."""

from __future__ import annotations

from typing import NamedTuple

from automock_tui.domain.progress_parts import ResourceState, StageState


class Look(NamedTuple):
    """A mark of one cell, a word, and the name of a style (a theme variable without its dollar sign)."""

    mark: str
    word: str
    style: str


RESOURCE_LOOKS = {
    ResourceState.PLANNED: Look("·", "waiting", "foreground-muted"),
    ResourceState.RUNNING: Look("▶", "running", "text-warning"),
    ResourceState.DONE: Look("✓", "done", "text-success"),
    ResourceState.FAILED: Look("✕", "failed", "text-error"),
    ResourceState.CANCELLED: Look("◼", "cancelled", "text-error"),
    ResourceState.LOST: Look("?", "unknown", "text-error"),
}
STAGE_LOOKS = {
    StageState.PENDING: Look("·", "", "foreground-muted"),
    StageState.RUNNING: Look("▶", "", "text-warning"),
    StageState.DONE: Look("✓", "", "text-success"),
    StageState.FAILED: Look("✕", "", "text-error"),
}
SKIPPED = Look("–", "", "foreground-muted")

_DOING = {"create": "creating", "update": "updating", "delete": "deleting", "replace": "replacing"}
_SIGNS = {"create": "+", "update": "~", "delete": "−", "replace": "±"}


def doing(action: str) -> str:
    """What is being done to a resource, in a word."""
    return _DOING.get(action, action)


def sign(action: str) -> str:
    """The sign of an action, as Terraform writes it."""
    return _SIGNS.get(action, " ")


def short_address(address: str) -> str:
    """A Terraform address without what every one of ours begins with."""
    return address.removeprefix("aws_")


def middle(text: str, width: int) -> str:
    """A text in at most `width` cells, the middle left out: the ends of an address tell most."""
    if len(text) <= width:
        return text
    if width < 3:
        return text[: max(0, width)]
    tail = (width - 1) * 2 // 3
    return f"{text[: width - 1 - tail]}…{text[-tail:]}"
