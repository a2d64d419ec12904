"""Owns reading a machine-readable zone: rows of text in, checked fields out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kyc.documents.mrz.check_digit import agrees
from kyc.documents.mrz.layout import LAYOUTS, Layout
from kyc.documents.mrz.repair import by_check_digit, by_field, fitted

LEAST_AGREEING = 2
FIRST_LETTERS = frozenset("PVIAC")


@dataclass(frozen=True)
class Mrz:
    """A zone's fields as printed, without fillers. Memory only: only facts leave this room."""

    layout: str
    code: str
    issuer: str
    surname: str = field(repr=False)
    given_names: str = field(repr=False)
    number: str = field(repr=False)
    nationality: str
    birth: str = field(repr=False)
    sex: str
    expiry: str
    optional: tuple[str, ...] = field(repr=False)
    agreeing: frozenset[str]
    """Names of the check digits that agree, of `checked`."""
    checked: frozenset[str]
    names_may_be_cut: bool

    @property
    def check_digits_agree(self) -> bool:
        return self.agreeing == self.checked


def parse(rows: Sequence[str]) -> Mrz | None:
    """The zone that the rows hold, top to bottom, or None when no layout fits them.

    Of the layouts that fit by width the one with the most agreeing check digits is taken; fewer
    than two agreeing ones are chance.
    """
    read = [_fields(layout, window) for layout, window in _candidates(rows)]
    sure = [mrz for mrz in read if len(mrz.agreeing) >= LEAST_AGREEING and _is_whole(mrz)]
    return max(sure, key=lambda mrz: len(mrz.agreeing) / len(mrz.checked), default=None)


def _is_whole(mrz: Mrz) -> bool:
    """Fillers agree with every check digit, so a zone must also name someone and a number."""
    return mrz.code[:1] in FIRST_LETTERS and bool(mrz.surname and mrz.number and mrz.issuer)


def _candidates(rows: Sequence[str]) -> Iterator[tuple[Layout, tuple[str, ...]]]:
    for layout in LAYOUTS:
        for first in range(len(rows) - layout.rows + 1):
            window = [fitted(row, layout.width) for row in rows[first : first + layout.rows]]
            whole = tuple(row for row in window if row is not None)
            if len(whole) == layout.rows and whole[0].startswith("V") == layout.visa:
                yield layout, whole


def _fields(layout: Layout, rows: tuple[str, ...]) -> Mrz:
    rows = by_field(rows, layout)
    text = {name: place.of(rows) for name, place in layout.fields.items()}
    number, number_check, optional = _long_number(layout, text)
    number = by_check_digit(number, number_check)
    checks = {
        "number": agrees(number, number_check),
        "birth": agrees(text["birth"], text["birth_check"]),
        "expiry": agrees(text["expiry"], text["expiry_check"]),
    }
    if "optional_check" in text:
        checks["optional"] = agrees(text["optional"], text["optional_check"])
    if layout.composite:
        mended = _with_number(rows, layout, number)
        covered = "".join(place.of(mended) for place in layout.composite)
        checks["composite"] = agrees(covered, text["composite_check"])
    surname, _, given = text["names"].partition("<<")
    return Mrz(
        layout=layout.name,
        code=text["code"].strip("<"),
        issuer=text["issuer"].strip("<"),
        surname=_words(surname),
        given_names=_words(given),
        number=number.strip("<"),
        nationality=text["nationality"].strip("<"),
        birth=text["birth"],
        sex=text["sex"],
        expiry=text["expiry"],
        optional=tuple(
            part.strip("<") for part in (optional, text.get("optional_2", "")) if part.strip("<")
        ),
        agreeing=frozenset(name for name, agreeing in checks.items() if agreeing),
        checked=frozenset(checks),
        names_may_be_cut=not text["names"].endswith("<"),
    )


def _long_number(layout: Layout, text: dict[str, str]) -> tuple[str, str, str]:
    """A TD1 number of more than nine characters runs on in the optional data (9303-5, 4.2.2.1)."""
    number, check, optional = text["number"], text["number_check"], text["optional"]
    rest = optional.partition("<")[0]
    if layout.name != "TD1" or check != "<" or len(rest) < 2:
        return number, check, optional
    return number + rest[:-1], rest[-1], optional[len(rest) :]


def _with_number(rows: tuple[str, ...], layout: Layout, number: str) -> tuple[str, ...]:
    """The rows with the mended number in its place, for the composite digit."""
    place = layout.fields["number"]
    row = rows[place.row]
    short = number[: place.end - place.start]
    mended = row[: place.start] + short + row[place.end :]
    return (*rows[: place.row], mended, *rows[place.row + 1 :])


def _words(names: str) -> str:
    return " ".join(names.replace("<", " ").split())
