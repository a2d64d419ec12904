"""Owns the shape of a redaction policy: which classes are covered, which sides have an MRZ."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kyc.documents.pages import Cls, Kind, PolicyStamp, Shown


class Rule(StrEnum):
    COVER = "cover"
    LAST_THREE = "last_three"
    """All but the last three characters is covered, where they were located one by one."""
    KEEP = "keep"


class Moment(StrEnum):
    """When a copy becomes narrower."""

    DECISION = "decision"
    RETENTION = "retention"


READABLE = frozenset(Shown)


@dataclass(frozen=True)
class RedactionPolicy:
    """One policy as loaded: identity, rules by class, and what the document type must show.

    `on_retention` names the classes that the retained copy covers besides, `on_decision` those
    that are covered as soon as a decision is made; `retained_shows` is all that a retained copy
    still shows. `sources` cites the law behind the rules, `copy_words` say that a copy is one in
    the document's languages.
    """

    id: str
    version: str
    sha256: str
    rules: Mapping[str, Rule]
    on_retention: tuple[str, ...] = ()
    on_decision: tuple[str, ...] = ()
    retained_shows: frozenset[Shown] = frozenset({Shown.COPY_MARK})
    destroyed_on_decision: bool = False
    mrz_expected_on: frozenset[Kind] = frozenset()
    copy_words: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def covers(self, cls: str) -> bool:
        """A class without a rule is covered: a rule is needed to keep, none to hide."""
        return self.rules.get(cls, Rule.COVER) is not Rule.KEEP

    @property
    def covers_numbers(self) -> bool:
        """Whether a page on which nothing was covered is one on which something was missed."""
        return self.covers(Cls.OTHER_NUMBER)

    def shows_after(self, moment: Moment, kind: Kind) -> frozenset[Shown] | None:
        """All that a copy still shows after a moment; None when nothing more is covered then.

        Of a selfie only the statement: whatever else stands in it, it is a picture of a face.
        """
        hidden = self.on_decision if moment is Moment.DECISION else self.on_retention
        if not hidden:
            return None
        if kind is Kind.SELFIE_STATEMENT:
            return self.retained_shows & {Shown.STATEMENT, Shown.COPY_MARK}
        return READABLE if moment is Moment.DECISION else self.retained_shows

    @property
    def stamp(self) -> PolicyStamp:
        return PolicyStamp(self.id, self.version, self.sha256)
