"""Owns the reviewer's checklist: every line must be ticked before an approval."""

CHECKLIST: tuple[tuple[str, str], ...] = (
    ("document_allowed", "The document type is allowed"),
    ("not_expired", "The document has not expired"),
    ("readable", "Everything that matters is readable"),
    ("looks_original", "The document looks original"),
    ("fields_visible", "Name, dates and issuing country are visible"),
    ("numbers_covered", "Every number that need not be seen is covered"),
    ("name_matches", "The name matches what the customer gave"),
    ("birth_date_matches", "The date of birth matches, and the person is of age"),
    ("same_person", "Document and photo show the same person, by eye"),
    ("same_document", "The document in the photo is the same document"),
    ("statement_text", "The statement has the right words"),
    ("statement_code", "The statement has the right code"),
    ("statement_date", "The statement's date is fresh"),
)

KEYS = frozenset(key for key, _ in CHECKLIST)
