"""The app's themes: dark, light, two that are safe for colour-blind eyes, and the terminal's own colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.theme import Theme

if TYPE_CHECKING:
    from textual.app import App

DEFAULT_THEME = "dark"
ANSI_THEMES = ("ansi-dark", "ansi-light")

THEMES = (
    Theme(
        name="dark",
        primary="#5aa9e6",
        secondary="#7fb7be",
        accent="#7fd1ae",
        success="#7fd1ae",
        warning="#f2c14e",
        error="#f0717a",
        foreground="#d8dee6",
        background="#11151a",
        surface="#171c23",
        panel="#222a34",
        variables={
            "block-cursor-background": "#2b4a66",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-text-style": "none",
        },
    ),
    Theme(
        name="light",
        dark=False,
        primary="#1f6fb2",
        secondary="#2f7d86",
        accent="#1d7a55",
        success="#1d7a55",
        warning="#8a5a00",
        error="#b3261e",
        foreground="#1d232b",
        background="#fafbfc",
        surface="#f1f3f6",
        panel="#e2e7ed",
        variables={
            "block-cursor-background": "#bcd9f2",
            "block-cursor-foreground": "#10161d",
            "block-cursor-text-style": "none",
        },
    ),
    # The colours of Okabe and Ito (2008): people with any common colour vision deficiency tell them apart.
    Theme(
        name="colour-blind",
        primary="#56b4e9",
        secondary="#cc79a7",
        accent="#56b4e9",
        success="#56b4e9",
        warning="#f0e442",
        error="#e69f00",
        foreground="#e6e6e6",
        background="#101010",
        surface="#191919",
        panel="#2a2a2a",
        variables={
            "block-cursor-background": "#1f4e6b",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-text-style": "none",
        },
    ),
    Theme(
        name="colour-blind-light",
        dark=False,
        primary="#0072b2",
        secondary="#cc79a7",
        accent="#0072b2",
        success="#0072b2",
        warning="#8a6d00",
        error="#d55e00",
        foreground="#161616",
        background="#fcfcfc",
        surface="#f2f2f2",
        panel="#e2e2e2",
        variables={
            "block-cursor-background": "#b9dcf0",
            "block-cursor-foreground": "#101010",
            "block-cursor-text-style": "none",
        },
    ),
)
"""Our own themes; Textual's built-in ones work too."""


def theme_names() -> tuple[str, ...]:
    """The themes that the settings offer, ours first."""
    return (*(theme.name for theme in THEMES), *ANSI_THEMES)


def install_themes(app: App[Any], wanted: str) -> str:
    """Make our themes known and use the one the user wants; the answer names a problem, or is empty."""
    for theme in THEMES:
        app.register_theme(theme)
    known = wanted in app.available_themes
    app.theme = wanted if known else DEFAULT_THEME
    return "" if known else f"There is no theme {wanted!r}; known: {', '.join(theme_names())}."
