"""Run locally: a text of expectations served on this machine as it is edited, before anything is saved."""

from __future__ import annotations

from automock_tui.hosting.host import MockHost, Served

_NAME = "edited"


class LocalRun:
    """A mock of a text, in a process of its own that ends with this one; follows each edit by `update`.

    All methods block for some milliseconds, `start` for up to a second: call them on a thread.
    """

    def __init__(self, host: MockHost, served: Served) -> None:
        self._host = host
        self.served = served
        """What is served now."""

    @classmethod
    def start(cls, text: str, *, port: int = 0) -> LocalRun:
        """Serve a text on loopback; port 0 takes a free one.

        Raises:
            InvalidInput: MockServer would refuse these expectations; says where.
            AutomockError: the port is taken.
        """
        host = MockHost()
        try:
            return cls(host, host.serve(_NAME, text, port=port))
        except BaseException:
            host.close()
            raise

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.served.url

    @property
    def is_running(self) -> bool:
        """Whether its process is still there."""
        return self._host.is_running

    def update(self, text: str) -> Served:
        """Serve an edited text; the address stays, and what did not change keeps its counts.

        Raises:
            InvalidInput: it cannot be served, as half-typed JSON cannot; the text before goes on.
            AutomockError: the process is gone.
        """
        port = int(self.url.rpartition(":")[2])
        self.served = self._host.serve(_NAME, text, port=port)
        return self.served

    def stop(self) -> None:
        """End it and close its port."""
        self._host.close()
