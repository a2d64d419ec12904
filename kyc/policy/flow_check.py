"""Owns what a flow must look like, and names everything that is missing or wrong in one."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pycountry

from kyc.errors import ConfigurationError
from kyc.policy.document_types import DOCUMENT_TYPES
from kyc.policy.field_checks import (
    Problem,
    identifier,
    line_of_text,
    members,
    text_or_nothing,
    whole_number,
    words,
)
from kyc.policy.four_eyes import FourEyes, Mode
from kyc.policy.reasons_check import reasons_problems
from kyc.policy.redaction import PROFILES, Options, needs_statute, options_problems
from kyc.policy.retention import CLOCKS, Clock

LANGUAGES = ("en", "et", "de", "fr", "es", "pl", "ru")
"""Those that the pages and mails of customers are translated to."""

FOUR_EYES_RULES = ("final_rejection", "third_attempt", "possible_duplicate", "flagged")
COUNTRIES = frozenset(country.alpha_2 for country in pycountry.countries)
BY_DEPLOYMENT = "setting"
PLACEHOLDER = re.compile(r"\{(?:business|date|code)\}")

LONGEST_LINE = 60
MOST_LINES = 40
LONG = timedelta(days=5 * 365)
LONGEST_YEARS = 50
LONGEST_DAYS = 3660

REQUIRED = ("name", "documents", "countries", "redaction_profile", "statute", "languages",
        "statement", "checklist", "four_eyes", "retention")  # fmt: skip
OPTIONAL = ("redaction_options", "reasons", "own_reasons", "notes_for")
NOTES_FOR = ("approve", "request_input", "reject")
"""Outcomes that a flow may ask a note to colleagues for; passing a case on always needs one."""

_PERIODS = {"hours": 24 * LONGEST_DAYS, "days": LONGEST_DAYS, "years": LONGEST_YEARS}


def problems_of(raw: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Everything that is missing or wrong; empty for a flow that can be used."""
    return tuple(_problems(raw))


def _problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    yield from members("", raw, REQUIRED, OPTIONAL)
    checks = {
        "name": identifier,
        "documents": _documents,
        "countries": _countries,
        "redaction_profile": _profile,
        "statute": text_or_nothing,
        "languages": _languages,
        "statement": _statement,
        "checklist": _checklist,
        "notes_for": _notes_for,
        "four_eyes": _four_eyes,
        "retention": _retention,
    }
    for field, check in checks.items():
        if field in raw:
            yield from check(field, raw[field])
    profile, statute = raw.get("redaction_profile"), str(raw.get("statute", "")).strip()
    if profile in PROFILES and needs_statute(profile) and not statute:
        yield Problem("statute", "this profile hides less: name the law that asks for it")
    if profile in PROFILES:
        yield from _redaction_options(profile, raw.get("redaction_options", {}), statute)
    yield from reasons_problems(raw)


def _redaction_options(profile: str, value: object, statute: str) -> Iterator[Problem]:
    field = "redaction_options"
    if not isinstance(value, Mapping) or not all(isinstance(v, str) for v in value.values()):
        yield Problem(field, "it must be a table of classes and what becomes of them")
        return
    for text in options_problems(profile, Options.of(value, statute)):
        yield Problem(field, text)


def _documents(field: str, value: object) -> Iterator[Problem]:
    yield from words(field, value, frozenset(DOCUMENT_TYPES))


def _countries(field: str, value: object) -> Iterator[Problem]:
    yield from words(field, value, COUNTRIES, some=False)


def _languages(field: str, value: object) -> Iterator[Problem]:
    yield from words(field, value, frozenset(LANGUAGES))


def _profile(field: str, value: object) -> Iterator[Problem]:
    if value not in PROFILES:
        yield Problem(field, f"it must be one of {', '.join(PROFILES)}")


def _statement(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, list) or not value or len(value) > MOST_LINES:
        yield Problem(field, "it must be a list of lines")
        return
    for number, line in enumerate(value, 1):
        yield from line_of_text(f"{field}.{number}", line, LONGEST_LINE)
    whole = "\n".join(line for line in value if isinstance(line, str))
    for placeholder in ("{business}", "{date}", "{code}"):
        if whole.count(placeholder) != 1:
            yield Problem(field, f"{placeholder} must stand in it once")
    if set(PLACEHOLDER.sub("", whole)) & set("{}"):
        yield Problem(field, "braces stand around business, date and code only")


def _checklist(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, list) or not value or len(value) > MOST_LINES:
        yield Problem(field, f"it must have 1 to {MOST_LINES} lines")
        return
    for number, line in enumerate(value, 1):
        path = f"{field}.{number}"
        yield from members(path, line, ("key", "text"))
        if isinstance(line, Mapping) and "key" in line and "text" in line:
            yield from identifier(f"{path}.key", line["key"])
            yield from line_of_text(f"{path}.text", line["text"])
    keys = [line.get("key") for line in value if isinstance(line, Mapping)]
    for key in sorted({str(key) for key in keys if keys.count(key) > 1}):
        yield Problem(field, f"the key {key!r} stands there twice")


def _notes_for(field: str, value: object) -> Iterator[Problem]:
    yield from words(field, value, frozenset(NOTES_FOR), some=False)


def _four_eyes(field: str, value: object) -> Iterator[Problem]:
    yield from (found := list(members(field, value, ("mode", "percent", "rules", "countries"))))
    if found or not isinstance(value, Mapping):
        return
    wrong = list(words(f"{field}.rules", value["rules"], frozenset(FOUR_EYES_RULES), some=False))
    wrong += words(f"{field}.countries", value["countries"], COUNTRIES, some=False)
    wrong += whole_number(f"{field}.percent", value["percent"], 100)
    if value["mode"] not in set(Mode):
        wrong.append(Problem(f"{field}.mode", f"it must be one of {', '.join(Mode)}"))
    yield from wrong or _meaning(field, value)


def _meaning(field: str, value: Mapping[str, Any]) -> Iterator[Problem]:
    """What the value itself refuses, such as a mode without a rule."""
    rules = dict.fromkeys(value["rules"], True)
    try:
        FourEyes(Mode(value["mode"]), value["percent"], countries=frozenset(value["countries"]),
                 **rules)  # fmt: skip
    except ConfigurationError as error:
        yield Problem(field, str(error))


def _retention(field: str, value: object) -> Iterator[Problem]:
    yield from members(field, value, tuple(CLOCKS))
    if not isinstance(value, Mapping):
        return
    for name, clock in CLOCKS.items():
        if name in value:
            yield from _rule(f"{field}.{name}", value[name], clock)


def _rule(path: str, raw: object, clock: Clock) -> Iterator[Problem]:
    if not isinstance(raw, Mapping):
        yield Problem(path, "it must be a table")
        return
    for name in sorted(set(raw) - {*_PERIODS, "start", "legal_basis", "reason"}):
        yield Problem(f"{path}.{name}", "there is no such field")
    if raw.get("start") != clock.start:
        yield Problem(f"{path}.start", f"its clock starts with: {clock.start}")
    yield from line_of_text(f"{path}.legal_basis", raw.get("legal_basis", ""))
    yield from text_or_nothing(f"{path}.reason", raw.get("reason", ""))
    given = [unit for unit in _PERIODS if unit in raw]
    if len(given) != 1:
        yield Problem(path, "it needs a period: one of hours, days or years")
        return
    yield from _period(path, given[0], raw, clock)


def _period(path: str, unit: str, raw: Mapping[str, Any], clock: Clock) -> Iterator[Problem]:
    value, field = raw[unit], f"{path}.{unit}"
    by_deployment = unit == "years" and value == BY_DEPLOYMENT
    wrong = [] if by_deployment else list(whole_number(field, value, _PERIODS[unit]))
    if wrong:
        yield from wrong
        return
    lasts = LONG + timedelta(days=1) if by_deployment else _lasts(unit, value)
    if clock.longest is not None and lasts > clock.longest:
        yield Problem(field, f"at most {int(clock.longest.total_seconds() // 3600)} hours")
    if clock.of != "record" and lasts > LONG and not str(raw.get("reason", "")).strip():
        yield Problem(f"{path}.reason", "images kept for more than five years need a reason")


def _lasts(unit: str, value: int) -> timedelta:
    if unit == "hours":
        return timedelta(hours=value)
    return timedelta(days=value if unit == "days" else value * 366)
