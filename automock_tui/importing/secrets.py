"""Secrets of imported documents: masked unless they are to be kept."""

from __future__ import annotations

import json
import re
from typing import Any

from automock_tui.domain.redaction import MASK, redact
from automock_tui.importing.imported import Options, Report

_SECRET_NAME = re.compile(
    r"^(?:x-)?(?:proxy-)?(?:authorization|(?:set-)?cookie|api[-_]?key|apikey|.*(?:-|_|\b)(?:token|secret|password))$",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^(Bearer|Basic|Token|ApiKey|Digest|AWS4-HMAC-SHA256) ", re.IGNORECASE)


class Secrets:
    """Masks what looks like a secret, and reports it once per place."""

    def __init__(self, options: Options, report: Report) -> None:
        self._keep = options.keep_secrets
        self._report = report

    def is_secret(self, name: str, value: str) -> bool:
        """Whether the value of this header, parameter or field is one."""
        if self._keep or not value:
            return False
        if _SECRET_NAME.match(name):
            return True
        cleaned: dict[str, Any] = json.loads(redact(json.dumps({name: value})))
        return next(iter(cleaned.values()), value) != value

    def matcher(self, where: str, name: str, value: str) -> str:
        """What to match instead of a secret: that there is one, of the same scheme."""
        if not self.is_secret(name, value):
            return value
        self._report.add(where, f"secret in {name}", "redacted: any value is accepted")
        scheme = _SCHEME.match(value)
        return f"{scheme[1]} .+" if scheme else ".+"

    def text(self, where: str, name: str, value: str) -> str:
        """What to answer instead of a secret."""
        if not self.is_secret(name, value):
            return value
        self._report.add(where, f"secret in {name}", f"redacted: {MASK}")
        return MASK

    def tree(self, where: str, value: Any, mask: str = MASK) -> Any:
        """The same JSON value with its secrets masked."""
        if self._keep:
            return value
        before = json.dumps({"": value})
        after = redact(before)
        if before == after:
            return value
        cleaned = json.loads(after)[""]
        if cleaned == value:
            return value
        self._report.add(where, "secret in the body", "redacted")
        return cleaned if mask == MASK else _replaced(cleaned, value, mask)

    def body(self, where: str, text: str) -> str:
        """A text body with its secrets masked."""
        if self._keep:
            return text
        cleaned = redact(text)
        if cleaned != text:
            self._report.add(where, "secret in the body", "redacted")
        return cleaned


def _replaced(cleaned: Any, value: Any, mask: str) -> Any:
    """The value with `mask` in each place that was cleaned."""
    if isinstance(value, dict) and isinstance(cleaned, dict) and cleaned.keys() == value.keys():
        return {key: _replaced(cleaned[key], part, mask) for key, part in value.items()}
    if isinstance(value, list) and isinstance(cleaned, list):
        return [_replaced(one, part, mask) for one, part in zip(cleaned, value, strict=True)]
    return value if cleaned == value else mask
