"""What AWS and botocore say when something fails, put as errors with a next step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from automock_tui.domain.aws_errors import from_code, from_exception_name

_MISSING = ("NotFound", "NotFoundException", "NoSuchEntity", "ResourceNotFoundException")


@contextmanager
def explained(
    service: str, operation: str, target: str = "", *, may_be_missing: bool = False
) -> Iterator[None]:
    """Turn what botocore raises inside into an `AutomockError`.

    Args:
        service: The IAM prefix of the service, such as `ecs`.
        operation: The API operation, such as `DescribeServices`; with the service it names the permission.
        target: What it was asked of.
        may_be_missing: Leave the block silently where the resource does not exist.

    Raises:
        AutomockError: what went wrong and what to do.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if may_be_missing and (code in _MISSING or code.endswith(("NotFound", "NotFoundException"))):
            return
        said = str(error.response.get("Error", {}).get("Message", "")) or "no reason given"
        raise from_code(code, f"{service}:{operation}", target, said) from error
    except BotoCoreError as error:
        raise from_exception_name(error, f"{service}:{operation}", target) from error
