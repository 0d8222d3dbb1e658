"""Take the pictures of versions, a difference and a conflict: the real app over a folder, in seconds.

python -m tests.screenshots_versions
"""

import asyncio
import tempfile

from automock_tui.bootstrap import open_workspace
from automock_tui.domain.expectation import Expectation, load_expectations
from automock_tui.operations.create import create_project
from automock_tui.operations.merging import MergeConflict
from automock_tui.operations.save import open_expectations, save_expectations
from automock_tui.settings import Settings, find_folders
from automock_tui.ui.app import AutomockApp
from automock_tui.ui.screens.conflict import ConflictScreen
from automock_tui.ui.screens.versions import VersionsScreen
from tests.e2e.conftest import EXAMPLE
from tests.screenshots import SIZE, Tour

PHOTO = {
    "id": "get-pet-photo",
    "httpRequest": {"method": "GET", "path": "/pets/{petId}/photo", "pathParameters": {"petId": ["[0-9]+"]}},
    "httpResponse": {"statusCode": 200, "headers": {"Content-Type": ["image/png"]}},
}


def changed(text, identity, **values):
    """The document with fields of one response changed."""
    found = load_expectations(text)
    at = found.find(identity)
    one = found[at]
    for name, value in values.items():
        one = one.with_value(("httpResponse", *name.split("__")), value)
    return found.replaced(at, one).save()


def history(people):
    """Three versions by two people, and what the second of them then could not save."""
    ann, bob = people
    create_project(ann, "petstore", EXAMPLE.read_bytes(), source=EXAMPLE.name)
    first = open_expectations(ann, "petstore").text
    found = load_expectations(changed(first, "get-pet", statusCode=410, body__status="sold"))
    found = found.moved(found.find("create-pet"), 0)
    found = found.inserted(3, Expectation.of(PHOTO))
    second = found.removed(found.find("login-without-credentials")).save()
    save_expectations(
        ann, "petstore", second, base_version="v1", message="Sold pets are gone, photos are there"
    )
    third = changed(second, "get-pet", body__price=199)
    save_expectations(bob, "petstore", third, base_version="v2", message="Rex is cheaper")
    mine = changed(changed(second, "get-pet", body__price=249), "health", statusCode=503)
    try:
        save_expectations(ann, "petstore", mine, base_version="v2", message="Dearer, and down")
    except MergeConflict as conflict:
        return conflict
    raise AssertionError("both changed the price")


async def walk(folder):
    """Look at the versions, what one of them changed, and the conflict."""
    folders = find_folders({"AUTOMOCK_HOME": folder})
    names = ("ann@laptop", "bob@desk")
    people = [open_workspace(Settings(author=name), folders, kind="local") for name in names]
    conflict = history(people)
    app = AutomockApp(people[0].settings, folders, lambda: people[0])
    async with app.run_test(size=SIZE) as pilot:
        tour = Tour(app, pilot)
        await tour.see("petstore")
        app.push_screen(VersionsScreen(people[0], "petstore", select="v2"))
        await tour.see("since v1:")
        tour.take("versions")
        await tour.press("enter")
        await tour.see("4 changes")
        await tour.press("j", "j", "j")
        await tour.see('"status": "sold"')
        tour.take("diff")
        app.push_screen(ConflictScreen("petstore", conflict))
        await tour.see("1 to choose")
        tour.take("conflict")


def main():
    """Take them."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(walk(folder))


if __name__ == "__main__":
    main()
