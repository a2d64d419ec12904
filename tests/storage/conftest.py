"""Owns what storage's tests run against: a real SeaweedFS, a store in memory, a key store."""

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from storage.boxes import Boxes
from storage.keys_file import FileKeys
from storage.memory import MemoryObjects
from storage.objects import Objects
from storage.recipients import WorkerKeys
from storage.s3 import S3Objects, S3Settings
from storage.vault import Vault
from tests.ports import free_port
from tests.storage import radosgw, seaweed
from tests.storage.fault_server import Fault, fault_server

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


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
    with seaweed.seaweedfs(partial(tmp_path_factory.mktemp, "weed")) as found:
        yield Server(*found)


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
    settings = running.settings("any", endpoint_url=f"http://127.0.0.1:{free_port()}", attempts=2)
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
