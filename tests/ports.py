"""Owns the choice of ports for servers that tests start."""

import random
import socket

_FIRST, _LAST = 11_000, 20_000
"""Below those handed out to outgoing connections, and below those that the service takes."""


def free_port() -> int:
    """One that nobody has now; somebody may take it before it is used."""
    return free_ports(1)[0]


def free_ports(count: int, besides: int = 0) -> list[int]:
    """Distinct ones, each free together with the port `besides` above it."""
    found: list[int] = []
    for port in random.sample(range(_FIRST, _LAST), 500):
        if is_free(port) and is_free(port + besides):
            found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError("no free ports")


def is_free(port: int) -> bool:
    """Not when it is bound by one who does not listen, either."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
