"""What S3 says when something fails, put as errors with a next step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from automock_tui.domain import aws_errors
from automock_tui.domain.errors import AutomockError
from automock_tui.storage.objects import BucketNotFound, Forbidden, ObjectNotFound, PreconditionFailed

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

_PERMISSIONS = {
    "ListBuckets": "s3:ListAllMyBuckets",
    "HeadBucket": "s3:ListBucket",
    "ListObjectsV2": "s3:ListBucket",
    "ListObjectVersions": "s3:ListBucketVersions",
    "DeleteObjects": "s3:DeleteObject and s3:DeleteObjectVersion",
    "PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
}
"""IAM actions that are not called like their operation."""

_TAKEN = {"BucketAlreadyExists", "BucketAlreadyOwnedByYou"}
_CHANGED = {"PreconditionFailed", "ConditionalRequestConflict", "412"}
_MISSING = {"NoSuchKey", "NoSuchVersion", "404"}
_ELSEWHERE = {"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "301"}


@dataclass(frozen=True)
class Request:
    """What was asked of S3: the operation by its API name, and on what."""

    operation: str
    bucket: str = ""
    key: str = ""

    @property
    def target(self) -> str:
        """The bucket or object as an s3:// address; empty for the account."""
        return f"s3://{self.bucket}/{self.key}".rstrip("/") if self.bucket else ""

    @property
    def permission(self) -> str:
        """The IAM action that this needs."""
        return _PERMISSIONS.get(self.operation, f"s3:{self.operation}")


def error_code(error: ClientError) -> str:
    """The code in an answer: a name such as NoSuchKey, or the status where there is no body (HEAD)."""
    return str(error.response.get("Error", {}).get("Code", ""))


def from_answer(error: ClientError, request: Request) -> AutomockError:
    """The error for an answer of S3 that was not a success."""
    code = error_code(error)
    special = _about_the_object(code, request) or _about_the_bucket(code, request)
    if special is not None:
        return special
    said = str(error.response.get("Error", {}).get("Message", "")) or "no reason given"
    found = aws_errors.from_code(code, request.permission, request.target, said)
    if isinstance(found, Forbidden) and request.operation == "GetObject":
        found.message += " (Without s3:ListBucket, S3 says the same of an object that does not exist.)"
    return found


def _about_the_object(code: str, request: Request) -> AutomockError | None:
    if code == "NoSuchBucket" or (code == "404" and not request.key):
        return BucketNotFound(
            f"Bucket {request.bucket} is gone",
            "It was deleted, or it belongs to another account or region.",
            "See what there is with: automock-tui projects",
        )
    if code in _MISSING:
        return ObjectNotFound(f"{request.target} does not exist")
    if code in _CHANGED:
        return PreconditionFailed(f"{request.target} was changed by somebody else")
    return None


def _about_the_bucket(code: str, request: Request) -> AutomockError | None:
    if code in _TAKEN:
        return PreconditionFailed(f"The bucket name {request.bucket} is taken")
    if code in _ELSEWHERE:
        return AutomockError(
            "The bucket is in another region", f"{request.target}: {code}.", "Choose its region with --region."
        )
    if code == "TooManyBuckets":
        return AutomockError(
            "The account has as many buckets as it may",
            "Every project needs one.",
            "Delete projects that are no longer used, or ask AWS for a higher quota.",
        )
    return None


def no_answer(error: BotoCoreError, request: Request) -> AutomockError:
    """The error for a call that never got an answer, or never left."""
    return aws_errors.from_exception_name(error, request.permission, request.target)
