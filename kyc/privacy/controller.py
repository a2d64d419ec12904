"""Owns the record of the controller: what no program can know and its documents must say."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kyc.errors import ConfigurationError
from kyc.settings import Settings

PARTICULARS = {
    "address": "postal address of the controller",
    "contact": "e-mail address or telephone number of the controller",
    "data_protection_officer": "contact of the data protection officer, or why there is none",
    "authority": "data protection authority that a customer may complain to",
}
"""GDPR Art. 13(1)(a) and (b), 13(2)(d), 30(1)(a). All of them are one line of text."""

PROCESSOR = {
    "name": "name",
    "purpose": "what it does for the controller",
    "country": "country in which it does so",
    "contract": "day of the contract by Art. 28(3)",
    "transfer": "ground of a transfer to a third country (Art. 44 ff.), or none",
}
"""What each must have."""

SUBPROCESSOR = ("name", "purpose", "country")
"""What each of the processor's own processors must have (Art. 28(2) and (4))."""

_DAYS = ("since", "until")


@dataclass(frozen=True)
class Processor:
    """As the file has it; days are texts YYYY-MM-DD, empty where nothing is said.

    Who has an `until` works for the controller no longer, and stays in the register.
    """

    name: str
    purpose: str
    country: str
    contract: str
    transfer: str
    since: str = ""
    until: str = ""
    subprocessors: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Missing:
    """What the controller must still say; documents show it loudly."""

    what: str


@dataclass(frozen=True)
class Controller:
    """`particulars` has each name of PARTICULARS; `processors` is None while nobody said."""

    name: str | Missing
    particulars: dict[str, str | Missing]
    processors: tuple[Processor, ...] | None

    @property
    def engaged(self) -> tuple[Processor, ...]:
        return tuple(one for one in self.processors or () if not one.until)

    @property
    def former(self) -> tuple[Processor, ...]:
        return tuple(one for one in self.processors or () if one.until)

    @property
    def missing(self) -> tuple[str, ...]:
        said = [self.name, *self.particulars.values()]
        found = tuple(one.what for one in said if isinstance(one, Missing))
        return found if self.processors is not None else (*found, "processors, or that none is")


def controller_of(settings: Settings) -> Controller:
    """As its file says. Raises ConfigurationError for a file that is out of form."""
    raw = _read(settings.controller_file)
    _refuse_unknown(settings.controller_file, raw)
    said = "KYC_BUSINESS_NAME" in settings.given
    return Controller(
        name=settings.business_name if said else Missing("name of the controller"),
        particulars={name: raw.get(name) or Missing(what) for name, what in PARTICULARS.items()},
        processors=tuple(map(_processor, raw["processors"])) if "processors" in raw else None,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read as TOML: {error}") from error


def _refuse_unknown(path: Path, raw: dict[str, Any]) -> None:
    known = {*PARTICULARS, "processors"}
    for name in raw:
        if name not in known:
            raise ConfigurationError(f"{path}: {name!r} is none of {', '.join(sorted(known))}")
    for name in PARTICULARS:
        if not isinstance(raw.get(name, ""), str):
            raise ConfigurationError(f"{path}: {name} must be a text")
    listed = raw.get("processors", [])
    if not isinstance(listed, list) or not all(map(_is_processor, listed)):
        raise ConfigurationError(
            f"{path}: each of processors has {', '.join(PROCESSOR)}, all of them texts, and may"
            " have since and until (YYYY-MM-DD) and subprocessors, each of which has"
            f" {', '.join(SUBPROCESSOR)}; it may be an empty list where there is none"
        )


def _is_processor(one: object) -> bool:
    if not isinstance(one, dict) or not PROCESSOR.keys() <= one.keys():
        return False
    if one.keys() - PROCESSOR.keys() - {*_DAYS, "subprocessors"}:
        return False
    below = one.get("subprocessors", [])
    return (
        _are_texts(one, PROCESSOR)
        and all(_is_day(one[name]) for name in _DAYS if name in one)
        and isinstance(below, list)
        and all(map(_is_subprocessor, below))
    )


def _is_subprocessor(one: object) -> bool:
    return isinstance(one, dict) and one.keys() == {*SUBPROCESSOR} and _are_texts(one, SUBPROCESSOR)


def _are_texts(one: dict[str, Any], names: Iterable[str]) -> bool:
    return all(isinstance(one[name], str) and one[name].strip() for name in names)


def _is_day(text: object) -> bool:
    try:
        return date.fromisoformat(str(text)).isoformat() == text
    except ValueError:
        return False


def _processor(raw: dict[str, Any]) -> Processor:
    return Processor(**{**raw, "subprocessors": tuple(raw.get("subprocessors", ()))})
