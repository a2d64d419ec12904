"""Owns invented people: names, dates and numbers that belong to nobody."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

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
    """An invented holder; `personal_number` has the shape of a number and no owner."""

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


def invented_person(seed: int) -> Person:
    """The same person for the same seed; of age, with a document that is valid for years."""
    chance = random.Random(f"kyc-person-{seed}")
    sex = chance.choice("FM")
    birth = date(1955, 1, 1) + timedelta(days=chance.randrange(45 * 365))
    issue = date(2022, 1, 1) + timedelta(days=chance.randrange(4 * 365))
    letters = "".join(chance.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=2))
    return Person(
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
