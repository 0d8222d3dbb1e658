"""A folder of this machine to choose a file from: Enter opens, Backspace goes up, Space takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message

from automock_tui.domain.errors import AutomockError
from automock_tui.ui.folder_rows import Entry, list_folder, size_text
from automock_tui.ui.project_rows import Line
from automock_tui.ui.status_cells import Cell
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.line_list import ChoosingList, LineList
from automock_tui.ui.widgets.log_pane.record import clean
from automock_tui.ui.working import start


class FilePicker(LineList):
    """The entries of a folder.

    Args:
        folder: The one to begin with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Open", tooltip="Open the folder, or take the file", id="files.open"),
        Binding("space", "take", "Take", tooltip="Take this file, or this whole folder", id="files.take"),
        Binding("backspace,left", "up", "Folder above", tooltip="Go to the folder above", id="files.up"),
    ]

    class Taken(Message):
        """A file or a folder was taken."""

        def __init__(self, path: Path) -> None:
            super().__init__()
            self.path = path

    def __init__(self, folder: Path, *, id: str | None = None) -> None:
        super().__init__("", "Nothing here has this in its name", id=id)
        self._folder, self._wanted = folder, ""
        self._entries: list[Entry] = []

    @property
    def folder(self) -> Path:
        """The folder that is shown."""
        return self._folder

    def look(self, folder: Path | None = None, wanted: str = "") -> None:
        """Show a folder, or what of it has a text in its name."""
        self._folder, self._wanted = folder or self._folder, wanted
        start(self, self._read(), group="folder", on_error=self._failed)

    async def _read(self) -> None:
        self._entries = await in_thread(list_folder, self._folder, self._wanted)
        self.show([_line(one) for one in self._entries])
        self.border_title = str(self._folder)
        self.cursor = 1 if self._wanted and len(self._entries) > 1 else 0

    def _failed(self, error: AutomockError) -> None:
        above = Entry("..", self._folder.parent, True, None)
        self._entries = [above]
        self.show([_line(above)._replace(text=f"{error.title}: {error.message}")])
        self.border_title = str(self._folder)

    @property
    def current(self) -> Entry | None:
        """What is under the cursor."""
        return self._entries[self.cursor] if self.cursor < len(self._entries) else None

    def on_choosing_list_picked(self, event: ChoosingList.Picked) -> None:
        """Open a folder, take a file."""
        event.stop()
        if self.current is None:
            return
        if self.current.is_folder:
            self.look(self.current.path)
        else:
            self.action_take()

    def _text(self, line: Line, widths: Sequence[int]) -> Text:
        """Names are never cut: they are what is chosen."""
        text = Text().append(f"{line.mark.text} ", self.style_of("text-warning"))
        text.append(clean(line.columns[0]).ljust(widths[0]) + "  ", self.style_of("text"))
        return text.append(line.text, self.style_of("foreground-muted"))

    def action_take(self) -> None:
        """Take what is under the cursor."""
        if self.current is not None and self.current.name != "..":
            self.post_message(self.Taken(self.current.path))

    def action_up(self) -> None:
        """Go to the folder above."""
        self.look(self._folder.parent)


def _line(entry: Entry) -> Line:
    """An entry; its text is the size, and its whole name is in the only column."""
    if entry.is_folder:
        return Line(Cell("▸", "busy"), (f"{entry.name}/",), "")
    return Line(Cell(" "), (entry.name,), size_text(entry.size) if entry.size is not None else "")
