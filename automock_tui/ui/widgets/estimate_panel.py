"""What a deployment will cost, part by part, at a traffic level that the user moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from automock_tui.domain.cost import Estimate
from automock_tui.domain.traffic import TRAFFIC_LEVELS, Traffic
from automock_tui.ui.estimate_text import Row, heading, remarks, rows, title, totals
from automock_tui.ui.format import plural
from automock_tui.ui.widgets.links import Links

_USUAL = 2
"""The level to begin with: 10 requests a second."""


class EstimatePanel(Vertical, can_focus=True):
    """The table of parts, the totals under it, and the traffic it is for.

    Args:
        is_free: Whether nothing is billed where the deployment will be.
    """

    DEFAULT_CSS = Path(__file__).with_name("estimate_panel.tcss").read_text("utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "traffic(1)", "More traffic", show=False, id="estimate.more"),
        Binding("left", "traffic(-1)", "Less traffic", show=False, id="estimate.less"),
        Binding(
            "m",
            "other_end",
            "At max tasks",
            tooltip="The parts at the other number of tasks",
            id="estimate.max",
        ),
        Binding("down,j", "scroll(1)", "Down", show=False, id="estimate.down"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="estimate.up"),
    ]

    class TrafficChanged(Message):
        """Another level of traffic: estimate again."""

    def __init__(self, *, is_free: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self._is_free = is_free
        self._level = _USUAL
        self._at_max = False
        self._found: Estimate | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="estimate-heading")
        with VerticalScroll(id="estimate-parts", can_focus=False):
            yield Static(id="estimate-rows")
            yield Static(id="estimate-remarks")
        yield Static(id="estimate-totals")
        yield Links(id="estimate-traffic")

    @property
    def traffic(self) -> Traffic:
        """The level it is for."""
        return TRAFFIC_LEVELS[self._level]

    def show(self, found: Estimate) -> None:
        """Show an estimate."""
        self._found = found
        self.remove_class("-old")
        self.border_title = Content(f"Estimate  {title(found)}")
        self._draw()

    def show_old(self) -> None:
        """Say that what is shown was before the last change, which has no price."""
        self.add_class("-old")
        self.border_title = Content("Estimate  before the last change")

    def on_resize(self) -> None:
        """The table is as wide as the panel."""
        self._draw()

    def action_traffic(self, step: int) -> None:
        """Step through the levels of traffic; after the last comes the first."""
        self._level = (self._level + step) % len(TRAFFIC_LEVELS)
        self.post_message(self.TrafficChanged())

    def action_other_end(self) -> None:
        """Show the parts at the most tasks, or at the least."""
        self._at_max = not self._at_max
        self._draw()

    def action_scroll(self, step: int) -> None:
        """Scroll the parts."""
        self.query_one("#estimate-parts").scroll_relative(y=step, animate=False)

    def _draw(self) -> None:
        found = self._found
        if found is None:
            return
        width = max(40, self.query_one("#estimate-parts").scrollable_content_region.width)
        self._put("rows", Content("\n").join(_rows(found, width, at_max=self._at_max)))
        self._put("heading", Content.styled(heading(found).text(width), "dim"))
        self._put("totals", Content("\n").join(_line(row, width, "bold") for row in totals(found)))
        self._put("remarks", Content("\n").join(_remarks(found, is_free=self._is_free)))
        self._put("traffic", _traffic(found, at_max=self._at_max))

    def _put(self, place: str, text: Content) -> None:
        self.query_one(f"#estimate-{place}", Static).update(text)


def _rows(found: Estimate, width: int, *, at_max: bool) -> Iterator[Content]:
    for row in rows(found, width, at_max=at_max):
        yield _line(row, width, "")


def _line(row: Row, width: int, style: str) -> Content:
    return Content.styled(row.text(width), style if row.is_known else "$text-warning")


def _remarks(found: Estimate, *, is_free: bool) -> Iterator[Content]:
    for index, text in enumerate(remarks(found, is_free=is_free)):
        yield Content.styled(text, "$text-accent" if is_free and index == 0 else "dim")


def _traffic(found: Estimate, *, at_max: bool) -> Content:
    many = found.min_tasks != found.max_tasks
    shown = found.max_tasks if at_max else found.min_tasks
    parts = f"   parts at [@click=outer('other_end')]{plural(shown, 'task')}[/]" if many else ""
    return Content.from_markup(
        "traffic [@click=outer('traffic(-1)')]◂[/] [bold]$level[/] [@click=outer('traffic(1)')]▸[/]" + parts,
        level=found.traffic.label,
    )
