"""Owns the tests of telling a picture of a screen."""

import numpy as np
import pytest

from kyc.documents.quality import judged
from kyc.documents.screens import SIDE, screen_peak, strengths
from kyc.documents.thresholds import SCREEN_PEAK
from kyc.specimens import Drawing, draw_identity_card, invented_person, photograph
from kyc.specimens.screens import on_screen


@pytest.fixture(scope="module")
def card() -> Drawing:
    return draw_identity_card(invented_person(3, "EST"), state="EST", seed=2)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_picture_of_a_screen_has_one_sharp_frequency(card: Drawing, seed: int) -> None:
    taken = photograph(on_screen(card, seed=seed), seed=seed, scale=0.95)
    assert screen_peak(np.asarray(taken.image)) > SCREEN_PEAK


@pytest.mark.parametrize("seed", [1, 2])
def test_a_card_with_a_woven_ground_has_none(card: Drawing, seed: int) -> None:
    taken = photograph(card, seed=seed, background="cloth")
    assert 0 < screen_peak(np.asarray(taken.image)) < SCREEN_PEAK


def test_a_scrap_is_not_judged() -> None:
    assert screen_peak(np.full((200, 900, 3), 255, np.uint8)) == 0.0


def test_a_screen_is_told_to_a_person() -> None:
    fine = {
        "height": 30.0, "small": 20.0, "score": 0.98, "unsure": 0.0, "steepness": 0.3,
        "soft": 0.3, "glare": 0.0, "screen": 2.5,
    }  # fmt: skip
    assert list(judged(fine)) == []
    assert list(judged(fine | {"screen": 4.8})) == ["screen"]
    assert list(judged(fine | {"unsure": 0.4})) == ["blurred"]
    assert list(judged(fine | {"steepness": 0.1})) == ["blurred"]
    assert list(judged(fine | {"glare": 0.1})) == ["glare"]
    assert list(judged(fine | {"height": 10.0})) == ["small_text"]


def test_frequencies_are_those_of_the_whole_transform() -> None:
    detail = np.random.default_rng(4).normal(size=(SIDE, SIDE)).astype(np.float32)
    assert strengths(detail) == pytest.approx(np.abs(np.fft.rfft2(detail)), rel=1e-3, abs=0.05)
