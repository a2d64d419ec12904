"""Owns what the data directory, its lock, its sockets and the ports must be."""

import socket
import stat
from pathlib import Path

import pytest

from kyc.embedded import credentials, places, ports
from kyc.embedded.guard import clear
from kyc.errors import ConfigurationError


def test_directories_are_closed_to_others(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "var"
    places.make_private(data)
    house = places.prepare(data)
    for directory in (house.data, house.log, house.run):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    clear([str(house.run)])


def test_an_open_directory_of_ours_is_closed(tmp_path: Path) -> None:
    (tmp_path / "kyc.db").touch()
    tmp_path.chmod(0o755)
    places.make_private(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_a_shared_directory_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "holiday.txt").touch()
    tmp_path.chmod(0o755)
    with pytest.raises(ConfigurationError, match="KYC_DATA_DIR or --data-dir"):
        places.make_private(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_socket_path_is_short_however_deep_the_data_directory_is(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90)
    places.make_private(deep)
    house = places.prepare(deep)
    assert len(str(house.run / "valkey.sock")) <= places.SOCKET_PATH_LIMIT
    assert stat.S_IMODE(house.run.stat().st_mode) == 0o700
    assert deep not in house.run.parents
    clear([str(house.run)])


def test_sockets_of_an_earlier_run_are_gone(tmp_path: Path, short_dir: Path) -> None:
    places.make_private(short_dir)
    stale = places.prepare(short_dir).run / "valkey.sock"
    stale.touch()
    places.prepare(short_dir)
    assert not stale.exists()


def test_a_second_house_on_the_same_directory_is_refused(tmp_path: Path) -> None:
    with (
        places.locked(tmp_path),
        pytest.raises(ConfigurationError, match=r"Another `kyc up` \(process \d+\)"),
        places.locked(tmp_path),
    ):
        pytest.fail("the lock was given twice")


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with places.locked(tmp_path):
            pass


def test_a_taken_port_names_the_setting_to_change() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=rf"Port {port} .* taken .* KYC_PORT"):
            ports.require_free("127.0.0.1", port)
        assert not ports.is_free(port)


def test_a_foreign_address_names_the_setting_to_change() -> None:
    with pytest.raises(ConfigurationError, match="KYC_HOST"):
        ports.require_free("192.0.2.1", 8080)


def test_chosen_ports_are_free_and_distinct() -> None:
    chosen = ports.choose(10)
    assert len(set(chosen)) == 10
    assert all(port in ports.PRIVATE_PORTS and ports.is_free(port) for port in chosen)


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "embedded.json"
    first = credentials.load_or_make(file)
    assert credentials.load_or_make(file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert first.secret_key not in repr(first)
    assert len({first.secret_key, *first.signing_keys.values()}) == 5


def test_a_taken_port_changes_the_ports_and_keeps_the_secrets(tmp_path: Path) -> None:
    file = tmp_path / "embedded.json"
    first = credentials.load_or_make(file)
    with socket.create_server(("127.0.0.1", first.ports[3])):
        second = credentials.load_or_make(file)
    assert second.ports != first.ports
    assert (second.secret_key, second.signing_keys) == (first.secret_key, first.signing_keys)


def test_secrets_that_others_can_read_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "embedded.json"
    credentials.load_or_make(file)
    file.chmod(0o640)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        credentials.load_or_make(file)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"ports": 3}'])
def test_a_broken_file_of_secrets_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "embedded.json"
    file.touch(mode=0o600)
    file.write_text(content)
    with pytest.raises(ConfigurationError, match="broken"):
        credentials.load_or_make(file)
