"""Mocks of the local workspace that answer over https, with a certificate that nobody else has signed."""

import json
import os
import signal
import ssl
import stat
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from automock_tui.bootstrap import open_workspace
from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.operations.local_deploy import deploy_and_wait, destroy_local, local_basis, start_local_deploy
from automock_tui.operations.local_state import certificate_file, certificate_of
from automock_tui.operations.status import status
from automock_tui.operations.tls import Certificate
from automock_tui.operations.traffic import feed_of, open_feed
from automock_tui.settings import Settings
from tests.certificates import write_certificate


@pytest.fixture
def here(folders, monkeypatch):
    """The local workspace with a project; its mocks end with the test."""
    workspace = open_workspace(Settings(author="ann@here"), folders, kind="local")
    monkeypatch.setenv("AUTOMOCK_HOME", str(folders.state.parent))
    set_ = [{"httpRequest": {"path": "/greeting", "secure": True}, "httpResponse": {"body": "hello"}}]
    workspace.projects.create("shop", json.dumps(set_).encode())
    yield workspace
    for job in workspace.jobs.all():
        if job.is_live and job.process is not None:
            os.kill(job.process.pid, signal.SIGKILL)


@pytest.fixture
def certificate(tmp_path):
    write_certificate(tmp_path / "cert.pem", tmp_path / "key.pem")
    return Certificate(tmp_path / "cert.pem", tmp_path / "key.pem")


def ask(url, tls=None):
    with urllib.request.urlopen(url + "/greeting", timeout=10, context=tls) as answer:
        return answer.read().decode()


def test_it_answers_over_https_and_is_asked_over_https(here, certificate):
    job = deploy_and_wait(here, "shop", 1, certificate=certificate)
    url = job.outputs["mockserver_url"]
    assert url.startswith("https://127.0.0.1:")
    row = status(here, ["shop"]).rows[0]
    assert (row.word, row.address) == ("deployed", url)
    assert ask(url, ssl.create_default_context(cafile=certificate.path)) == "hello"
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        ask(url)
    feed = feed_of(here, "shop")
    assert [seen.target for seen in feed.poll().new] == ["/greeting"]
    assert feed.verify({"httpRequest": {"path": "/greeting"}, "times": {"atLeast": 1, "atMost": 1}}) == ""
    assert "is closed" in destroy_local(here, "shop")


def test_only_the_certificate_itself_is_kept_and_only_for_its_user(here, certificate, tmp_path):
    write_certificate(tmp_path / "both.pem", tmp_path / "both.pem", name="mocks.test")
    job = deploy_and_wait(here, "shop", 1, certificate=Certificate(tmp_path / "both.pem"))
    kept = certificate_file(here, job.id)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert certificate_of(here, "shop").count("BEGIN") == 1
    folder = here.jobs.folder(job.id)
    assert not any(b"PRIVATE" in one.read_bytes() for one in folder.rglob("*") if one.is_file())
    assert feed_of(here, "shop").poll().total == 0, "a name that is not the address's is no hindrance"


def test_who_shows_another_certificate_is_told_nothing(here, certificate, tmp_path):
    url = deploy_and_wait(here, "shop", 1, certificate=certificate).outputs["mockserver_url"]
    write_certificate(tmp_path / "other.pem", tmp_path / "other-key.pem")
    with pytest.raises(AutomockError, match="is not trusted"):
        open_feed(url, certificate=Certificate(tmp_path / "other.pem").text())
    with pytest.raises(AutomockError, match="is not trusted"):
        open_feed(url)


def test_the_next_deploy_has_it_again_unless_it_is_told_not_to(here, certificate):
    first = deploy_and_wait(here, "shop", 1, certificate=certificate).outputs["mockserver_url"]
    assert local_basis(here, "shop").certificate == certificate
    second = deploy_and_wait(here, "shop", 1).outputs["mockserver_url"]
    assert second == first.replace("https", "http")
    assert local_basis(here, "shop").certificate is None
    assert certificate_of(here, "shop") == ""
    assert feed_of(here, "shop").poll().total == 0


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (("nowhere.pem",), "cannot be used"),
        (("cert.pem",), "cannot be used"),
        (("cert.pem", "other-key.pem"), "cannot be used"),
        (("locked.pem", "locked-key.pem"), "has a password"),
    ],
)
def test_a_certificate_that_cannot_be_used_is_refused_before_anything_changes(here, tmp_path, files, words):
    write_certificate(tmp_path / "cert.pem", tmp_path / "key.pem")
    write_certificate(tmp_path / "other.pem", tmp_path / "other-key.pem")
    write_certificate(tmp_path / "locked.pem", tmp_path / "locked-key.pem", password=b"secret")
    with pytest.raises(InvalidInput) as caught:
        start_local_deploy(here, "shop", 1, certificate=Certificate(*(tmp_path / one for one in files)))
    assert words in f"{caught.value.title} {caught.value.message}"
    assert here.jobs.all() == []
    assert status(here, ["shop"]).rows[0].word == "none"


def test_a_key_needs_a_certificate():
    with pytest.raises(InvalidInput, match="without a certificate"):
        Certificate.given("", "key.pem")


def test_on_the_command_line(here, certificate):
    job = deploy_and_wait(here, "shop", 1, certificate=certificate)

    def plan(*flags):
        command = [sys.executable, "-m", "automock_tui", "--workspace", "local", "deploy", "--project", "shop"]
        done = subprocess.run(
            [*command, "--plan-only", "--json", *flags], capture_output=True, text=True, timeout=60
        )
        return json.loads(done.stdout)["scheme"] if done.returncode == 0 else (done.returncode, done.stderr)

    assert plan("--tls-cert", str(certificate.path), "--tls-key", str(certificate.key)) == "https"
    assert plan() == "https", "as it was asked for before"
    assert plan("--tls-cert", "") == "http"
    code, said = plan("--tls-key", str(certificate.key))
    assert code == 2
    assert "without a certificate" in said
    assert here.projects.deployment("shop").job_id == job.id
