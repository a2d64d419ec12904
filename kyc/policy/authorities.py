"""Owns the supervisory authorities to whom a person may complain, by the country they live in."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Authority:
    """`address` is empty where the site names it; `lands` says that those of its parts decide."""

    name: str
    site: str
    address: str = ""
    lands: bool = False


def authority_of(country: str) -> Authority | None:
    """That of a country of the EU or EEA, Switzerland or the United Kingdom (ISO 3166-1 alpha-2).

    GDPR Art. 77: a person may choose where they live, where they work, or where it happened.
    """
    return authorities().get(country)


@cache
def authorities() -> dict[str, Authority]:
    file = Path(__file__).with_name("authorities.toml")
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    return {country: Authority(**said) for country, said in found.items()}
