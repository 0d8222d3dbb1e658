"""The command line: a contract. Data on stdout, words on stderr, exit codes as `domain/errors.py` has them.

Without a command it opens the app; no command does. Command modules import click and nothing heavy: what a
command needs is imported when it runs.
"""

from automock_tui.cli.main import main

__all__ = ["main"]
