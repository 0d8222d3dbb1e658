"""What was typed into a form that was left: kept until the app ends, so that Esc loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from textual.app import App

_KEPT: WeakKeyDictionary[App[Any], dict[tuple[str, ...], dict[str, str]]] = WeakKeyDictionary()


def keep(app: App[Any], key: tuple[str, ...], texts: dict[str, str]) -> None:
    """Keep the texts of a form."""
    _KEPT.setdefault(app, {})[key] = dict(texts)


def kept(app: App[Any], key: tuple[str, ...]) -> dict[str, str]:
    """The texts of a form as it was left, empty for none."""
    return dict(_KEPT.get(app, {}).get(key, {}))


def forget(app: App[Any], key: tuple[str, ...]) -> None:
    """Drop the texts of a form."""
    _KEPT.get(app, {}).pop(key, None)
