"""Owns the tests that each known hard case is covered, or at least asked about, as drawn."""

import io
from dataclasses import dataclass
from datetime import date

import pytest

from kyc.documents.engine import Engine
from kyc.documents.pages import Claimed, Kind
from kyc.documents.redaction import redact
from kyc.documents.scoring import Score, parse_label, score
from kyc.policy.redaction import load_policy
from kyc.specimens.drawing import label_json
from kyc.specimens.people import invented_person
from kyc.specimens.sets import CONDITIONS, LAYOUTS

SEED = 990801


@dataclass(frozen=True)
class Case:
    """What is drawn, how it is taken; kinds of fields to be covered, a reason to be given."""

    layout: str = "id_front"
    condition: str = "plain"
    covered: tuple[str, ...] = ()
    asked: str = ""


CASES = {
    "perforated": Case("perforated", covered=("perf",)),
    "punched through both pages": Case("punched_through", covered=("perf",)),
    "vertical": Case("vertical", covered=("vertical",)),
    "ghost number": Case("ghost", covered=("ghost",)),
    "ghost number under a big word": Case("ghost_under_word", asked="overwritten"),
    "code that does not decode": Case("smeared_code", covered=("barcode",)),
    "motion blur": Case(condition="shaken", covered=("docno",)),
    "glare": Case(condition="glaring", covered=("docno",)),
    "hologram over the number": Case("overprinted", covered=("docno",)),
    "aslant under a hologram": Case("engraved", covered=("docno",)),
    "number glued to a date": Case("glued", covered=("docno",)),
    "dates misread under an overprint": Case("dates_overprinted", covered=("docno",)),
    "several documents on a page": Case("two_cards", asked="several_documents"),
    "both sides on one image": Case("both_sides", asked="several_documents"),
    "page spread": Case("spread", covered=("docno", "mrz")),
    "photo of a screen": Case(condition="screen", asked="screen"),
}


def _scored(engine: Engine, case: Case) -> tuple[Score, tuple[str, ...]]:
    layout = LAYOUTS[case.layout]
    person = invented_person(SEED, "EST")
    taken = CONDITIONS[case.condition](layout.draw(person, "EST", SEED), SEED)
    out = io.BytesIO()
    taken.image.save(out, "JPEG", quality=90)
    done = redact(
        out.getvalue(),
        kind=Kind(layout.side),
        policy=load_policy("EST", layout.document),
        mark=None,
        claimed=Claimed(person.surname, person.given_names, person.date_of_birth.isoformat()),
        today=date(2026, 11, 22),
        engine=engine,
    )
    return score(parse_label(label_json(taken, "drawn.jpg")), done), done.reasons


@pytest.mark.parametrize("name", CASES)
def test_a_hard_case_is_covered_or_asked_about(name: str, engine: Engine) -> None:
    case = CASES[name]
    told, reasons = _scored(engine, case)
    assert not told.leaked or reasons, told.leaked
    assert set(case.covered).isdisjoint(told.leaked)
    assert set(case.covered) <= set(told.hidden)
    assert not case.asked or case.asked in reasons


@pytest.mark.parametrize("name", ["number glued to a date", "dates misread under an overprint"])
def test_dates_stay_beside_what_is_covered(name: str, engine: Engine) -> None:
    told, _ = _scored(engine, CASES[name])
    assert {"dob", "doe"} <= set(told.kept) - set(told.damaged)
