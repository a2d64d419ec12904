"""Owns the choice of network ports."""

import errno
import random
import socket

from kyc.errors import ConfigurationError

PRIVATE_PORTS = range(20_000, 30_000)
"""Below the ports that Linux hands out to outgoing connections (ip_local_port_range)."""

_FAULTS = {
    errno.EADDRINUSE: (
        "Port {port} on {host} is taken by another program."
        " Choose a free one with KYC_PORT or --port."
    ),
    errno.EACCES: (
        "Port {port} needs rights that this user lacks."
        " Choose one above 1023 with KYC_PORT or --port."
    ),
    errno.EADDRNOTAVAIL: ("{host} is not an address of this machine. Correct KYC_HOST or --host."),
}


def require_free(host: str, port: int) -> None:
    """Raises ConfigurationError that names the setting to change when we could not listen there."""
    try:
        _bind(host, port)
    except socket.gaierror as error:
        raise ConfigurationError(_FAULTS[errno.EADDRNOTAVAIL].format(host=host)) from error
    except OSError as error:
        text = _FAULTS.get(error.errno or 0, "{host}:{port}: " + str(error.strerror))
        raise ConfigurationError(text.format(host=host, port=port)) from error


def is_free(port: int) -> bool:
    """Whether a server of ours could listen on this port of the loopback interface."""
    try:
        _bind("127.0.0.1", port)
    except OSError:
        return False
    return True


def choose(count: int) -> list[int]:
    """So many free, distinct loopback ports. Raises ConfigurationError when there are too few."""
    order = random.sample(PRIVATE_PORTS, len(PRIVATE_PORTS))
    found = []
    for port in order:
        if is_free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise ConfigurationError(f"Fewer than {count} loopback ports are free on this machine.")


def _bind(host: str, port: int) -> None:
    family, kind, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
