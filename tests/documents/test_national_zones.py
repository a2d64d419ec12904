"""Owns the tests of zones that are no ICAO 9303 layout, from the drawn page to covers and facts."""

import io
from datetime import date

import numpy as np
import pytest
from PIL import Image

from kyc.documents.engine import Engine
from kyc.documents.pages import Kind, Redaction
from kyc.documents.redaction import redact
from kyc.policy.redaction import load_policy
from kyc.specimens.drawing import Drawing, Field
from kyc.specimens.further_licences import draw_licence_with_row
from kyc.specimens.people import invented_person
from kyc.specimens.visas import draw_french_card

TODAY = date(2026, 11, 22)
PERSON = invented_person(990501, "FRA")


def _redacted(engine: Engine, drawing: Drawing, document_type: str) -> Redaction:
    out = io.BytesIO()
    drawing.image.save(out, "PNG")
    policy = load_policy("FRA", document_type)
    return redact(
        out.getvalue(),
        kind=Kind.DOCUMENT_FRONT,
        policy=policy,
        mark=None,
        claimed=None,
        today=TODAY,
        engine=engine,
    )


def _dark(done: Redaction, field: Field) -> float:
    """The share of a field's box that is filled."""
    pixels = np.asarray(Image.open(io.BytesIO(done.jpeg)).convert("L"))
    (x0, y0), (x1, y1) = ((round(x), round(y)) for x, y in (field.quad[0], field.quad[2]))
    return float((pixels[y0:y1, x0:x1] < 40).mean())


def _shares(done: Redaction, drawing: Drawing) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for field in drawing.fields:
        found.setdefault(field.kind, []).append(_dark(done, field))
    return found


@pytest.fixture(scope="module")
def card(engine: Engine) -> tuple[Redaction, Drawing]:
    drawing = draw_french_card(PERSON, seed=1)
    return _redacted(engine, drawing, "identity_card"), drawing


@pytest.fixture(scope="module")
def licence(engine: Engine) -> tuple[Redaction, Drawing]:
    drawing = draw_licence_with_row(PERSON, state="FRA", seed=1)
    return _redacted(engine, drawing, "driving_licence"), drawing


def test_an_old_french_card_is_read_and_its_number_and_both_rows_are_covered(
    card: tuple[Redaction, Drawing],
) -> None:
    done, drawing = card
    assert done.facts["mrz_check_digits"] is True
    assert done.facts["printed_name_agrees"] is done.facts["printed_birth_date_agrees"] is True
    assert (done.facts["issuing_state"], done.facts["expires_on"]) == ("FRA", None)
    assert done.document_number is not None
    assert len(done.document_number) == 12
    shares = _shares(done, drawing)
    assert min(*shares["mrz"], *shares["docno"], *shares["pob"]) > 0.9
    assert max(*shares["name"], *shares["dob"]) < 0.4


def test_a_licences_row_is_read_and_covered_and_names_stay_that_it_does_not_hold(
    licence: tuple[Redaction, Drawing],
) -> None:
    done, drawing = licence
    assert done.facts["mrz_check_digits"] is done.facts["printed_expiry_agrees"] is True
    assert done.facts["document_type"] == "driving_licence"
    assert (done.facts["expired"], done.facts["issuing_state"]) == (False, "FRA")
    assert done.document_number == PERSON.document_number
    shares = _shares(done, drawing)
    assert min(*shares["mrz"], *shares["docno"]) > 0.9
    assert max(*shares["name"], *shares["dob"], *shares["doe"]) < 0.4
