"""The linter: what is wrong or doubtful in a set of expectations, why it matters, and how to mend it.

`lint` and `Linter` find, `apply_fix` mends, `RULES` says what there is to find.
"""

from automock_tui.linting.context import Description, LintContext
from automock_tui.linting.fixes import apply_fix
from automock_tui.linting.linter import Linter, lint
from automock_tui.linting.rules import RULES, Rule

__all__ = ["RULES", "Description", "LintContext", "Linter", "Rule", "apply_fix", "lint"]
