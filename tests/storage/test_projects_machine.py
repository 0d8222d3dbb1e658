"""Several people on the same projects, in any order, with crashes and lost answers: what they hear holds."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from automock_tui.domain.deployment import (
    DeploymentStatus,
    Infrastructure,
    begin_deploy,
    begin_destroy,
    finish_deploy,
    finish_destroy,
)
from automock_tui.domain.errors import AutomockError, InvalidInput, LostRace, NotFound
from automock_tui.storage import folder, swap
from automock_tui.storage.folder import FolderStore
from automock_tui.storage.projects import Projects
from automock_tui.storage.versions import SaveConflict
from tests.storage.faults import Crash, CrashAfter, LosesAnswers

NAMES = st.sampled_from(["petstore", "petstore-2"])
PEOPLE = st.integers(0, 1)


class Model:
    """What must be so of one project."""

    def __init__(self, body):
        self.versions = [body]
        self.status = DeploymentStatus.NONE
        self.expiry = None
        self.events = 0


class ProjectsMachine(RuleBasedStateMachine):
    """Two people with their own view of one folder, and a model of what they were told."""

    @initialize()
    def start(self):
        self.folder = tempfile.TemporaryDirectory()
        self.store = FolderStore(Path(self.folder.name))
        self.people = [Projects(self.store, "ann"), Projects(self.store, "bob")]
        self.models: dict[str, Model] = {}
        self.counter = 0

    def teardown(self):
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def body(self):
        self.counter += 1
        return b"[%d]%s" % (self.counter % 3, b"\n" * (self.counter % 2))

    @rule(name=NAMES, who=PEOPLE)
    def create(self, name, who):
        body = self.body()
        if name in self.models:
            with pytest.raises(InvalidInput):
                self.people[who].create(name, body)
        else:
            self.people[who].create(name, body)
            self.models[name] = Model(body)

    @rule(name=NAMES, who=PEOPLE, step=st.integers(0, 5), done=st.booleans())
    def create_and_crash(self, name, who, step, done):
        if name in self.models:
            return
        body = self.body()
        try:
            Projects(CrashAfter(self.store, step, done=done), "c").create(name, body)
        except Crash:
            again = self.body()
            try:
                self.people[who].create(name, again)
            except InvalidInput:
                pass  # the crashed one got as far as its first version
            else:
                body = again
        self.models[name] = Model(body)

    @rule(name=NAMES, who=PEOPLE, stale=st.booleans())
    def save(self, name, who, stale):
        body, person = self.body(), self.people[who]
        if name not in self.models:
            with pytest.raises(NotFound):
                person.save_expectations(name, body, base_version="v1")
            return
        versions = self.models[name].versions
        if stale and len(versions) > 1:
            with pytest.raises(SaveConflict) as lost:
                person.save_expectations(name, body, base_version=f"v{len(versions) - 1}")
            assert lost.value.theirs.body == versions[-1]
            return
        saved = person.save_expectations(name, body, base_version=f"v{len(versions)}")
        versions.append(body)
        assert saved.version == f"v{len(versions)}"

    @precondition(lambda self: self.models)
    @rule(data=st.data(), step=st.integers(0, 3), done=st.booleans())
    def save_and_crash(self, data, step, done):
        name = data.draw(st.sampled_from(sorted(self.models)))
        body, versions = self.body(), self.models[name].versions
        crashing = Projects(CrashAfter(self.store, step, done=done), "c")
        saved = True
        try:
            crashing.save_expectations(name, body, base_version=f"v{len(versions)}")
        except Crash:
            saved = (step, done) != (0, False)
        if saved:
            versions.append(body)

    @precondition(lambda self: self.models)
    @rule(data=st.data(), who=PEOPLE, hours=st.sampled_from([0.5, 1, 3]))
    def deploy(self, data, who, hours):
        name = data.draw(st.sampled_from(sorted(self.models)))
        model, person, ttl = self.models[name], self.people[who], timedelta(hours=hours)

        def begin(metadata, now):
            return begin_deploy(
                metadata, ttl=ttl, options={}, job_id="j", by="p", now=now, expectations_version="v1"
            )

        def finish(metadata, now):
            return finish_deploy(
                metadata, ttl=ttl, outputs={}, infrastructure=Infrastructure(), job_id="j", by="p", now=now
            )

        if model.status is DeploymentStatus.DESTROYING:
            with pytest.raises(LostRace):
                person.update_deployment(name, begin)
            return
        person.update_deployment(name, begin)
        model.expiry = person.update_deployment(name, finish).ttl_expiry
        model.status = DeploymentStatus.DEPLOYED

    @precondition(lambda self: self.models)
    @rule(
        data=st.data(),
        who=PEOPLE,
        hours=st.sampled_from([0.5, 1]),
        lost=st.sampled_from(["", "sent again", "silent"]),
    )
    def extend(self, data, who, hours, lost):
        name = data.draw(st.sampled_from(sorted(self.models)))
        model, person = self.models[name], self.people[who]
        if lost:
            person = Projects(LosesAnswers(self.store, "t-metadata.json", retried=lost == "sent again"), "u")
        try:
            extension = person.extend_ttl(name, hours)
        except AutomockError as error:
            assert model.status is not DeploymentStatus.DEPLOYED or isinstance(error, InvalidInput)
            return
        assert model.status is DeploymentStatus.DEPLOYED
        assert extension.before == model.expiry
        model.expiry += timedelta(hours=hours)
        assert extension.after == model.expiry

    @precondition(lambda self: self.models)
    @rule(data=st.data(), who=PEOPLE, finish=st.booleans())
    def destroy(self, data, who, finish):
        name = data.draw(st.sampled_from(sorted(self.models)))
        model, person = self.models[name], self.people[who]
        if model.status in {DeploymentStatus.NONE, DeploymentStatus.DESTROYED}:
            with pytest.raises(NotFound):
                person.update_deployment(name, lambda m, now: begin_destroy(m, job_id="d", by="p"))
            return
        person.update_deployment(name, lambda m, now: begin_destroy(m, job_id="d", by="p"))
        model.status = DeploymentStatus.DESTROYING
        if finish:
            person.update_deployment(name, lambda m, now: finish_destroy(m, job_id="d", by="p", now=now))
            model.status, model.expiry = DeploymentStatus.DESTROYED, None

    @precondition(lambda self: self.models)
    @rule(data=st.data(), who=PEOPLE, force=st.booleans())
    def delete(self, data, who, force):
        name = data.draw(st.sampled_from(sorted(self.models)))
        idle = self.models[name].status in {DeploymentStatus.NONE, DeploymentStatus.DESTROYED}
        if idle or force:
            self.people[who].delete(name, force=force)
            del self.models[name]
        else:
            with pytest.raises(AutomockError):
                self.people[who].delete(name)

    @invariant()
    def all_is_as_told(self):
        if not hasattr(self, "models"):
            return
        reader = Projects(self.store, "reader")
        assert [row.name for row in reader.list_all()] == sorted(self.models)
        for name, model in self.models.items():
            found = reader.read_expectations(name)
            assert (found.body, found.version) == (model.versions[-1], f"v{len(model.versions)}")
            bodies = [reader.read_version(name, version.version).body for version in reader.versions(name)]
            assert bodies == model.versions[::-1]
            deployment = reader.deployment(name)
            assert (deployment.status, deployment.ttl_expiry) == (model.status, model.expiry)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """No pauses, and no waiting for the disk: neither is what this tests."""
    monkeypatch.setattr(swap, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(folder, "_sync", lambda path: None)
    monkeypatch.setattr(folder.os, "fsync", lambda handle: None)


TestProjects = ProjectsMachine.TestCase
TestProjects.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
