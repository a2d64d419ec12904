"""Owns the tests of the doubts that send a picture to a person."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from kyc.documents.engine import Engine
from kyc.documents.pages import Pixels
from kyc.documents.quality import doubts
from kyc.documents.reading import read, whole

TEXTS = ("REPUBLIC OF UTOPIA", "ERIKSSON", "ANNA MARIA", "12.08.1974", "Date of birth")


@pytest.fixture(scope="module")
def sharp(draw: Callable[..., Any]) -> Pixels:
    rows = [(80, 60 + 110 * at, 34, text) for at, text in enumerate(TEXTS)]
    return np.asarray(draw(rows).image, np.uint8)


def _doubts(engine: Engine, page: Pixels) -> list[str]:
    return list(doubts(page, read(engine, page, whole(page))))


def test_a_sharp_page_raises_none(engine: Engine, sharp: Pixels) -> None:
    assert _doubts(engine, sharp) == []


def test_a_moved_camera_shows(engine: Engine, sharp: Pixels) -> None:
    motion = np.full((1, 13), 1 / 13, np.float32)
    assert "blurred" in _doubts(engine, cv2.filter2D(sharp, -1, motion))


def test_a_soft_focus_shows(engine: Engine, sharp: Pixels) -> None:
    assert "blurred" in _doubts(engine, cv2.GaussianBlur(sharp, (0, 0), 3.5))


def test_small_text_shows(engine: Engine, sharp: Pixels) -> None:
    small = cv2.resize(sharp, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    assert "small_text" in _doubts(engine, small)


def test_a_burnt_out_spot_shows(engine: Engine, sharp: Pixels) -> None:
    page = np.minimum(sharp, 210)
    cv2.circle(page, (250, 260), 70, (255, 255, 255), -1)
    assert "glare" in _doubts(engine, page)


def test_white_paper_is_no_glare(engine: Engine, sharp: Pixels) -> None:
    white = np.where(sharp > 200, 255, sharp).astype(np.uint8)
    assert "glare" not in _doubts(engine, white)


def test_a_page_without_text_cannot_be_judged() -> None:
    assert list(doubts(np.full((40, 40, 3), 255, np.uint8), [])) == []
