"""Owns sets of labelled specimens: which layouts, under which conditions, by which issuers."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from kyc.specimens.cards import draw_identity_card, draw_residence_permit
from kyc.specimens.crossed import CROSSED
from kyc.specimens.drawing import Drawing, label_json
from kyc.specimens.further_licences import draw_lettered_licence, draw_licence_with_row
from kyc.specimens.licences import draw_driving_licence
from kyc.specimens.montages import spread, stacked
from kyc.specimens.papers import draw_bare_card, draw_national_card, draw_two_column_card
from kyc.specimens.passports import draw_passport
from kyc.specimens.people import Person, invented_person
from kyc.specimens.photographs import photograph, retaken
from kyc.specimens.screens import on_screen
from kyc.specimens.selfies import draw_selfie
from kyc.specimens.states import STATES
from kyc.specimens.visas import draw_french_card, draw_large_card, draw_visa
from kyc.specimens.worn import WEAR

STATEMENT = ("Only for Example Ltd", "2026-11-22", "Code KQ7-4PX")
SELFIES = frozenset({"selfie", "selfie_passport"})
_ISSUING = {"own_script": ("BGR", "GRC"), "french_card": ("FRA",)}
"""Layouts that only some states issue."""


Draw = Callable[[Person, str, int], Drawing]


@dataclass(frozen=True)
class Layout:
    """How a kind is drawn, which side it is, and the document type that a customer would name."""

    draw: Draw
    side: str = "document_front"
    document: str = "identity_card"


def _worn(name: str, draw: Draw) -> Draw:
    def drawn(person: Person, state: str, seed: int) -> Drawing:
        worn = (WEAR | CROSSED)[name]
        return worn(draw(person, state, seed), person.document_number, seed)

    return drawn


def _passport(person: Person, state: str, seed: int) -> Drawing:
    return draw_passport(person, state=state, seed=seed)


def _front(person: Person, state: str, seed: int) -> Drawing:
    return draw_identity_card(person, state=state, seed=seed)


def _back(person: Person, state: str, seed: int) -> Drawing:
    return draw_identity_card(person, side="back", state=state, seed=seed)


def _licence(person: Person, state: str, seed: int) -> Drawing:
    return draw_driving_licence(person, state=state, seed=seed)


def _either(person: Person, state: str, seed: int) -> Drawing:
    return (_passport if seed % 2 else _front)(person, state, seed)


def _with_code(person: Person, state: str, seed: int) -> Drawing:
    """A back of a state that prints a code."""
    coded = ("UTO", "EST", "ESP", "FRA", "LTU", "NLD", "POL")[seed % 7]
    return _back(person, coded if state in ("DEU", "FIN", "SWE") else state, seed)


def _spread(person: Person, state: str, seed: int) -> Drawing:
    return spread(_passport(person, state, seed), person, state=state, seed=seed)


def _own_script(person: Person, state: str, seed: int) -> Drawing:
    return draw_national_card(person, state=state, seed=seed)


LAYOUTS: MappingProxyType[str, Layout] = MappingProxyType({
    "passport": Layout(_passport, document="passport"),
    "id_front": Layout(_front),
    "id_back": Layout(_back, "document_back"),
    "permit_front": Layout(
        lambda p, s, n: draw_residence_permit(p, state=s, seed=n), document="residence_permit"
    ),
    "permit_back": Layout(
        lambda p, s, n: draw_residence_permit(p, side="back", state=s, seed=n),
        "document_back",
        "residence_permit",
    ),
    "licence": Layout(_licence, document="driving_licence"),
    "selfie": Layout(
        lambda p, s, n: draw_selfie(p, _front(p, s, n), STATEMENT, seed=n), "selfie_statement"
    ),
    "selfie_passport": Layout(
        lambda p, s, n: draw_selfie(p, _passport(p, s, n), STATEMENT, seed=n),
        "selfie_statement",
        "passport",
    ),
    "perforated": Layout(_worn("perforated", _passport), document="passport"),
    "vertical": Layout(_worn("vertical", _either)),
    "ghost": Layout(_worn("ghost", _either)),
    "overprinted": Layout(_worn("overprinted", _either)),
    "engraved": Layout(_worn("engraved", _front)),
    "smeared_code": Layout(_worn("smeared_code", _with_code), "document_back"),
    "bare": Layout(lambda p, s, n: draw_bare_card(p, state=s, seed=n)),
    "two_column": Layout(lambda p, s, n: draw_two_column_card(p, state=s, seed=n)),
    "own_script": Layout(_own_script),
    "two_cards": Layout(lambda p, s, n: stacked(_front(p, s, n), _licence(p, s, n))),
    "both_sides": Layout(
        lambda p, s, n: stacked(_front(p, s, n), _back(p, s, n), beside=n % 2 == 0)
    ),
    "spread": Layout(_spread, document="passport"),
    "visa": Layout(lambda p, s, n: draw_visa(p, state=s, seed=n), document="passport"),
    "small_visa": Layout(
        lambda p, s, n: draw_visa(p, state=s, seed=n, small=True), document="passport"
    ),
    "large_card": Layout(lambda p, s, n: draw_large_card(p, state=s, seed=n)),
    "ghost_under_word": Layout(_worn("ghost_under_word", _either)),
    "glued": Layout(_worn("glued", _front)),
    "dates_overprinted": Layout(_worn("dates_overprinted", _either)),
    "punched_through": Layout(_worn("punched_through", _spread), document="passport"),
    "french_card": Layout(lambda p, _, n: draw_french_card(p, seed=n)),
    "licence_row": Layout(
        lambda p, s, n: draw_licence_with_row(p, state=s, seed=n), document="driving_licence"
    ),
    "lettered_licence": Layout(
        lambda p, s, n: draw_lettered_licence(p, state=s, seed=n), document="driving_licence"
    ),
})  # fmt: skip
KINDS = tuple(LAYOUTS)

CONDITIONS: MappingProxyType[str, Callable[[Drawing, int], Drawing]] = MappingProxyType({
    "plain": lambda d, n: photograph(d, seed=n),
    "tilted": lambda d, n: photograph(d, seed=n, perspective=0.06, rotation=12),
    "turned": lambda d, n: photograph(d, seed=n, rotation=90 * (1 + n % 3)),
    "shaded": lambda d, n: photograph(d, seed=n, shadow=0.8),
    "glaring": lambda d, n: photograph(d, seed=n, glare=0.7),
    "blurred": lambda d, n: photograph(d, seed=n, blur=2.0),
    "shaken": lambda d, n: photograph(d, seed=n, motion=9),
    "far": lambda d, n: photograph(d, seed=n, scale=0.45),
    "coarse": lambda d, n: photograph(d, seed=n, noise=14, jpeg=25),
    "held": lambda d, n: photograph(d, seed=n, scale=0.7, rotation=-6 + n % 13, held=True),
    "small": lambda d, n: photograph(d, seed=n, size=(900, 675), jpeg=60),
    "screen": lambda d, n: photograph(on_screen(d, seed=n), seed=n, scale=0.95),
    "clear": lambda d, n: photograph(d, seed=n, size=(2600, 1950), noise=2, blur=0.4),
})  # fmt: skip
SELFIE_CONDITIONS: MappingProxyType[str, Callable[[Drawing, int], Drawing]] = MappingProxyType({
    "plain": lambda d, _: d,
    "blurred": lambda d, n: retaken(d, seed=n, blur=1.6),
    "shaken": lambda d, n: retaken(d, seed=n, motion=7),
    "small": lambda d, n: retaken(d, seed=n, share=0.6, jpeg=60),
    "coarse": lambda d, n: retaken(d, seed=n, noise=10, jpeg=30),
})  # fmt: skip


def write_set(
    out: Path,
    count: int,
    seed: int,
    condition: str | None = None,
    layout: str | None = None,
    in_a_row: int = 3,
) -> None:
    """Images and labels of `count` specimens; kinds, states and conditions meet in turn.

    `in_a_row` is how many follow each other under one condition.
    """
    for name in ("images", "labels"):
        (out / name).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        kind = layout or KINDS[number % len(KINDS)]
        taken = SELFIE_CONDITIONS if kind in SELFIES else CONDITIONS
        turn = list(taken)[number // in_a_row % len(taken)]
        chosen = condition if condition and condition in taken else turn
        _write(out, number, seed + number, chosen, kind)


def _write(out: Path, number: int, seed: int, chosen: str, kind: str) -> None:
    states = _ISSUING.get(kind, STATES)
    state = states[(number // len(KINDS) + number) % len(states)]
    person = invented_person(seed, state)
    drawing = LAYOUTS[kind].draw(person, state, seed)
    taken = SELFIE_CONDITIONS if kind in SELFIES else CONDITIONS
    drawing = taken[chosen](drawing, seed)
    name = f"{number:04}_{state.lower()}_{kind}_{chosen}"
    drawing.image.save(out / "images" / f"{name}.jpg", quality=90)
    labels = label_json(drawing, f"{name}.jpg") | {
        "issuer": state,
        "layout": kind,
        "condition": chosen,
        "kind": LAYOUTS[kind].side,
        "document": LAYOUTS[kind].document,
        "holder": [person.surname, person.given_names, person.date_of_birth.isoformat()],
    }
    (out / "labels" / f"{name}.json").write_text(json.dumps(labels), encoding="utf-8")
