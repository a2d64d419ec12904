"""Owns the issuing states: names, number patterns, date style and colours, as data.

Layouts and colours are invented; no state's real design is followed.
"""

from dataclasses import dataclass, replace
from types import MappingProxyType

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class State:
    """Patterns: `@` letter, `#` digit, `*` either (no vowels); see `kyc.specimens.numbers`."""

    code: str
    zone_code: str
    sign: str
    name: str
    english: str
    language: str
    number: str
    personal: str | None
    checker: str | None
    dates: str
    tints: tuple[Colour, Colour]
    ink: Colour
    layout: int
    code_2d: str = "qr"


_BLUE = ((222, 235, 246), (240, 232, 222))
_ROSE = ((248, 228, 226), (226, 232, 246))
_GREEN = ((222, 241, 230), (244, 241, 218))
_SAND = ((246, 238, 220), (228, 236, 240))
_LILAC = ((234, 228, 246), (222, 242, 244))

_NAVY, _WINE, _PINE, _UMBER, _PLUM = (
    (32, 64, 120), (124, 36, 52), (24, 92, 66), (112, 70, 28), (84, 48, 120)
)  # fmt: skip

_STATES = MappingProxyType({s.code: s for s in (
    State("UTO", "UTO", "UT", "UTOPIA", "UTOPIA", "en", "@########", "#########", None,
          "space", _BLUE, _NAVY, 0, "qr"),
    State("EST", "EST", "EST", "EESTI", "ESTONIA", "et", "K@#######", "{century}{ymd}####", "ee.ik",
          "dot", _BLUE, _NAVY, 0, "code128"),
    State("DEU", "D", "D", "DEUTSCHLAND", "GERMANY", "de", "C********", None, None,
          "dot", _SAND, _UMBER, 1, "none"),
    State("AUT", "AUT", "A", "ÖSTERREICH", "AUSTRIA", "de", "@#######", None, None,
          "dot", _ROSE, _WINE, 0, "code128"),
    State("FRA", "FRA", "F", "FRANCE", "FRANCE", "fr", "##@@#####", None, None,
          "space", _ROSE, _NAVY, 1, "pdf417"),
    State("ESP", "ESP", "E", "ESPAÑA", "SPAIN", "es", "@@@######", "########@", "es.dni",
          "space", _SAND, _WINE, 0, "pdf417"),
    State("POL", "POL", "PL", "POLSKA", "POLAND", "pl", "@@#######", "{pesel}#####", "pl.pesel",
          "dot", _ROSE, _WINE, 0, "code128"),
    State("LVA", "LVA", "LV", "LATVIJA", "LATVIA", "lv", "LV#######", "{dmy}-#####", "lv.pvn",
          "dot", _ROSE, _PLUM, 1, "qr"),
    State("LTU", "LTU", "LT", "LIETUVA", "LITHUANIA", "lt", "########", "{century}{ymd}####",
          "lt.asmens", "iso", _GREEN, _PINE, 0, "pdf417"),
    State("FIN", "FIN", "FIN", "SUOMI", "FINLAND", "fi", "@@#######", "{dmy}{dash}###@", "fi.hetu",
          "dot", _BLUE, _NAVY, 1, "none"),
    State("NLD", "NLD", "NL", "NEDERLAND", "NETHERLANDS", "nl", "@@*******", "#########", "nl.bsn",
          "space", _LILAC, _PLUM, 0, "qr"),
    State("ITA", "ITA", "I", "ITALIA", "ITALY", "it", "@@#####@@", "@@@@@@##@##@###@",
          "it.codicefiscale", "slash", _GREEN, _PINE, 1, "code128"),
    State("CZE", "CZE", "CZ", "ČESKO", "CZECHIA", "cs", "########", "{ymd}/####", "cz.rc",
          "dot", _LILAC, _WINE, 0, "code128"),
    State("HUN", "HUN", "H", "MAGYARORSZÁG", "HUNGARY", "hu", "B@#######",
          "{flag}-{ymd}-####", None, "dot", _GREEN, _WINE, 1, "pdf417"),
    State("ROU", "ROU", "RO", "ROMÂNIA", "ROMANIA", "ro", "#########",
          "{flag}{ymd}######", "ro.cnp", "dot", _SAND, _NAVY, 0, "qr"),
    State("SWE", "SWE", "S", "SVERIGE", "SWEDEN", "sv", "@@######", "{ymd}-####", "se.personnummer",
          "iso", _LILAC, _NAVY, 1, "none"),
    State("BGR", "BGR", "BG", "БЪЛГАРИЯ", "BULGARIA", "bg", "#########", "{ymd}####", "bg.egn",
          "dot", _GREEN, _PINE, 0, "code128"),
    State("GRC", "GRC", "GR", "ΕΛΛΑΔΑ", "GREECE", "el", "AB#######", None, None,
          "slash", _BLUE, _NAVY, 1, "qr"),
)})  # fmt: skip

STATES = tuple(_STATES)


def state_of(code: str) -> State:
    """The state with this ICAO code; one without a design of its own has Utopia's."""
    return _STATES.get(code) or replace(_STATES["UTO"], code=code, zone_code=code, sign=code)
