"""What moto cannot do is refused for good, in the caller's own protocol.

moto fails with a 500, which SDKs take for a passing trouble: Terraform asks again for ten minutes before it
says anything. A 501 is not asked again, and its message reaches the user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from automock_tui.sandbox.application import Unsupported


def install(unsupported: Unsupported) -> None:
    """Turn every failure inside an action into a counted, logged, final answer."""
    from botocore.exceptions import ClientError
    from moto.core.exceptions import ServiceException
    from moto.core.responses import ActionResult, BaseResponse
    from werkzeug.exceptions import HTTPException

    from automock_tui.sandbox.additions.patching import replace_method
    from automock_tui.sandbox.application import UNSUPPORTED_STATUS

    class Refusal(ServiceException):
        """Defined here, because moto looks up the AWS service that an exception's package is named after."""

        code = "NotImplemented"

    def refuse(self: Any, error: Exception) -> Any:
        operation = f"{self.service_name}:{self._get_action()}"
        answer = Refusal(unsupported.note(operation, error))
        _, headers, body = self.serialized(ActionResult(answer))
        return UNSUPPORTED_STATUS, {**headers, "status": str(UNSUPPORTED_STATUS)}, body

    def call(self: Any) -> Any:
        try:
            return call_action(self)
        except (HTTPException, ClientError, ServiceException):
            raise  # these are answers, and moto turns them into responses
        except Exception as error:  # the edge of an emulated service: its crash is an answer to the caller
            return refuse(self, error)

    call_action = replace_method(BaseResponse, "call_action", call)
