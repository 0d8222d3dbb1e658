"""Texts in the languages within expectations, a line each, as MockServer's own libraries judge them.

`regex` by java.util.regex of Java 17, `json_path` by Jayway, `velocity` and `mustache` by the engines in the
jar of MockServer 8.0.0; tests/conformance asks the running server about the same lines.
"""

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data" / "languages"


def taken(language):
    """Texts that are read without an error."""
    return _lines(f"{language}-taken.txt")


def refused(language):
    """Texts with an error in them."""
    return _lines(f"{language}-refused.txt")


def _lines(name):
    return (FOLDER / name).read_text().split("\n")[:-1]
