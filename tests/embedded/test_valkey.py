"""Owns what the embedded queue server must do."""

import os
import signal
from functools import partial
from pathlib import Path

import pytest
import redis

from kyc.embedded import places, valkey
from kyc.embedded.child import Child
from kyc.embedded.supervisor import Supervisor

pytestmark = pytest.mark.servers


def test_what_it_acknowledged_a_second_ago_survives_a_kill(short_dir: Path) -> None:
    house = places.prepare(short_dir)
    with Supervisor(house.log, lambda _: None) as supervisor:
        part = valkey.part(house)
        child = supervisor.start(part)
        supervisor.until_ready(part, partial(valkey.probe, house))
        with redis.Redis.from_url(valkey.url(house)) as client:
            client.set("job", "kept")
            client.waitaof(1, 0, 5000)
        os.kill(child.pid, signal.SIGKILL)
        assert child.wait(5)
    with Supervisor(house.log, lambda _: None) as supervisor:
        part = valkey.part(house)
        supervisor.start(part)
        supervisor.until_ready(part, partial(valkey.probe, house))
        with redis.Redis.from_url(valkey.url(house)) as client:
            assert client.get("job") == b"kept"


def test_it_is_not_on_the_network_and_never_forgets_to_make_room(valkey_url: str) -> None:
    with redis.Redis.from_url(valkey_url) as client:
        assert client.config_get("port")["port"] == "0"
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
        assert client.config_get("appendonly")["appendonly"] == "yes"


def test_its_address_holds_for_directories_with_odd_names(short_dir: Path) -> None:
    odd = short_dir / "a b%20c"
    odd.mkdir()
    house = places.prepare(odd)
    child = Child(valkey.part(house), house.log)
    try:
        _until_it_answers(house, child)
    finally:
        child.terminate()
        child.kill_rest()


def _until_it_answers(house: places.Places, child: Child) -> None:
    while child.exit_code() is None:
        try:
            return valkey.probe(house)
        except redis.ConnectionError:
            child.wait(0.05)
    pytest.fail(child.last_words())
