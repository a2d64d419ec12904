"""Owns what the specimen tests share: one drawing of each kind, and eyes to read with."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from rapidocr import RapidOCR

from kyc.specimens import (
    Drawing,
    draw_driving_licence,
    draw_identity_card,
    draw_passport,
    draw_residence_permit,
    invented_person,
)

Read = Callable[[Image.Image], tuple[str, ...]]

DRAWN: dict[str, Callable[[], Drawing]] = {
    "passport": lambda: draw_passport(invented_person(5, "EST"), state="EST", seed=1),
    "passport_plain": lambda: draw_passport(invented_person(5, "FRA"), state="FRA", seed=1),
    "card_front": lambda: draw_identity_card(invented_person(6, "DEU"), state="DEU", seed=1),
    "card_back": lambda: draw_identity_card(
        invented_person(6, "ESP"), side="back", state="ESP", seed=1
    ),
    "permit": lambda: draw_residence_permit(invented_person(7, "BGR"), state="GRC", seed=1),
    "licence": lambda: draw_driving_licence(invented_person(8, "POL"), state="POL", seed=1),
}


@pytest.fixture(params=DRAWN)
def drawing(request: pytest.FixtureRequest) -> Drawing:
    return DRAWN[request.param]()


@pytest.fixture(scope="session")
def read() -> Read:
    """The lines of text that a recogniser finds on a picture."""
    recogniser = RapidOCR(params={"Global.log_level": "error"})
    return lambda image: tuple(recogniser(np.asarray(image.convert("RGB"))).txts or ())
