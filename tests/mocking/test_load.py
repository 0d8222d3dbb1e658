"""The load test of tests/benchmarks/load.py, short: no wrong answer, `times` exact, no leak."""

from tests.benchmarks.load import leaks, run


def test_under_load_nobody_gets_a_wrong_answer(tmp_path):
    found = run(tmp_path, seconds=5, connections=64, reloads=3)
    assert found.wrong == []
    assert not leaks(found.memory), found.memory
    wanted = {"hit", "miss", "limited", "malformed", "slow client", "10 MB body", "hostile regex", "times"}
    assert wanted <= set(found.counts)
