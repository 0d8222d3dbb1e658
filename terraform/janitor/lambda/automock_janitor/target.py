"""What belongs to one deployment, and the shape of everything that can be deleted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from automock_janitor.clients import Clients

PROJECT_TAG = "automock:project"


@dataclass(frozen=True)
class Target:
    """One deployment.

    `domain` and `zone` are its custom domain and hosted zone, empty without.
    """

    project: str
    bucket: str
    region: str
    domain: str = ""
    zone: str = ""

    def owns(self, tags: Mapping[str, str], name: str = "") -> bool:
        """Whether a thing with these tags is of this deployment.

        It needs the project's tag. IAM is one for all regions, so the same project may have a deployment in
        another one; its names hold another bucket's name, and such a thing is not ours.
        """
        if tags.get(PROJECT_TAG) != self.project:
            return False
        named = re.findall(
            rf"auto-mock-{re.escape(self.project)}-[a-z0-9]{{6}}(?![a-z0-9])",
            f"{name} {tags.get('Name', '')}",
        )
        return not named or self.bucket in named

    def ec2_filter(self) -> list[dict[str, Any]]:
        """EC2's filter for the project's tag."""
        return [{"Name": f"tag:{PROJECT_TAG}", "Values": [self.project]}]


@dataclass(frozen=True)
class Item:
    """One thing that exists. `leaving` things are being deleted by AWS and only waited for."""

    id: str
    leaving: bool = False
    details: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Kind:
    """One sort of thing: how to find a deployment's, and how to delete one.

    `covers` are the resource types of Terraform that end with it; `needs` are kinds of which nothing may be
    left before it can go; `price` is its key in the hourly prices, empty where it costs nothing by the hour.
    `arns` are what the tagging API calls it, given only where `find` sees everything with the project's tag,
    so that an entry which `find` does not know is a memory of something that is gone.
    """

    name: str
    covers: tuple[str, ...]
    find: Callable[[Clients, Target], Iterable[Item]]
    delete: Callable[[Clients, Item], None]
    needs: tuple[str, ...] = ()
    price: str = ""
    arns: tuple[str, ...] = ()
