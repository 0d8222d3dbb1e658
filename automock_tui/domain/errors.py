"""Errors a user sees: what went wrong, where, and what to do next.

Every failure that a user can cause or meet is an `AutomockError`. The command line prints it on stderr and
ends with its exit code; the app shows it in a toast or a card. Nothing else ever reaches the user as text.
"""

from __future__ import annotations

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_NOT_FOUND = 3
EXIT_LOST_RACE = 4
EXIT_INTERRUPTED = 130


class AutomockError(Exception):
    """A failure with a next step.

    Args:
        title: What went wrong, in a few words, without a full stop.
        message: Where and why; may span lines.
        hint: What the user can do now; an imperative sentence.
    """

    exit_code = EXIT_FAILED

    def __init__(self, title: str, message: str = "", hint: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.message = message
        self.hint = hint

    @property
    def explanation(self) -> str:
        """Everything but the title, line by line."""
        return "\n".join(part for part in (self.message, self.hint) if part)

    def __str__(self) -> str:
        return "\n".join(part for part in (self.title, self.explanation) if part)


class InvalidInput(AutomockError):
    """The user gave something that cannot be used (exit code 2)."""

    exit_code = EXIT_USAGE


class NotFound(AutomockError):
    """No such project, not deployed, or no TTL (exit code 3)."""

    exit_code = EXIT_NOT_FOUND


class LostRace(AutomockError):
    """Somebody else's change came first; nothing of ours was written (exit code 4)."""

    exit_code = EXIT_LOST_RACE
