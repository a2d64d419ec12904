"""Owns the redaction policies: which classes are covered, by profile, country and document."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from kyc.documents.coverage import RedactionPolicy, Rule
from kyc.documents.pages import Kind, Shown
from kyc.errors import ConfigurationError

DATA = Path(__file__).parent / "redaction_data"
PROFILES = ("contract",)


@cache
def load_policy(country: str, document_type: str, profile: str = "contract") -> RedactionPolicy:
    """The policy for an issuing country (alpha-3, or empty) and a document type (or empty).

    The id names profile, country and type; the hash covers the data files' bytes, so that an
    artifact's record proves which rules it was made under. Raises ConfigurationError for an
    unknown profile or a data file that is out of form.
    """
    if profile not in PROFILES:
        raise ConfigurationError(f"there is no redaction profile {profile!r}")
    rules_bytes = (DATA / f"{profile}.toml").read_bytes()
    countries_bytes = (DATA / "countries.toml").read_bytes()
    rules, countries = (_parsed(data) for data in (rules_bytes, countries_bytes))
    overlay = countries.get(country, {})
    return RedactionPolicy(
        id="/".join([rules["id"], country or "any", document_type or "any"]),
        version=f"{rules['version']}.{countries['version']}",
        sha256=hashlib.sha256(rules_bytes + b"\0" + countries_bytes).hexdigest(),
        rules={cls: Rule(rule) for cls, rule in rules["rules"].items()},
        on_retention=tuple(rules["retained"]["cover"]),
        retained_shows=frozenset(Shown(name) for name in rules["retained"]["show"]),
        on_decision=tuple(overlay.get("mask_on_decision", ())),
        mrz_expected_on=_mrz_sides(rules, overlay, document_type),
        sources=(*rules["sources"], *_sources(overlay)),
    )


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode())
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError("a redaction policy file is not valid TOML") from error


def _mrz_sides(
    rules: dict[str, Any], overlay: dict[str, Any], document_type: str
) -> frozenset[Kind]:
    if document_type in overlay.get("mrz_may_be_absent", ()):
        return frozenset()
    return frozenset(Kind(side) for side in rules["mrz_expected_on"].get(document_type, ()))


def _sources(overlay: dict[str, Any]) -> tuple[str, ...]:
    return (overlay["source"],) if overlay else ()
