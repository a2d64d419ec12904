"""Owns the rules of personal-data breaches: their clocks, their codes, what must be said."""

from dataclasses import dataclass
from datetime import datetime, timedelta

AUTHORITY_HOURS = 72
"""GDPR Art. 33(1). It is law, so no setting changes it; hours of weekends count like others."""

KEPT_YEARS = 5
"""How long what was written about a breach is kept, from the day on which it was closed.

Art. 33(5) has it documented so that the authority can verify, and says no period; where it names
people, Art. 5(1)(e) wants an end. Whoever was harmed may learn of it late, and an authority looks
at what came before: so it is longer than the three years of a request. What names nobody stays.
"""

SOON = (timedelta(hours=24), timedelta(hours=6))
"""How long before the end of a clock privacy officers are reminded."""

ROLES: dict[str, str] = {
    "controller": "We decide on these data ourselves (the authority is told, Art. 33(1))",
    "processor": "We process them for somebody else (that controller is told, Art. 33(2))",
}

NATURES: dict[str, str] = {
    "confidentiality": "Somebody saw or got what they should not",
    "integrity": "Something was altered",
    "availability": "Something was lost, or could not be reached",
}
"""Art. 4(12)."""

CLASSES: dict[str, str] = {
    "details": "Names, dates of birth, addresses, contact details of customers",
    "pictures": "Pictures of documents or persons",
    "facts": "Status, kind of document, state, dates, references of cases",
    "staff": "Accounts of staff",
    "log": "Request log or audit log: network addresses, identifiers",
}
"""Categories of data for Art. 33(3)(a)."""

RISKS: dict[str, str] = {
    "open": "Not judged yet",
    "none": "Unlikely to result in a risk: the authority need not be told (Art. 33(1))",
    "risk": "A risk to people",
    "high": "A high risk to people: they are told (Art. 34(1))",
}

PERSONS: dict[str, str] = {
    "open": "Not decided yet",
    "told": "They are told (Art. 34(1))",
    "not_high": "Not told: no high risk",
    "unreadable": "Not told: the data are unreadable to whoever has them (Art. 34(3)(a))",
    "averted": "Not told: measures taken since have averted the high risk (Art. 34(3)(b))",
    "public": "Told by public notice, since telling each would take too much (Art. 34(3)(c))",
}

TEXTS: dict[str, str] = {
    "facts": "What happened",
    "effects": "Likely consequences for the people",
    "measures": "Measures taken or proposed",
    "late": "Why it was told late (Art. 33(1))",
    "persons": "Why the people are told, or not (Art. 34)",
    "authority": "Authority that was told, and its reference",
    "controller": "Controller that was told, and how",
    "note": "Note",
}
"""Kinds of texts about a breach; the newest of each counts."""

LONGEST_TEXT = 8000


@dataclass(frozen=True)
class ClockOf:
    """One clock of a breach: what it is for, when it ends, when that was done."""

    code: str
    ends_at: datetime
    done_at: datetime | None

    def is_late(self, now: datetime) -> bool:
        return (self.done_at or now) > self.ends_at

    def alarm(self, now: datetime) -> str | None:
        """The gravest alarm that is due now; None while there is time, or when it is done."""
        if self.done_at is not None:
            return None
        if now >= self.ends_at:
            return f"{self.code}_over"
        left = [span for span in SOON if self.ends_at - now <= span]
        return f"{self.code}_{int(min(left).total_seconds() // 3600)}" if left else None
