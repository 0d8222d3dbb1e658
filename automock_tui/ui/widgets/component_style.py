"""The styles of a widget's component classes, for drawing with Rich."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    from textual.widget import Widget


def component_style(widget: Widget, name: str) -> Style:
    """The style of a component class: its own background, if it has one, and its colour as it will look there.

    Textual's partial style leaves out colours that depend on the background, such as muted text; its full style
    paints the background of the widget over whatever is underneath.
    """
    styles = widget.get_component_styles(name)
    own = styles.partial_rich_style
    return Style(color=styles.rich_style.color, bgcolor=own.bgcolor) + styles.text_style


def overlaid(strip: Strip, style: Style) -> Strip:
    """A strip with a style over its own, as a cursor needs it (`Strip.apply_style` puts it underneath)."""
    return Strip(Segment.apply_style(strip, post_style=style), strip.cell_length)
