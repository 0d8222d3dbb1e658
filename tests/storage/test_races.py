"""Real processes extend one TTL at once; it must grow by exactly what they were told."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from automock_tui.domain.deployment import DeploymentStatus
from automock_tui.storage.folder import FolderStore
from automock_tui.storage.projects import Projects
from tests.storage.conftest import s3_store
from tests.storage.lossy_proxy import lossy_proxy

NAME = "petstore"
KEY = "deployment-metadata.json"
PROGRAM = Path(__file__).with_name("extend_process.py")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def deployed():
    """Makes a deployed project in a store; returns its projects and when its TTL ends."""

    def make(store):
        projects = Projects(store, "ann")
        projects.create(NAME, [])

        def change(metadata, now):
            return replace(
                metadata,
                deployment_status=DeploymentStatus.DEPLOYED,
                deployed_at=now,
                ttl_expiry=now + timedelta(hours=2),
            )

        return projects, projects.update_deployment(NAME, change).ttl_expiry

    return make


class Racers:
    """Processes that are all ready before any of them starts."""

    def __init__(self, places, hours=1.0, times=1):
        self.processes = [self._start(place, hours, times) for place in places]
        for process in self.processes:
            assert process.stdout.readline() == "ready\n"

    def _start(self, place, hours, times):
        return subprocess.Popen(
            [sys.executable, str(PROGRAM), *map(str, place), NAME, str(hours), str(times)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def go(self):
        for process in self.processes:
            process.stdin.write("go\n")
            process.stdin.flush()

    def told(self):
        """What each of them was told, in lines."""
        return [process.communicate(timeout=200)[0].splitlines() for process in self.processes]


def s3_place(server, endpoint):
    return ("s3", endpoint, server.access_key, server.secret_key)


@pytest.mark.part("seaweedfs")
def test_32_extend_at_once_on_s3_and_4_lose_an_answer(weed, weed_store, deployed):
    projects, before = deployed(weed_store)
    with lossy_proxy(weed.port, KEY, losses=4) as proxy:
        racers = Racers([s3_place(weed, weed.endpoint)] * 28 + [s3_place(weed, proxy.endpoint)] * 4)
        racers.go()
        told = racers.told()
        assert proxy.lost == [200] * 4, "four answers to writes that were made did not arrive"
    counted = told.count(["ok"])
    assert projects.deployment(NAME).ttl_expiry - before == timedelta(hours=counted)
    # On a machine that does ten other things at once, a few may lose for a whole minute: told, and not counted.
    assert counted >= 28, told
    assert all(lines == ["ok"] or "LostRace" in lines[0] for lines in told)


@pytest.mark.part("seaweedfs")
def test_a_writer_who_hears_nothing_back_for_long_counts_once(weed, weed_store, deployed):
    """All three answers of botocore's attempts are lost: the write, and the refusals of its repetitions."""
    projects, before = deployed(weed_store)
    with lossy_proxy(weed.port, KEY, losses=3, only_success=False) as proxy:
        Projects(s3_store(weed, proxy.endpoint), "unlucky").extend_ttl(NAME, 1)
        assert proxy.lost == [200, 412, 412]
    assert projects.deployment(NAME).ttl_expiry - before == timedelta(hours=1)


@pytest.mark.part("seaweedfs")
def test_a_server_that_crashes_in_the_middle_loses_no_extension(weed, weed_store, deployed):
    projects, before = deployed(weed_store)
    racers = Racers([s3_place(weed, weed.endpoint)] * 6, hours=0.25, times=12)
    racers.go()
    time.sleep(0.5)
    weed.kill()
    weed.start()
    told = [line for lines in racers.told() for line in lines]
    grown = (projects.deployment(NAME).ttl_expiry - before) / timedelta(hours=0.25)
    unknown = len(told) - told.count("ok")  # no answer, or an error of a server that is only half up
    assert len(told) == 72 and all(line == "ok" or line.startswith("failed") for line in told)
    assert told.count("ok") <= grown <= told.count("ok") + unknown
    assert told.count("ok") > 12, "some of them got through before or after the crash"


def test_32_extend_at_once_in_a_folder(folder_store, tmp_path, deployed):
    projects, before = deployed(folder_store)
    racers = Racers([("folder", tmp_path / "share" / "projects")] * 32, hours=0.5, times=4)
    racers.go()
    assert racers.told() == [["ok"] * 4] * 32
    assert projects.deployment(NAME).ttl_expiry - before == timedelta(hours=64)


def test_killed_writers_in_a_folder_lose_nothing_that_was_reported(folder_store, tmp_path, deployed):
    """Twelve writers, eight of them killed somewhere; each may have made one write that it did not tell."""
    projects, before = deployed(folder_store)
    racers = Racers([("folder", tmp_path / "share" / "projects")] * 12, hours=0.1, times=30)
    racers.go()
    for process in racers.processes[:8]:
        time.sleep(random.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        projects.deployment(NAME)  # whole at any moment
    told = racers.told()
    reported = sum(lines.count("ok") for lines in told)
    grown = round((projects.deployment(NAME).ttl_expiry - before) / timedelta(hours=0.1))
    assert all(lines == ["ok"] * 30 for lines in told[8:])
    assert reported <= grown <= reported + 8
    assert any(len(lines) < 30 for lines in told[:8]), "none was killed in time"
    folder = FolderStore(tmp_path / "share" / "projects")
    assert set(folder.keys(projects.find(NAME), "")) >= {KEY, "metadata.json", "expectations.json"}
