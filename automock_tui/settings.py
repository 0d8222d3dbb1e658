"""What the user configured: a TOML file, then environment variables, then flags; later wins.

The file is `config.toml` in the platform's configuration folder (`automock-tui config path` prints it). Every
setting can be given as `AUTOMOCK_<NAME>` too. `AUTOMOCK_HOME` moves all folders of the tool under one place.
Standard library only, because every headless command starts here and start-up is measured.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.workspace import WorkspaceKind

APP_NAME = "automock-tui"
ENV_PREFIX = "AUTOMOCK_"


@dataclass(frozen=True)
class Settings:
    """Every setting, with its default."""

    workspace: str = "local"
    """Where the app and the commands work when no --workspace is given: local, aws or sandbox."""

    profile: str = ""
    """The AWS profile; empty for the AWS tools' own rules (AWS_PROFILE, then `default`)."""

    region: str = ""
    """The AWS region; empty for the AWS tools' own rules (AWS_REGION, AWS_DEFAULT_REGION, the profile)."""

    endpoint_url: str = ""
    """Another endpoint that speaks AWS, such as LocalStack; empty for AWS itself."""

    ttl_hours: float = 4.0
    """Hours a deployment lives when nothing else is said, 0 to 168; 0 is for ever."""

    author: str = ""
    """The name on versions and changes; empty for user@host."""

    terraform: str = ""
    """Path of the terraform or tofu to run; empty to look on PATH."""

    model: str = ""
    """The language model that writes mocks: anthropic:NAME, openai:NAME or ollama:NAME; empty for a default."""

    model_url: str = ""
    """Where it is asked, for servers that speak OpenAI's protocol; empty for its provider's own address."""

    refresh_seconds: float = 15.0
    """How often the app asks AWS for the live state of what it shows, in seconds."""

    theme: str = "dark"
    """The app's theme; `automock-tui config show` lists them."""

    log_lines: int = 50_000
    """Lines a log pane keeps in memory; the files keep everything."""

    utc: bool = False
    """Show times in UTC instead of this machine's zone."""

    keymap: dict[str, str] = field(default_factory=dict)
    """Keys of actions by their id, such as `deploy = "ctrl+d"`."""


@dataclass(frozen=True)
class Folders:
    """Where the tool keeps its files. Everything in them is private to the user."""

    config: Path
    data: Path
    state: Path
    cache: Path

    @property
    def config_file(self) -> Path:
        """The settings file."""
        return self.config / "config.toml"

    @property
    def projects(self) -> Path:
        """The local workspace's buckets."""
        return self.data / "projects"

    @property
    def jobs(self) -> Path:
        """One folder per job."""
        return self.state / "jobs"

    @property
    def unrecorded(self) -> Path:
        """Ends of jobs that their project's record does not tell yet."""
        return self.state / "unrecorded"

    @property
    def drafts(self) -> Path:
        """Unsaved work of the editor."""
        return self.state / "drafts"

    @property
    def sandbox(self) -> Path:
        """Which sandbox runs, and its log."""
        return self.state / "sandbox"


def expanded(path: str) -> Path:
    """A path with `~` as this user's home; as it is where nobody knows that home, as in some containers."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - pathlib's raises there


def find_folders(environ: Mapping[str, str] = os.environ) -> Folders:
    """The folders for this user, or all under `AUTOMOCK_HOME` where that is set.

    Raises:
        InvalidInput: this user has no home folder.
    """
    if home := environ.get("AUTOMOCK_HOME"):
        root = expanded(home)
        return Folders(root / "config", root / "data", root / "state", root / "cache")
    import platformdirs

    dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
    try:
        return Folders(dirs.user_config_path, dirs.user_data_path, dirs.user_state_path, dirs.user_cache_path)
    except RuntimeError as error:
        raise InvalidInput(
            "This user has no home folder",
            "HOME is not set, and the system does not know this user.",
            "Set HOME, or AUTOMOCK_HOME to a folder for everything that this tool keeps.",
        ) from error


def load_settings(folders: Folders, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of the file and the environment.

    Raises:
        InvalidInput: the file is not TOML, or a setting is unknown or of the wrong type; names where.
    """
    settings = _apply(Settings(), _read_toml(folders.config_file), str(folders.config_file))
    given = {
        spec.name: environ[ENV_PREFIX + spec.name.upper()]
        for spec in fields(Settings)
        if ENV_PREFIX + spec.name.upper() in environ and spec.name != "keymap"
    }
    return check_settings(_apply(settings, given, "the environment"))


def check_settings(settings: Settings) -> Settings:
    """The settings themselves if their values make sense.

    Raises:
        InvalidInput: an unknown workspace, or a number out of its range.
    """
    kinds = [kind.value for kind in WorkspaceKind]
    if settings.workspace not in kinds:
        raise InvalidInput(
            f"Unknown workspace: {settings.workspace!r}",
            "A workspace is one of " + ", ".join(kinds) + ".",
            "Correct the setting workspace, AUTOMOCK_WORKSPACE or --workspace.",
        )
    for name, (least, most) in _RANGES.items():
        value = getattr(settings, name)
        if not least <= value <= most:
            raise InvalidInput(
                f"Setting {name} is out of range",
                f"It is {value}; it can be {least:,} to {most:,}.",
                f"Correct it in the settings file, or {ENV_PREFIX}{name.upper()}.",
            )
    return settings


_RANGES = {"ttl_hours": (0, 168), "refresh_seconds": (1, 86_400), "log_lines": (100, 10_000_000)}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> InvalidInput:
    return InvalidInput(
        "The settings file cannot be read", f"{path}: {error}", "Correct the file, or move it away."
    )


def _apply(settings: Settings, values: Mapping[str, Any], origin: str) -> Settings:
    known = {spec.name for spec in fields(Settings)}
    changes: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise InvalidInput(
                f"Unknown setting: {name!r}", f"In {origin}.", "Known: " + ", ".join(sorted(known)) + "."
            )
        changes[name] = _convert(name, value, getattr(settings, name), origin)
    return replace(settings, **changes)


def _convert(name: str, value: Any, default: Any, origin: str) -> Any:
    kind = type(default)
    try:
        if kind is bool and isinstance(value, str):
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
                value.lower()
            ]
        if kind in (int, float) and not isinstance(value, bool):
            return kind(value)
        if kind is dict and all(isinstance(item, str) for item in value.values()):
            return dict(value)
        if isinstance(value, kind):
            return value
    except (KeyError, ValueError, AttributeError):
        pass
    raise InvalidInput(
        f"Bad value for setting {name}",
        f"In {origin}: {value!r} is not {_KIND_NAMES[kind]}.",
        f"The default is {default!r}.",
    )


_KIND_NAMES = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "a table of texts",
}
