"""Which rules of the linter a project does not hear: one more, or one fewer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from automock_tui.ui.dialogs.choice import Choice, ChoiceDialog

if TYPE_CHECKING:
    from automock_tui.domain.problems import Problem


class RuleAnswer(NamedTuple):
    """A rule, and whether it is to be silenced from now on; if not, it is heard again."""

    rule: str
    is_silenced: bool


def ask_rule(project: str, problem: Problem | None, silenced: Mapping[str, int]) -> ChoiceDialog[RuleAnswer]:
    """Whether to silence the rule of a problem, or to hear a silenced one again.

    Args:
        project: Whose rules they are.
        problem: The one under the cursor.
        silenced: How often each silenced rule is not reported now.
    """
    return ChoiceDialog(
        f"Rules of {project}", _text(problem), [*_silencing(problem), *map(_hearing, silenced.items())]
    )


def _text(problem: Problem | None) -> str:
    kept = (
        "A silenced rule is not reported in this project, whoever works on it. "
        "The same key (f12) lists it, to be heard again."
    )
    if problem is None:
        return kept
    if problem.is_refused:
        return f"{problem.rule} cannot be silenced: MockServer itself enforces it. {problem.fix}".rstrip()
    return f"{problem.message}\n\n{kept}"


def _silencing(problem: Problem | None) -> Iterator[Choice[RuleAnswer]]:
    from automock_tui.linting import RULES

    if problem is None or problem.is_refused:
        return
    rule = RULES[problem.rule]
    deploys = "It no longer stops a deploy then." if problem.is_error else ""
    said = " ".join(filter(None, (f"{rule.title}.", rule.why, deploys)))
    yield Choice(RuleAnswer(rule.id, True), f"Silence {rule.id}", said)


def _hearing(one: tuple[str, int]) -> Choice[RuleAnswer]:
    from automock_tui.linting import RULES

    rule, count = one
    title = f"{RULES[rule].title} · " if rule in RULES else ""  # a rule of a later version has none
    said = f"{title}{count:,} not shown"
    return Choice(RuleAnswer(rule, False), f"Hear {rule} again", said)
