"""The `automock-tui` command: global options, its commands, and how an error becomes an exit code."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import click

from automock_tui import __version__
from automock_tui.cli.checking import validate
from automock_tui.cli.context import Context
from automock_tui.cli.deployments import deploy, destroy, estimate, extend_ttl, status
from automock_tui.cli.describing import describe_
from automock_tui.cli.formats import export, import_
from automock_tui.cli.janitor import janitor, reap
from automock_tui.cli.jobs import jobs, logs
from automock_tui.cli.mocks import explain, serve
from automock_tui.cli.output import print_error, say
from automock_tui.cli.projects import copy, delete, init, projects
from automock_tui.cli.sandbox import sandbox
from automock_tui.cli.tools import config, doctor
from automock_tui.cli.traffic import record, traffic, verify
from automock_tui.cli.versions import diff, rollback, versions
from automock_tui.domain.errors import EXIT_INTERRUPTED, AutomockError


class _InOrder(click.Group):
    """Lists its commands in the order of a deployment's life, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands as they were added."""
        return list(self.commands)


@click.group(
    cls=_InOrder,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--workspace", type=click.Choice(["local", "aws", "sandbox"]), help="Where projects live and run."
)
@click.option("--profile", default="", help="AWS profile.", metavar="NAME")
@click.option("--region", default="", help="AWS region.", metavar="NAME")
@click.option(
    "--endpoint-url", default="", help="An endpoint in place of AWS, such as LocalStack.", metavar="URL"
)
@click.version_option(__version__, "--version", message="%(prog)s %(version)s")
@click.pass_context
def group(context: click.Context, workspace: str | None, profile: str, region: str, endpoint_url: str) -> None:
    """Mock APIs that end on time.

    Without a command, opens the app. The AWS variables (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, ...) are
    honoured.
    """
    context.obj = Context(workspace or "", profile, region, endpoint_url)
    if context.invoked_subcommand is None:
        _open_app(context.obj)


def _open_app(context: Context) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("the app needs a terminal; see `automock-tui --help` for the commands")
    from automock_tui.ui.app import AutomockApp

    label = context.kind or context.settings.workspace
    app = AutomockApp(context.settings, context.folders, context.workspace_opener(), label=label)
    app.run()
    sys.exit(app.return_code or 0)


for command in (
    init, describe_, import_, validate, export, projects, copy, delete,
    versions, diff, rollback,
    serve, explain, traffic, verify, record,
    estimate, deploy, status, extend_ttl, destroy, reap,
    logs, jobs,
    janitor, sandbox, doctor, config,
):  # fmt: skip
    group.add_command(command)


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        code = group.main(prog_name="automock-tui", standalone_mode=False)
    except AutomockError as error:
        print_error(error)
        code = error.exit_code
    except click.exceptions.Abort:
        say("Interrupted.")
        code = EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except OSError as error:
        code = _refused(error)
    sys.exit(code if isinstance(code, int) else 0)


def _refused(error: OSError) -> int:
    """What the operating system did not do, such as writing to a full disk."""
    where = f"{error.filename}: " if error.filename else ""
    with suppress(OSError):
        print_error(
            AutomockError(
                "The system refused", f"{where}{error.strerror or error}", "Check the disk and the path."
            )
        )
    # What is left in the buffer would be tried again, and complained about, when Python ends.
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
