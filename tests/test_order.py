"""The order of the files of a whole run (tests/conftest.py)."""

from types import SimpleNamespace

from tests import conftest

WORKER, ALONE = SimpleNamespace(workerinput={}), SimpleNamespace()


def items(*names):
    return [SimpleNamespace(path=conftest.TESTS / name, nodeid=number) for number, name in enumerate(names)]


def test_the_longest_files_exist():
    assert [name for name in conftest.LONGEST if not (conftest.TESTS / name).exists()] == []


def test_workers_take_the_longest_first_then_the_largest():
    found = items("a.py", "b.py", "b.py", conftest.LONGEST[1], conftest.LONGEST[0], "b.py")
    conftest.pytest_collection_modifyitems(WORKER, found)
    assert [item.nodeid for item in found] == [4, 3, 1, 2, 5, 0]


def test_a_run_without_workers_keeps_its_order():
    found = items("a.py", "b.py", "b.py", conftest.LONGEST[0])
    conftest.pytest_collection_modifyitems(ALONE, found)
    assert [item.nodeid for item in found] == [0, 1, 2, 3]
