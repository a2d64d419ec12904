"""Owns the tests of stored pictures: covering more, and the viewer's mark on the screen."""

import io
import math

import numpy as np
import pytest
from PIL import Image

from kyc.documents.burn import encode
from kyc.documents.pages import Box
from kyc.documents.stored import cover, for_screen
from kyc.errors import InvalidInputError

VIEWER = ("reviewer 7F", "case K7Q2", "2026-11-22 10:05 UTC")


def _picture(grey: int = 200, size: tuple[int, int] = (640, 400)) -> bytes:
    return encode(np.full((size[1], size[0], 3), grey, np.uint8))


def _pixels(jpeg: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("L"))


def test_a_box_is_burnt_in() -> None:
    done = _pixels(cover(_picture(), [Box(100.4, 50.6, 200, 80)]))
    assert done[52:129, 102:298].max() < 20
    assert done[:40].min() > 180
    assert done.shape == (400, 640)


def test_a_box_over_the_edge_is_cut_to_the_picture() -> None:
    assert _pixels(cover(_picture(), [Box(-50, -50, 100, 100)]))[:40, :40].max() < 20


@pytest.mark.parametrize(
    "boxes",
    [
        [],
        [Box(0, 0, 1, 1)] * 201,
        [Box(0, 0, 0, 10)],
        [Box(0, 0, 10, -1)],
        [Box(700, 0, 10, 10)],
        [Box(0, 0, math.nan, 10)],
        [Box(math.inf, 0, 10, 10)],
    ],
)
def test_it_refuses_boxes_that_cover_nothing(boxes: list[Box]) -> None:
    with pytest.raises(InvalidInputError):
        cover(_picture(), boxes)


def test_the_screen_copy_is_bounded_and_keeps_its_shape() -> None:
    assert Image.open(io.BytesIO(for_screen(_picture(), VIEWER, 320))).size == (320, 200)


def test_a_small_picture_is_not_enlarged() -> None:
    assert Image.open(io.BytesIO(for_screen(_picture(), VIEWER, 1600))).size == (640, 400)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_the_mark_shows_in_every_part_on_every_ground(grey: int) -> None:
    shown = _pixels(for_screen(_picture(grey, (1600, 1000)), VIEWER, 1600)).astype(int)
    for y in range(0, 1000, 250):
        for x in range(0, 1600, 400):
            tile = shown[y : y + 250, x : x + 400]
            assert np.ptp(tile) > 25
            assert abs(float(np.median(tile)) - grey) < 12


def test_two_viewers_get_two_pictures() -> None:
    picture = _picture()
    assert for_screen(picture, VIEWER, 640) != for_screen(picture, ("other",), 640)


def test_only_a_jpeg_is_taken_for_a_stored_picture() -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    with pytest.raises(OSError, match="cannot identify"):
        cover(out.getvalue(), [Box(0, 0, 2, 2)])
