"""The log pane: follow, find, filter and copy the lines of a job, however many there are.

`buffer` and `search` are plain Python and know nothing of a terminal; `view` draws only the lines that are on
screen; `pane` puts the badge, the bar for finding and filtering, and the keys around it.
"""

from automock_tui.ui.widgets.log_pane.buffer import LogBuffer
from automock_tui.ui.widgets.log_pane.pane import LogPane
from automock_tui.ui.widgets.log_pane.record import Level, LogRecord
from automock_tui.ui.widgets.log_pane.stream import StreamState
from automock_tui.ui.widgets.log_pane.view import LogView

__all__ = ["Level", "LogBuffer", "LogPane", "LogRecord", "LogView", "StreamState"]
