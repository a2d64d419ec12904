"""Owns the names that people read for the fields of a flow."""

from kyc.policy.retention import CLOCKS

FOUR_EYES_MODES = {
    "off": "Off: one person decides",
    "sampled": "Sampled: a share of the cases is decided by two",
    "by_rule": "By rule: two decide where one of the rules below applies",
    "always": "Always: two decide every case",
}

FOUR_EYES_RULES = {
    "final_rejection": "A rejection",
    "third_attempt": "A third or later attempt",
    "possible_duplicate": "A possible second account",
    "flagged": "A case that was passed to a senior reviewer",
}

NOTES_FOR = {
    "approve": "Approving",
    "request_input": "Asking again",
    "reject": "Rejecting",
}

_NAMES = {
    "file": "File",
    "name": "Name",
    "documents": "Documents",
    "countries": "Issuing countries",
    "redaction_profile": "Redaction profile",
    "redaction_options": "What differs from the profile",
    "statute": "Statute",
    "languages": "Languages",
    "statement": "Handwritten statement",
    "checklist": "Checklist",
    "reasons": "Reasons to choose from",
    "own_reasons": "Reasons of its own",
    "notes_for": "Outcomes that need a note",
    "four_eyes": "Four eyes",
    "four_eyes.mode": "Four eyes, mode",
    "four_eyes.percent": "Four eyes, share in percent",
    "four_eyes.rules": "Four eyes, rules",
    "four_eyes.countries": "Four eyes, countries",
}

_PARTS = {
    "hours": "hours",
    "days": "days",
    "years": "years",
    "start": "clock starts with",
    "legal_basis": "legal basis",
    "reason": "reason for the length",
}


def name_of(path: str) -> str:
    """Such as “Images of a rejected verification, days” for `retention.rejected.days`."""
    if path in _NAMES:
        return _NAMES[path]
    first, _dot, rest = path.partition(".")
    if first == "retention":
        return _name_of_rule(rest)
    return f"{_NAMES.get(first, first)}, {rest}"


def _name_of_rule(path: str) -> str:
    rule, _dot, part = path.partition(".")
    clock = CLOCKS.get(rule)
    what = f"{clock.what[:1].upper()}{clock.what[1:]}" if clock else rule
    return f"{what}, {_PARTS.get(part, part)}" if part else what
