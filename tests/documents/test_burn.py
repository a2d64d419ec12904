"""Owns the tests of overwriting: nothing of what was beneath is left."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kyc.documents.burn import FILL, burn, encode, padded
from kyc.documents.geometry import fill, mask_of, upright_box
from kyc.documents.pages import Cls, Pixels, Region


def _noise(seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (120, 160, 3), np.uint8)


def test_the_result_does_not_depend_on_what_was_beneath() -> None:
    region = Region(Cls.OTHER_NUMBER, upright_box(40, 30, 100, 60))
    first, second = _noise(1), _noise(1)
    second[30:61, 40:101] = _noise(2)[30:61, 40:101]
    assert not np.array_equal(first, second)
    assert encode(burn(first, [region]).page) == encode(burn(second, [region]).page)


def test_a_pixel_outside_stays() -> None:
    page = _noise(1)
    done = burn(page, [Region(Cls.MRZ, upright_box(40, 30, 100, 60))]).page
    assert np.array_equal(done[:29], page[:29])
    assert np.array_equal(done[:, :39], page[:, :39])


def test_it_leaves_the_given_pixels_as_they_were() -> None:
    page = _noise(1)
    burn(page, [Region(Cls.MRZ, upright_box(0, 0, 50, 50))])
    assert np.array_equal(page, _noise(1))


numbers = st.floats(-50, 250)


@given(st.lists(st.tuples(numbers, numbers), min_size=4, max_size=4))
def test_any_quad_is_filled_with_one_colour(corners: list[tuple[float, float]]) -> None:
    quad = np.array(corners)
    done = burn(_noise(3), [Region(Cls.MANUAL, quad)]).page
    x, y = np.floor(quad.mean(axis=0)).astype(int)
    changed = (done != _noise(3)).any(axis=2)
    assert (done[changed] == FILL).all()
    assert x + 50 >= 0
    assert y + 50 >= 0


@pytest.mark.parametrize(("height", "margin"), [(10, 6), (100, 15)])
def test_a_region_is_padded(height: int, margin: float) -> None:
    grown = padded(Region(Cls.MRZ, upright_box(200, 200, 500, 200 + height)))
    assert grown.quad.min(axis=0) == pytest.approx([200 - margin, 200 - margin], abs=0.01)


def test_a_persons_box_is_taken_as_drawn() -> None:
    region = Region(Cls.MANUAL, upright_box(1, 2, 30, 40))
    assert padded(region) is region


def test_an_encoded_picture_carries_no_metadata() -> None:
    jpeg = encode(_noise(4))
    picture = Image.open(io.BytesIO(jpeg))
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    markers = {jpeg[at + 1] for at in range(len(jpeg) - 1) if jpeg[at] == 0xFF}
    assert not markers & {*range(0xE1, 0xF0), 0xFE}
    assert jpeg.endswith(b"\xff\xd9")


def test_a_fill_covers_what_a_mask_tells_and_nothing_else() -> None:
    page = np.full((60, 90, 3), 200, np.uint8)
    quads = [np.array([[10.4, 8.6], [70, 20], [66, 44], [7, 31]]), upright_box(-9, 50, 99, 70)]
    fill(quads, page, (0, 0, 0))
    assert np.array_equal(page[:, :, 0] == 0, mask_of(quads, 60, 90) > 0)
