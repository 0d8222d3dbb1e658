"""Change a class of moto, and fail at once where moto is no longer what the change was written for."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

Method = Callable[..., Any]


def replace_method(owner: type, name: str, new: Method) -> Method:
    """Put `new` in place of a class's own method and return the old one.

    Raises:
        KeyError: the class itself has no such method.
    """
    old: Method = vars(owner)[name]
    setattr(owner, name, new)
    return old


def replace_function(module: ModuleType, name: str, new: Method) -> Method:
    """Put `new` in place of a function that a module uses and return the old one.

    Raises:
        KeyError: the module has no such function.
    """
    old: Method = vars(module)[name]
    setattr(module, name, new)
    return old


def add_method(owner: type, name: str, new: Method) -> None:
    """Give a class a method that it lacks.

    Raises:
        TypeError: it has one, so the addition is no longer needed.
    """
    if hasattr(owner, name):
        raise TypeError(f"{owner.__name__} already has {name}")
    setattr(owner, name, new)
