"""Owns the promise that the wheel works in an empty environment elsewhere."""

import http.client
import os
import signal
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kyc import __version__
from kyc.embedded import ports

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment that holds the wheel.

    What the wheel depends on is lent by the environment of the tests: it was installed from the
    same lock, and installing it once more takes a minute.
    """
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home / "venv", with_pip=False, symlinks=True)
    python = home / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    install = [*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    place = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    Path(place, "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


@pytest.fixture
def up(installed: Path, tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    port = ports.choose(1)[0]
    process = subprocess.Popen(
        [installed / "kyc", "up", "--data-dir", "data", "--port", str(port)],
        cwd=tmp_path,
        env={"PATH": os.defpath, "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process, port
    process.terminate()
    process.communicate(timeout=60)


def test_it_holds_the_program_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"kyc", "storage", "workers", f"kyc-{__version__}.dist-info"}
    assert any(name.startswith("kyc/_data/templates/") for name in names)
    assert any(name.startswith("kyc/_data/migrations/versions/") for name in names)
    assert f"kyc-{__version__}.dist-info/licenses/LICENSE" in names


def test_it_says_its_version(installed: Path, tmp_path: Path) -> None:
    printed = subprocess.run(
        [installed / "kyc", "--version"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    assert printed.strip() == f"kyc, version {__version__}"


def test_it_starts_serves_and_stops(
    up: tuple["subprocess.Popen[str]", int], tmp_path: Path
) -> None:
    process, port = up
    printed = _until_ready(process)
    assert f"{tmp_path}/data" in printed
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for path in ("/readyz", "/staff/"):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        assert answer.status in {200, 302}, (path, answer.status)
    connection.close()
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0, rest
    assert rest.endswith("Everything has stopped.\n")


def _until_ready(process: "subprocess.Popen[str]") -> str:
    printed = ""
    assert process.stdout is not None
    for line in process.stdout:
        printed += line
        if "Ctrl-C stops everything" in line:
            return printed
    pytest.fail(printed)
