"""What went wrong in a run, as cards: what, where, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from automock_tui.domain.apply_progress import Card, Progress
from automock_tui.domain.event_types import Failure
from automock_tui.ui.widgets.log_pane.record import clean

_MAX_CARDS = 50


class ErrorCard(NamedTuple):
    """One thing that went wrong."""

    title: str
    where: str = ""
    message: str = ""
    code: str = ""
    hint: str = ""
    is_error: bool = True
    times: int = 1


def cards_of(progress: Progress, failure: Failure | None) -> tuple[ErrorCard, ...]:
    """The cards of a run, errors first; the job's own advice stands with the diagnostic that it is about."""
    cards = [_of_diagnostic(card) for card in progress.cards]
    if failure is None:
        return tuple(cards)
    said = f"{failure.title}\n{failure.message}"
    for index, card in enumerate(cards):
        if card.is_error and card.title in said:
            cards[index] = card._replace(hint=failure.hint)
            return tuple(cards)
    return (ErrorCard(clean(failure.title), message=clean(failure.message), hint=clean(failure.hint)), *cards)


def _of_diagnostic(card: Card) -> ErrorCard:
    found = card.diagnostic
    places = [found.address, str(found.range) if found.range else ""]
    return ErrorCard(
        title=clean(found.summary),
        where=clean("  ·  ".join(place for place in places if place)),
        message=clean(found.detail),
        code=clean(found.snippet.code) if found.snippet else "",
        is_error=found.is_error,
        times=card.count,
    )


def card_content(card: ErrorCard) -> Content:
    """A card as it is shown."""
    mark, style = ("✕", "$text-error") if card.is_error else ("▲", "$text-warning")
    times = f"  ({card.times} times)" if card.times > 1 else ""
    parts = [Content.styled(f"{mark} {card.title}{times}", f"bold {style}")]
    parts += [Content.styled(f"  where    {card.where}", "$foreground-muted")] if card.where else []
    parts += [Content.styled(f"  {line}", "$foreground-muted italic") for line in card.code.splitlines()]
    parts += [Content(card.message)] if card.message else []
    parts += [Content.assemble(("What to do  ", "bold $text-primary"), card.hint)] if card.hint else []
    return Content("\n").join(parts)


class RunErrors(VerticalScroll):
    """The cards of a run."""

    DEFAULT_CSS = Path(__file__).with_name("run_errors.tcss").read_text("utf-8")

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.border_title = "Errors"
        self._cards: tuple[ErrorCard, ...] | None = None

    @property
    def cards(self) -> tuple[ErrorCard, ...]:
        """What is shown."""
        return self._cards or ()

    async def show(self, cards: tuple[ErrorCard, ...]) -> None:
        """Show these cards."""
        if cards == self._cards:
            return
        self._cards = cards
        await self.remove_children()
        shown = [Static(card_content(card), classes="run-errors--card") for card in cards[:_MAX_CARDS]]
        more = len(cards) - len(shown)
        if more > 0:
            shown.append(Static(f"and {more:,} more in the log", classes="run-errors--none", markup=False))
        await self.mount_all(shown or [Static("Nothing went wrong so far", classes="run-errors--none")])
