"""Sets of expectations and requests for the linter's tests."""

import json

from hypothesis import strategies as st

from automock_tui.domain.expectation import Expectation, ExpectationSet, load_expectations
from automock_tui.linting import LintContext, lint


def loaded(*trees):
    return ExpectationSet.of([Expectation.of(one) for one in trees])


def answering(request, **more):
    return {"httpRequest": request, "httpResponse": {}} | more


def found(trees, **context):
    """Rule and pointer of each problem, in the order of the document."""
    expectations = trees if isinstance(trees, ExpectationSet) else load_expectations(json.dumps(trees))
    return [(one.rule, one.place.pointer) for one in lint(expectations, LintContext(**context))]


# --- generated

SEGMENTS = ("a", "b", "a.b", "5")
PATTERNS = (".*", ".+", "a.*", "[ab]", "[0-9]+", "a|b", "(?i)a", "a?")
VALUES = st.sampled_from(("1", "2", "a", "!1", "?1", "", "> 1", "[", *PATTERNS))
NAMES = st.sampled_from(("x", "y", "X", "!x", "?x", "x.*"))
PAIRS = st.dictionaries(NAMES, VALUES | st.lists(VALUES, min_size=1, max_size=2), max_size=2)
PARTS = st.sampled_from((*SEGMENTS, "{i}", "{j}", *PATTERNS))
SCALARS = st.sampled_from((1, 2, "1", "a", True, None, "${json-unit.any-string}", "${json-unit.ignore}"))
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("kl"), inner, max_size=2),
    max_leaves=4,
)
BODIES = st.one_of(
    st.builds(
        lambda value, kind: {"type": "JSON", "json": value, "matchType": kind},
        JSON,
        st.sampled_from(("STRICT", "ONLY_MATCHING_FIELDS")),
    ),
    st.sampled_from(("text", {"type": "REGEX", "regex": "t.*"})),
    st.just({"type": "STRING", "string": "text", "not": True}),
    st.dictionaries(st.sampled_from("kl"), JSON, min_size=1, max_size=2),
)


def as_list(pairs):
    """Headers or parameters as a list of objects, which MockServer takes too."""
    return [
        {"name": name, "values": value if isinstance(value, list) else [value]} for name, value in pairs.items()
    ]


def as_object(pairs):
    """The same as an object, of a list too."""
    return {one["name"]: one["values"] for one in pairs} if isinstance(pairs, list) else pairs or {}


@st.composite
def requests_to_match(draw):
    spec = {}
    if draw(st.booleans()):
        spec["method"] = draw(st.sampled_from(("GET", "POST", "get", "!GET", "G.*", "")))
    if draw(st.integers(0, 4)):
        parts = draw(st.lists(PARTS, min_size=1, max_size=3))
        spec["path"] = draw(st.sampled_from(("/", "/", "/", "", "!/"))) + "/".join(parts)
        names = [part[1:-1] for part in parts if part.startswith("{")]
        if names and draw(st.integers(0, 4)):
            spec["pathParameters"] = {name: [draw(VALUES)] for name in names if draw(st.integers(0, 5))}
    for field in ("queryStringParameters", "headers"):
        if not draw(st.integers(0, 2)):
            spec[field] = draw(PAIRS)
            if draw(st.integers(0, 9)) == 0:
                spec[field]["keyMatchStyle"] = "MATCHING_KEY"
            elif draw(st.integers(0, 4)) == 0:
                spec[field] = as_list(spec[field])
    if not draw(st.integers(0, 4)):
        spec["cookies"] = draw(st.dictionaries(NAMES, VALUES, max_size=2))
    if not draw(st.integers(0, 3)):
        spec["body"] = draw(BODIES)
    if draw(st.integers(0, 9)) == 0:
        spec["not"] = True
    if draw(st.integers(0, 9)) == 0:
        spec["secure"] = draw(st.booleans())
    return spec


@st.composite
def expectations(draw):
    tree = answering(draw(requests_to_match()))
    if not draw(st.integers(0, 3)):
        tree["priority"] = draw(st.integers(-1, 1))
    if not draw(st.integers(0, 5)):
        tree |= draw(
            st.sampled_from(
                (
                    {"times": {"remainingTimes": 1}},
                    {"times": {"unlimited": True}},
                    {"timeToLive": {"timeUnit": "SECONDS", "timeToLive": 1}},
                    {"percentage": 50},
                    {"percentage": 0},
                    {"percentage": 100},
                    {"scenarioName": "s", "scenarioState": "Started", "newScenarioState": "b"},
                    {"scenarioName": "s", "scenarioState": "b"},
                    {"scenarioName": "t", "newScenarioState": "b"},
                )
            )
        )
    return tree


SETS = st.lists(expectations(), min_size=2, max_size=6).map(
    lambda trees: [tree | {"id": f"e{index}"} for index, tree in enumerate(trees)]
)
