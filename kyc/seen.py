"""Owns noting what a case has shown as keyed hashes, and forgetting it with the case.

A file, a document's number, a name with a date of birth: each under a purpose of its own, so that
hashes of two kinds never meet. The hashes name nobody without the key, which no database holds.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kyc.documents.mrz.names import spellings
from kyc.models import SeenHash
from kyc.tokens import Lookup

DETAILS = "details"


class SeenKind(StrEnum):
    FILE = "file"
    DOCUMENT_NUMBER = "document_number"
    PERSON = "person"


@dataclass(frozen=True)
class NumbersSeen:
    """Says of a number whether a case has shown it, by the hashes alone; it can list none.

    `states` are the issuers of the documents that the case has shown.
    """

    lookup: Lookup = field(repr=False)
    states: frozenset[str]
    hashes: frozenset[bytes] = field(repr=False)

    def __call__(self, number: str) -> bool:
        return any(document_hash(self.lookup, one, number) in self.hashes for one in self.states)


def file_hash(lookup: Lookup, content: bytes) -> bytes:
    """Of a file as it was sent, byte for byte."""
    return lookup.hash("seen_file", sha256(content).hexdigest())


def document_hash(lookup: Lookup, state: str, number: str) -> bytes:
    """Of a document's number; `state` is the issuer, whose numbers are its own (ICAO 9303-3)."""
    return lookup.hash("seen_document", f"{state}/{number}")


def person_hashes(lookup: Lookup, surname: str, given_names: str, born: date) -> set[bytes]:
    """Of a name with the date of birth: one for each way to spell it in the Latin alphabet.

    Which words are the surname does not matter, since people mistake the one field for the other.
    """
    names = {" ".join(sorted(name.split())) for name in spellings(f"{surname} {given_names}")}
    return {lookup.hash("seen_person", f"{name}/{born.isoformat()}") for name in names if name}


def note_seen(
    db: Session, session_id: str, kind: SeenKind, source: str, hashes: Collection[bytes]
) -> None:
    """In place of what this source showed before."""
    mine = (SeenHash.session_id == session_id, SeenHash.kind == kind, SeenHash.source == source)
    db.execute(delete(SeenHash).where(*mine))
    rows = [
        {"session_id": session_id, "kind": kind, "source": source, "hash": hashed}
        for hashed in sorted(hashes)
    ]
    if rows:
        db.execute(insert(SeenHash), rows)


def forget_seen(db: Session, session_id: str, source: str | None = None) -> None:
    """What one upload showed, or without a source all that the session has."""
    mine = [SeenHash.session_id == session_id]
    if source is not None:
        mine.append(SeenHash.source == source)
    db.execute(delete(SeenHash).where(*mine))


def document_hashes(db: Session, session_id: str) -> frozenset[bytes]:
    """Of the documents that the case's pictures show now."""
    mine = (SeenHash.session_id == session_id, SeenHash.kind == SeenKind.DOCUMENT_NUMBER)
    return frozenset(db.scalars(select(SeenHash.hash).where(*mine)))
