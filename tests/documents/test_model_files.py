"""Owns the tests of the model files: pinned, cut once, mended when damaged."""

from pathlib import Path

import onnxruntime
import pytest

from kyc.documents.glyphs import is_kept
from kyc.documents.model_files import CUT_NAME, model_files


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("models")
    model_files(directory)
    return directory


def test_the_cut_recogniser_keeps_only_our_scripts(models: Path) -> None:
    session = onnxruntime.InferenceSession(
        str(models / CUT_NAME), providers=["CPUExecutionProvider"]
    )
    glyphs = session.get_modelmeta().custom_metadata_map["character"].split("\n")
    assert 500 < len(glyphs) < 800
    assert all(is_kept(glyph) for glyph in glyphs)
    assert {"A", "ß", "Ω", "Õ", "<", "0"} <= set(glyphs)
    assert "中" not in glyphs


def test_a_second_load_leaves_the_file_as_it_is(models: Path) -> None:
    before = (models / CUT_NAME).stat().st_mtime_ns
    model_files(models)
    assert (models / CUT_NAME).stat().st_mtime_ns == before


def test_a_damaged_file_is_made_anew(models: Path) -> None:
    good = (models / CUT_NAME).read_bytes()
    (models / CUT_NAME).write_bytes(good[:-1] + b"x")
    model_files(models)
    assert (models / CUT_NAME).read_bytes() == good


def test_nothing_else_is_left_in_the_directory(models: Path) -> None:
    assert len(list(models.iterdir())) == 2
