"""What each setting means: the text under its field in the source, so that it is written once."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import pairwise
from typing import Any

from automock_tui import settings as settings_module
from automock_tui.domain.errors import InvalidInput
from automock_tui.settings import ENV_PREFIX, Settings, check_settings
from automock_tui.ui.config_file import Value


@dataclass(frozen=True)
class SettingDoc:
    """One setting: its name, its default, what it means."""

    name: str
    default: Value
    text: str

    @property
    def variable(self) -> str:
        """The environment variable that sets it too."""
        return ENV_PREFIX + self.name.upper()


@cache
def setting_docs() -> tuple[SettingDoc, ...]:
    """Every setting with one value, in the order of the source; the keymap is not among them."""
    texts = _field_texts(inspect.getsource(settings_module))
    defaults = Settings()
    return tuple(
        SettingDoc(field.name, getattr(defaults, field.name), texts.get(field.name, ""))
        for field in fields(Settings)
        if field.name != "keymap"
    )


def _field_texts(source: str) -> dict[str, str]:
    body = next(
        node.body
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and node.name == Settings.__name__
    )
    texts: dict[str, str] = {}
    for node, following in pairwise(body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            texts[node.target.id] = _text_of(following)
    return texts


def _text_of(node: ast.stmt) -> str:
    value = node.value if isinstance(node, ast.Expr) else None
    text = value.value if isinstance(value, ast.Constant) else ""
    return inspect.cleandoc(text) if isinstance(text, str) else ""


def parse_setting(settings: Settings, doc: SettingDoc, text: str) -> Value:
    """A value as the user typed it.

    Raises:
        InvalidInput: not of the setting's type, or out of its range.
    """
    value = _convert(doc, text.strip())
    changes: dict[str, Any] = {doc.name: value}
    check_settings(replace(settings, **changes))
    return value


_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _convert(doc: SettingDoc, text: str) -> Value:
    try:
        if isinstance(doc.default, bool):
            return _BOOLEANS[text.lower()]
        return type(doc.default)(text)
    except (KeyError, ValueError) as error:
        kind = {bool: "true or false", int: "a whole number", float: "a number"}[type(doc.default)]
        raise InvalidInput(f"{doc.name} is {kind}", f"{text!r} is not.", "") from error
