"""A scroll view that can grow many times a second."""

from __future__ import annotations

from rich.style import Style
from textual.geometry import Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView


class SteadyScroll(ScrollView):
    """A scroll view whose content may grow without a new layout of the whole screen.

    Textual lays the screen out anew whenever the size of a view's content changes (16 ms for a screen such as
    the Job screen, each time); but only a scrollbar that comes or goes changes any place.
    """

    virtual_size = Reactive(Size(0, 0))
    """The size of the content."""

    def resize_content(self, width: int, height: int) -> None:
        """Take a new size of the content; moves the scrollbars, and the view if it is beyond the end."""
        size = Size(width, height)
        if size != self.virtual_size:
            self.virtual_size = size
            self._scroll_update(size)

    @property
    def base_style(self) -> Style:
        """The style of the widget itself, kept because it is asked for with each line."""
        if self._base_style is None:
            self._base_style = self.rich_style
        return self._base_style

    _base_style: Style | None = None

    def notify_style_update(self) -> None:
        """Forget the old style."""
        super().notify_style_update()
        self._base_style = None
