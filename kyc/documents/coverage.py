"""Owns the shape of a redaction policy: which classes are covered, which sides have an MRZ."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kyc.documents.pages import Kind, PolicyStamp


class Rule(StrEnum):
    COVER = "cover"
    KEEP = "keep"


@dataclass(frozen=True)
class RedactionPolicy:
    """One policy as loaded: identity, rules by class, and what the document type must show.

    `on_retention` names the classes that the retained copy covers besides, `on_decision` those
    that are covered as soon as a decision is made; `sources` cites the law behind the rules.
    """

    id: str
    version: str
    sha256: str
    rules: Mapping[str, Rule]
    on_retention: tuple[str, ...] = ()
    on_decision: tuple[str, ...] = ()
    mrz_expected_on: frozenset[Kind] = frozenset()
    sources: tuple[str, ...] = ()

    def covers(self, cls: str) -> bool:
        """A class without a rule is covered: a rule is needed to keep, none to hide."""
        return self.rules.get(cls, Rule.COVER) is Rule.COVER

    @property
    def stamp(self) -> PolicyStamp:
        return PolicyStamp(self.id, self.version, self.sha256)
