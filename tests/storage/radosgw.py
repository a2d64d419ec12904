"""Owns a real radosgw for the tests: Ceph's S3 server, a second one beside SeaweedFS.

One monitor, one OSD in memory, one gateway, all on loopback in a scratch directory. `make radosgw`
installs the programs where there is apt.
"""

import os
import secrets
import shutil
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from kyc.embedded.child import Child, Part
from tests.ports import free_port

PROGRAMS = ("ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "monmaptool", "ceph")
START_SECONDS = 120.0
TRIALS = 3
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}
_CONF = """
[global]
fsid = {fsid}
mon host = v1:127.0.0.1:{mon_port}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr2 = false
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd crush chooseleaf type = 0
osd objectstore = memstore
memstore device bytes = 4294967296
mon allow pool size one = true
mon data = {home}/mon
osd data = {home}/osd
run dir = {home}
pid file =
admin socket =
crash dir = {home}/crash
log file = {home}/$name.log
mon cluster log file = {home}/cluster.log
rgw frontends = beast endpoint=127.0.0.1:{port}
"""


def is_installed() -> bool:
    return all(map(shutil.which, PROGRAMS))


def could_be_installed() -> bool:
    """Where there is apt, `make test` installs it, so that a lack of it is a fault."""
    return shutil.which("apt-get") is not None


@contextmanager
def radosgw(home: Path) -> Iterator[tuple[str, str, str]]:
    """Its endpoint, access key and secret key, once it answers.

    A port that was free may be somebody else's when a server comes to it, so it is tried again.
    """
    with ExitStack() as stack:
        for trial in range(TRIALS):
            (place := home / str(trial)).mkdir()
            with ExitStack() as started:
                try:
                    found = _start_all(started, place)
                except (RuntimeError, subprocess.SubprocessError):
                    if trial + 1 == TRIALS:
                        raise
                    continue
                stack.push(started.pop_all())
                break
        yield found


def _start_all(stack: ExitStack, home: Path) -> tuple[str, str, str]:
    port, access, secret = free_port(), "AK" + secrets.token_hex(9), secrets.token_hex()
    conf, fsid = home / "ceph.conf", str(uuid.uuid4())
    mon_port = free_port()
    conf.write_text(_CONF.format(fsid=fsid, mon_port=mon_port, home=home, port=port))
    _start_monitor(stack, home, fsid, mon_port)
    _start_osd(stack, home)
    gateway = _start(stack, home, "radosgw", "-n", "client.admin", "-f")
    _await(gateway, port)
    keys = ("--access-key", access, "--secret-key", secret)
    names = ("--uid", "tests", "--display-name", "tests")
    _run(home, "radosgw-admin", "-n", "client.admin", "user", "create", *names, *keys)
    return f"http://127.0.0.1:{port}", access, secret


def _start_monitor(stack: ExitStack, home: Path, fsid: str, port: int) -> None:
    (home / "mon").mkdir()
    addresses = f"[v1:127.0.0.1:{port}]"
    monmap = str(home / "monmap")
    _run(home, "monmaptool", "--create", "--fsid", fsid, "--addv", "a", addresses, monmap)
    _run(home, "ceph-mon", "--mkfs", "-i", "a", "--monmap", monmap)
    _start(stack, home, "ceph-mon", "-i", "a", "-f")


def _start_osd(stack: ExitStack, home: Path) -> None:
    (home / "osd").mkdir()
    osd = str(uuid.uuid4())
    _run(home, "ceph", "osd", "new", osd)
    _run(home, "ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd)
    _start(stack, home, "ceph-osd", "-i", "0", "-f")


def _start(stack: ExitStack, home: Path, program: str, *arguments: str) -> Child:
    part = Part(program, _command(home, program, arguments), _ENVIRONMENT, directory=home)
    child = Child(part, home)

    def end() -> None:
        child.terminate()
        child.wait(10)
        child.kill_rest()

    stack.callback(end)
    return child


def _run(home: Path, program: str, *arguments: str) -> None:
    command = _command(home, program, arguments)
    done = subprocess.run(
        command, capture_output=True, text=True, env=_ENVIRONMENT, timeout=60, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{program} {arguments[:2]} failed: {done.stderr[-500:]}")


def _command(home: Path, program: str, arguments: Sequence[str]) -> tuple[str, ...]:
    found = shutil.which(program)
    assert found is not None
    conf = () if program == "monmaptool" else ("-c", str(home / "ceph.conf"))
    return (found, *conf, *arguments)


def _await(gateway: Child, port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
        except OSError as error:
            if gateway.exit_code() is not None or time.monotonic() > end:
                raise RuntimeError(f"radosgw did not start: {gateway.last_words()}") from error
            time.sleep(0.2)
        else:
            return
