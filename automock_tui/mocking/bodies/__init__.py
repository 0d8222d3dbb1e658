"""Body matchers: one for each of MockServer's body types."""

from automock_tui.mocking.bodies.building import compile_body
from automock_tui.mocking.bodies.matcher import BodyMatcher

__all__ = ["BodyMatcher", "compile_body"]
