"""How clients sign in, as what they send."""

from __future__ import annotations

import base64

from automock_tui.importing.exchange import Request
from automock_tui.importing.imported import Report


def apply_auth(request: Request, kind: str, values: dict[str, str], where: str, report: Report) -> None:
    """Add what a kind of sign-in sends: `token`, `username`, `password`, `key`, `value` and `place`."""
    if kind == "bearer":
        scheme = values.get("prefix") or "Bearer"
        request.headers.append(("Authorization", f"{scheme} {values.get('token', '')}".strip()))
    elif kind == "basic":
        pair = f"{values.get('username', '')}:{values.get('password', '')}"
        request.headers.append(("Authorization", "Basic " + base64.b64encode(pair.encode()).decode()))
    elif kind == "apikey" and values.get("key"):
        pairs = request.query if "query" in values.get("place", "").lower() else request.headers
        pairs.append((values["key"], values.get("value", "")))
    elif kind == "oauth2" and values.get("accessToken") and "query" not in values.get("addTokenTo", "").lower():
        scheme = values.get("headerPrefix", "").strip() or "Bearer"
        request.headers.append(("Authorization", f"{scheme} {values['accessToken']}"))
    elif kind not in ("", "none", "noauth", "inherit"):
        request.unsent = f"sign-in by {kind}"
        report.add(where, f"auth {kind}", "not matched: the mock answers with and without it")
