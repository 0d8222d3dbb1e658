"""Work that a node starts: always off the handler, in a named group, and no failure gets lost."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from automock_tui.domain.errors import AutomockError

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.worker import Worker

    from automock_tui.ui.app import AutomockApp

OnError = Callable[[AutomockError], None]


def app_of(node: DOMNode) -> AutomockApp:
    """The app, as ours."""
    return cast("AutomockApp", node.app)


def start(
    node: DOMNode,
    work: Coroutine[Any, Any, None],
    *,
    group: str,
    exclusive: bool = True,
    on_error: OnError | None = None,
) -> Worker[None]:
    """Run a coroutine as a worker of a node.

    Args:
        node: Whose end ends the work.
        work: What to do; blocking calls in it go through `in_thread`.
        group: Work of the same node and group replaces each other, if exclusive.
        exclusive: Whether it does.
        on_error: Takes an `AutomockError`; by default the app shows it as a card.
    """
    guarded = partial(_guarded, app_of(node), _Work(work), on_error)
    return node.run_worker(guarded, name=group, group=group, exclusive=exclusive, exit_on_error=False)


class _Work:
    """A coroutine that may never begin, because other work took its place first; then it is closed."""

    def __init__(self, work: Coroutine[Any, Any, None]) -> None:
        self.coroutine = work

    def __del__(self) -> None:
        self.coroutine.close()


async def _guarded(app: AutomockApp, work: _Work, on_error: OnError | None) -> None:
    try:
        await work.coroutine
    except AutomockError as error:
        (on_error or app.show_error)(error)
    except Exception as error:
        # The outermost frame of all work: a bug in here must not take the user's screen away.
        app.show_bug(error)
