"""Owns the tests of `kyc redact`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from kyc.cli.redact import redact_command


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


def _run(models: Path, *arguments: str | Path) -> Result:
    options = ["--models-dir", str(models), *map(str, arguments)]
    return CliRunner().invoke(redact_command, options)


def test_it_writes_a_picture_and_a_report(
    models: Path, tmp_path: Path, passport: Any, encoded: Callable[..., bytes]
) -> None:
    (tmp_path / "in.png").write_bytes(encoded("png", passport.image))
    out, report = tmp_path / "out.jpg", tmp_path / "report.json"
    done = _run(models, tmp_path / "in.png", "-o", out, "--report", report, "--mark", "Copy")
    assert done.exit_code == 0, done.output
    with Image.open(out) as picture:
        assert picture.width == 1200
    assert json.loads(report.read_text())["status"] == "complete"
    assert "L898902C3" not in done.output + report.read_text()


def test_it_goes_on_after_a_refused_file(
    models: Path, tmp_path: Path, draw: Callable[..., Any], encoded: Callable[..., bytes]
) -> None:
    page = draw([(20, 20, 30, "AB1234567")], (400, 200))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jpg").write_bytes(b"<svg/>")
    (tmp_path / "in" / "b.png").write_bytes(encoded("png", page.image))
    done = _run(models, tmp_path / "in", "-o", tmp_path / "out", "--report", tmp_path / "reports")
    assert done.exit_code == 1
    assert "a.jpg: refused (unsupported_type)" in done.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["b.jpg"]
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == ["b.json"]
