"""Owns what the embedded object store must do, and must not."""

import http.client
import secrets
import socket
import ssl
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from kyc.embedded import credentials, places, ports
from kyc.embedded.seaweedfs import SeaweedFs
from kyc.embedded.supervisor import Supervisor

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytestmark = pytest.mark.servers
Until = Callable[..., None]


@pytest.fixture
def server(s3_server: Any) -> SeaweedFs:
    found: SeaweedFs = s3_server.server
    return found


@pytest.fixture
def client(server: SeaweedFs) -> "S3Client":
    return server.client()


@pytest.fixture
def bucket(s3_server: Any) -> str:
    name: str = s3_server.fresh_bucket()
    return name


def test_it_refuses_a_wrong_key(server: SeaweedFs, bucket: str) -> None:
    stranger = boto3.client(
        "s3",
        endpoint_url=server.endpoint_url,
        aws_access_key_id=server.credentials.access_key,
        aws_secret_access_key="wrong" * 8,
        region_name="us-east-1",
    )
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        stranger.put_object(Bucket=bucket, Key="a", Body=b"x")


def test_it_refuses_somebody_without_a_key(server: SeaweedFs, bucket: str) -> None:
    server.client().put_object(Bucket=bucket, Key="a", Body=b"x")
    anonymous = boto3.client(
        "s3",
        endpoint_url=server.endpoint_url,
        region_name="us-east-1",
        config=Config(signature_version=UNSIGNED),
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        anonymous.get_object(Bucket=bucket, Key="a")


def test_it_honours_a_conditional_write(client: "S3Client", bucket: str) -> None:
    client.put_object(Bucket=bucket, Key="a", Body=b"first", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        client.put_object(Bucket=bucket, Key="a", Body=b"second", IfNoneMatch="*")
    assert client.get_object(Bucket=bucket, Key="a")["Body"].read() == b"first"


def test_it_makes_no_bucket_by_itself_and_drops_no_full_one(
    client: "S3Client", bucket: str
) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        client.put_object(Bucket="never-made", Key="a", Body=b"x")
    client.put_object(Bucket=bucket, Key="a", Body=b"x")
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        client.delete_bucket(Bucket=bucket)


def test_it_listens_on_loopback_only(server: SeaweedFs) -> None:
    own = set(server.credentials.ports)
    listening = {(address, port) for address, port in _listening() if port in own}
    assert {port for _, port in listening} == own
    assert {address for address, _ in listening} == {"0100007F"}  # 127.0.0.1, /proc/net/tcp


@pytest.mark.parametrize("place", range(1, 5))
def test_its_inner_ports_give_nothing_away(server: SeaweedFs, bucket: str, place: int) -> None:
    server.client().put_object(Bucket=bucket, Key="secret-name", Body=b"secret-body" * 1000)
    for path in ("/", f"/buckets/{bucket}/secret-name", "/dir/status", "/ui/index.html", "/1,01"):
        connection = http.client.HTTPConnection("127.0.0.1", server.credentials.ports[place])
        connection.request("GET", path)
        assert b"secret" not in connection.getresponse().read()
        connection.close()


@pytest.mark.parametrize("place", range(5, 10))
def test_its_parts_talk_to_nobody_without_their_certificate(server: SeaweedFs, place: int) -> None:
    context = ssl.create_default_context(cafile=server.places.data / "keys" / "seaweedfs.crt")
    context.set_alpn_protocols(["h2"])
    address = ("127.0.0.1", server.credentials.ports[place])
    with (
        socket.create_connection(address, timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as stranger,
        pytest.raises(ssl.SSLError, match="CERTIFICATE_REQUIRED"),
    ):
        stranger.recv(100)


def test_deleted_bytes_leave_the_disk(
    server: SeaweedFs, client: "S3Client", bucket: str, until: Until
) -> None:
    kept, gone = secrets.token_bytes(200_000), secrets.token_bytes(200_000)
    client.put_object(Bucket=bucket, Key="kept", Body=kept)
    client.put_object(Bucket=bucket, Key="gone", Body=gone)
    store = server.places.data / "s3"
    assert _is_on_disk(store, gone[:1000])
    client.delete_object(Bucket=bucket, Key="gone")

    def is_wiped() -> bool:
        server.vacuum()
        return not _is_on_disk(store, gone[:1000])

    until(is_wiped, seconds=60)
    assert client.get_object(Bucket=bucket, Key="kept")["Body"].read() == kept


def test_what_it_acknowledged_survives_a_kill_and_other_ports(short_dir: Path) -> None:
    house = places.prepare(short_dir)
    file = short_dir / "keys" / "embedded.json"
    server = SeaweedFs(house, credentials.load_or_make(file))
    with Supervisor(house.log, lambda _: None) as supervisor:
        _start(supervisor, server)
        server.client().put_object(Bucket="artifacts", Key="a", Body=b"sealed" * 1000)
        supervisor._posts[0].child.kill_rest()  # type: ignore[union-attr]  # it was just started
    known = credentials.load_or_make(file)
    moved = credentials.Credentials(
        known.access_key,
        known.secret_key,
        known.signing_keys,
        tuple(ports.choose(credentials.PORT_COUNT)),
    )
    server = SeaweedFs(house, moved)
    with Supervisor(house.log, lambda _: None) as supervisor:
        _start(supervisor, server)
        found = server.client().get_object(Bucket="artifacts", Key="a")["Body"].read()
    assert found == b"sealed" * 1000


def _start(supervisor: Supervisor, server: SeaweedFs) -> None:
    for path in server.left_sockets():
        supervisor.remove_at_end(path)
    part = server.part()
    supervisor.start(part)
    supervisor.until_ready(part, partial(server.probe, "artifacts"))
    server.require_fsync()


def _is_on_disk(directory: Path, needle: bytes) -> bool:
    return any(needle in file.read_bytes() for file in directory.rglob("*.dat"))


def _listening() -> set[tuple[str, int]]:
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    rows += [line.split() for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
    open_ones = [row[1].split(":") for row in rows if row[3] == "0A"]
    return {(address, int(port, 16)) for address, port in open_ones}
