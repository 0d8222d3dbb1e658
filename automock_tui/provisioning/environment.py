"""The environment that Terraform runs in: the account's, without what would change how it behaves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from automock_tui.provisioning.mirrors import plugin_cache

_KEPT = ("TF_TOKEN_", "TF_REGISTRY_", "TF_PROVIDER_DOWNLOAD_", "TF_ENCRYPTION", "TF_APPEND_USER_AGENT")
_CONFIG_FILE = "TF_CLI_CONFIG_FILE"
_PLUGIN_CACHE = "TF_PLUGIN_CACHE_DIR"


def terraform_environment(given: Mapping[str, str], *, cache: Path | None) -> dict[str, str]:
    """What Terraform sees.

    TF_STATE_PERSIST_INTERVAL goes too: Terraform ignores, and OpenTofu dies of, a value below its 20 seconds.

    Args:
        given: The account's environment.
        cache: The user's cache folder, to share downloaded providers in; None when there is a mirror.
    """
    clean = {
        name: value for name, value in given.items() if not name.startswith("TF_") or name.startswith(_KEPT)
    }
    clean |= {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1", "NO_COLOR": "1"}
    if Path(given.get(_CONFIG_FILE) or "/nonexistent").is_file():
        clean[_CONFIG_FILE] = given[_CONFIG_FILE]
    if given.get(_PLUGIN_CACHE):
        clean[_PLUGIN_CACHE] = given[_PLUGIN_CACHE]
    elif cache is not None and "plugin_cache_dir" not in _cli_config(clean):
        clean[_PLUGIN_CACHE] = str(plugin_cache(cache))
    if cache is not None:
        # Each job has a new lock file; without this the cache would be filled but never used.
        clean["TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE"] = "1"
    return clean


def chooses_providers_itself(given: Mapping[str, str]) -> bool:
    """Whether the user's Terraform configuration says where providers come from, so that we must not."""
    return "provider_installation" in _cli_config(given)


def _cli_config(environment: Mapping[str, str]) -> str:
    named = environment.get(_CONFIG_FILE)
    path = Path(named) if named else Path(environment.get("HOME") or Path.home()) / ".terraformrc"
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""
