"""Load balancers whose name is an address of this machine, where a mock can really answer.

AWS gives a load balancer a DNS name; moto makes one up that leads nowhere. Here it is `127.0.0.1:PORT`, so that
everything which is made from it (Terraform's outputs, the deployment's record, what users copy) works as it is.
`endpoints` lets the mocks answer there.
"""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from typing import Any

from automock_tui.sandbox.additions.patching import replace_method

HOST = "127.0.0.1"
_FIRST_PORT = 20_000
_PORTS = 10_000
"""Below Linux's range for outgoing connections, none of which may take a port between creation and use."""


def install() -> None:
    """Complete CreateLoadBalancer."""
    from moto.elbv2.models import ELBv2Backend as Backend

    def create_with_address(self: Any, name: str, *arguments: Any, **options: Any) -> Any:
        balancer = create(self, name, *arguments, **options)
        balancer.dns_name = f"{HOST}:{_free_port(name)}"
        return balancer

    create = replace_method(Backend, "create_load_balancer", create_with_address)


def port_of(balancer: Any) -> int:
    """The port of a load balancer's address; 0 where it has none of ours."""
    host, _, port = balancer.dns_name.partition(":")
    return int(port) if host == HOST and port.isdigit() else 0


def _free_port(name: str) -> int:
    """The same port for the same name while nobody else has it: a mock that comes back keeps its address."""
    taken = {port_of(balancer) for balancer in _balancers()}
    first = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % _PORTS
    ports = (_FIRST_PORT + (first + step) % _PORTS for step in range(_PORTS))
    return next(port for port in ports if port not in taken and _is_free(port))


def _balancers() -> Iterator[Any]:
    from moto.elbv2.models import elbv2_backends

    for regions in elbv2_backends.values():
        for backend in regions.values():
            yield from backend.load_balancers.values()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
