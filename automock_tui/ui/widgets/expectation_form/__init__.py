"""One expectation as a form."""

from automock_tui.ui.widgets.expectation_form.form import ExpectationForm

__all__ = ["ExpectationForm"]
