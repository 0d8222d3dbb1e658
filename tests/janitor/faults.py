"""Make one AWS call of a sweep fail, once."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from tests.janitor.stack import Account


class Crash(BaseException):
    """The process dies here."""


class Watched:
    """boto3 clients whose calls are counted, and of which one fails as told.

    Args:
        account: Where they go.
        fail: The call that fails once, such as "ec2.DeleteVpc"; empty for none.
        how: A key of FAULTS.
    """

    def __init__(self, account: Account, fail: str = "", how: str = "") -> None:
        self.calls: list[str] = []
        self.mails: list[dict[str, Any]] = []
        self.is_armed = bool(fail)
        self._account, self._fail, self._how = account, fail, how
        self._made: dict[str, Any] = {}

    def __call__(self, service: str) -> Any:
        if service not in self._made:
            client = self._made[service] = self._account.new_client(service)
            events = client.meta.events
            events.register("before-call", lambda model, **_: self._before(f"{service}.{model.name}"))
            events.register("after-call", lambda model, **_: self._after(f"{service}.{model.name}"))
            events.register("provide-client-params.sns.Publish", self._keep_mail)
        return self._made[service]

    def _keep_mail(self, params: dict[str, Any], **_: object) -> None:
        self.mails.append(params)

    def _before(self, call: str) -> Any:
        self.calls.append(call)
        if self._is_hit(call) and self._how in _ANSWERS:
            self.is_armed = False
            return _refusal(_ANSWERS[self._how])
        return None

    def _after(self, call: str) -> None:
        if self._is_hit(call) and self._how in _AFTERWARDS:
            self.is_armed = False
            raise _AFTERWARDS[self._how]()

    def _is_hit(self, call: str) -> bool:
        return self.is_armed and call == self._fail


def _refusal(code: str) -> tuple[Any, dict[str, Any]]:
    metadata = {"HTTPStatusCode": 400, "HTTPHeaders": {}}
    answer = {"Error": {"Code": code, "Message": "made to fail"}, "ResponseMetadata": metadata}
    return SimpleNamespace(status_code=400), answer


def _timeout() -> Exception:
    from botocore.exceptions import ReadTimeoutError

    return ReadTimeoutError(endpoint_url="https://aws.example")


_ANSWERS = {
    "throttle": "ThrottlingException",
    "dependency": "DependencyViolation",
    "denied": "AccessDenied",
}
_AFTERWARDS: dict[str, Callable[[], BaseException]] = {"timeout": _timeout, "crash": Crash}
FAULTS = ("throttle", "timeout", "dependency", "denied", "crash")
"""A timeout and a crash come after the call was carried out: the worst moment."""
