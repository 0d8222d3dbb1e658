"""What a project can begin with, or be given more of: read, converted and checked, before anything is saved."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.importing.imported import Options
from automock_tui.settings import Settings
from automock_tui.ui.folder_rows import typed_path
from automock_tui.ui.problem_rows import Findings, check_text, row_of_error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from automock_tui.importing.imported import Finding
    from automock_tui.importing.source import Source
    from automock_tui.operations.describe import ModelChoice
    from automock_tui.operations.execute import Calls
    from automock_tui.ui.app import AutomockApp

NOTHING = Findings((), 0)
_LINE = re.compile(r"Line (\d+), column (\d+)")


class Beginning(StrEnum):
    """Where the expectations come from."""

    TEMPLATE = "template"
    FILE = "file"
    UPLOAD = "upload"
    PASTE = "paste"
    DESCRIBE = "describe"
    BLANK = "blank"


@dataclass(frozen=True)
class Inputs:
    """What the form says: the choice, and what belongs to each."""

    beginning: Beginning
    template: str = ""
    path: str = ""
    pasted: str = ""
    sentence: str = ""
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True)
class Found:
    """The expectations to begin with, None for none, where they are from, and what is wrong in them."""

    text: str | None
    source: str
    findings: Findings
    problem: str = ""
    """Why there is no text where there should be one."""
    format: str = ""
    report: Sequence[Finding] = ()
    """What the import left out or changed."""
    document: Source | None = None
    """The document itself, to convert it once more with other options."""
    asks: ModelChoice | None = None
    """The model that is asked before there is a text."""
    said: str = ""
    """What else to say of where it is from: the model, tokens and cost."""
    made_up: int = 0
    """Requests that were saved without an answer and got a plausible one."""
    calls: Calls | None = None
    """What real servers answered, where they were called."""

    @property
    def is_usable(self) -> bool:
        """Whether a project can be made of it."""
        return not self.problem and not self.findings.refused

    @property
    def count(self) -> int:
        """How many expectations there are."""
        return self.findings.count or 0


def look(inputs: Inputs) -> Found:
    """Read what a project would begin with, and check it; blocks."""
    try:
        return _READERS[inputs.beginning](inputs)
    except AutomockError as error:
        return Found(None, "", NOTHING, f"{error.title}: {error.message}".rstrip(": "))


def converted(document: Source, options: Options, calls: Calls | None = None) -> Found:
    """A document of any known format as expectations, with what real servers answered; blocks."""
    from automock_tui.operations.importing import convert_document, with_answers

    try:
        if calls is None:
            made = convert_document(document, "auto", options)
        else:
            made = with_answers(document, "auto", options, calls)
    except InvalidInput as error:
        return Found(None, document.name, _refused(error))
    findings = check_text(made.text)
    origin = Found(made.text, document.name, findings, "", made.format, made.report, document)
    return replace(origin, made_up=made.made_up, calls=calls)


def _refused(error: InvalidInput) -> Findings:
    """A document that cannot be read, with the place if the error names one."""
    row, place = row_of_error(error), _LINE.search(error.message)
    if place and not row.line:
        row = replace(row, line=int(place[1]), column=int(place[2]))
    return Findings((replace(row, text=f"{error.title}: {error.message}".rstrip(": ")),), None)


def _template(inputs: Inputs) -> Found:
    from automock_tui.operations.templates import read_template

    text = read_template(inputs.template)
    return Found(text, f"template {inputs.template}", check_text(text), format="mockserver")


def _file(inputs: Inputs) -> Found:
    from automock_tui.importing.source import open_source

    if not inputs.path.strip():
        return Found(None, "", NOTHING, "no file is named yet")
    return converted(open_source(typed_path(inputs.path)), Options())


def _pasted(inputs: Inputs) -> Found:
    from automock_tui.importing.source import Source

    if not inputs.pasted.strip():
        return Found(None, "", NOTHING, "nothing is pasted yet")
    return converted(Source("a pasted text", inputs.pasted.encode("utf-8", "surrogateescape")), Options())


def _described(inputs: Inputs) -> Found:
    from automock_tui.operations.describe import choose_model

    choice = choose_model(inputs.settings)
    if not inputs.sentence.strip():
        return Found(None, "", NOTHING, f"say what the mock should answer; {choice.name} will be asked")
    return Found(None, "", NOTHING, asks=choice)


def described(choice: ModelChoice, sentence: str, document: str, is_stopped: Callable[[], bool]) -> Found:
    """Ask the model; blocks for as long as it takes, or until it is stopped.

    Raises:
        AutomockError: it cannot be asked, or what it writes stays wrong.
    """
    from automock_tui.operations.describe import describe

    made = describe(choice, sentence, document=document, is_stopped=is_stopped)
    return Found(made.text, "a description", check_text(made.text), format="mockserver", said=made.said)


def _blank(inputs: Inputs) -> Found:
    return Found(None, "", NOTHING)


_READERS = {
    Beginning.TEMPLATE: _template,
    Beginning.FILE: _file,
    Beginning.UPLOAD: _file,
    Beginning.PASTE: _pasted,
    Beginning.DESCRIBE: _described,
    Beginning.BLANK: _blank,
}


def run_locally(app: AutomockApp, text: str, name: str) -> None:
    """Serve expectations on this machine until the dialog is closed; nothing is saved."""
    from automock_tui.ui.dialogs.run_local import RunLocalDialog

    app.push_screen(RunLocalDialog(text, name))
