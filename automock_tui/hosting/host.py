"""Start the process that runs mocks for this one, and tell it what to serve.

The engine has a process of its own, so that its work never holds up a screen or an emulated account. It reads
requests as JSON lines from its standard input and ends when that is closed: the kernel does so when this
process ends, however it ends, and so no port stays open behind it.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import IO, Any

from automock_tui.domain.errors import AutomockError, InvalidInput

MODULE = "automock_tui.mock_host"
"""The process's module; it speaks the protocol from the other side."""
ANSWER_SECONDS = 30.0
"""How long a request may take: the largest sets load in a second, on a busy machine in some."""
STOP_SECONDS = 5.0
_CHUNK = 64 * 1024
_LAST_WORDS = 1_000


@dataclass(frozen=True)
class Served:
    """A set that is served: where, how many expectations, and what of it is served otherwise or not at all."""

    url: str
    count: int
    notes: tuple[str, ...] = ()


class MockHost:
    """One process that runs any number of mocks, each under a name. Safe to use from several threads."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._said = b""
        self._errors: IO[bytes] | None = None
        self._number = 0

    @property
    def is_running(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.poll() is None

    def serve(self, name: str, text: str, *, port: int = 0) -> Served:
        """Serve expectations under a name, in place of those before; port 0 takes a free one.

        The port of a name is that of its first call. What did not change keeps its counts.

        Raises:
            InvalidInput: the expectations cannot be served; those before go on.
            AutomockError: the port is taken, or the process is gone.
        """
        answer = self._ask({"serve": name, "text": text, "port": port})
        return Served(answer["url"], answer["count"], tuple(answer["notes"]))

    def stop(self, name: str) -> None:
        """End one mock and close its port; one that is not there is no error.

        Raises:
            AutomockError: the process does not answer.
        """
        self._ask({"stop": name})

    def close(self) -> None:
        """End the process, and all mocks with it."""
        with self._turn:
            self._end()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        with self._turn:
            if not self.is_running:
                self._start()
            self._number += 1
            try:
                answer = self._exchange(request | {"id": self._number})
            except (OSError, ValueError) as error:
                raise self._failed(str(error)) from error
        if "error" in answer:
            raise _refusal(**answer["error"])
        return answer

    def _start(self) -> None:
        self._end()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", MODULE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                cwd=os.sep,
                start_new_session=True,
            )
        except OSError as error:
            raise AutomockError(
                "The mock could not start", str(error), "Check memory and process limits, then try again."
            ) from error

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        end = time.monotonic() + ANSWER_SECONDS
        while True:
            answer: dict[str, Any] = json.loads(self._line(end))
            if answer.get("id") == self._number:
                return answer

    def _line(self, end: float) -> bytes:
        assert self._process is not None and self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._said:
                if not selector.select(max(0.0, end - time.monotonic())):
                    raise TimeoutError(f"no answer within {ANSWER_SECONDS:.0f} s")
                chunk = os.read(self._process.stdout.fileno(), _CHUNK)
                if not chunk:
                    raise BrokenPipeError("it ended")
                self._said += chunk
        line, _, self._said = self._said.partition(b"\n")
        return line

    def _failed(self, reason: str) -> AutomockError:
        words = self._last_words()
        self._end()
        return AutomockError(
            "The mock's process is gone",
            "\n".join(filter(None, (reason, words))),
            "Start it again; if it happens again, report what it said.",
        )

    def _last_words(self) -> str:
        if self._errors is None:
            return ""
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - _LAST_WORDS))
        return self._errors.read().decode("utf-8", "replace").strip()

    def _end(self) -> None:
        process, errors = self._process, self._errors
        self._process, self._errors, self._said = None, None, b""
        if errors is not None:
            errors.close()
        if process is None or process.stdin is None or process.stdout is None:
            return
        process.stdout.close()
        try:
            process.stdin.close()
            process.wait(STOP_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            process.kill()
            process.wait()


def _refusal(title: str, message: str, hint: str, exit_code: int) -> AutomockError:
    kind = InvalidInput if exit_code == InvalidInput.exit_code else AutomockError
    return kind(title, message, hint)
