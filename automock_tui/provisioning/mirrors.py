"""Where Terraform's AWS provider comes from: an offline mirror if this machine has one, else a download.

The places looked at are `AUTOMOCK_TF_PLUGIN_DIR`, Terraform's own implied mirrors
(https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories), and add-on
software under /opt (FHS 3.0, section 3.13).
"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from automock_tui.provisioning.engine import EngineName
from automock_tui.settings import expanded

PROVIDER = Path("registry.terraform.io/hashicorp/aws")
_TOFU_PROVIDER = Path("registry.opentofu.org/hashicorp/aws")
WANTED = (5, 100)
"""The provider's major version and the least minor one: `~> 5.100` in terraform/mock/versions.tf."""
_MACHINES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_ADD_ON_SOFTWARE = Path("/opt")


@dataclass(frozen=True)
class ProviderSource:
    """Where the provider will come from, for `doctor`."""

    is_local: bool
    detail: str
    hint: str = ""


def find_mirror(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The first mirror that holds a provider our stack accepts for this platform, or None."""
    return next((folder for folder in _places(environ) if _versions(folder)), None)


def mirror_for(engine: EngineName, mirror: Path, folder: Path) -> Path:
    """The mirror as an engine wants it: OpenTofu looks for the same provider under its own registry's name.

    Args:
        folder: Where to lay out a mirror of links, if one is needed.
    """
    if engine is not EngineName.TOFU:
        return mirror
    for version in _versions(mirror):
        name = ".".join(map(str, version))
        # Terraform and OpenTofu follow links only where a package is: at the platform.
        link = folder / _TOFU_PROVIDER / name / _platform()
        source = mirror / PROVIDER / name / _platform()
        if source.is_dir() and not link.is_symlink():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(source.resolve())
    return folder if folder.is_dir() else mirror


def describe_provider_source(cache: Path, environ: Mapping[str, str] = os.environ) -> ProviderSource:
    """Where `terraform init` will take the provider from."""
    if mirror := find_mirror(environ):
        newest = ".".join(map(str, max(_versions(mirror))))
        return ProviderSource(True, f"hashicorp/aws {newest} in {mirror}")
    cached = plugin_cache(cache)
    if _versions(cached):
        return ProviderSource(True, f"hashicorp/aws in the plugin cache {cached}")
    hint = "Offline, put a mirror (terraform providers mirror) into AUTOMOCK_TF_PLUGIN_DIR."
    return ProviderSource(False, "hashicorp/aws is downloaded at the first deploy", hint)


def plugin_cache(cache: Path) -> Path:
    """The folder where downloaded providers are shared between jobs."""
    return cache / "terraform-plugins"


def _places(environ: Mapping[str, str]) -> Iterator[Path]:
    if named := environ.get("AUTOMOCK_TF_PLUGIN_DIR"):
        yield expanded(named)
    home = Path(environ.get("HOME") or expanded("~"))
    yield home / ".terraform.d" / "plugins"
    if sys.platform == "darwin":
        yield home / "Library" / "Application Support" / "io.terraform" / "plugins"
        yield Path("/Library/Application Support/io.terraform/plugins")
    data = environ.get("XDG_DATA_HOME") or str(home / ".local" / "share")
    shared = environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    for folder in [data, *shared.split(":")]:
        yield Path(folder) / "terraform" / "plugins"
    try:
        yield from sorted(_ADD_ON_SOFTWARE.iterdir())
    except OSError:
        return


def _versions(mirror: Path) -> set[tuple[int, ...]]:
    """The accepted versions in a mirror, unpacked (VERSION/OS_ARCH) or packed (..._VERSION_OS_ARCH.zip)."""
    target = _platform()
    found = set()
    try:
        for path in (mirror / PROVIDER).iterdir():
            packed = re.fullmatch(rf"terraform-provider-aws_(\d+\.\d+\.\d+)_{target}\.zip", path.name)
            name = packed[1] if packed else path.name if (path / target).is_dir() else ""
            if re.fullmatch(r"\d+\.\d+\.\d+", name):
                found.add(tuple(map(int, name.split("."))))
    except OSError:
        return set()
    return {version for version in found if version[0] == WANTED[0] and version[1] >= WANTED[1]}


def _platform() -> str:
    return f"{sys.platform}_{_MACHINES.get(platform.machine(), platform.machine())}"
