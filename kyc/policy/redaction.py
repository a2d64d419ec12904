"""Owns the redaction policies: which classes are covered, by profile, country and document."""

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import rfc8785

from kyc.documents.coverage import RedactionPolicy, Rule
from kyc.documents.pages import Kind, Shown
from kyc.errors import ConfigurationError
from kyc.policy.redaction_check import (
    BY_STATUTE,
    country_problems,
    profile_problems,
    refusals,
)

DATA = Path(__file__).parent / "redaction_data"
PROFILES = ("contract", "minimal", "dsar", "aml")
_SIDES = {"front": Kind.DOCUMENT_FRONT, "back": Kind.DOCUMENT_BACK}


@dataclass(frozen=True)
class Options:
    """What a flow chooses instead of its profile's rules, class by class, and the law behind it."""

    rules: tuple[tuple[str, str], ...] = ()
    statute: str = ""

    @classmethod
    def of(cls, rules: Mapping[str, str], statute: str = "") -> "Options":
        return cls(tuple(sorted(rules.items())), statute)


NO_OPTIONS = Options()


@cache
def load_policy(
    country: str, document_type: str, profile: str = "contract", options: Options = NO_OPTIONS
) -> RedactionPolicy:
    """The policy for an issuing country (alpha-3, or empty) and a document type (or empty).

    The id names profile (with a `+` where options change it), country and type; the hash covers
    the data files' bytes and the options, so that an artifact's record proves which rules it was
    made under. What a country asks a statute for stays covered without one, whatever a flow
    says. Raises ConfigurationError for an unknown profile, a data file that is out of form, or an
    option that the profile does not allow, by name.
    """
    raw, rules_bytes = _profile(profile)
    countries, countries_bytes = _countries()
    overlay = countries.get(country, countries["default"])
    _refuse(options_problems(profile, options))
    by_statute = raw["needs_statute_reference"]
    chosen = dict(options.rules) | dict.fromkeys(_covered_by(overlay, options), Rule.COVER.value)
    return RedactionPolicy(
        id="/".join([raw["id"] + "+" * bool(chosen), country or "any", document_type or "any"]),
        version=f"{raw['version']}.{countries['version']}",
        sha256=_hash(rules_bytes, countries_bytes, chosen),
        rules={cls: Rule(rule) for cls, rule in {**raw["rules"], **chosen}.items()},
        on_retention=tuple(raw["retained"]["cover"]),
        retained_shows=frozenset(Shown(name) for name in raw["retained"]["show"]),
        on_decision=_decided(raw, overlay, by_statute),
        destroyed_on_decision=raw["decided"]["destroy"]
        or (not by_statute and _is_destroyed(overlay, document_type)),
        mrz_expected_on=_mrz_sides(overlay, document_type),
        copy_words=tuple(overlay["copy"]),
        sources=(*raw["sources"], *([overlay["source"]] if overlay["source"] != "default" else [])),
    )


def needs_statute(profile: str) -> bool:
    """Whether a flow under this profile must name the law that asks for it."""
    return bool(_profile(profile)[0]["needs_statute_reference"])


def hides_less(profile: str, options: Options = NO_OPTIONS) -> bool:
    """Whether a flow keeps what only a statute may ask for: then two administrators approve it."""
    kept = {cls for cls, value in options.rules if value == Rule.KEEP}
    return needs_statute(profile) or bool(kept & BY_STATUTE)


def administrators_for(profile: str) -> int:
    """How many administrators must agree to a flow under this profile."""
    return int(_profile(profile)[0]["administrators"])


def warning_of(profile: str) -> str:
    """What an administrator must read before choosing the profile; empty for most."""
    return str(_profile(profile)[0].get("warning", ""))


def in_force_from(profile: str) -> date | None:
    """The first day of the law that a profile follows; None for those that may be used today."""
    first: date | None = _profile(profile)[0].get("in_force")
    return first


def issues(country: str, document_type: str) -> bool:
    """Whether a country (alpha-3) is known to issue such a document; of others all are taken."""
    countries, _ = _countries()
    return document_type in countries.get(country, countries["default"])["zone"]


def options_problems(profile: str, options: Options) -> list[str]:
    """Why these options cannot be used; empty when they can."""
    raw, _ = _profile(profile)
    has_statute = bool(options.statute.strip())
    problems = []
    for cls, value in options.rules:
        problems += (found := list(refusals(cls, value, has_statute)))
        if not found and value not in (*raw["options"].get(cls, ()), raw["rules"].get(cls)):
            problems.append(f"{cls}: profile {profile} does not allow {value!r}")
    return problems


def _covered_by(overlay: Mapping[str, Any], options: Options) -> list[str]:
    """Classes that a flow would show and that this country's documents hide without a statute."""
    if options.statute.strip():
        return []
    return [cls for cls, _ in options.rules if cls in overlay.get("statute_for", ())]


def _decided(
    raw: Mapping[str, Any], overlay: Mapping[str, Any], by_statute: bool
) -> tuple[str, ...]:
    """A country's own rule is for those whom no statute obliges to keep a copy."""
    more = () if by_statute else overlay.get("decided", ())
    return tuple(dict.fromkeys([*raw["decided"]["cover"], *more]))


def _is_destroyed(overlay: Mapping[str, Any], document_type: str) -> bool:
    """Without a document type the strictest of the country's rules counts."""
    destroyed = overlay.get("destroy", ())
    return document_type in destroyed if document_type else bool(destroyed)


def _mrz_sides(overlay: Mapping[str, Any], document_type: str) -> frozenset[Kind]:
    side = _SIDES.get(overlay["zone"].get(document_type, "none"))
    return frozenset({side} if side else ())


def _hash(rules: bytes, countries: bytes, chosen: Mapping[str, str]) -> str:
    parts = [rules, countries, *([rfc8785.dumps(dict(chosen))] if chosen else [])]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


@cache
def _profile(profile: str) -> tuple[dict[str, Any], bytes]:
    if profile not in PROFILES:
        raise ConfigurationError(f"there is no redaction profile {profile!r}")
    return _checked(DATA / f"{profile}.toml", profile_problems)


@cache
def _countries() -> tuple[dict[str, Any], bytes]:
    return _checked(DATA / "countries.toml", country_problems)


def _checked(
    path: Path, problems: Callable[[Mapping[str, Any]], Iterable[str]]
) -> tuple[dict[str, Any], bytes]:
    content = path.read_bytes()
    try:
        raw = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path.name} is not valid TOML") from error
    _refuse([f"{path.name}: {problem}" for problem in problems(raw)])
    return raw, content


def _refuse(problems: Iterable[str]) -> None:
    found = list(problems)
    if found:
        raise ConfigurationError("; ".join(found))
