"""AWS's error codes, put as errors with a next step. Pure: codes and class names in, no botocore."""

from __future__ import annotations

from automock_tui.domain.errors import AutomockError

EXPIRED = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"}
BAD_KEYS = {
    "AuthFailure",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "InvalidToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
DENIED = {
    "403",
    "AccessDenied",
    "AccessDeniedException",
    "AccountProblem",
    "AllAccessDisabled",
    "AuthorizationError",
    "UnauthorizedOperation",
}
THROTTLED = {
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}

SIGN_IN = "Sign in again (aws sso login, aws configure), or choose another profile with --profile."


class Forbidden(AutomockError):
    """The credentials may not do this."""


class Unreachable(AutomockError):
    """AWS, or the endpoint in its place, does not answer."""


def from_code(code: str, permission: str, target: str, said: str) -> AutomockError:
    """The error for an answer that was not a success.

    Args:
        code: AWS's error code.
        permission: The IAM action that was needed, such as `ecs:DescribeServices`.
        target: What it was asked of; empty for the account.
        said: AWS's own message.
    """
    return about_the_caller(code, permission, target) or AutomockError(
        f"AWS refused {permission}",
        f"{target or 'this account'}: {code}: {said}",
        "Try again; if it stays, check the account.",
    )


def about_the_caller(code: str, permission: str, target: str) -> AutomockError | None:
    """The error where the caller is the problem: credentials, permission, clock or rate; else None."""
    where = f"{target or 'this account'}: {code}."
    if code in EXPIRED:
        return AutomockError("AWS credentials have expired", where, SIGN_IN)
    if code in BAD_KEYS:
        return AutomockError(
            "AWS does not accept these credentials",
            where,
            "Check the profile's access key and secret, and that --profile and --endpoint-url belong together.",
        )
    if code in DENIED:
        return Forbidden(
            f"Not allowed: {permission}",
            f"These credentials lack {permission} on {target or 'this account'}.",
            "Ask for the permission, or choose another profile with --profile.",
        )
    if code == "RequestTimeTooSkewed":
        return AutomockError(
            "This machine's clock is wrong",
            "AWS refuses requests that are more than 15 minutes off.",
            "Set the clock (timedatectl set-ntp true), then try again.",
        )
    if code in THROTTLED:
        return AutomockError("AWS asks us to slow down", where, "Try again in a minute.")
    return None


_NO_ANSWER = {
    "ConnectionError",
    "ConnectTimeoutError",
    "ConnectionClosedError",
    "EndpointConnectionError",
    "HTTPClientError",
    "IncompleteReadError",
    "ProxyConnectionError",
    "ReadTimeoutError",
}
_SIGN_IN_FAILED = {"CredentialRetrievalError", "SSOError", "SSOTokenLoadError", "TokenRetrievalError"}


def from_exception_name(error: Exception, permission: str, target: str) -> AutomockError:
    """The error for a call that never got an answer, or never left, from botocore's exception class."""
    names = {kind.__name__ for kind in type(error).__mro__}
    where = f"{permission} on {target or 'this account'}"
    if names & {"NoCredentialsError", "PartialCredentialsError"}:
        return AutomockError(
            "No AWS credentials",
            "None were found in the environment, the profile, or the machine's role.",
            "Configure some (aws configure, aws sso login), or use --workspace local or sandbox.",
        )
    if "ProfileNotFound" in names:
        return AutomockError("No such AWS profile", str(error), "List them with: aws configure list-profiles")
    if names & _SIGN_IN_FAILED:
        return AutomockError("AWS credentials could not be had", str(error), SIGN_IN)
    if "SSLError" in names:
        return Unreachable(
            "The connection is not safe", str(error), "Check --endpoint-url, proxies and AWS_CA_BUNDLE."
        )
    if names & _NO_ANSWER:
        return Unreachable(
            "AWS does not answer", f"{where}: {error}", "Check the network, the region and --endpoint-url."
        )
    return AutomockError(f"{permission} failed", f"{target}: {error}", "Check the AWS settings.")
