"""Owns a flow: everything about a verification that a business may choose, as one frozen value."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import rfc8785

from kyc.errors import ConfigurationError
from kyc.policy.field_checks import Problem
from kyc.policy.flow_check import BY_DEPLOYMENT, PLACEHOLDER, problems_of
from kyc.policy.four_eyes import FourEyes, Mode
from kyc.policy.reasons import Reason, offered_reasons
from kyc.policy.redaction import Options
from kyc.policy.retention import CLOCKS, RetentionRule, Rules

SHIPPED = Path(__file__).parent / "flows" / "standard.toml"
STANDARD = "standard"


class FlowError(ConfigurationError):
    """A flow that cannot be used; `problems` says of each field what is missing or wrong."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{problem.field}: {problem.text}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Flow:
    """One version of a flow.

    `documents` are document types, `countries` ISO 3166-1 alpha-2 (none stands for all),
    `statement` the lines to write by hand with {business}, {date} and {code} in them, `checklist`
    keys and texts, `reasons` by code what a reviewer may choose from, `notes_for` the outcomes that
    need a note, `languages` what customers may choose from (the first stands for the others),
    `statute` the law that asks for a profile which hides less. `body` is the canonical JSON
    (RFC 8785) that `sha256` is the hash of.
    """

    name: str
    version: int
    documents: tuple[str, ...]
    countries: frozenset[str]
    redaction_profile: str
    redaction_options: Options
    statute: str
    statement: tuple[str, ...]
    checklist: tuple[tuple[str, str], ...]
    reasons: Mapping[str, Reason]
    notes_for: frozenset[str]
    four_eyes: FourEyes
    retention: Rules
    languages: tuple[str, ...]
    sha256: str
    body: str = field(repr=False)

    @property
    def check_keys(self) -> frozenset[str]:
        return frozenset(key for key, _text in self.checklist)

    def accepts_country(self, alpha_2: str) -> bool:
        return not self.countries or alpha_2 in self.countries

    def statement_lines(self, business: str, date: str, code: str) -> tuple[str, ...]:
        """The lines as this customer writes them."""
        known = {"{business}": business, "{date}": date, "{code}": code}
        return tuple(_filled(line, known) for line in self.statement)


def read_toml(text: str) -> dict[str, Any]:
    """The flow that a file describes, unchecked. Raises FlowError when it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FlowError((Problem("file", f"it is not valid TOML: {error}"),)) from error


def read_json(text: str) -> dict[str, Any]:
    """As `read_toml`, of what `kyc flow show` prints."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise FlowError((Problem("file", f"it is not valid JSON: {error}"),)) from error
    if not isinstance(found, dict):
        raise FlowError((Problem("file", "it must be an object"),))
    return found


def make_flow(raw: Mapping[str, Any], version: int) -> Flow:
    """The checked flow. Raises FlowError naming every field that is missing or wrong."""
    problems = problems_of(raw)
    if problems:
        raise FlowError(problems)
    body = rfc8785.dumps(dict(raw))
    return Flow(
        name=raw["name"],
        version=version,
        documents=tuple(raw["documents"]),
        countries=frozenset(raw["countries"]),
        redaction_profile=raw["redaction_profile"],
        redaction_options=Options.of(raw.get("redaction_options", {}), raw["statute"]),
        statute=raw["statute"],
        statement=tuple(raw["statement"]),
        checklist=tuple((line["key"], line["text"]) for line in raw["checklist"]),
        reasons=offered_reasons(raw.get("reasons"), raw.get("own_reasons", [])),
        notes_for=frozenset(raw.get("notes_for", ())),
        four_eyes=_four_eyes(raw["four_eyes"]),
        retention=MappingProxyType({name: _rule(name, raw["retention"][name]) for name in CLOCKS}),
        languages=tuple(raw["languages"]),
        sha256=hashlib.sha256(body).hexdigest(),
        body=body.decode(),
    )


@lru_cache(maxsize=256)
def parse_flow(body: str, version: int) -> Flow:
    """The flow of a stored body. Raises FlowError where this program asks for more than it has."""
    return make_flow(json.loads(body), version)


@cache
def shipped_flow() -> Flow:
    """What a new installation begins with."""
    return make_flow(read_toml(SHIPPED.read_text(encoding="utf-8")), 1)


def _four_eyes(raw: Mapping[str, Any]) -> FourEyes:
    return FourEyes(
        mode=Mode(raw["mode"]),
        percent=raw["percent"],
        countries=frozenset(raw["countries"]),
        **dict.fromkeys(raw["rules"], True),
    )


def _rule(name: str, raw: Mapping[str, Any]) -> RetentionRule:
    years = raw.get("years", 0)
    return RetentionRule(
        name=name,
        what=CLOCKS[name].what,
        start=raw["start"],
        period=timedelta(days=raw.get("days", 0), hours=raw.get("hours", 0)),
        legal_basis=raw["legal_basis"],
        years=None if years == BY_DEPLOYMENT else years,
        reason=raw.get("reason", ""),
    )


def _filled(line: str, known: Mapping[str, str]) -> str:
    """One pass, so that a business's name with braces in it is taken as it is."""
    return PLACEHOLDER.sub(lambda found: known[found.group()], line)
