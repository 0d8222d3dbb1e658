"""Traffic: what a running mock was asked and how it answered, read bit by bit over its control plane.

Our own engine has a feed for this. A real MockServer is asked for its whole log each time, which its own
dashboard does too; numbers are then places in that log.
"""

from __future__ import annotations

import http.client
import json
import ssl
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import SplitResult, urlsplit

from automock_tui.domain.errors import AutomockError, InvalidInput, NotFound
from automock_tui.operations.verification import in_short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from automock_tui.operations.workspace import Workspace

TIMEOUT_SECONDS = 10.0
_REQUESTS = "/mockserver/retrieve?type=REQUESTS&format=JSON"
_MAX_ANSWER = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Seen:
    """One request and how it was answered. `took` is seconds, `status` None where no response went out."""

    number: int
    at: datetime
    method: str
    target: str
    status: int | None = None
    took: float | None = None
    expectation: str = ""
    is_recorded: bool = False
    is_dropped: bool = False
    knows_match: bool = True
    """Whether `expectation` says anything: a real MockServer does not tell which one answered."""

    @property
    def is_pending(self) -> bool:
        """Whether its answer is not out yet."""
        return self.took is None and self.knows_match

    @property
    def is_miss(self) -> bool:
        """Whether no expectation answered it."""
        if not self.knows_match:
            return self.status == 404
        return not self.expectation and not self.is_recorded and not self.is_pending

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


@dataclass(frozen=True)
class Batch:
    """What came since the last look. `is_fresh` means that everything known before is void."""

    new: Sequence[Seen] = ()
    changed: Sequence[Seen] = ()
    is_fresh: bool = False
    total: int = 0
    dropped: int = 0
    recording: str = ""
    """Where misses are forwarded to; empty where they are not."""


class Feed(Protocol):
    """The traffic of one mock. All methods block; call them on a thread, `poll` on one at a time."""

    url: str
    can_explain: bool
    """Whether `why` and recording work here."""

    def poll(self) -> Batch:
        """What came since the last call.

        Raises:
            AutomockError: the mock does not answer, or not to us.
        """

    def exchange(self, number: int) -> dict[str, Any]:
        """One exchange as MockServer shows it: `httpRequest`, `httpResponse`.

        Raises:
            NotFound: it is forgotten.
        """

    def why(self, number: int) -> dict[str, Any]:
        """Which expectation answers that request now, or the near misses; as `explain --json`."""

    def record(self, url: str) -> None:
        """Forward what matches nothing to a real API, or no longer where the address is empty.

        Raises:
            InvalidInput: no such address.
        """

    def clear(self) -> None:
        """Forget all requests; the expectations stay."""

    def verify(self, verification: dict[str, Any]) -> str:
        """Why a verification fails, in MockServer's words, and how often the request came; else empty."""


def feed_of(workspace: Workspace, name: str) -> Feed:
    """The traffic of a project's running mock.

    Raises:
        NotFound: no such project, or nothing runs.
        AutomockError: as `open_feed`.
    """
    from automock_tui.operations.local_state import certificate_of

    return open_feed(url_of(workspace, name), certificate=certificate_of(workspace, name))


def open_feed(url: str, *, certificate: str = "") -> Feed:
    """The traffic of the mock at an address.

    Args:
        url: The address.
        certificate: The one that the mock has to show, as PEM; else this machine's authorities decide.

    Raises:
        InvalidInput: no address.
        AutomockError: nobody answers there, or its control plane is closed to us.
    """
    control = _Control(url, certificate)
    status, content = control.ask("GET", "/mockserver/automock/traffic?after=999999999999999")
    if status == 200 and b'"run"' in content:
        return _OwnFeed(control)
    status, content = control.ask("PUT", "/mockserver/status")
    if status == 200 and b'"ports"' in content:
        return _MockServerFeed(control)
    if status in (401, 403):
        raise AutomockError(
            "The control plane is closed",
            f"{url} answers {status} there, and traffic is told nowhere else.",
            "Deploy with your address allowed: --var control_plane_cidrs='[\"YOUR.IP/32\"]'",
        )
    raise AutomockError("No mock answers there", f"{url} answers {status} as its status.", "Check the address.")


def url_of(workspace: Workspace, name: str) -> str:
    """Where a project's running mock answers.

    Raises:
        NotFound: no such project, or nothing runs.
    """
    from automock_tui.operations.status import status

    (found,) = status(workspace, [name], live=False).rows
    if not found.is_up or not found.address:
        state = "It is not deployed." if found.word == "none" else f"Its status is {found.word}."
        raise NotFound(f"{name} is not running", state, "Deploy it, then look again.")
    return found.address


def _connection(parts: SplitResult, certificate: str) -> http.client.HTTPConnection:
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    from automock_tui.operations.tls import pinned

    tls = pinned(certificate) if certificate else None
    return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=tls)


class _Control:
    """One connection to a control plane, opened anew where it broke."""

    def __init__(self, url: str, certificate: str = "") -> None:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidInput("No address", f"{url!r} is none.", "Give one like http://127.0.0.1:1080")
        self.url = f"{parts.scheme}://{parts.netloc}"
        self._turn = threading.Lock()
        try:
            self._connection = _connection(parts, certificate)
        except ValueError as error:
            raise InvalidInput("No address", f"{url!r}: {error}.", "Check its port.") from None

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Status and body of an answer.

        Raises:
            AutomockError: there is none.
        """
        content = json.dumps(body).encode() if body is not None else None
        with self._turn:
            return self._asked(method, path, content)

    def _asked(self, method: str, path: str, content: bytes | None) -> tuple[int, bytes]:
        for last in (False, True):
            try:
                return self._once(method, path, content)
            except ssl.SSLCertVerificationError as error:
                self._connection.close()
                raise AutomockError(
                    "The mock's certificate is not trusted",
                    f"{self.url}: {error.verify_message}.",
                    "Name its project in place of its address, or let SSL_CERT_FILE name the certificate.",
                ) from error
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                if last:
                    raise AutomockError(
                        "The mock does not answer",
                        f"{self.url}: {error or type(error).__name__}",
                        "It may have ended, or be starting; look at its status.",
                    ) from error
        raise AssertionError("the second attempt returns or raises")

    def _once(self, method: str, path: str, content: bytes | None) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json"} if content is not None else {}
        self._connection.request(method, path, content, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read(_MAX_ANSWER)

    def data(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of an answer.

        Raises:
            NotFound: 404. InvalidInput: 400. AutomockError: no JSON, or any other status.
        """
        status, content = self.ask(method, path, body)
        try:
            found = json.loads(content) if content else None
        except (ValueError, RecursionError):
            found = None
        if status == 200:
            return found
        words = (
            str(found.get("error", "")) if isinstance(found, dict) else content[:300].decode("utf-8", "replace")
        )
        if status == 404:
            raise NotFound("Not there any more", words, "Choose a newer request.")
        if status == 400:
            raise InvalidInput("The mock refuses this", words, "Correct it and try again.")
        raise AutomockError(
            "The mock's control plane failed", f"{self.url} answers {status}. {words}", "Try again."
        )


class _Controlled:
    """What any mock's control plane can: forget its requests, and verify them."""

    def __init__(self, control: _Control) -> None:
        self._control = control
        self.url = control.url

    def clear(self) -> None:
        """Forget all requests."""
        self._control.ask("PUT", "/mockserver/clear?type=log")

    def verify(self, verification: dict[str, Any]) -> str:
        """Why a verification fails, and how often the request came; empty where it holds."""
        status, content = self._control.ask("PUT", "/mockserver/verify", verification)
        words = content.decode("utf-8", "replace").strip()
        if status in (200, 202):
            return ""
        if status == 406:
            count = len(self._control.data("PUT", _REQUESTS, verification.get("httpRequest") or {}) or ())
            return f"{in_short(words)}; it came {count} {'time' if count == 1 else 'times'}"
        raise InvalidInput("The verification cannot be read", words, "Check the request that it names.")


class _OwnFeed(_Controlled):
    """The feed of our own engine."""

    can_explain = True

    def __init__(self, control: _Control) -> None:
        super().__init__(control)
        self._run, self._after = "", 0
        self._pending: list[int] = []

    def poll(self) -> Batch:
        """What came since the last call."""
        found = self._ask()
        is_fresh = found["run"] != self._run
        if is_fresh and self._after:
            self._after, self._pending = 0, []
            found = self._ask()
        self._run = found["run"]
        new, changed = list(map(_seen, found["new"])), list(map(_seen, found["again"]))
        if new:
            self._after = new[-1].number
        self._pending = [one.number for one in (*changed, *new) if one.is_pending]
        return Batch(new, changed, is_fresh, found["total"], found["dropped"], found["recording"])

    def _ask(self) -> dict[str, Any]:
        again = ",".join(map(str, self._pending))
        path = f"/mockserver/automock/traffic?after={self._after}&again={again}"
        found: dict[str, Any] = self._control.data("GET", path)
        return found

    def exchange(self, number: int) -> dict[str, Any]:
        """One exchange."""
        found: dict[str, Any] = self._control.data("GET", f"/mockserver/automock/traffic/{number}")
        return found

    def why(self, number: int) -> dict[str, Any]:
        """Who answers it now, or the near misses."""
        found: dict[str, Any] = self._control.data("GET", f"/mockserver/automock/traffic/{number}/why")
        return found

    def record(self, url: str) -> None:
        """Begin or end recording."""
        path = "/mockserver/automock/recording"
        if url:
            self._control.data("PUT", path, {"url": url})
        else:
            self._control.data("DELETE", path)


class _MockServerFeed(_Controlled):
    """The log of a real MockServer."""

    can_explain = False

    def __init__(self, control: _Control) -> None:
        super().__init__(control)
        self._exchanges: list[dict[str, Any]] = []

    def poll(self) -> Batch:
        """What came since the last call."""
        found = self._control.data("PUT", "/mockserver/retrieve?type=REQUEST_RESPONSES&format=JSON") or []
        count = len(self._exchanges)
        is_fresh = not count or found[:1] != self._exchanges[:1] or len(found) < count
        self._exchanges = found
        new = [_seen_by_mockserver(at + 1, one) for at, one in enumerate(found) if is_fresh or at >= count]
        return Batch(new, (), is_fresh, len(found))

    def exchange(self, number: int) -> dict[str, Any]:
        """One exchange."""
        if not 0 < number <= len(self._exchanges):
            raise NotFound("Not there any more", f"Request {number} is forgotten.", "Choose a newer request.")
        return self._exchanges[number - 1]

    def why(self, number: int) -> dict[str, Any]:
        """MockServer cannot be asked this."""
        raise _only_ours("Only our own engine explains a miss")

    def record(self, url: str) -> None:
        """MockServer records by its own forwards."""
        raise _only_ours("Only our own engine records")


def _only_ours(title: str) -> InvalidInput:
    return InvalidInput(title, "This is a real MockServer.", "Use explain on the project, or run it locally.")


def _seen(line: dict[str, Any]) -> Seen:
    at = datetime.fromtimestamp(line["at"], UTC)
    return Seen(**{**line, "at": at})


def _seen_by_mockserver(number: int, one: dict[str, Any]) -> Seen:
    request, response = one.get("httpRequest") or {}, one.get("httpResponse") or {}
    try:
        at = datetime.fromisoformat(str(one.get("timestamp"))).replace(tzinfo=UTC)
    except ValueError:
        at = datetime.fromtimestamp(0, UTC)
    seen = Seen(number, at, str(request.get("method") or ""), str(request.get("path") or ""))
    return replace(seen, status=response.get("statusCode"), took=None, knows_match=False)
