"""Owns the reasons for which a case may be held beyond its time."""

from datetime import timedelta

HOLD_REASONS: dict[str, str] = {
    "legal_claim": "A legal claim, made or expected",
    "authority": "A request or an order of an authority",
    "complaint": "A complaint or a dispute about the decision",
    "fraud": "A case of fraud under investigation",
    "other": "Another reason, which the note must give",
}
"""Code and what it means; the legal ground of each is GDPR Art. 17(3)(b) or (e)."""

PRESERVED = "terrorist_content"
"""The reason of a hold under an order; it is set, extended and opened by rules of its own."""

PRESERVED_MONTHS = 6
"""Regulation (EU) 2021/784, Art. 6(2)."""

PURPOSES: dict[str, str] = {
    "proceedings": "Administrative or judicial review proceedings",
    "complaints": "Handling of complaints",
    "investigation": "Prevention, detection, investigation or prosecution of terrorist offences",
}
"""For which the pictures may be opened: Regulation (EU) 2021/784, Art. 6(1) and Art. 10."""

LONGEST_HOLD = timedelta(days=3653)
"""Ten years: a hold that has to last longer is set again, so that somebody thinks of it."""
