"""Owns reading a machine-readable zone: rows of text in, checked fields out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kyc.documents.mrz.check_digit import agrees
from kyc.documents.mrz.layout import CHECKED, LAYOUTS, Layout
from kyc.documents.mrz.repair import by_check_digit, by_field, fitted, nearest, variants

OPTIONAL = ("optional", "optional_2")
ONLY_DIGITS = str.maketrans("OI", "01")
LEAST_AGREEING = 2
FIRST_LETTERS = frozenset("PVIACD")


@dataclass(frozen=True)
class Mrz:
    """A zone's fields as printed, without fillers. Memory only: only facts leave this room.

    What a layout has no place for is empty.
    """

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

    def vouches_for(self, field: str) -> bool:
        """Whether a check digit covers the field and agrees: its own, else that of the zone."""
        own = field if field in self.checked else "composite"
        return own in self.agreeing


def parse(rows: Sequence[str]) -> Mrz | None:
    """The zone that the rows hold, top to bottom, or None when no layout fits them.

    Of the layouts that fit by width the one with the most agreeing check digits is taken; fewer
    than two agreeing ones are chance, but for licences that have no more than one.
    """
    read = [(layout, _fields(layout, window)) for layout, window in _candidates(rows)]
    sure = [mrz for layout, mrz in read if _is_sure(mrz) and _is_whole(layout, mrz)]
    return max(sure, key=lambda mrz: len(mrz.agreeing) / len(mrz.checked), default=None)


def _is_sure(mrz: Mrz) -> bool:
    return len(mrz.agreeing) >= min(LEAST_AGREEING, len(mrz.checked))


def _is_whole(layout: Layout, mrz: Mrz) -> bool:
    """Fillers agree with every check digit, so a zone must also name someone and a number."""
    told = {"names": mrz.surname, "number": mrz.number, "issuer": mrz.issuer}
    whole = all(value for name, value in told.items() if name in layout.fields)
    return mrz.code[:1] in FIRST_LETTERS and whole


def _candidates(rows: Sequence[str]) -> Iterator[tuple[Layout, tuple[str, ...]]]:
    for layout in LAYOUTS:
        for first in range(len(rows) - layout.rows + 1):
            window = [fitted(row, layout.width) for row in rows[first : first + layout.rows]]
            whole = tuple(row for row in window if row is not None)
            if len(whole) == layout.rows and layout.opening.match(whole[0]):
                yield layout, whole


def _fields(layout: Layout, rows: tuple[str, ...]) -> Mrz:
    rows = by_field(rows, layout)
    text = {name: place.of(rows) for name, place in layout.fields.items()}
    _join_long_number(layout, text)
    if "number_check" in text and "number" not in layout.wider:
        text["number"] = by_check_digit(text["number"], text["number_check"])
    if "optional_check" in text:
        text["optional"] = by_check_digit(text["optional"], text["optional_check"])
    checks = _checks(layout, text, rows)
    if not checks.get("composite", True):
        _mend_optional(layout, text, rows)
        checks = _checks(layout, text, rows)
    surname, _, given = text.get("names", "").partition("<<")
    return Mrz(
        layout=layout.name,
        surname=_words(surname),
        given_names=_words(text.get("given", given)),
        code=_bare(text, "code"),
        issuer=_bare(text, "issuer"),
        number=_bare(text, "number"),
        nationality=_bare(text, "nationality"),
        birth=text.get("birth", ""),
        sex=text.get("sex", ""),
        expiry=text.get("expiry", ""),
        optional=tuple(part for name in OPTIONAL if (part := _bare(text, name))),
        agreeing=frozenset(name for name, agreeing in checks.items() if agreeing),
        checked=frozenset(checks),
        names_may_be_cut=_is_full(text, "names") or _is_full(text, "given"),
    )


def _checks(layout: Layout, text: dict[str, str], rows: tuple[str, ...]) -> dict[str, bool]:
    checks = {
        name: agrees(_covered(layout, text, rows, name), text[f"{name}_check"])
        for name in CHECKED
        if f"{name}_check" in text
    }
    if layout.composite:
        checks["composite"] = agrees(_whole(layout, text, rows), text["composite_check"])
    return checks


def _mend_optional(layout: Layout, text: dict[str, str], rows: tuple[str, ...]) -> None:
    """Look-alikes in data that has no check digit of its own, by that of the whole zone.

    A number's letters among digits are digits, wherever that agrees.
    """

    def agreeing(name: str, reading: str) -> bool:
        whole = _whole(layout, text | {name: reading}, rows)
        return agrees(whole, text["composite_check"])

    for name in OPTIONAL:
        if name not in text or f"{name}_check" in text:
            continue
        read = text[name]
        digits = read.translate(ONLY_DIGITS)
        fits = [one for one in variants(read) if agreeing(name, one)]
        text[name] = digits if agreeing(name, digits) else nearest(read, fits)


def _whole(layout: Layout, text: dict[str, str], rows: tuple[str, ...]) -> str:
    """What the composite digit covers, with what was mended in its place."""
    mended = rows
    for name in ("number", *OPTIONAL):
        mended = _with(mended, layout, name, text)
    return "".join(place.of(mended) for place in layout.composite)


def _covered(layout: Layout, text: dict[str, str], rows: tuple[str, ...], name: str) -> str:
    return layout.wider[name].of(rows) if name in layout.wider else text[name]


def _bare(text: dict[str, str], name: str) -> str:
    return text.get(name, "").strip("<")


def _is_full(text: dict[str, str], name: str) -> bool:
    return name in text and not text[name].endswith("<")


def _join_long_number(layout: Layout, text: dict[str, str]) -> None:
    """A TD1 number of more than nine characters runs on in the optional data (9303-5, 4.2.2.1)."""
    if layout.name != "TD1" or text["number_check"] != "<":
        return
    rest = text["optional"].partition("<")[0]
    if len(rest) < 2:
        return
    text["number"] += rest[:-1]
    text["number_check"] = rest[-1]
    text["optional"] = text["optional"][len(rest) :]


def _with(
    rows: tuple[str, ...], layout: Layout, name: str, text: dict[str, str]
) -> tuple[str, ...]:
    """The rows with a field as it was mended; of a number that runs on, its first part."""
    if name not in layout.fields:
        return rows
    place = layout.fields[name]
    row, width = rows[place.row], place.end - place.start
    value = text[name][:width] if name == "number" else text[name]
    if len(value) != width:
        return rows
    mended = row[: place.start] + value + row[place.end :]
    return (*rows[: place.row], mended, *rows[place.row + 1 :])


def _words(names: str) -> str:
    return " ".join(names.replace("<", " ").split())
