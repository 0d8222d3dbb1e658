"""What Terraform's failures mean, and what to do about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from automock_tui.domain.errors import EXIT_INTERRUPTED, EXIT_LOST_RACE, AutomockError
from automock_tui.domain.event_types import Diagnostic, StateLock
from automock_tui.domain.redaction import redact
from automock_tui.domain.terraform_events import parse_state_lock

_LONGEST_MESSAGE = 2_000
"""Characters of Terraform's own words in a message; the log has all of them."""
_HALTED = "execution halted"


class TerraformError(AutomockError):
    """Terraform ended with an error.

    Args:
        diagnostics: Every error it gave, the first one first.
        exit_status: Its exit status; negative for a signal.
    """

    def __init__(
        self,
        title: str,
        message: str = "",
        hint: str = "",
        *,
        diagnostics: Sequence[Diagnostic] = (),
        exit_status: int = 1,
    ) -> None:
        super().__init__(title, message, hint)
        self.diagnostics = tuple(diagnostics)
        self.exit_status = exit_status


class Interrupted(TerraformError):
    """Terraform stopped because it was asked to; what it had finished is in the state."""

    exit_code = EXIT_INTERRUPTED


class StateLocked(TerraformError):
    """Somebody else, or a run that died, holds the state; `lock` says who and since when."""

    exit_code = EXIT_LOST_RACE

    def __init__(self, lock: StateLock, diagnostics: Sequence[Diagnostic], now: datetime) -> None:
        who, what = lock.who or "Somebody", lock.operation.removeprefix("OperationType").lower() or "run"
        super().__init__(
            "The Terraform state is locked",
            f"{who} has held it{_since(lock, now)} for: {what} (lock ID {lock.id}).",
            "Wait until that run ends. If it is dead: automock-tui doctor --fix releases its lock.",
            diagnostics=diagnostics,
        )
        self.lock = lock


class StateNotSaved(TerraformError):
    """Resources changed but the state could not be written to its bucket; Terraform left it in a file."""

    def __init__(self, path: Path, diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(
            "The Terraform state could not be saved",
            f"What was done is recorded only in {path}." + _because(diagnostics),
            "Keep that file. When the bucket can be reached again, deploy or destroy: it is saved first.",
            diagnostics=diagnostics,
        )
        self.path = path


def lock_created(lock: StateLock) -> datetime | None:
    """When a lock was taken; Terraform writes `2026-11-22 21:24:26.296143616 +0000 UTC`."""
    found = re.match(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\S* \+0000", lock.created)
    return datetime.fromisoformat(f"{found[1]}T{found[2]}+00:00") if found else None


def explain(diagnostics: Sequence[Diagnostic], said: Sequence[str], exit_status: int) -> TerraformError:
    """The error for a failed run.

    Args:
        diagnostics: The errors of its JSON stream.
        said: The last lines that were no JSON, of stdout and stderr.
        exit_status: Its exit status.
    """
    found = [each for each in diagnostics if each.summary != _HALTED] or _spoken(said)
    if not found:
        return _unexplained(said, exit_status)
    first = found[0]
    if lock := parse_state_lock(first):
        return StateLocked(lock, found, datetime.now(UTC))
    text = f"{first.summary}\n{first.detail}"
    for known in _KNOWN:
        if match := known.pattern.search(text):
            title = known.title(text, match)
            return TerraformError(
                title, _message(found), known.hint, diagnostics=found, exit_status=exit_status
            )
    return TerraformError(
        _shortened(redact(first.summary), 160),
        _message(found),
        "Correct what it names, then try again.",
        diagnostics=found,
        exit_status=exit_status,
    )


@dataclass(frozen=True)
class _Known:
    pattern: re.Pattern[str]
    title: Callable[[str, re.Match[str]], str]
    hint: str


def _known(pattern: str, title: str | Callable[[str, re.Match[str]], str], hint: str) -> _Known:
    named = title if callable(title) else lambda text, match: title
    return _Known(re.compile(pattern, re.IGNORECASE), named, hint)


def _denied(text: str, match: re.Match[str]) -> str:
    if action := re.search(r"perform:?\s+([\w-]+:\w+)", text):
        return f"No permission: {action[1]}"
    if call := re.search(r"operation error ([\w ]+): (\w+)", text):
        return f"No permission: {call[1].replace(' ', '').lower()}:{call[2]}"
    return "No permission"


_KNOWN = (
    _known(
        r"no space left on device|disk quota exceeded",
        "Disk full",
        "Free some space (Terraform and its provider need about 1 GB), then try again.",
    ),
    _known(
        r"ExpiredToken|token.{0,40}expired|RequestExpired|credentials.{0,40}expired"
        r"|SSO session.{0,60}(expired|invalid)",
        "The AWS credentials have expired",
        "Sign in again (such as: aws sso login), then try again.",
    ),
    _known(
        r"No valid credential sources|NoCredentialProviders|failed to (?:refresh cached|retrieve) credentials"
        r"|failed to get shared config profile|no EC2 IMDS role found",
        "No AWS credentials",
        "Sign in (such as: aws configure, or aws sso login), or choose a profile with --profile.",
    ),
    _known(
        r"InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidAccessKeyId|AuthFailure",
        "AWS does not accept the credentials",
        "Check the access key, the profile and the clock of this machine.",
    ),
    _known(
        r"AccessDenied|UnauthorizedOperation|is not authorized to perform|AuthorizationError|StatusCode: 403",
        _denied,
        "Ask for a policy that allows this action, or choose another profile.",
    ),
    _known(
        r"Failed to (?:query available provider|install provider)|Inconsistent dependency lock"
        r"|Could not retrieve the list of available versions"
        r"|provider registry.{0,80}(?:does not have|unreachable)",
        "The AWS provider of Terraform could not be installed",
        "Allow registry.terraform.io, or set AUTOMOCK_TF_PLUGIN_DIR to a mirror (terraform providers mirror).",
    ),
    _known(
        r"Saved plan is stale",
        "The plan is out of date",
        "Somebody changed the deployment after this plan was made. Plan again.",
    ),
    _known(
        r"plan file .{0,80}(?:created|produced|generated) by|different version of (?:Terraform|OpenTofu)"
        r"|Failed to (?:load|read) .{0,20}plan|Invalid plan file",
        "The plan belongs to another Terraform",
        "Plan again with the Terraform that will apply it.",
    ),
    _known(
        r"Unsupported (?:Terraform|OpenTofu) Core version",
        "This Terraform is too old or too new for the stack",
        "Install a newer Terraform or OpenTofu.",
    ),
    _known(
        r"NoSuchBucket|S3 bucket .{0,80}does not exist",
        "The project's bucket is gone",
        "Without it nobody knows what exists. Look for what is tagged with the project: automock-tui doctor.",
    ),
    _known(
        r"LimitExceeded|QuotaExceeded|TooMany\w+Exception|maximum number of .{0,60}(?:reached|exceeded)",
        "A quota of the AWS account is used up",
        "Delete what is not needed, or ask for more in Service Quotas.",
    ),
    _known(
        r"no such host|connection refused|i/o timeout|network is unreachable|TLS handshake timeout"
        r"|context deadline",
        "The network failed",
        "Check the connection and the endpoint, then try again.",
    ),
)


def _unexplained(said: Sequence[str], exit_status: int) -> TerraformError:
    words = _shortened(redact("\n".join(map(_unboxed, said))).strip(), _LONGEST_MESSAGE)
    if exit_status < 0:
        title = f"Terraform was killed by signal {-exit_status}"
        hint = "If memory was short, free some. Then look at the status before you try again."
        return TerraformError(title, words, hint, exit_status=exit_status)
    title = f"Terraform ended with status {exit_status}" + ("" if words else " and no reason")
    return TerraformError(title, words, "Look at the job's log.", exit_status=exit_status)


def _message(diagnostics: Sequence[Diagnostic]) -> str:
    first, *others = diagnostics
    lines = [first.summary, first.detail.strip(), _place(first)]
    if others:
        lines.append(f"And {len(others)} more: " + "; ".join(each.summary for each in others[:3]))
    return _shortened(redact("\n".join(line for line in lines if line)), _LONGEST_MESSAGE)


def _place(diagnostic: Diagnostic) -> str:
    place = str(diagnostic.range) if diagnostic.range else ""
    return " ".join(part for part in (diagnostic.address, f"({place})" if place else "") if part)


def _because(diagnostics: Sequence[Diagnostic]) -> str:
    return f"\n{_message(diagnostics)}" if diagnostics else ""


def _since(lock: StateLock, now: datetime) -> str:
    created = lock_created(lock)
    if created is None:
        return ""
    minutes = max(0, int((now - created).total_seconds() // 60))
    age = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
    return f" since {created.astimezone():%Y-%m-%d %H:%M:%S} ({age})"


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _spoken(said: Sequence[str]) -> list[Diagnostic]:
    """The errors of a command that has no JSON: `Error: summary`, in a box, then the detail."""
    text = "\n".join(map(_unboxed, said))
    blocks = re.split(r"^Error: ", text, flags=re.MULTILINE)[1:]
    return [_spoken_error(block) for block in blocks]


def _unboxed(line: str) -> str:
    """A line of a message for people without its colours and its frame; its indentation stays."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", line)
    return re.sub(r"^[│╷╵] ?", "", plain).rstrip()


def _spoken_error(block: str) -> Diagnostic:
    summary, _, detail = block.partition("\n")
    return Diagnostic("error", summary.strip(), detail.strip())
