"""How long importing an API description takes, against openapi-spec-validator alone on the same text.

Run it from the repository: `python -m tests.benchmarks.import_openapi [FILE]`. Without a file, it makes one of
500 operations and about 1 MB. The ratio is of the best of three runs of each, in turn, in this process.
"""

import json
import sys
import time
from pathlib import Path

from automock_tui.importing.convert import convert
from automock_tui.importing.source import Source

RUNS = 3
WORDS = "a description that is as long as those of real ones are, and says little more than its name does. "


def schema(number, count):
    named = f"#/components/schemas/S{(number * 7 + 1) % count}"
    properties = {
        "id": {"type": "integer", "format": "int64"},
        "name": {"type": "string", "description": WORDS * 2},
        "email": {"type": "string", "format": "email"},
        "created": {"type": "string", "format": "date-time"},
        "state": {"type": "string", "enum": ["new", "old"]},
        "parent": {"$ref": named},
        "tags": {"type": "array", "items": {"type": "string"}},
    }
    return {"type": "object", "required": ["id", "name"], "properties": properties}


def description(operations=500):
    """An API description of so many operations."""
    count = operations // 2
    error = {"type": "object", "properties": {"code": {"type": "integer"}, "message": {"type": "string"}}}
    paths = {}
    for number in range(count):
        body = {"application/json": {"schema": {"$ref": f"#/components/schemas/S{number}"}}}
        responses = {
            "200": {"description": WORDS, "content": body},
            "404": {"description": WORDS, "content": {"application/json": {"schema": error}}},
        }
        parameters = [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}, "description": WORDS},
            {"name": "page", "in": "query", "schema": {"type": "integer"}, "description": WORDS},
        ]
        shared = {"parameters": parameters, "responses": responses, "description": WORDS * 6}
        put = {"operationId": f"put{number}", "requestBody": {"content": body}}
        paths[f"/things{number}/{{id}}"] = {
            "get": {"operationId": f"get{number}"} | shared,
            "put": put | shared,
        }
    schemas = {f"S{number}": schema(number, count) for number in range(count)}
    info = {"title": "big", "version": "1"}
    return {"openapi": "3.0.3", "info": info, "paths": paths, "components": {"schemas": schemas}}


def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main(arguments):
    from openapi_spec_validator import validate

    data = Path(arguments[0]).read_bytes() if arguments else json.dumps(description(), indent=1).encode()
    made = convert(Source("description", data))
    ours, theirs = [], []
    for _ in range(RUNS):
        ours.append(seconds(lambda: convert(Source("description", data))))
        theirs.append(seconds(lambda: validate(json.loads(data))))
    print(f"{len(data) / 1e6:.2f} MB, {len(made.expectations)} expectations, {len(made.report)} findings")
    print(f"{'import':28}{min(ours):8.2f} s")
    print(f"{'openapi-spec-validator':28}{min(theirs):8.2f} s")
    print(f"{'ratio (at most 3)':28}{min(ours) / min(theirs):8.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
