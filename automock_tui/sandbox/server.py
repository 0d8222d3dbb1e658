"""The process of the sandbox: moto with our additions, on loopback, until SIGTERM.

Started by `account.up` as `python -m automock_tui.sandbox.server`.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import logging.handlers
import os
import secrets
import signal
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from automock_tui.sandbox import account
from automock_tui.sandbox.clock import SandboxClock
from automock_tui.sandbox.endpoints import Endpoints
from automock_tui.sandbox.info import SandboxInfo
from automock_tui.sandbox.janitor import SandboxJanitor

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

    from automock_tui.sandbox.application import SandboxApplication

HOST = "127.0.0.1"
_SHUTDOWN_POLL_SECONDS = 0.1
LOG_BYTES = 1_000_000
"""Size at which the log is rolled over; one older file is kept."""

_MOTO_SETTINGS = {
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",  # Terraform attaches AmazonECSTaskExecutionRolePolicy
    "MOTO_ACM_VALIDATION_WAIT": "0",  # nobody can answer for the DNS records of a made-up account
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # no instance is ever started here
    "MOTO_DISABLE_GLOBAL_CORS": "true",  # pages in the user's browser have no business here
}

log = logging.getLogger("automock.sandbox")
_held_until_exit: list[IO[bytes]] = []
"""The server's lock: nobody closes it, so that its release means that the process is gone."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; returns the process's exit code."""
    parser = argparse.ArgumentParser(prog="automock-sandbox")
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--region", required=True)
    options = parser.parse_args(arguments)
    os.umask(0o077)
    lock = account.hold_server_lock(options.state_dir)
    if lock is None:
        return account.EXIT_HELD
    _held_until_exit.append(lock)
    _serve(options.state_dir, options.region)
    return 0


def _serve(state_dir: Path, region: str) -> None:
    stop = _stop_event()
    _log_to(state_dir / account.LOG_FILE)
    application = build_application(secrets.token_hex(8))
    with contextlib.closing(Endpoints(application.in_turn())) as endpoints, serving(application) as server:
        info = SandboxInfo(
            endpoint_url=f"http://{HOST}:{server.server_port}",
            region=region,
            pid=os.getpid(),
            started_at=datetime.now(UTC).replace(microsecond=0),
            log_path=state_dir / account.LOG_FILE,
            id=application.id,
        )
        SandboxJanitor(info, application.clock, application.janitor_log).start(stop)
        account.write_info(state_dir, info)
        endpoints.start()
        log.info("ready at %s, process %d", info.endpoint_url, info.pid)
        _forget_standard_output()
        stop.wait()
        log.info("ended on request after %d requests", application.requests)
    (state_dir / account.INFO_FILE).unlink(missing_ok=True)


def build_application(server_id: str) -> SandboxApplication:
    """The whole account as a WSGI application: moto, set up for us, with our additions."""
    os.environ.update(_MOTO_SETTINGS)
    from moto.core.config import default_user_config
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    from automock_tui.sandbox import additions
    from automock_tui.sandbox.additions import stored_time
    from automock_tui.sandbox.application import SandboxApplication

    default_user_config["lambda"] = {"use_docker": False}
    clock = SandboxClock()
    application = SandboxApplication(DomainDispatcherApplication(create_backend_app), server_id, clock)
    additions.install(application.unsupported)
    stored_time.install(clock)
    return application


@contextlib.contextmanager
def serving(application: SandboxApplication, port: int = 0) -> Iterator[BaseWSGIServer]:
    """Serve the application on loopback, in other threads, during the block; port 0 takes a free one."""
    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    class QuietHandler(MotoRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Nothing: failures are logged by the application, the rest is noise."""

        def date_time_string(self, timestamp: float | None = None) -> str:
            """What the `Date` of an answer says: the sandbox's time."""
            return format_datetime(application.clock.now(), usegmt=True)

    server = make_server(HOST, port, application, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(
        target=server.serve_forever, args=(_SHUTDOWN_POLL_SECONDS,), name="sandbox", daemon=True
    )
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        application.finish()
        server.server_close()


def _stop_event() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _log_to(path: Path) -> None:
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    log.setLevel(logging.INFO)
    threading.excepthook = lambda failure: log.error(
        "thread %s ended", failure.thread and failure.thread.name, exc_info=failure.exc_value
    )


def _forget_standard_output() -> None:
    """From here on only the bounded log grows; what was printed until here tells why a start failed."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main())
