"""Owns a real SeaweedFS for the tests: the object store that kyc embeds."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import StorageError
from storage.s3 import S3Objects, S3Settings
from tests.ports import free_ports

START_SECONDS = 60.0
TRIALS = 3
_GRPC_ABOVE = 10_000
"""What weed adds to a port for the gRPC of the same part."""


@contextmanager
def seaweedfs(new_home: Callable[[], Path]) -> Iterator[tuple[str, str, str]]:
    """Its address, access key and secret key. `new_home` makes an empty directory a call."""
    access, secret = "AK" + secrets.token_hex(9), secrets.token_hex()
    process, endpoint = _start(new_home, access, secret, TRIALS)
    try:
        yield endpoint, access, secret
    finally:
        _stop(process)


def _start(
    new_home: Callable[[], Path], access: str, secret: str, trials: int
) -> "tuple[subprocess.Popen[bytes], str]":
    """On other ports when somebody took one of ours between our look and its start."""
    home, ports = new_home(), free_ports(5, besides=_GRPC_ABOVE)
    process, endpoint = _launch(home, ports, access, secret), f"http://127.0.0.1:{ports[0]}"
    try:
        _await_start(process, _canary(endpoint, access, secret), home / "log")
    except RuntimeError:
        _stop(process)
        if trials == 1:
            raise
        return _start(new_home, access, secret, trials - 1)
    return process, endpoint


def _launch(home: Path, ports: list[int], access: str, secret: str) -> "subprocess.Popen[bytes]":
    command, environment = _command(home, ports, access, secret), _environment(home)
    with (home / "log").open("wb") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=home)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _command(home: Path, ports: list[int], access: str, secret: str) -> list[str]:
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": access, "secretKey": secret}],
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


def _canary(endpoint: str, access: str, secret: str) -> S3Objects:
    return S3Objects(S3Settings(endpoint, "us-east-1", "start", access, secret, attempts=1))


def _await_start(process: "subprocess.Popen[bytes]", canary: S3Objects, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
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
