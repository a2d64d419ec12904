"""Owns what the redaction policy's files must look like, and names everything wrong in them."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from kyc.documents.coverage import Rule
from kyc.documents.pages import Cls, Shown
from kyc.policy.document_types import DOCUMENT_TYPES

CLASSES = tuple(str(cls) for cls in Cls if cls is not Cls.MANUAL)
ALWAYS_COVERED = frozenset({Cls.CARD_ACCESS_NUMBER})
BY_STATUTE = frozenset({Cls.MRZ, Cls.BARCODE, Cls.PERSONAL_NUMBER, Cls.PERSONAL_DETAIL})
"""Never kept by a profile that no statute asks for; a flow may keep a personal number with one."""

IN_PART = frozenset({Cls.DOCUMENT_NUMBER})
"""Elsewhere three characters tell the rest: a national number has few candidates by birth date."""

STATUSES = ("read", "cited", "default")
"""Whether a law that is cited was read in the original."""

ZONES = ("front", "back", "none", "optional")
Raw = Mapping[str, Any]


def profile_problems(raw: Raw) -> Iterator[str]:
    """Everything wrong in a profile."""
    known = {
        "id": str,
        "version": str,
        "needs_statute_reference": bool,
        "administrators": int,
        "sources": list,
        "rules": dict,
        "options": dict,
        "decided": dict,
        "retained": dict,
    }
    wrong = list(_members(raw, known, {"warning": str, "in_force": date}))
    yield from wrong
    if wrong:
        return
    if not raw["sources"]:
        yield "sources: a profile cites its law"
    yield from _rules(raw)
    yield from _options(raw)
    yield from _members(raw["decided"], {"cover": list, "destroy": bool}, {}, "decided.")
    yield from _members(raw["retained"], {"cover": list, "show": list}, {}, "retained.")
    for stage in ("decided", "retained"):
        yield from _known(f"{stage}.cover", raw[stage].get("cover", ()), CLASSES)
    yield from _known("retained.show", raw["retained"].get("show", ()), tuple(Shown))


def _rules(raw: Raw) -> Iterator[str]:
    for cls in CLASSES:
        if cls not in raw["rules"]:
            yield f"rules.{cls}: it is missing"
    yield from _known("rules", raw["rules"], CLASSES)
    for cls, value in raw["rules"].items():
        yield from refusals(cls, value, raw["needs_statute_reference"])


def _options(raw: Raw) -> Iterator[str]:
    yield from _known("options", raw["options"], CLASSES)
    for cls, values in raw["options"].items():
        for value in values:
            by_statute = raw["needs_statute_reference"] or cls == Cls.PERSONAL_NUMBER
            yield from refusals(cls, value, by_statute)


def refusals(cls: str, value: str, by_statute: bool) -> Iterator[str]:
    """Why a class may not have this rule, whoever asks for it."""
    if value not in set(Rule):
        yield f"{cls}: it must be one of {', '.join(Rule)}"
    elif value != Rule.COVER and cls in ALWAYS_COVERED:
        yield f"{cls}: it opens the chip and is always covered"
    elif value == Rule.LAST_THREE and cls not in IN_PART:
        yield f"{cls}: it cannot be shown in part"
    elif value == Rule.KEEP and cls in BY_STATUTE and not by_statute:
        yield f"{cls}: it is kept only where a statute asks for it"


def country_problems(raw: Raw) -> Iterator[str]:
    """Everything wrong in the overlays by country."""
    rows = {name: row for name, row in raw.items() if name != "version"}
    if not isinstance(raw.get("version"), str):
        yield "version: it is missing"
    if "default" not in rows:
        yield "default: it is missing"
    for name, row in rows.items():
        for problem in _row(name, row):
            yield f"{name}.{problem}"


def _row(name: str, row: object) -> Iterator[str]:
    if not isinstance(row, Mapping) or not (name == "default" or _is_alpha_3(name)):
        yield "it must be a table named by three capital letters (ISO 3166-1 alpha-3)"
        return
    required = {"source": str, "status": str, "copy": list, "zone": dict}
    wrong = list(
        _members(row, required, dict.fromkeys(("decided", "destroy", "statute_for"), list))
    )
    yield from wrong
    if wrong:
        return
    if not row["source"].strip():
        yield 'source: name the law, or say "default"'
    yield from _known("status", [row["status"]], STATUSES)
    if (row["status"] == "default") != (row["source"] == "default"):
        yield "status: it is default where the source is, and nowhere else"
    yield from _known("zone", row["zone"], DOCUMENT_TYPES)
    yield from _known("zone", row["zone"].values(), ZONES)
    yield from _known("destroy", row.get("destroy", ()), DOCUMENT_TYPES)
    for key in ("decided", "statute_for"):
        yield from _known(key, row.get(key, ()), CLASSES)


def _is_alpha_3(name: str) -> bool:
    return len(name) == 3 and name.isascii() and name.isalpha() and name.isupper()


def _members(
    raw: Raw, required: Mapping[str, type], optional: Mapping[str, type], at: str = ""
) -> Iterator[str]:
    types = {**required, **optional}
    for name in required:
        if name not in raw:
            yield f"{at}{name}: it is missing"
    for name, value in raw.items():
        if name not in types:
            yield f"{at}{name}: there is no such field"
        elif not isinstance(value, types[name]):
            yield f"{at}{name}: it must be a {types[name].__name__}"


def _known(field: str, given: Any, known: tuple[str, ...]) -> Iterator[str]:
    for name in given:
        if name not in known:
            yield f"{field}: {name!r} is not known"
