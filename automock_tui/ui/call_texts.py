"""What there is to say of calls to a real API: before, while, and after they are made. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from automock_tui.ui.format import plural
from automock_tui.ui.widgets.log_pane.record import clean

if TYPE_CHECKING:
    from automock_tui.operations.execute import Calls, Outcome, Preview

_MOST_HOSTS = 8
_MOST_SKIPPED = 3


def methods_text(methods: Mapping[str, int]) -> str:
    """`DELETE 1, GET 12, POST 3`."""
    return ", ".join(f"{name} {count}" for name, count in sorted(methods.items()))


def asked_text(preview: Preview, *, masks: bool) -> Content:
    """What would be called, and what that may do."""
    if not preview.hosts:
        return Content.assemble(("Nothing can be called.", "bold"), _skipped(preview))
    lines = [f"\n• {clean(host)}: {methods_text(counts)}" for host, counts in preview.hosts.items()]
    more = [f"\n• and {plural(len(lines) - _MOST_HOSTS, 'host')} more"] if len(lines) > _MOST_HOSTS else []
    kept = "masked in what is recorded" if masks else "kept in what is recorded"
    return Content.assemble(
        ("These are REAL calls, one after the other:", "bold"),
        *lines[:_MOST_HOSTS],
        *more,
        _unsafe(preview),
        _skipped(preview),
        f"\nSecrets are sent as they are, and {kept}.",
    )


def _unsafe(preview: Preview) -> Content:
    """Which of them may change something."""
    methods = preview.unsafe
    if not methods:
        return Content("\nNone of their methods changes anything.")
    text = f"\n! {methods.total()} of {preview.methods.total()} may change data there: {methods_text(methods)}."
    return Content.styled(text, "bold $text-warning")


def _skipped(preview: Preview) -> str:
    if not preview.skipped:
        return ""
    said = "; ".join(f"{clean(where)} ({clean(reason)})" for where, reason in preview.skipped[:_MOST_SKIPPED])
    more = f"; and {len(preview.skipped) - _MOST_SKIPPED} more" if len(preview.skipped) > _MOST_SKIPPED else ""
    return f"\n{plural(len(preview.skipped), 'request')} not called: {said}{more}."


def outcome_lines(outcomes: Sequence[Outcome], most: int) -> Content:
    """The latest calls, a line each."""
    return Content("\n").join([_outcome(one) for one in outcomes[-most:]])


def _outcome(one: Outcome) -> Content:
    mark, style = ("✓", "$text-success") if one.status else ("✕", "$text-error")
    took = f" in {one.seconds:.2f} s" if one.seconds is not None else ""
    said = f"{one.status}{took}" if one.status else one.reason
    return Content.assemble((f"{mark} ", style), clean(one.request), (": " + clean(said), "$foreground-muted"))


def recorded_text(calls: Calls) -> str:
    """How the calls went, in a line."""
    every = len(calls.outcomes)
    if calls.recorded == every:
        return f"✓ {plural(every, 'answer')} recorded from the real API."
    return f"! {calls.recorded} of {plural(every, 'answer')} recorded from the real API; Left out says why."
