"""Owns the record of the controller: what no program can know and its documents must say."""

import tomllib
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Missing:
    """What the controller must still say; documents show it loudly."""

    what: str


@dataclass(frozen=True)
class Controller:
    """`particulars` has each name of PARTICULARS; `processors` is None while nobody said."""

    name: str | Missing
    particulars: dict[str, str | Missing]
    processors: tuple[dict[str, str], ...] | None

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
        processors=tuple(raw["processors"]) if "processors" in raw else None,
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
            f"{path}: each of processors has {', '.join(PROCESSOR)}, all of them texts; it may be"
            " an empty list where there is none"
        )


def _is_processor(one: object) -> bool:
    if not isinstance(one, dict) or one.keys() != PROCESSOR.keys():
        return False
    return all(isinstance(text, str) and text.strip() for text in one.values())
