"""Owns invented people: names, dates and numbers that belong to nobody."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from kyc.specimens.chance import dice
from kyc.specimens.names import NAMES
from kyc.specimens.numbers import filled, personal_number
from kyc.specimens.states import State, state_of

_SURNAMES = (
    "Näidis", "Mustermann", "Specimenová", "Przykładowska", "Esempio", "Ejemplo", "Mallikas",
    "Paraugs", "Pavyzdys", "Exempel", "Esimerkki", "Voorbeeld", "Exemple", "Példa", "Primjer",
)  # fmt: skip
_GIVEN = {
    "F": ("Mari", "Erika", "Jana", "Zofia", "Lucía", "Līga", "Eglė", "Astrid", "Aino", "Sanne"),
    "M": ("Juhan", "Otto", "Karel", "Łukasz", "Marco", "Jānis", "Jonas", "Björn", "Veikko", "Daan"),
}
_PLACES = ("Tallinn", "Berlin", "Praha", "Kraków", "Riga", "Vilnius", "Malmö", "Turku", "Utrecht")


@dataclass(frozen=True)
class Person:
    """An invented holder of one document; `nationality` is an ICAO code, "" the issuing state's.

    An empty `personal_number` is left out of a drawing, as in states that print none.
    """

    surname: str
    given_names: str
    sex: str
    date_of_birth: date
    place_of_birth: str
    document_number: str
    personal_number: str
    card_access_number: str
    date_of_issue: date
    date_of_expiry: date
    nationality: str = ""
    address: tuple[str, str] = ("1 Harbour Road", "Arcadia")
    height_cm: int = 172


def invented_person(seed: int, state: str | None = None) -> Person:
    """The same person for the same seed; of age, with a document that is valid for years.

    With a `state` (ICAO code), names and numbers have its language and forms; without one, names
    are words for "specimen" of many languages and numbers have a general form.
    """
    chance = random.Random(f"kyc-person-{seed}")
    sex = chance.choice("FM")
    birth = date(1955, 1, 1) + timedelta(days=chance.randrange(45 * 365))
    issue = date(2022, 1, 1) + timedelta(days=chance.randrange(4 * 365))
    letters = "".join(chance.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=2))
    person = Person(
        surname=chance.choice(_SURNAMES),
        given_names=chance.choice(_GIVEN[sex]),
        sex=sex,
        date_of_birth=birth,
        place_of_birth=chance.choice(_PLACES),
        document_number=letters + "".join(chance.choices("0123456789", k=7)),
        personal_number=f"{birth:%y%m%d}" + "".join(chance.choices("0123456789", k=5)),
        card_access_number="".join(chance.choices("0123456789", k=6)),
        date_of_issue=issue,
        date_of_expiry=issue.replace(day=min(issue.day, 28), year=issue.year + 10),
    )
    return person if state is None else _settled(person, state_of(state), seed)


def _settled(person: Person, state: State, seed: int) -> Person:
    """The same life, lived in `state`."""
    throw = dice(seed, f"person:{state.code}")
    surnames, women, men, towns, streets = NAMES[state.language]
    return Person(
        surname=throw.choice(surnames),
        given_names=throw.choice(women if person.sex == "F" else men),
        sex=person.sex,
        date_of_birth=person.date_of_birth,
        place_of_birth=throw.choice(towns),
        document_number=filled(state.number, throw),
        personal_number=personal_number(state, person.date_of_birth, person.sex, throw),
        card_access_number=person.card_access_number,
        date_of_issue=person.date_of_issue,
        date_of_expiry=person.date_of_expiry,
        nationality=state.code,
        address=(f"{throw.choice(streets)} {throw.randint(1, 98)}", throw.choice(towns)),
        height_cm=throw.randint(154, 198),
    )
