"""Expectations as YAML, which `import` reads back."""

from __future__ import annotations

import re
from typing import Any

from automock_tui.importing.imported import Expectation, Report

_ODD = re.compile(
    "[^\\n\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]"
)
"""Characters that YAML's plain style would read back as something else."""


def export(expectations: list[Expectation], report: Report) -> str:
    """The same expectations; nothing is lost but the spelling of numbers."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        style = '"' if _ODD.search(value) else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return str(yaml.dump(expectations, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=112))
