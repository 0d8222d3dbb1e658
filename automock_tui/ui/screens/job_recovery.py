"""What can be done about a job that ended badly: carry it on, or clean up what it left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from automock_tui.provisioning.job import JobStatus
from automock_tui.ui.actions import Reasons
from automock_tui.ui.threads import in_thread
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from automock_tui.domain.errors import AutomockError
    from automock_tui.operations.half_done import WayOn
    from automock_tui.provisioning.job import Job

ENDED_BADLY = (JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.LOST)
NEXT_STEPS = (
    "What was made so far is still there and may cost money. u carries it on with the same options; "
    "D takes all of it down."
)
_NOTHING = "there is nothing to carry on or to clean up"


class JobRecovery(Reasons, Screen[None]):
    """The two actions on what a job left half done; none while its project's record tells of another job.

    Args:
        find_way_on: Asks for what could be carried on; may block. Without it nothing can.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "resume", "Resume", tooltip="Carry it on with the same options", id="job.resume"),
        Binding("D", "clean_up", "Clean up", tooltip="Take down all that it made", id="job.clean-up"),
    ]

    def __init__(self, find_way_on: Callable[[], WayOn | None] | None = None) -> None:
        super().__init__()
        self._find_way_on = find_way_on
        self.way_on: WayOn | None = None

    @property
    def job(self) -> Job:
        """The job."""
        raise NotImplementedError

    def show_way_on(self) -> None:
        """Tell what can be done now."""
        raise NotImplementedError

    def look_for_way_on(self) -> None:
        """The job has ended badly: find out what can be done."""
        if self._find_way_on is not None:
            start(self, self._look(self._find_way_on), group="job-recovery", on_error=self._not_found)

    async def _look(self, find: Callable[[], WayOn | None]) -> None:
        self.way_on = await in_thread(find)
        self.show_way_on()

    def _not_found(self, error: AutomockError) -> None:
        # The job's own error is on the screen and matters more; the same two actions are on the project's.
        self.log.warning(error.title)

    def why_not(self, action: str) -> str:
        if action in ("resume", "clean_up") and self.way_on is None:
            return _NOTHING
        return super().why_not(action)

    def action_resume(self) -> None:
        """Carry on what the job did not finish."""
        from automock_tui.ui.asking import resume

        if self.way_on is not None:
            start(self.app, resume(app_of(self), self.job.project), group="ask")

    def action_clean_up(self) -> None:
        """Ask whether to take down what the job made."""
        from automock_tui.ui.asking import ask_destroy

        if self.way_on is not None:
            start(self.app, ask_destroy(app_of(self), self.job.project), group="ask")
