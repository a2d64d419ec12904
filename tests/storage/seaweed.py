"""Owns a real SeaweedFS for the tests: the object store that kyc embeds."""

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from storage.errors import StorageError
from storage.s3 import S3Objects, S3Settings
from tests.ports import free_ports
from tests.storage.key_servers import running

START_SECONDS = 60.0
TRIALS = 3
_GRPC_ABOVE = 10_000
"""What weed adds to a port for the gRPC of the same part."""


@contextmanager
def seaweedfs(new_home: Callable[[], Path]) -> Iterator[tuple[str, str, str]]:
    """Its address, access key and secret key. `new_home` makes an empty directory a call."""
    access, secret = "AK" + secrets.token_hex(9), secrets.token_hex()
    with ExitStack() as stack:
        yield _start(stack, new_home, access, secret, TRIALS), access, secret


def _start(
    stack: ExitStack, new_home: Callable[[], Path], access: str, secret: str, trials: int
) -> str:
    """On other ports when somebody took one of ours between our look and its start."""
    home, ports = new_home(), free_ports(5, besides=_GRPC_ABOVE)
    endpoint = f"http://127.0.0.1:{ports[0]}"
    command = _command(home, ports, access, secret)
    with ExitStack() as trial:
        process = trial.enter_context(running(command, home, _variables()))
        try:
            _await_start(process, _canary(endpoint, access, secret), home / "log")
        except RuntimeError:
            if trials == 1:
                raise
        else:
            stack.push(trial.pop_all())
            return endpoint
    return _start(stack, new_home, access, secret, trials - 1)


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


def _variables() -> dict[str, str]:
    tokens = ("SIGNING", "SIGNING_READ", "FILER_SIGNING", "FILER_SIGNING_READ")
    jwt = {f"WEED_JWT_{name}_KEY": secrets.token_hex(32) for name in tokens}
    return {"GOMEMLIMIT": "512MiB", **jwt}


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
