"""How long the linter takes, how that grows, and how long the real MockServer takes to load the same file.

Run it from the repository: `python -m tests.benchmarks.lint`. Every number is the best of three, in one run.
What MockServer takes is its start with the file less its start without one; beside it, a PUT of the file to one
that has loaded it before. Needs Java 17 and npm (for the jar); without them, only the linter is measured.
"""

import json
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

from automock_tui.domain.expectation import load_expectations
from automock_tui.linting import Linter
from tests.parts import start_mockserver

SIZES = (500, 5_000)
RUNS = 3


def requests_of(number):
    """Five requests to match, of one resource each, as sets of real APIs have them."""
    base = f"/api/v1/resource{number}"
    one = {"path": f"{base}/{{id}}", "pathParameters": {"id": ["[0-9]+"]}}
    json_body = {"type": "JSON", "json": {"name": "x", "kind": number}}
    return [
        {"method": "GET", "path": base},
        {
            "method": "POST",
            "path": base,
            "headers": {"Content-Type": ["application/json.*"]},
            "body": json_body,
        },
        {"method": "GET", **one},
        {"method": "DELETE", **one},
        {"method": "GET", "path": f"{base}/search", "queryStringParameters": {"q": [".*"], "page": ["[0-9]+"]}},
    ]


def ordinary(count):
    """So many expectations without a problem."""
    found = []
    for number in range(count):
        body = {"id": number, "name": f"name {number}", "tags": ["a", "b"], "nested": {"list": [1, 2, 3]}}
        response = {"statusCode": 200, "headers": {"Content-Type": ["application/json"]}, "body": body}
        request = requests_of(number // 5)[number % 5]
        found.append({"id": f"e{number}", "httpRequest": request, "httpResponse": response})
    return json.dumps(found, indent=1)


def one_path(count):
    """So many expectations of one path, told apart by their bodies alone."""
    return json.dumps(
        [
            {
                "httpRequest": {
                    "method": "POST",
                    "path": "/graphql",
                    "body": {"type": "JSON", "json": {"n": number}},
                },
                "httpResponse": {},
            }
            for number in range(count)
        ]
    )


def patterns(count):
    """So many expectations with a regular expression for a path."""
    request = "/api/item{}/[a-z]+/.*"
    return json.dumps(
        [{"httpRequest": {"path": request.format(number)}, "httpResponse": {}} for number in range(count)]
    )


def hidden(count):
    """So many expectations that one before them hides."""
    first = {"httpRequest": {"path": "/.*"}, "httpResponse": {}}
    return json.dumps([first, *json.loads(ordinary(count - 1))])


def best(work, runs=RUNS):
    found = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return min(found)


def lint_seconds(text):
    expectations = load_expectations(text)
    return best(lambda: Linter().lint(expectations))


def again_seconds(text):
    """After one edit, with a linter that knows the others."""
    expectations, linter = load_expectations(text), Linter()
    linter.lint(expectations)
    edited = iter(
        [
            expectations.replaced(7, expectations[7].with_value(("httpResponse", "statusCode"), status))
            for status in range(201, 201 + RUNS)
        ]
    )
    return best(lambda: linter.lint(next(edited)))


def growth():
    print(
        f"{'set':10}"
        + "".join(f"{f'{size} (ms)':>12}" for size in SIZES)
        + f"{'ratio':>8}{'one edit (ms)':>15}"
    )
    for make in (ordinary, one_path, patterns, hidden):
        small, large = (lint_seconds(make(size)) for size in SIZES)
        again = again_seconds(make(SIZES[-1]))
        print(
            f"{make.__name__:10}{small * 1e3:12.0f}{large * 1e3:12.0f}{large / small:8.1f}{again * 1e3:15.0f}"
        )


def start_seconds(folder, **variables):
    started = time.perf_counter()
    with start_mockserver(folder, MOCKSERVER_LOG_LEVEL="WARN", **variables):
        return time.perf_counter() - started


def put_seconds(url, text):
    request = urllib.request.Request(
        f"{url}/mockserver/expectation", text.encode(), {"Content-Type": "application/json"}, method="PUT"
    )
    return best(lambda: urllib.request.urlopen(request, timeout=120).close())


def against_mockserver():
    text = ordinary(SIZES[-1])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "expectations.json"
        file.write_text(text)
        own = lint_seconds(text)
        path = {"MOCKSERVER_INITIALIZATION_JSON_PATH": str(file)}
        alone = min(start_seconds(folder / f"a{run}") for run in range(RUNS))
        loading = min(start_seconds(folder / f"b{run}", **path) for run in range(RUNS)) - alone
        with start_mockserver(folder / "put", MOCKSERVER_LOG_LEVEL="WARN") as url:
            putting = put_seconds(url, text)
        own = min(own, lint_seconds(text))
    print(f"\n{SIZES[-1]} expectations, {len(text) / 1e6:.1f} MB: lint {own * 1e3:.0f} ms")
    for words, seconds in (("MockServer loads the file", loading), ("MockServer takes a PUT, warm", putting)):
        print(f"{words:30}{seconds * 1e3:8.0f} ms   lint / that = {own / seconds:.2f}")


if __name__ == "__main__":
    growth()
    try:
        against_mockserver()
    except pytest.skip.Exception as missing:
        print(missing)
