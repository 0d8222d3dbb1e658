"""Where the janitor may not be installed, nothing is deployed unless the user accepts to go without it.

One story in order, on the real command line, in the sandbox's account as if it were AWS, whose edge refuses
what an administrator would have refused.
"""

import json
import os
import pty
import subprocess
import threading

import pytest

from automock_tui.sandbox.account import up
from automock_tui.sandbox.info import environment
from tests.e2e.conftest import EXAMPLE
from tests.edge import edge, refusal

pytestmark = [pytest.mark.part("terraform"), pytest.mark.part("aws-provider"), pytest.mark.timeout(600)]

LOOK, INSTALL = ("lambda", "GET", "/2015-03-31/functions/"), ("s3", "PUT", "/automock-janitor-")
"""Asking for the janitor's function; making the bucket that its installation is kept in."""
NOT_AUTHORIZED = "User: tom is not authorized to perform that"
REFUSAL = refusal("s3", "AccessDenied", NOT_AUTHORIZED)
NO_END = "no janitor ends it: `automock-tui reap` does"


class Administrator:
    """Refuses what it forbids: a service, a method and how the path begins."""

    def __init__(self):
        self.forbidden = None
        self.is_begun = False
        self.asked_for_lock, self.has_answered = threading.Event(), threading.Event()

    def refuse(self, request):
        """Terraform's lock of a deploy that has begun is kept waiting, then refused."""
        if request.method == "PUT" and request.path.endswith("/deployment-metadata.json"):
            self.is_begun = True
        elif request.method == "PUT" and request.path.endswith(".tflock") and self.is_begun:
            self.asked_for_lock.set()
            self.has_answered.wait(60)
            return REFUSAL
        service, method, path = self.forbidden or ("", "", "")
        asked = (request.service, request.method) == (service, method) and request.path.startswith(path)
        return refusal(service, "AccessDenied", NOT_AUTHORIZED) if asked else None


@pytest.fixture(scope="module")
def administrator():
    return Administrator()


@pytest.fixture(scope="module")
def aws(home, administrator):
    """The sandbox's account, reached as AWS is, with a project in it."""
    there = environment(up(home.folders.sandbox))
    with edge(there["AWS_ENDPOINT_URL"], administrator.refuse) as url:
        home.environment |= there | {"AWS_ENDPOINT_URL": url}
        home.run("init", "--project", "petstore", "--from", str(EXAMPLE), workspace="aws")
        administrator.is_begun = False
        yield home


def deploy(home, *arguments, answers=None):
    """Run a deploy to its end; with answers on a terminal, else without one."""
    command = home.command("deploy", "--project", "petstore", "--ttl-hours", "2", *arguments, workspace="aws")
    user, terminal = pty.openpty()
    try:
        os.write(user, (answers or "").encode())
        return subprocess.run(
            command,
            env=home.environment,
            stdin=subprocess.DEVNULL if answers is None else terminal,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
    finally:
        os.close(user)
        os.close(terminal)


def assert_nothing_was_made(home):
    assert home.leftovers("petstore") == []
    assert row(home)["status"] == "none"


def row(home):
    return json.loads(home.run("status", "--project", "petstore", "--json", workspace="aws"))


def jobs(home):
    return json.loads(home.run("jobs", "--json", workspace="aws"))


def test_1_who_may_not_even_look_is_told_before_anything_is_begun(aws, administrator):
    administrator.forbidden = LOOK
    done = deploy(aws, "--yes")
    assert done.returncode != 0 and "Traceback" not in done.stderr
    assert "The janitor may not be installed" in done.stderr
    assert "--no-janitor" in done.stderr and "automock-tui janitor install" in done.stderr
    assert jobs(aws) == []
    assert_nothing_was_made(aws)


def test_2_a_refused_installation_ends_the_deploy_before_its_first_resource(aws, administrator):
    administrator.forbidden = INSTALL
    done = deploy(aws, "--yes")
    assert done.returncode != 0 and "Traceback" not in done.stderr
    assert "The janitor may not be installed" in done.stderr and "--no-janitor" in done.stderr
    [job] = jobs(aws)
    assert (job["status"], job["stage"]) == ("failed", "janitor")
    assert_nothing_was_made(aws)


def test_3_the_next_review_knows_it_and_asks(aws):
    declined = deploy(aws, answers="n\n")
    assert "Janitor: may not be installed here" in declined.stderr
    assert "Deploy without it?" in declined.stderr and "Apply this plan?" not in declined.stderr
    assert "nothing was changed" in declined.stderr and declined.returncode != 0
    assert_nothing_was_made(aws)


def test_4_who_accepts_deploys_without_it_and_the_table_says_so(aws, administrator):
    """The deploy goes on past the janitor, to where Terraform would make things; there it ends."""
    command = aws.command(
        "deploy", "--project", "petstore", "--ttl-hours", "2", "--yes", "--no-janitor", workspace="aws"
    )
    running = subprocess.Popen(
        command, env=aws.environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    try:
        assert administrator.asked_for_lock.wait(120), "the apply never began"
        assert (row(aws)["status"], row(aws)["note"]) == ("deploying", NO_END)
        administrator.has_answered.set()
        _, said = running.communicate(timeout=120)
    finally:
        running.kill()
    assert "Janitor: none, as you chose" in said and "Traceback" not in said
    newest = jobs(aws)[0]
    assert (newest["status"], newest["stage"]) == ("failed", "apply")
    assert "No janitor ends this mock" in aws.run("logs", newest["id"], workspace="aws")
    assert aws.leftovers("petstore") == []
    assert "not installed" in aws.run("janitor", "status", code=1, workspace="aws")
