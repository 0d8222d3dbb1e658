"""A line of text whose links act on the widget around it."""

from __future__ import annotations

from textual.widget import Widget
from textual.widgets import Static


class Links(Static):
    """Text with links such as `[@click=outer('follow')]…[/]`: a click runs that action of the parent.

    A link alone would look for its action in the text's own widget, which has none.
    """

    async def action_outer(self, action: str) -> None:
        """Run an action of the widget around this one."""
        if isinstance(self.parent, Widget):
            await self.app.run_action(action, default_namespace=self.parent)
