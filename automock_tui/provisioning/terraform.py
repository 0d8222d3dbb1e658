"""Runs Terraform in one working directory."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automock_tui.domain.errors import AutomockError
from automock_tui.domain.event_types import ChangeSummary, Diagnostic, DiagnosticEvent, OutputsEvent
from automock_tui.domain.terraform_events import parse_line
from automock_tui.provisioning.child import Child
from automock_tui.provisioning.engine import Engine
from automock_tui.provisioning.job import Changes
from automock_tui.provisioning.locks import hold
from automock_tui.provisioning.terraform_errors import Interrupted, StateNotSaved, TerraformError, explain

PLAN_FILE = "plan.tfplan"
ERRORED_STATE = "errored.tfstate"
LOCK_TIMEOUT_SECONDS = 10
"""How long a command waits for the state: a run that was just stopped releases it within seconds."""
_REMEMBERED_LINES = 200
_NOTED = ('"diagnostic"', '"change_summary"', '"outputs"')
_HAS_CHANGES = 2
"""Exit status of `plan -detailed-exitcode` when there is something to do."""


def _nothing(line: str) -> None:
    del line


@dataclass(frozen=True)
class PlanOutcome:
    """What a plan came to. `has_changes` may be true with no counts: outputs change too."""

    has_changes: bool
    changes: Changes


@dataclass(frozen=True)
class ApplyOutcome:
    """What an apply did, and the outputs after it, without those that are sensitive."""

    changes: Changes
    outputs: Mapping[str, Any]


class Terraform:
    """One working directory and the engine that works on it; one command at a time.

    Every command raises `AutomockError` with Terraform's first error and a next step: `StateLocked`,
    `StateNotSaved`, `Interrupted`, or another `TerraformError`.

    Args:
        engine: The program to run.
        folder: The working directory, with the stack and its variables.
        environment: All that Terraform sees (`environment.terraform_environment`).
        plugin_dir: An offline mirror of the provider, or None to install it as usual.
        on_line: Gets each line of stdout as it comes.
        on_stderr: Gets each line of stderr.
    """

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        *,
        environment: Mapping[str, str],
        plugin_dir: Path | None = None,
        on_line: Callable[[str], None] = _nothing,
        on_stderr: Callable[[str], None] = _nothing,
    ) -> None:
        self.engine = engine
        self.folder = folder
        self.plan_file = folder / PLAN_FILE
        self.errored_state = folder / ERRORED_STATE
        self._environment = dict(environment)
        self._plugin_dir = plugin_dir
        self._on_line, self._on_stderr = on_line, on_stderr
        self._child: Child | None = None
        self._interrupts = 0

    def init(self, backend_config: Mapping[str, str] | None = None) -> None:
        """Install the provider and connect to the state.

        Args:
            backend_config: Settings of the backend block, such as bucket, key and region.
        """
        options = [f"-backend-config={name}={value}" for name, value in (backend_config or {}).items()]
        if self._plugin_dir is not None:
            options.append(f"-plugin-dir={self._plugin_dir}")
        cache = self._environment.get("TF_PLUGIN_CACHE_DIR")
        if cache is None or self._plugin_dir is not None:
            self._stream("init", "-reconfigure", *options)
            return
        Path(cache).mkdir(parents=True, exist_ok=True)
        # Two inits that fill one cache at once spoil it.
        with hold(Path(cache) / ".lock", self._check_not_interrupted):
            self._stream("init", "-reconfigure", *options)

    def plan(self, *, destroy: bool = False, refresh: bool = True, refresh_only: bool = False) -> PlanOutcome:
        """Compare what is with what should be, and keep the plan in `plan_file`.

        Args:
            destroy: Plan to remove everything.
            refresh: Ask AWS for the truth first.
            refresh_only: Only look for drift; change nothing.
        """
        self._check_state_saved()
        options = ["-destroy"] if destroy else []
        options += [] if refresh else ["-refresh=false"]
        options += ["-refresh-only"] if refresh_only else []
        run = self._stream(
            "plan",
            "-detailed-exitcode",
            f"-out={self.plan_file}",
            self._lock_timeout,
            *options,
            ok=(0, _HAS_CHANGES),
        )
        self.plan_file.chmod(0o600)
        return PlanOutcome(run.status == _HAS_CHANGES, run.changes)

    def show_plan(self) -> dict[str, Any]:
        """The plan as Terraform's JSON. It holds secrets in clear: never store it, never show it as it is."""
        return self._json("show", "-json", str(self.plan_file))

    def aside(self) -> Terraform:
        """Another hand in the same folder, for a command that only reads while this one applies."""
        return Terraform(self.engine, self.folder, environment=self._environment, plugin_dir=self._plugin_dir)

    def apply(self) -> ApplyOutcome:
        """Do what `plan_file` says; returns what was done.

        Raises:
            StateNotSaved: it was done, but the state could not be written; see `push_errored_state`.
        """
        self._check_state_saved()
        try:
            done = self._stream("apply", self._lock_timeout, str(self.plan_file))
        except TerraformError as error:
            if self.errored_state.exists():
                raise StateNotSaved(self.errored_state, error.diagnostics) from error
            raise
        return ApplyOutcome(done.changes, self.output() if done.outputs is None else done.outputs)

    def output(self, *, sensitive: bool = False) -> dict[str, Any]:
        """The outputs by name; those that are sensitive only on demand, for they are in clear."""
        found = self._json("output", "-json")
        return {name: part["value"] for name, part in found.items() if sensitive or not part["sensitive"]}

    def force_unlock(self, lock_id: str) -> None:
        """Release the lock of a run that is dead."""
        self._run(["force-unlock", "-no-color", "-force", lock_id], self._on_line)

    def import_(self, address: str, resource_id: str) -> None:
        """Take an existing resource into the state."""
        self._run(
            ["import", "-input=false", "-no-color", self._lock_timeout, address, resource_id], self._on_line
        )

    def state_list(self) -> list[str]:
        """The addresses of all resources in the state."""
        return self._captured(["state", "list"]).splitlines()

    def state_pull(self) -> dict[str, Any]:
        """The state itself, empty if there is none. It holds secrets in clear."""
        text = self._captured(["state", "pull"])
        return _object(text) if text.strip() else {}

    def push_errored_state(self, path: Path | None = None) -> None:
        """Save the state that an earlier run could not, and put its file aside as `errored.tfstate.saved`.

        Args:
            path: The file; by default the one in this working directory.
        """
        source = path or self.errored_state
        self._run(["state", "push", self._lock_timeout, str(source)], self._on_line)
        source.replace(source.with_name(source.name + ".saved"))

    def interrupt(self, *, force: bool = False) -> None:
        """Ask the running command to stop; safe in a signal handler.

        Only the first call does anything, unless `force` asks for Terraform's second interrupt: it then stops
        at once and may lose what it has not saved.
        """
        self._interrupts = max(self._interrupts, 2 if force else 1)
        if self._child is not None:
            self._child.interrupt(self._interrupts)

    @property
    def _lock_timeout(self) -> str:
        return f"-lock-timeout={LOCK_TIMEOUT_SECONDS}s"

    def _stream(self, command: str, *options: str, ok: tuple[int, ...] = (0,)) -> _Listener:
        return self._run([command, "-json", "-no-color", "-input=false", *options], self._on_line, ok)

    def _json(self, *arguments: str) -> dict[str, Any]:
        return _object(self._captured(list(arguments)))

    def _captured(self, arguments: list[str]) -> str:
        lines: list[str] = []
        self._run(arguments, lines.append)
        return "\n".join(lines)

    def _run(self, arguments: list[str], sink: Callable[[str], None], ok: tuple[int, ...] = (0,)) -> _Listener:
        self._check_not_interrupted()
        listener = _Listener(sink, self._on_stderr)
        child = Child([*self.engine.command, *arguments], folder=self.folder, environment=self._environment)
        self._child = child
        try:
            child.interrupt(self._interrupts)
            listener.status = child.run(listener.hear, listener.hear_stderr)
        except OSError as error:
            raise _does_not_run(self.engine, error) from error
        finally:
            self._child = None
        if listener.status not in ok:
            self._fail(listener)
        return listener

    def _fail(self, run: _Listener) -> None:
        if self._interrupts:
            raise Interrupted(
                "Cancelled",
                "Terraform was interrupted; what it had finished is recorded in the state.",
                "Deploy again to go on, or destroy to clean up.",
                diagnostics=run.errors,
                exit_status=run.status,
            )
        raise explain(run.errors, run.said, run.status)

    def _check_not_interrupted(self) -> None:
        if self._interrupts:
            raise Interrupted("Cancelled", "Terraform was not started again.", "Start over when you like.")

    def _check_state_saved(self) -> None:
        if self.errored_state.exists():
            raise StateNotSaved(self.errored_state)


class _Listener:
    """Hears what a command says, passes it on, and remembers what matters if it fails."""

    def __init__(self, on_line: Callable[[str], None], on_stderr: Callable[[str], None]) -> None:
        self._on_line, self._on_stderr = on_line, on_stderr
        self.errors: list[Diagnostic] = []
        self.said: deque[str] = deque(maxlen=_REMEMBERED_LINES)
        self.changes = Changes()
        self.outputs: dict[str, Any] | None = None
        self.status = 0

    def hear(self, line: str) -> None:
        if not line.startswith("{"):
            self.said.append(line)
        elif any(kind in line for kind in _NOTED):
            self._note(line)
        self._on_line(line)

    def hear_stderr(self, line: str) -> None:
        self.said.append(line)
        self._on_stderr(line)

    def _note(self, line: str) -> None:
        match parse_line(line):
            case DiagnosticEvent(diagnostic=diagnostic) if diagnostic.is_error:
                self.errors.append(diagnostic)
            case ChangeSummary(add=add, change=change, remove=remove):
                self.changes = Changes(add=add, change=change, remove=remove)
            case OutputsEvent(outputs=outputs, planned=False):
                self.outputs = {name: one.value for name, one in outputs.items() if not one.sensitive}


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    raise AutomockError(
        "Terraform's answer cannot be read", "It is not a JSON object.", "Try another Terraform."
    )


def _does_not_run(engine: Engine, error: OSError) -> AutomockError:
    return AutomockError(
        f"{engine.label} does not run",
        f"{engine.command[0]}: {error.strerror}",
        "Install it again, or name another one with the setting terraform (AUTOMOCK_TERRAFORM).",
    )
