"""Owns the rules of disclosures: to whom, on which ground, of what, and what is never allowed."""

RECIPIENTS: dict[str, str] = {
    "authority": "A public authority",
    "court": "A court",
    "other": "Somebody else",
}
"""Code and what it means. A processor is no recipient of this register: it has its own."""

PUBLIC_BODIES = frozenset({"authority", "court"})

GROUNDS: dict[str, str] = {
    "order": "A binding order or request under a law (GDPR Art. 6(1)(c))",
    "duty": "A duty to report that a law lays down (GDPR Art. 6(1)(c))",
    "vital": "The vital interests of a person (GDPR Art. 6(1)(d))",
    "public_task": "A task in the public interest (GDPR Art. 6(1)(e))",
    "claim": "A legal claim, made or defended (GDPR Art. 6(1)(f))",
    "asked": "The customer asked for it (GDPR Art. 6(1)(a) or (b))",
}
"""The legal basis of handing data over. Art. 49(1) is asked for besides outside of the EEA."""

CLASSES: dict[str, str] = {
    "details": "Name, date of birth, contact and other details",
    "pictures": "Pictures of the document or of the person",
    "outcome": "Outcome, reasons and dates of the verification",
    "facts": "What machines read: kind of document, state, expiry",
    "history": "Who looked and what was done: the history of the case",
}
"""Data of a case that may be handed over."""

PICTURES = "pictures"

WITHHELD: dict[str, str] = {
    "tipping_off": "A report of suspicion must not be told (Directive (EU) 2015/849, Art. 39)",
    "investigation": "Telling would harm an investigation (GDPR Art. 23(1)(d) and national law)",
    "court": "A court forbade it",
}
"""Why a customer is not told yet. Regulation (EU) 2024/1624, Art. 73, takes the place of the first
on 10 July 2027."""

STRIKES: dict[str, str] = {
    "twice": "Entered twice",
    "wrong_case": "Entered for the wrong case",
    "not_made": "The disclosure was not made",
    "wrong_words": "Entered anew with what it should have said",
}
"""Why an entry is struck; it stays readable."""

MOST_CASES = 500
"""One disclosure of more cases than this is entered in parts, so that a page can show each."""

GERMANY = frozenset({"DE", "DEU", "D"})
"""As ISO 3166-1 and as machine-readable zones write it (ICAO 9303 part 3, section 5)."""

GERMAN_COPIES: dict[str, str] = {
    "identity_card": "PAuswG section 20(2) sentence 2",
    "passport": "PassG section 18(3) sentence 2",
}
"""German documents whose pictures nobody but their holder may pass on to third parties. The one
exception, an application for a visa of the holder (PassG), is nothing that this program serves."""


def forbids_pictures(kind: str, countries: set[str], documents: set[str]) -> str | None:
    """The rule by which pictures of this document may not be given to a recipient of this kind.

    None where they may. `kind` is a code of RECIPIENTS. Countries and documents are what the
    customer said and what machines read: where the two differ, either is enough to refuse.
    """
    if kind in PUBLIC_BODIES or not countries & GERMANY:
        return None
    return next((GERMAN_COPIES[one] for one in sorted(documents & GERMAN_COPIES.keys())), None)
