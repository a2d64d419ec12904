"""Owns the properties of photographing: labels follow the picture, whatever the camera does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from kyc.specimens import Drawing, Field, photograph
from kyc.specimens.photographs import moved
from kyc.specimens.tables import TABLES

PATCH = Field("sensitive", "docno", ((120, 60), (280, 60), (280, 110), (120, 110)), "X")
SMALL = (640, 480)


def _patched() -> Drawing:
    """A grey card on which the label's place is magenta."""
    image = Image.new("RGB", (400, 260), (200, 205, 200))
    ImageDraw.Draw(image).rectangle((120, 60, 279, 109), fill=(255, 0, 255))
    return Drawing(image, (PATCH,))


def _filled(quad: tuple[tuple[float, float], ...], size: tuple[int, int], by: float) -> np.ndarray:
    """Where the quad is, scaled by `by` about its middle."""
    points = np.array(quad)
    middle = points.mean(0)
    mask = Image.new("1", size)
    corners = [tuple(p) for p in (middle + (points - middle) * by)]
    ImageDraw.Draw(mask).polygon(corners, fill=1)
    return np.asarray(mask)


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    rotation=st.floats(-180, 180),
    scale=st.floats(0.3, 0.95),
    perspective=st.floats(0, 0.05),
    background=st.sampled_from(list(TABLES)),
)
def test_a_label_is_where_its_field_is_seen(
    seed: int, rotation: float, scale: float, perspective: float, background: str
) -> None:
    taken = photograph(
        _patched(), seed=seed, size=SMALL, rotation=rotation, scale=scale,
        perspective=perspective, background=background,
    )  # fmt: skip
    pixels = np.asarray(taken.image).astype(int)
    magenta = pixels[..., [0, 2]].min(-1) - pixels[..., 1] > 90
    quad = taken.fields[0].quad
    assert magenta[_filled(quad, SMALL, 0.8)].mean() > 0.98
    assert not magenta[~_filled(quad, SMALL, 1.35)].any()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), rotation=st.floats(-180, 180), perspective=st.floats(0, 0.2))
def test_a_photograph_keeps_every_label_inside_the_frame(
    seed: int, rotation: float, perspective: float
) -> None:
    taken = photograph(
        _patched(), seed=seed, size=SMALL, rotation=rotation, perspective=perspective, scale=1.0
    )
    for x, y in taken.fields[0].quad:
        assert 0 <= x <= SMALL[0]
        assert 0 <= y <= SMALL[1]


@given(
    st.floats(min_value=-500, max_value=500),
    st.floats(min_value=0.2, max_value=3),
)
def test_labels_move_with_the_picture(shift: float, scale: float) -> None:
    field = Field("sensitive", "docno", ((0, 0), (10, 0), (10, 5), (0, 5)), "X")
    lay = np.array([[scale, 0, shift], [0, scale, shift], [0, 0, 1.0]])
    quad = moved((field,), lay)[0].quad
    assert quad[2] == pytest.approx((10 * scale + shift, 5 * scale + shift), abs=1e-6)


def test_the_same_seed_takes_the_same_photograph() -> None:
    once, again, other = (
        photograph(_patched(), seed=s, size=SMALL, glare=0.5, shadow=0.5, motion=5, jpeg=60)
        for s in (1, 1, 2)
    )
    assert np.array_equal(np.asarray(once.image), np.asarray(again.image))
    assert once.fields == again.fields
    assert not np.array_equal(np.asarray(once.image), np.asarray(other.image))


def test_glare_only_adds_light_and_shadow_only_takes_it() -> None:
    def level(glare: float, shadow: float) -> np.ndarray:
        taken = photograph(_patched(), seed=9, size=SMALL, glare=glare, shadow=shadow, noise=0)
        return np.asarray(taken.image).astype(int)

    plain = level(0, 0)
    assert (level(0.8, 0) - plain).min() >= -1
    assert (level(0.8, 0) - plain).max() > 40
    assert (level(0, 0.8) - plain).max() <= 1
    assert (level(0, 0.8) - plain).min() < -40


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(KeyError, match="lava"):
        photograph(_patched(), seed=1, background="lava")
