"""What the control plane refuses."""

from __future__ import annotations


class Refused(Exception):
    """The control plane refuses a request; the words go back to the caller with status 400."""
