"""The rules by their ids: how bad, what it is about, why it matters, how to mend it.

`docs/problems.md` documents each of them; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

from automock_tui.domain.expectation_fields import MOCKSERVER_VERSION
from automock_tui.domain.problems import Severity

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
_REFUSED = (
    f"MockServer {MOCKSERVER_VERSION} refuses the whole document, and then serves none of its expectations."
)
_PER_TASK = "Each task of a deployment counts for itself, and the load balancer picks one for each request."


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of problem. `is_refused`: MockServer takes no such document, so that it cannot be silenced."""

    id: str
    severity: Severity
    title: str
    why: str
    fix: str
    is_refused: bool = False


def _refused(identity: str, title: str, fix: str, why: str = _REFUSED) -> Rule:
    return Rule(identity, _ERROR, title, why, fix, is_refused=True)


_ALL = (
    # What MockServer itself refuses
    _refused("wrong-type", "A value of the wrong type", "Write a value of the type that is named."),
    _refused("out-of-range", "A number or list outside of its limits", "Stay within the limits."),
    _refused("unknown-word", "A word that MockServer does not know here", "Choose one of the words named."),
    _refused("bad-name", "A header or parameter without a usable name", "Correct the name."),
    _refused("missing-field", "A field that must be there is not", "Add the field."),
    _refused("no-action", "Nothing says how to answer", "Add httpResponse, or another action."),
    _refused("several-actions", "Several actions, and not one primary", 'Mark one as "primary": true.'),
    _refused(
        "duplicate-id",
        "Two expectations with one id",
        "Give one of them another id.",
        "MockServer lets the later one replace the earlier one.",
    ),
    # What it takes, but not as it looks
    Rule(
        "unknown-field",
        _WARNING,
        "A field that MockServer does not know",
        _REFUSED,
        "Remove it, unless your MockServer is newer and knows it.",
    ),
    Rule(
        "newer-field",
        _ERROR,
        "A field of a later MockServer than the one deployed",
        "An older MockServer refuses the whole document, and then serves none of its expectations.",
        "Remove the field, or deploy an image of that version (mockserver_image).",
    ),
    Rule(
        "duplicate-key",
        _WARNING,
        "A key twice in one object",
        "MockServer takes the last one and drops the others.",
        "Remove all but one.",
    ),
    # Never answers
    Rule(
        "path-parameters",
        _ERROR,
        "A {name} in the path without path parameters",
        "Only where pathParameters has the name does {name} stand for a segment; else no request matches.",
        "Add the name to pathParameters, or write a regex.",
    ),
    Rule(
        "impossible-path",
        _WARNING,
        "A path that no request has",
        "MockServer compares the path alone, as it is sent: from its slash on, encoded, without a query.",
        "Begin the path with /, write %20 for a blank, and move the query string to queryStringParameters.",
    ),
    Rule(
        "glob-path",
        _WARNING,
        "A star where any text may be meant",
        "A path is a regular expression: /a/* takes /a and /a//, and not /a/b.",
        "Write /.* for anything that follows, or /[^/]+ for one segment.",
    ),
    Rule(
        "shadowed",
        _WARNING,
        "An expectation that is never reached",
        "The first that matches answers, by priority and then by order; an earlier one takes every request.",
        "Move it before the broader one, give it a higher priority, or remove it.",
    ),
    Rule(
        "never-answers",
        _WARNING,
        "An expectation that has no times left",
        "Without remainingTimes above 0 it takes no request.",
        'Raise remainingTimes, write "unlimited": true, or remove the expectation.',
    ),
    Rule(
        "equal-priority-tie",
        _INFO,
        "Two expectations for one request, told apart by their order alone",
        "A request that has what both ask for gets the answer of the one that comes first.",
        "Give the one that shall win a higher priority.",
    ),
    # Broken languages inside
    Rule(
        "invalid-regex",
        _WARNING,
        "A regular expression that Java refuses",
        "MockServer then takes the text literally, and it matches nothing but itself.",
        "Correct the expression (Java syntax).",
    ),
    Rule(
        "invalid-json",
        _ERROR,
        "A JSON body to match that is no JSON",
        "No request matches it.",
        "Correct the JSON, or match the text with a body of type STRING.",
    ),
    Rule(
        "invalid-json-path",
        _ERROR,
        "A JSON path that cannot be read",
        "No request matches it.",
        "Correct the path, such as $.items[?(@.price > 10)].",
    ),
    Rule(
        "invalid-json-schema",
        _WARNING,
        "A JSON schema that is itself broken",
        "MockServer leaves the broken part out, or matches no request.",
        "Correct the schema; MockServer reads draft-07 where it names none.",
    ),
    Rule("invalid-xml", _ERROR, "XML that is not well-formed", "No request matches it.", "Correct the XML."),
    Rule(
        "invalid-xpath",
        _ERROR,
        "An XPath that cannot be read",
        "No request matches it.",
        "Correct the XPath, such as /order/item[@id='1'].",
    ),
    Rule(
        "invalid-template",
        _ERROR,
        "A template with a syntax error",
        f"MockServer {MOCKSERVER_VERSION} answers 404 where a template fails.",
        "Correct what is named.",
    ),
    Rule(
        "javascript-template",
        _ERROR,
        "A JavaScript template, which the image cannot run",
        f"The image of MockServer {MOCKSERVER_VERSION} has no JavaScript engine; it answers 404.",
        "Write the template in VELOCITY or MUSTACHE.",
    ),
    # Answers
    Rule(
        "status-range",
        _ERROR,
        "A status outside of 100 to 999",
        "No client understands such a status, and MockServer refuses it from version 9 on.",
        "Write a status from 100 to 999.",
    ),
    Rule(
        "breaks-description",
        _WARNING,
        "A response that its API description does not allow",
        "Clients are built to the description, and meet here what the real API never sends.",
        "Correct the response, or the description.",
    ),
    Rule(
        "secret",
        _WARNING,
        "What looks like a real secret",
        "Versions are kept for ever, and whoever reaches the mock or its bucket can read it.",
        "Replace it with a made-up value, and change the real one if it was shared.",
    ),
    # In a deployment
    Rule(
        "state-per-task",
        _WARNING,
        "State that each task keeps for itself",
        _PER_TASK,
        "Deploy one task only (--min-tasks 1 --max-tasks 1), or do without state.",
    ),
    Rule(
        "public-forward",
        _WARNING,
        "Forwarding from an address that everybody reaches",
        "Whoever finds the address can send requests through it to that host, in your name.",
        "Allow only known addresses (allowed_cidrs), or answer without forwarding.",
    ),
)
RULES: dict[str, Rule] = {rule.id: rule for rule in _ALL}
"""Every rule of the linter by its id."""
