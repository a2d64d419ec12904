"""Owns the whole start with the real servers, around small programs in the place of ours."""

import json
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
import redis

from kyc.embedded import attach, ports
from kyc.embedded.guard import session_members
from kyc.embedded.house import keep_house
from kyc.errors import ConfigurationError
from kyc.settings import Settings, load_settings

pytestmark = pytest.mark.servers
Start = Callable[[str], "subprocess.Popen[str]"]
Until = Callable[..., None]

HOUSE = """
import sys
from kyc.embedded.house import keep_house
from kyc.embedded.programs import Programs
from kyc.settings import load_settings

WEB = '''
import http.server, json, os
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
address = os.environ["KYC_HOST"], int(os.environ["KYC_PORT"])
http.server.HTTPServer(address, Answer).serve_forever()
'''
TELL = "import json, os; json.dump(dict(os.environ), open(os.environ['KYC_DATA_DIR'] + '/{}', 'w'))"
def python(code): return (sys.executable, "-c", code)
settings = load_settings(VARIABLES)
keep_house(
    settings,
    is_demo=IS_DEMO,
    welcome=lambda got: [f"welcome {got.redis_url} {got.s3_endpoint_url}"],
    say=lambda line: print(line, flush=True),
    programs=Programs(
        migrate=python(TELL.format("migrated")),
        fill_demo=python("print('demo people', flush=True)"),
        web=python(WEB),
        others={"worker": python(TELL.format("worked") + "; import time; time.sleep(100)")},
    ),
)
"""


@pytest.fixture
def settings(short_dir: Path) -> Settings:
    return load_settings({"KYC_DATA_DIR": str(short_dir), "KYC_PORT": str(ports.choose(1)[0])})


@pytest.fixture
def house(
    start_script: Start, settings: Settings, request: pytest.FixtureRequest
) -> Iterator["subprocess.Popen[str]"]:
    variables = {"KYC_DATA_DIR": str(settings.data_dir), "KYC_PORT": str(settings.port)}
    variables |= getattr(request, "param", {})
    is_demo = variables.pop("demo", "")
    code = HOUSE.replace("VARIABLES", repr(variables)).replace("IS_DEMO", repr(bool(is_demo)))
    process = start_script(code)
    yield process
    process.terminate()
    process.communicate(timeout=30)


def test_it_starts_everything_says_so_and_stops_it(
    house: "subprocess.Popen[str]", settings: Settings
) -> None:
    lines = _until_welcome(house)
    assert [line.split()[0] for line in lines] == [
        "queue",
        "objects",
        "database",
        "web",
        "welcome",
    ]
    members = _descendants(house.pid)
    house.send_signal(signal.SIGINT)
    printed, _ = house.communicate(timeout=30)
    assert printed == "Stopping.\nEverything has stopped.\n"
    assert house.returncode == 0
    assert not [pid for pid in members if Path("/proc", str(pid)).exists()]
    assert not (settings.data_dir / "run").exists()
    assert not attach.file(settings.data_dir).exists()
    assert not _sockets_in_tmp(settings)


def test_programs_get_the_addresses_and_a_working_bucket(
    house: "subprocess.Popen[str]", settings: Settings
) -> None:
    _until_welcome(house)
    for name in ("migrated", "worked"):
        got = load_settings(json.loads((settings.data_dir / name).read_text()))
        assert (got.data_dir, got.port) == (settings.data_dir, settings.port)
        assert redis.Redis.from_url(got.redis_url).ping() is True
        client = boto3.client(
            "s3",
            endpoint_url=got.s3_endpoint_url,
            aws_access_key_id=got.s3_access_key,
            aws_secret_access_key=got.s3_secret_key,
            region_name=got.s3_region,
        )
        assert client.list_objects_v2(Bucket=got.s3_bucket)["KeyCount"] == 0


def test_another_command_finds_the_running_servers(
    house: "subprocess.Popen[str]", settings: Settings
) -> None:
    assert attach.attached(settings) == settings
    welcome = _until_welcome(house)[-1]
    found = attach.attached(settings)
    assert welcome == f"welcome {found.redis_url} {found.s3_endpoint_url}"
    own = replace(settings, redis_url="redis://elsewhere", s3_endpoint_url="http://elsewhere")
    assert attach.attached(own) == own


def test_a_server_that_was_killed_comes_back_with_its_data(
    house: "subprocess.Popen[str]", settings: Settings, until: Until
) -> None:
    _until_welcome(house)
    client = redis.Redis.from_url(attach.attached(settings).redis_url)
    client.set("job", "kept")
    client.waitaof(1, 0, 5000)
    os.kill(int(client.info("server")["process_id"]), signal.SIGKILL)
    client.close()
    assert house.stdout is not None
    assert house.stdout.readline().startswith("valkey was killed by SIGKILL")
    assert house.stdout.readline() == "valkey runs again\n"
    until(lambda: _value(settings, "job") == b"kept")


def test_a_killed_house_leaves_nothing_and_starts_again(
    house: "subprocess.Popen[str]",
    settings: Settings,
    start_script: Start,
    until: Until,
    tmp_path: Path,
) -> None:
    _until_welcome(house)
    members = _descendants(house.pid)
    assert len(members) >= 5
    house.kill()
    house.wait()
    until(lambda: not [p for p in members if Path("/proc", str(p)).exists()], seconds=30)
    until(lambda: not _sockets_in_tmp(settings))
    again = start_script((tmp_path / "script.py").read_text())
    assert len(_until_welcome(again)) == 5
    again.terminate()
    again.communicate(timeout=30)


@pytest.mark.parametrize("house", [{"demo": "yes"}], indirect=True)
def test_a_demo_is_filled_after_everything_is_ready_and_stays_marked(
    house: "subprocess.Popen[str]", settings: Settings
) -> None:
    _until_welcome(house)
    assert house.stdout is not None
    assert house.stdout.readline() == "demo people\n"
    assert settings.is_demo


@pytest.mark.parametrize(
    "house",
    [{"REDIS_URL": "redis://127.0.0.1:1", "S3_ENDPOINT_URL": "http://127.0.0.1:1"}],
    indirect=True,
)
def test_servers_given_by_settings_are_not_started(
    house: "subprocess.Popen[str]", settings: Settings
) -> None:
    lines = _until_welcome(house)
    assert [line.split()[0] for line in lines] == ["database", "web", "welcome"]
    assert not (settings.data_dir / "s3").exists()
    assert not (settings.data_dir / "valkey").exists()


def test_a_second_house_on_the_same_directory_is_refused(
    house: "subprocess.Popen[str]", settings: Settings
) -> None:
    _until_welcome(house)
    with pytest.raises(ConfigurationError, match="Another `kyc up`"):
        _keep(settings)


def test_a_taken_port_is_refused_before_anything_starts(settings: Settings) -> None:
    with (
        socket.create_server((settings.host, settings.port)),
        pytest.raises(ConfigurationError, match="KYC_PORT or --port"),
    ):
        _keep(settings)
    assert {entry.name for entry in settings.data_dir.iterdir()} == {"up.lock"}


def test_a_demo_never_fills_a_directory_that_may_hold_real_people(settings: Settings) -> None:
    (settings.data_dir / "keys").mkdir()
    with pytest.raises(ConfigurationError, match="without --demo"):
        _keep(settings, is_demo=True)


def test_keys_without_an_address_do_not_end_in_the_embedded_store(settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match="S3_ENDPOINT_URL is not"):
        _keep(replace(settings, s3_access_key="AK"))


def _keep(settings: Settings, *, is_demo: bool = False) -> None:
    keep_house(settings, is_demo=is_demo, welcome=lambda _: [], say=lambda _: None)


def _until_welcome(house: "subprocess.Popen[str]") -> list[str]:
    lines: list[str] = []
    assert house.stdout is not None
    for line in house.stdout:
        lines.append(line.strip())
        if line.startswith("welcome"):
            return lines
    pytest.fail("\n".join(lines))


def _descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [member for child in children for member in session_members(int(child))]


def _sockets_in_tmp(settings: Settings) -> list[Path]:
    keys = json.loads((settings.data_dir / "keys" / "embedded.json").read_text())
    names = [f"seaweedfs-*-{port}.sock" for port in keys["ports"]]
    return [found for name in names for found in Path(tempfile.gettempdir()).glob(name)]


def _value(settings: Settings, name: str) -> object:
    try:
        with redis.Redis.from_url(attach.attached(settings).redis_url) as client:
            return client.get(name)
    except redis.ConnectionError:
        return None
