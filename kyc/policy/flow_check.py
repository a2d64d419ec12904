"""Owns what a flow must look like, and names everything that is missing or wrong in one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pycountry

from kyc.errors import ConfigurationError
from kyc.policy.document_types import DOCUMENT_TYPES
from kyc.policy.four_eyes import FourEyes, Mode
from kyc.policy.redaction import PROFILES, Options, needs_statute, options_problems
from kyc.policy.retention import CLOCKS, Clock

LANGUAGES = ("en", "et", "de", "fr", "es", "pl", "ru")
"""Those that the pages and mails of customers are translated to."""

FOUR_EYES_RULES = ("final_rejection", "third_attempt", "possible_duplicate", "flagged")
COUNTRIES = frozenset(country.alpha_2 for country in pycountry.countries)
BY_DEPLOYMENT = "setting"
PLACEHOLDER = re.compile(r"\{(?:business|date|code)\}")

NAME = re.compile(r"[a-z][a-z0-9_]{0,38}", re.ASCII)
LONGEST_TEXT = 300
LONGEST_LINE = 60
MOST_LINES = 40
LONG = timedelta(days=5 * 365)
LONGEST_YEARS = 50
LONGEST_DAYS = 3660

_TOP = ("name", "documents", "countries", "redaction_profile", "statute", "languages",
        "statement", "checklist", "four_eyes", "retention")  # fmt: skip
_OPTIONAL = ("redaction_options",)
_PERIODS = {"hours": 24 * LONGEST_DAYS, "days": LONGEST_DAYS, "years": LONGEST_YEARS}


@dataclass(frozen=True)
class Problem:
    """`field` is the path in the flow, such as `retention.approved.days`."""

    field: str
    text: str


def problems_of(raw: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Everything that is missing or wrong; empty for a flow that can be used."""
    return tuple(_problems(raw))


def _problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _members("", raw, _TOP, _OPTIONAL)
    checks = {
        "name": _name,
        "documents": _documents,
        "countries": _countries,
        "redaction_profile": _profile,
        "statute": _text_or_nothing,
        "languages": _languages,
        "statement": _statement,
        "checklist": _checklist,
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


def _redaction_options(profile: str, value: object, statute: str) -> Iterator[Problem]:
    field = "redaction_options"
    if not isinstance(value, Mapping) or not all(isinstance(v, str) for v in value.values()):
        yield Problem(field, "it must be a table of classes and what becomes of them")
        return
    for text in options_problems(profile, Options.of(value, statute)):
        yield Problem(field, text)


def _members(
    path: str, raw: object, known: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Iterator[Problem]:
    """What a table lacks, and what it has that nothing reads."""
    if not isinstance(raw, Mapping):
        yield Problem(path or "file", "it must be a table")
        return
    at = f"{path}." if path else ""
    for name in known:
        if name not in raw:
            yield Problem(at + name, "it is missing")
    for name in raw:
        if name not in (*known, *optional):
            yield Problem(at + str(name), "there is no such field")


def _name(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, str) or not NAME.fullmatch(value):
        yield Problem(field, "it must be lower-case letters, digits and _, at most 39")


def _text_or_nothing(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        yield Problem(field, f"it must be a text of at most {LONGEST_TEXT} characters")


def _text(field: str, value: object, longest: int = LONGEST_TEXT) -> Iterator[Problem]:
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        yield Problem(field, f"it must be a text of 1 to {longest} characters")
    elif not value.isprintable():
        yield Problem(field, "it must be one line of printable characters")


def _words(
    field: str, value: object, known: frozenset[str], *, some: bool = True
) -> Iterator[Problem]:
    """A list without repetition of words that are known."""
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        yield Problem(field, "it must be a list of words")
        return
    if some and not value:
        yield Problem(field, f"name at least one of {', '.join(sorted(known))}")
    if len(set(value)) != len(value):
        yield Problem(field, "it names something twice")
    for word in sorted(set(value) - known):
        yield Problem(field, f"{word!r} is not known")


def _documents(field: str, value: object) -> Iterator[Problem]:
    yield from _words(field, value, frozenset(DOCUMENT_TYPES))


def _countries(field: str, value: object) -> Iterator[Problem]:
    yield from _words(field, value, COUNTRIES, some=False)


def _languages(field: str, value: object) -> Iterator[Problem]:
    yield from _words(field, value, frozenset(LANGUAGES))


def _profile(field: str, value: object) -> Iterator[Problem]:
    if value not in PROFILES:
        yield Problem(field, f"it must be one of {', '.join(PROFILES)}")


def _statement(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, list) or not value or len(value) > MOST_LINES:
        yield Problem(field, "it must be a list of lines")
        return
    for number, line in enumerate(value, 1):
        yield from _text(f"{field}.{number}", line, LONGEST_LINE)
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
        yield from _members(path, line, ("key", "text"))
        if isinstance(line, Mapping) and "key" in line and "text" in line:
            yield from _name(f"{path}.key", line["key"])
            yield from _text(f"{path}.text", line["text"])
    keys = [line.get("key") for line in value if isinstance(line, Mapping)]
    for key in sorted({str(key) for key in keys if keys.count(key) > 1}):
        yield Problem(field, f"the key {key!r} stands there twice")


def _four_eyes(field: str, value: object) -> Iterator[Problem]:
    yield from (found := list(_members(field, value, ("mode", "percent", "rules", "countries"))))
    if found or not isinstance(value, Mapping):
        return
    wrong = list(_words(f"{field}.rules", value["rules"], frozenset(FOUR_EYES_RULES), some=False))
    wrong += _words(f"{field}.countries", value["countries"], COUNTRIES, some=False)
    wrong += _whole(f"{field}.percent", value["percent"], 100)
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
    yield from _members(field, value, tuple(CLOCKS))
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
    yield from _text(f"{path}.legal_basis", raw.get("legal_basis", ""))
    yield from _text_or_nothing(f"{path}.reason", raw.get("reason", ""))
    given = [unit for unit in _PERIODS if unit in raw]
    if len(given) != 1:
        yield Problem(path, "it needs a period: one of hours, days or years")
        return
    yield from _period(path, given[0], raw, clock)


def _period(path: str, unit: str, raw: Mapping[str, Any], clock: Clock) -> Iterator[Problem]:
    value, field = raw[unit], f"{path}.{unit}"
    by_deployment = unit == "years" and value == BY_DEPLOYMENT
    wrong = [] if by_deployment else list(_whole(field, value, _PERIODS[unit]))
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


def _whole(field: str, value: object, highest: int) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= highest:
        yield Problem(field, f"it must be a whole number from 0 to {highest}")
