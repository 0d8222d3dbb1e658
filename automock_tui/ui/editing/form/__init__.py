"""One expectation as a form: lines of fields, each a view of one value in its JSON. Pure.

A field is written by changing its value in the text of the expectation and nothing else; what the form does not
know stays where it is.
"""

from automock_tui.ui.editing.form.cells import Cell, FieldError, Line, edited
from automock_tui.ui.editing.form.steps import STEPS, Step, also_of, lines_of, step_of
from automock_tui.ui.editing.form.values import Kind
from automock_tui.ui.editing.form.view import FormView

__all__ = [
    "STEPS",
    "Cell",
    "FieldError",
    "FormView",
    "Kind",
    "Line",
    "Step",
    "also_of",
    "edited",
    "lines_of",
    "step_of",
]
