"""Owns the tests of `kyc redact`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from kyc.cli.redact import redact_command
from kyc.documents.copy_mark import with_copy_mark
from kyc.documents.pages import CopyMark


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


def test_the_copy_mark_says_copy_in_the_documents_language_too(
    models: Path, tmp_path: Path, draw: Callable[..., Any], encoded: Callable[..., bytes]
) -> None:
    page = draw([(20, 20, 30, "AB1234567")], (600, 200))
    (tmp_path / "in.png").write_bytes(encoded("png", page.image))
    out = tmp_path / "out.jpg"
    _run(models, tmp_path / "in.png", "-o", out, "--mark", "Ref 7", "--country", "GRC")
    mark = CopyMark(("Ref 7",), ("COPY", "ΑΝΤΙΓΡΑΦΟ"))
    strip = with_copy_mark(np.full((200, 600, 3), 255, np.uint8), mark)[200:]
    with Image.open(out) as picture:
        shown = np.asarray(picture.convert("RGB"))[200:]
    assert shown.shape == strip.shape
    assert np.abs(shown.astype(int) - strip).mean() < 4


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


@pytest.fixture
def labelled(tmp_path: Path, draw: Callable[..., Any], encoded: Callable[..., bytes]) -> Path:
    """Two pictures, one with a label by which a word that no rule covers should be hidden."""
    page = draw([(20, 20, 40, "AB1234567"), (20, 120, 40, "SECRET")], (500, 240))
    for name in ("pictures", "labels"):
        (tmp_path / name).mkdir()
    for name in ("a", "b"):
        (tmp_path / "pictures" / f"{name}.png").write_bytes(encoded("png", page.image))
    fields = [
        {"cls": "sensitive", "kind": kind, "quad": _corners(page.places[text]), "ocr_text": text}
        for kind, text in (("docno", "AB1234567"), ("word", "SECRET"))
    ]
    label = {"file": "a.png", "width": 500, "height": 240, "fields": fields}
    (tmp_path / "labels" / "a.json").write_text(json.dumps(label))
    return tmp_path


def _corners(box: tuple[float, float, float, float]) -> list[list[float]]:
    x0, y0, x1, y1 = box
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]


def test_it_scores_a_directory_by_its_labels(models: Path, labelled: Path) -> None:
    done = _run(models, labelled / "pictures", "--score", labelled / "labels")
    assert done.exit_code == 0, done.output
    assert "fields covered (recall)           0.5000 (1 of 2)" in done.output
    assert "LEAK a.png" in done.output
    assert "b.png: not labelled" in done.output
    assert "SECRET" not in done.output
    assert sorted(path.name for path in labelled.iterdir()) == ["labels", "pictures"]


def test_a_label_without_its_picture_is_named(models: Path, labelled: Path) -> None:
    (labelled / "pictures" / "a.png").unlink()
    done = _run(models, labelled / "pictures", "--score", labelled / "labels")
    assert "labelled, but not scored: a" in done.output


def test_a_broken_label_is_refused_by_name(models: Path, labelled: Path) -> None:
    (labelled / "labels" / "a.json").write_text("{}")
    done = _run(models, labelled / "pictures", "--score", labelled / "labels")
    assert done.exit_code == 2
    assert "a.json" in done.output


def test_it_needs_somewhere_to_write_or_something_to_score_by(models: Path, labelled: Path) -> None:
    done = _run(models, labelled / "pictures")
    assert done.exit_code == 2
    assert "--score" in done.output
