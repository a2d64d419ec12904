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

LONGEST_HOLD = timedelta(days=3653)
"""Ten years: a hold that has to last longer is set again, so that somebody thinks of it."""
