"""Owns the invented numbers: in the form of a state, and valid for nobody."""

import importlib
from datetime import date
from random import Random

from kyc.specimens.states import State

_WHEELS = {
    "@": "ABCDEFGHJKLMNPRSTUVWXYZ",
    "#": "0123456789",
    "*": "CFGHJKLMNPRTVWXYZ0123456789",
}


def filled(pattern: str, throw: Random) -> str:
    """`@` becomes a letter, `#` a digit, `*` either (no vowels); the rest stays."""
    return "".join(throw.choice(_WHEELS[c]) if c in _WHEELS else c for c in pattern)


def personal_number(state: State, birth: date, sex: str, throw: Random) -> str:
    """In the state's form, its check digit wrong on purpose; empty where none is printed."""
    if state.personal is None:
        return ""
    number = filled(state.personal.format(**_parts(birth, sex)), throw)
    while _is_valid(state.checker, number):
        number = number[:-1] + filled("@" if number[-1].isalpha() else "#", throw)
    return number


def _parts(birth: date, sex: str) -> dict[str, str]:
    recent = birth.year >= 2000
    month = birth.month + (20 if recent else 0)
    return {
        "ymd": birth.strftime("%y%m%d"),
        "dmy": birth.strftime("%d%m%y"),
        "century": str((5 if recent else 3) + (sex == "F")),
        "flag": str((5 if recent else 1) + (sex == "F")),
        "dash": "A" if recent else "-",
        "pesel": f"{birth:%y}{month:02d}{birth:%d}",
    }


def _is_valid(checker: str | None, number: str) -> bool:
    if checker is None:
        return False
    return bool(importlib.import_module(f"stdnum.{checker}").is_valid(number))
