"""Stores that fail on purpose: crash at a chosen step, lose answers, or take turns as a schedule says."""

from __future__ import annotations

import threading

from automock_tui.storage.objects import PreconditionFailed, Unreachable


class Crash(BaseException):
    """The process ends here; nothing may catch it."""


class Wrapped:
    """A store that passes every call on, and lets `on` act before and after it."""

    def __init__(self, store):
        self._store = store

    def before(self, name, args):
        """Called before each call."""

    def after(self, name, args):
        """Called after each call that did not fail."""

    def __getattr__(self, name):
        method = getattr(self._store, name)

        def call(*args, **kwargs):
            self.before(name, args)
            result = method(*args, **kwargs)
            self.after(name, args)
            return result

        return call


class CrashAfter(Wrapped):
    """Crashes right before or right after the write number `step`, counted from 0."""

    WRITES = frozenset({"put", "delete", "create_bucket", "delete_bucket"})

    def __init__(self, store, step, *, done):
        super().__init__(store)
        self.step, self.done, self.writes = step, done, 0

    def before(self, name, args):
        if name in self.WRITES and not self.done and self.writes == self.step:
            raise Crash

    def after(self, name, args):
        if name in self.WRITES:
            self.writes += 1
            if self.done and self.writes == self.step + 1:
                raise Crash


class LosesAnswers(Wrapped):
    """Makes the writes to a key, and loses the first `count` answers as the network would.

    With `retried`, the caller's own layer sends the write again, as botocore does, and sees that it fails.
    """

    def __init__(self, store, key, *, count=1, retried=False, meanwhile=lambda: None):
        super().__init__(store)
        self.key, self.left, self.retried, self.meanwhile = key, count, retried, meanwhile

    def after(self, name, args):
        if name == "put" and args[1].endswith(self.key) and self.left:
            self.left -= 1
            self.meanwhile()
            raise PreconditionFailed("sent again") if self.retried else Unreachable("no answer", "lost")


class Turns:
    """Lets several workers call a store one step at a time, in the order that a schedule gives."""

    def __init__(self, schedule):
        self._schedule = list(schedule)
        self._condition = threading.Condition()
        self._waiting: set[int] = set()
        self._alive: set[int] = set()
        self._turn: int | None = None

    def run(self, works):
        """Run the works, each a function of its number, as the schedule says; returns results or exceptions."""
        results: list[object] = [None] * len(works)
        self._alive = set(range(len(works)))

        def worker(number):
            try:
                results[number] = works[number](number)
            except Exception as error:
                results[number] = error
            with self._condition:
                self._alive.discard(number)
                self._condition.notify_all()

        threads = [threading.Thread(target=worker, args=(number,)) for number in range(len(works))]
        for thread in threads:
            thread.start()
        self._drive()
        for thread in threads:
            thread.join()
        return results

    def _drive(self):
        with self._condition:
            while self._alive:
                self._condition.wait_for(lambda: self._waiting >= self._alive)
                if not self._alive:
                    return
                self._give_turn()

    def _give_turn(self):
        choice = self._schedule.pop(0) if self._schedule else 0
        ready = sorted(self._waiting)
        turn = self._turn = ready[choice % len(ready)]
        self._waiting.discard(turn)
        self._condition.notify_all()
        self._condition.wait_for(lambda: turn in self._waiting or turn not in self._alive)

    def take(self, number):
        """Wait until it is this worker's turn to make one call."""
        with self._condition:
            self._waiting.add(number)
            self._condition.notify_all()
            self._condition.wait_for(lambda: self._turn == number and number not in self._waiting)
            self._turn = None


class InTurns(Wrapped):
    """The store of one worker, which waits for its turn before each call."""

    def __init__(self, store, turns, number):
        super().__init__(store)
        self.turns, self.number = turns, number

    def before(self, name, args):
        if name not in {"now", "clock_skew", "clock_pace"}:
            self.turns.take(self.number)
