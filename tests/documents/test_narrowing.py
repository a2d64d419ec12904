"""Owns the tests of the second stage: what a copy shows once it may show less."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kyc.documents.burn import encode
from kyc.documents.coverage import Moment, RedactionPolicy, Rule
from kyc.documents.engine import Engine
from kyc.documents.narrowing import Narrowed, narrow, stored_regions
from kyc.documents.pages import Box, Claimed, CopyMark, Kind, Pixels, Redaction, Shown
from kyc.documents.redaction import redact
from kyc.errors import InvalidInputError
from kyc.policy.redaction import load_policy

POLICY = RedactionPolicy(
    "test",
    "1",
    "",
    {"portrait": Rule.KEEP},
    on_retention=("portrait",),
    on_decision=("portrait",),
    retained_shows=frozenset({Shown.NAME, Shown.STATEMENT, Shown.COPY_MARK}),
)
WIDTH, HEIGHT, MARK = 640, 400, 360


def _place(cls: str, x0: int, y0: int, x1: int, y1: int, **more: Any) -> dict[str, Any]:
    return {"class": cls, "quad": [[x0, y0], [x1, y0], [x1, y1], [x0, y1]], **more}


PLACES = [
    _place("mrz", 0, 300, 600, 350),
    _place("name", 300, 40, 500, 80, shown=True),
    _place("text", 300, 40, 500, 80, shown=True),
    _place("text", 300, 120, 500, 160, shown=True),
    _place("statement", 300, 200, 500, 240, shown=True),
    _place("copy_mark", 0, MARK, WIDTH, HEIGHT, shown=True),
]


def _page(seed: int = 1) -> Pixels:
    page = np.full((HEIGHT, WIDTH, 3), 230, np.uint8)
    page[40:260, 40:240] = np.random.default_rng(seed).integers(0, 256, (220, 200, 3), np.uint8)
    return page


def _narrow(page: Pixels, kind: Kind = Kind.DOCUMENT_FRONT, **options: Any) -> Narrowed:
    chosen = {"policy": POLICY, "moment": Moment.RETENTION, "regions": PLACES, **options}
    done = narrow(encode(page), chosen.pop("regions"), kind=kind, **chosen)
    assert done is not None
    return done


def _grey(done: Narrowed) -> Any:
    return np.asarray(Image.open(io.BytesIO(done.jpeg)).convert("L"))


def test_only_what_the_policy_shows_stays_and_the_copy_mark() -> None:
    seen = _grey(_narrow(_page()))
    assert seen[48:72, 308:492].min() > 200
    assert seen[MARK + 8 : HEIGHT - 8].min() > 200
    assert seen[128:152, 308:492].max() < 30
    assert seen[48:252, 48:232].max() < 30


def test_the_portrait_has_no_influence_on_the_result() -> None:
    assert not np.array_equal(_page(1), _page(2))
    assert _narrow(_page(1)).jpeg == _narrow(_page(2)).jpeg


def test_at_the_decision_every_line_of_print_stays() -> None:
    seen = _grey(_narrow(_page(), moment=Moment.DECISION))
    assert seen[128:152, 308:492].min() > 200
    assert seen[48:252, 48:232].max() < 30


@pytest.mark.parametrize("moment", Moment)
def test_of_a_selfie_only_the_statement_stays(moment: Moment) -> None:
    done = _narrow(_page(), kind=Kind.SELFIE_STATEMENT, moment=moment)
    seen = _grey(done)
    assert done.shows == {Shown.STATEMENT}
    assert seen[208:232, 308:492].min() > 200
    assert seen[48:72, 308:492].max() < 30


def test_where_nothing_was_located_nothing_is_shown() -> None:
    done = _narrow(_page(), regions=[PLACES[0]])
    assert done.shows == frozenset()
    assert _grey(done).max() == 0


def test_a_persons_box_is_covered_as_well() -> None:
    assert _grey(_narrow(_page(), boxes=[Box(300, 40, 200, 40)]))[44:76, 304:496].max() < 30


def test_a_box_outside_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        _narrow(_page(), boxes=[Box(900, 40, 200, 40)])


def test_places_that_are_no_quads_are_refused() -> None:
    broken = {"class": "name", "quad": [[0, 0], [1, 1]], "shown": True}
    with pytest.raises(InvalidInputError):
        _narrow(_page(), regions=[broken])


@pytest.mark.parametrize("moment", Moment)
def test_a_policy_that_covers_nothing_more_makes_no_copy(moment: Moment) -> None:
    keeps = RedactionPolicy("test", "1", "", {})
    assert narrow(encode(_page()), [], policy=keeps, moment=moment, kind=Kind.DOCUMENT_BACK) is None


def test_a_copy_can_be_narrowed_a_second_time() -> None:
    decided = _narrow(_page(), moment=Moment.DECISION)
    retained = narrow(
        decided.jpeg,
        decided.regions,
        policy=POLICY,
        moment=Moment.RETENTION,
        kind=Kind.DOCUMENT_FRONT,
    )
    assert retained is not None
    assert _grey(retained)[128:152, 308:492].max() < 30
    assert {r["class"] for r in retained.regions} == {"mrz", "name", "statement", "copy_mark"}


@pytest.fixture(scope="module")
def redacted(engine: Engine, passport: Any) -> Redaction:
    out = io.BytesIO()
    picture = passport.image.copy()
    noise = np.random.default_rng(4).integers(0, 256, (480, 360, 3), np.uint8)
    picture.paste(Image.fromarray(noise), (40, 120))
    picture.resize((2400, 1600)).save(out, "JPEG", quality=92)
    return redact(
        out.getvalue(),
        engine=engine,
        kind=Kind.DOCUMENT_FRONT,
        policy=load_policy("", ""),
        mark=CopyMark(("COPY", "for Example Hosting")),
        claimed=Claimed("Eriksson", "Anna Maria", "1974-08-12"),
    )


def test_a_redacted_passport_keeps_names_and_dates_and_loses_its_portrait(
    redacted: Redaction, passport: Any
) -> None:
    done = narrow(
        redacted.jpeg,
        stored_regions(redacted),
        policy=load_policy("", ""),
        moment=Moment.RETENTION,
        kind=Kind.DOCUMENT_FRONT,
    )
    assert done is not None
    assert done.shows >= {Shown.NAME, Shown.DATE, Shown.DOCUMENT, Shown.CAPTION}
    seen = _grey(done)
    factor = redacted.width / 1200
    for text in ("ERIKSSON", "ANNA MARIA", "12.08.1974", "15.04.2012", "UTOPIA"):
        assert seen[_slices(passport.places[text], factor)].max() > 150, text
    assert seen[_slices((40, 120, 400, 600), factor)].max() < 30
    assert seen[round(806 * factor) :].max() > 200


def test_places_are_stored_in_pixels_of_the_copy_and_without_text(redacted: Redaction) -> None:
    stored = stored_regions(redacted)
    corners = np.array([place["quad"] for place in stored]).reshape(-1, 2)
    assert corners[:, 0].max() <= redacted.width + 20
    assert redacted.source.width == 2400
    assert not any("ERIKSSON" in str(place) for place in stored)
    assert all(set(place) <= {"class", "quad", "shown"} for place in stored)


def _slices(box: tuple[float, float, float, float], factor: float) -> tuple[slice, slice]:
    x0, y0, x1, y1 = (round(value * factor) for value in box)
    return slice(y0, y1), slice(x0, x1)
