"""Owns what storage's tests run against: a real SeaweedFS, a store in memory, a key store."""

import json
import os
import random
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from storage.boxes import Boxes
from storage.errors import StorageError
from storage.keys_file import FileKeys
from storage.memory import MemoryObjects
from storage.objects import Objects
from storage.recipients import WorkerKeys
from storage.s3 import S3Objects, S3Settings
from storage.vault import Vault
from tests.storage import radosgw
from tests.storage.fault_server import Fault, fault_server

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

START_SECONDS = 60.0


@dataclass(frozen=True)
class Server:
    """One S3 server; the rest is where servers differ, measured here and told by the probe.

    `conditional_when_versioned`: radosgw 16 takes a second object in a versioned bucket in spite
    of If-None-Match. `marks_again`: it puts no second delete marker on the first.
    """

    endpoint_url: str
    access_key: str
    secret_key: str
    conditional_when_versioned: bool = True
    marks_again: bool = True

    def settings(self, bucket: str, **changes: object) -> S3Settings:
        values: dict[str, object] = {
            "endpoint_url": self.endpoint_url,
            "region": "us-east-1",
            "bucket": bucket,
            "access_key": self.access_key,
            "secret_key": self.secret_key,
        }
        return S3Settings(**(values | changes))  # type: ignore[arg-type]  # names are the fields'


class Hands(Protocol):
    """What somebody with access to the store can do behind our back."""

    def overwrite(self, name: str, data: bytes) -> None: ...
    def hide(self, name: str) -> None: ...
    def begin_upload(self, name: str) -> None: ...
    def lock(self, name: str) -> None: ...


@dataclass(frozen=True)
class S3Hands:
    client: "S3Client"
    bucket: str

    def overwrite(self, name: str, data: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=name, Body=data)

    def hide(self, name: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=name)

    def begin_upload(self, name: str) -> None:
        upload = self.client.create_multipart_upload(Bucket=self.bucket, Key=name)["UploadId"]
        self.client.upload_part(
            Bucket=self.bucket, Key=name, UploadId=upload, PartNumber=1, Body=b"part"
        )

    def lock(self, name: str) -> None:
        """The bucket must have been made with object lock."""
        self.client.put_object_retention(
            Bucket=self.bucket,
            Key=name,
            Retention={
                "Mode": "GOVERNANCE",
                "RetainUntilDate": datetime.now(UTC) + timedelta(hours=1),
            },
        )


@dataclass(frozen=True)
class Store:
    """An object store, and hands that reach behind it."""

    objects: Objects
    hands: Hands
    versioned: bool
    down: Callable[[], Objects] = field(repr=False)
    refuses_second: bool = True

    def put_all(self, names: Sequence[str]) -> None:
        """One byte under each."""
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda name: self.objects.put(name, b"x"), names))


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("weed")
    ports = _free_ports()
    server = Server(
        f"http://127.0.0.1:{ports[0]}", "AK" + secrets.token_hex(9), secrets.token_hex()
    )
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            _command(home, ports, server), env=_environment(home), stdout=log, stderr=log, cwd=home
        )
    try:
        _await_start(process, server, home / "log")
        yield server
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def rados(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not radosgw.is_installed():
        pytest.skip("no radosgw here: run `make radosgw`")
    with radosgw.radosgw(tmp_path_factory.mktemp("rados")) as (endpoint, access, secret):
        yield Server(endpoint, access, secret, conditional_when_versioned=False, marks_again=False)


# One cluster for all workers: its tests stay together.
RADOSGW = pytest.param("rados", marks=pytest.mark.xdist_group("radosgw"))
SERVERS: list[Any] = ["seaweedfs"]
if radosgw.is_installed() or radosgw.could_be_installed():
    SERVERS.append(RADOSGW)


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> Server:
    """Each S3 server, one suite for all."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Server)
    return found


@pytest.fixture
def connect(server: Server) -> Callable[[str], S3Objects]:
    """A bucket by name, not made yet."""
    return lambda bucket: S3Objects(server.settings(bucket))


@pytest.fixture
def new_bucket(server: Server) -> Callable[..., tuple[S3Objects, S3Hands]]:
    return partial(_made, server)


_clients: dict[Server, "tuple[int, S3Client]"] = {}
"""One a server: boto3 reads its description of S3 anew for each, which takes longer than a test."""


def _made(
    server: Server, *, versioned: bool = False, locked: bool = False
) -> tuple[S3Objects, S3Hands]:
    bucket = f"b-{secrets.token_hex(6)}"
    objects = S3Objects(server.settings(bucket))
    objects._client_of = _clients.get(server)
    client = objects._client()
    _clients[server] = os.getpid(), client
    client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=locked)
    if versioned:
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return objects, S3Hands(client, bucket)


def _stores(*kinds: str) -> list[Any]:
    """In memory, and on each server."""
    rest = [f"memory{kind}" for kind in kinds] + [f"seaweedfs{kind}" for kind in kinds]
    together = pytest.mark.xdist_group("radosgw")
    more = [pytest.param(f"rados{kind}", marks=together) for kind in kinds]
    return rest + (more if RADOSGW in SERVERS else [])


@pytest.fixture(params=_stores("", "-versioned"))
def store(request: pytest.FixtureRequest) -> Store:
    """Each implementation of Objects, one suite for all."""
    kind, _, versions = request.param.partition("-")
    versioned = bool(versions)
    if kind == "memory":
        memory = MemoryObjects(versioned=versioned)
        return Store(memory, memory, versioned, lambda: _down(memory))
    running = request.getfixturevalue(kind)
    objects, hands = _made(running, versioned=versioned)
    settings = running.settings("any", endpoint_url=f"http://127.0.0.1:{_free_port()}", attempts=2)
    refuses = running.conditional_when_versioned or not versioned
    return Store(objects, hands, versioned, lambda: S3Objects(settings), refuses)


@pytest.fixture(params=_stores(""))
def locking_store(request: pytest.FixtureRequest) -> Store:
    """A versioned one whose objects can be locked."""
    if request.param == "memory":
        memory = MemoryObjects(versioned=True)
        return Store(memory, memory, versioned=True, down=lambda: _down(memory))
    objects, hands = _made(request.getfixturevalue(request.param), locked=True)
    return Store(objects, hands, versioned=True, down=lambda: objects)


@pytest.fixture
def fault() -> Iterator[Fault]:
    with fault_server() as running:
        yield running


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    made = FileKeys(tmp_path / "keys")
    made.prepare()
    return made


@pytest.fixture
def ring(keys: FileKeys) -> WorkerKeys:
    return WorkerKeys(keys, Boxes(b"m" * 32))


@pytest.fixture
def memory() -> MemoryObjects:
    return MemoryObjects()


@pytest.fixture
def vault(memory: MemoryObjects, ring: WorkerKeys) -> Vault:
    return Vault(memory, ring)


def _down(memory: MemoryObjects) -> Objects:
    memory.go_down()
    return memory


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _free_ports() -> list[int]:
    """Five ports below those handed out to outgoing connections; weed adds 10,000 for gRPC."""
    found: list[int] = []
    for port in random.sample(range(11_000, 20_000), 200):
        if _is_free(port) and _is_free(port + 10_000):
            found.append(port)
        if len(found) == 5:
            return found
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _command(home: Path, ports: list[int], server: Server) -> list[str]:
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": server.access_key, "secretKey": server.secret_key}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (home / "s3.json").write_text(json.dumps({"identities": [identity]}))
    (home / "data").mkdir()
    options = {
        "dir": home / "data",
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.telemetry": "false",
        "webdav": "false",
        "admin.ui": "false",
        "s3.config": home / "s3.json",
        "s3.autoCreateBucket": "false",
        "s3.allowDeleteBucketNotEmpty": "false",
        "s3.localSocket": home / "s3.sock",
        "filer.localSocket": home / "filer.sock",
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "master.volumeSizeLimitMB": 64,
        "volume.max": 200,
    }
    names = ("s3", "master", "volume", "filer", "admin")
    options |= {f"{name}.port": port for name, port in zip(names, ports, strict=True)}
    program = Path(sys.executable).with_name("weed")
    return [str(program), "mini", *(f"-{name}={value}" for name, value in options.items())]


def _environment(home: Path) -> dict[str, str]:
    tokens = ("SIGNING", "SIGNING_READ", "FILER_SIGNING", "FILER_SIGNING_READ")
    jwt = {f"WEED_JWT_{name}_KEY": secrets.token_hex(32) for name in tokens}
    return {"HOME": str(home), "PATH": os.defpath, "GOMEMLIMIT": "512MiB", **jwt}


def _await_start(process: "subprocess.Popen[bytes]", server: Server, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    canary = S3Objects(server.settings("start", attempts=1))
    while True:
        try:
            canary.ensure_bucket()
            canary.probe()
        except StorageError as error:
            if process.poll() is not None or time.monotonic() > end:
                text = log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"weed did not start: {text}") from error
            time.sleep(0.1)
        else:
            return
