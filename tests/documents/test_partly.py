"""Owns the tests of numbers that are covered but for their last three characters."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kyc.documents.coverage import RedactionPolicy, Rule
from kyc.documents.engine import Engine
from kyc.documents.find import Context, find_text
from kyc.documents.geometry import share_covered, upright_box
from kyc.documents.pages import Cls, Kind, Line, Redaction, Region
from kyc.documents.partly import hidden, settled
from kyc.documents.redaction import redact
from kyc.policy.redaction import Options, load_policy

PARTLY = RedactionPolicy("p", "1", "", {"document_number": Rule.LAST_THREE})
WHOLLY = RedactionPolicy("p", "1", "", {"document_number": Rule.COVER})
COVERED, READABLE = 40, 150


def _region(line: Callable[..., Line], text: str, caption: str = "Passport No") -> Region:
    found = find_text([line(caption), line(text, y=30)], Context())
    return next(region for region in found if region.quad[0, 1] > 20)


def test_all_but_the_last_three_characters_is_hidden(line: Callable[..., Line]) -> None:
    quad = hidden(_region(line, "L898902C3"), PARTLY).quad
    assert quad[:, 0].max() == pytest.approx(60, abs=0.5)
    assert quad[:, 0].min() < 0


def test_another_rule_hides_the_whole_number(line: Callable[..., Line]) -> None:
    region = hidden(_region(line, "L898902C3"), WHOLLY)
    assert region.quad[:, 0].max() > 88
    assert region.spare is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("898902", "too few characters would be hidden"),
        ("JONES852049JA9XY", "it holds a name and a date of birth"),
        ("49002010976", "it is as long as national numbers"),
    ],
)
def test_a_number_of_another_length_is_hidden_whole(
    text: str, why: str, line: Callable[..., Line]
) -> None:
    assert hidden(_region(line, text), PARTLY).quad[:, 0].max() > 10 * len(text) - 2, why


@pytest.mark.parametrize("caption", ["Personal No", "CAN", "Serial", "Anything"])
def test_only_a_document_number_is_shown_in_part(caption: str, line: Callable[..., Line]) -> None:
    assert _region(line, "L898902C3", caption).spare is None


def test_a_character_whose_place_is_not_known_is_hidden() -> None:
    quad = upright_box(0, 30, 90, 50)
    squeezed = Line(quad, "L898902C3", (0.1, 0.5), 1.0)
    caption = Line(upright_box(0, 0, 90, 20), "Passport No", (), 1.0)
    regions = find_text([caption, squeezed], Context())
    assert all(hidden(region, PARTLY).spare is None for region in regions)


def test_what_was_spared_is_not_found_again(line: Callable[..., Line]) -> None:
    done = settled([hidden(_region(line, "L898902C3"), PARTLY)])
    assert share_covered(upright_box(60, 28, 94, 52), done) > 0.9
    assert share_covered(upright_box(160, 28, 190, 52), done) == 0


@pytest.fixture(scope="module")
def redacted(engine: Engine, passport: Any) -> Redaction:
    out = io.BytesIO()
    passport.image.save(out, "PNG")
    options = Options.of({"document_number": "last_three"})
    return redact(
        out.getvalue(),
        engine=engine,
        kind=Kind.DOCUMENT_FRONT,
        policy=load_policy("", "passport", "contract", options),
        mark=None,
        claimed=None,
    )


def _ink(redaction: Redaction, passport: Any, start: float, end: float) -> float:
    """The brightest pixel in a stretch of the printed document number."""
    grey = np.asarray(Image.open(io.BytesIO(redaction.jpeg)).convert("L"))
    x0, y0, x1, y1 = passport.places["L898902C3"]
    left, right = x0 + (x1 - x0) * start, x0 + (x1 - x0) * end
    return float(grey[round(y0) : round(y1), round(left) : round(right)].max())


def test_a_redacted_passport_shows_the_last_three_characters_and_no_more(
    redacted: Redaction, passport: Any
) -> None:
    assert _ink(redacted, passport, 0, 0.6) < COVERED
    assert _ink(redacted, passport, 0.75, 1) > READABLE
    assert (redacted.status, redacted.policy.id) == ("complete", "contract+/any/passport")


def test_other_numbers_and_the_zone_stay_covered(redacted: Redaction, passport: Any) -> None:
    for text in ("ZE184226B", *list(passport.places)[-2:]):
        assert passport.ink(redacted.jpeg, text) < COVERED
    assert {"mrz", "personal_number", "document_number"} <= {r.cls for r in redacted.regions}
    assert Cls.OTHER_NUMBER not in {region.cls for region in redacted.regions}
