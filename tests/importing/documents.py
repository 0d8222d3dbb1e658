"""The vendored documents, and what the tests do with every one of them."""

import json
from pathlib import Path

from automock_tui.importing.convert import convert
from automock_tui.importing.source import open_source

DATA = Path(__file__).parents[1] / "data" / "importing"
FOLDERS = ("mockserver", "openapi", "postman", "insomnia", "bruno", "har", "wiremock", "mockoon", "curl")
DOCUMENTS = [path for folder in FOLDERS for path in sorted((DATA / folder).iterdir())]


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def imported(path: Path, **options):
    from automock_tui.importing.imported import Options

    return convert(open_source(path), options=Options(**options))


def from_text(text: str | bytes, name: str = "document", **options):
    from automock_tui.importing.imported import Options
    from automock_tui.importing.source import Source

    data = text if isinstance(text, bytes) else text.encode()
    return convert(Source(name, data), options=Options(**options))


def from_tree(tree, **options):
    return from_text(json.dumps(tree), **options)
