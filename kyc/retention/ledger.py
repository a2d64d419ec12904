"""Owns the deletion ledger: what was destroyed, written down where no database backup reaches.

A restored database is older than some destructions. The ledger, in the bucket beside the objects
and only ever added to, tells it which: docs/formats/backup.md.
"""

import base64
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kyc.audit.signer import Signer
from kyc.audit.verify import PublicKey
from kyc.keeping.destroying import destroyed_epochs
from kyc.models import Receipt
from kyc.retention.deployment import Deployment
from storage.objects import Objects

PREFIX = "ledger/"
SLICE = 2000
REPEATED = timedelta(days=3)
"""So long a destroyed key is told again: what was cut off just after it is made good."""

_DOMAIN = b"kyc/ledger/v1\n"
_KEY_ID = 4

# Ids, codes and moments are ASCII without escapes, and the only number is a small one: so the
# standard library writes RFC 8785, at a tenth of the price.
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True)
class Entry:
    """One destruction: by the id of what it was, and by that of its receipt."""

    receipt: str
    subject: str
    kind: str
    rule: str
    at: datetime


@dataclass(frozen=True)
class Ledger:
    """All that was destroyed, each once; `unsound` are pages that nobody of ours signed."""

    entries: Sequence[Entry]
    epochs: Sequence[str]
    unsound: Sequence[str] = ()


def publish(deployment: Deployment, signer: Signer, *, with_epochs: bool = False) -> int:
    """Writes what is not in the ledger yet, a page a slice; returns how many.

    A run that dies between page and database writes the same again, which changes nothing.
    """
    written, objects = 0, deployment.vault.objects
    epochs = _epochs(deployment) if with_epochs else []
    while True:
        with deployment.reading() as db:
            waiting = _waiting(db)
        if waiting or epochs:
            objects.put(_name(deployment.now()), _page(waiting, epochs, signer))
            with deployment.transaction() as db:
                _mark(db, waiting, deployment.now())
        written, epochs = written + len(waiting), []
        if len(waiting) < SLICE:
            return written


def read_ledger(objects: Objects, keys: Sequence[PublicKey]) -> Ledger:
    """Every page in the bucket. Raises StorageError when it is away."""
    entries, epochs, unsound = dict[str, Entry](), set[str](), list[str]()
    for name in objects.list_names(PREFIX):
        page = _opened(objects.get(name), keys)
        if page is None:
            unsound.append(name)
            continue
        entries |= {one["subject"]: _entry(one) for one in page["entries"]}
        epochs |= set(page["epochs"])
    return Ledger(list(entries.values()), sorted(epochs), unsound)


def ledger_of_export(lines: Iterable[bytes]) -> Ledger:
    """The same from an exported audit log, whose signatures the caller has checked."""
    entries, epochs = dict[str, Entry](), set[str]()
    for line in lines:
        event = json.loads(line)["event"]
        action = str(event["action"]).partition(":")[2]
        if action == "key_epoch:destroyed":
            epochs.add(event["detail"]["epoch"])
        if action in {"artifact:destroyed", "record:destroyed"}:
            is_record = action == "record:destroyed"
            subject = event["case"] if is_record else event["object"]
            rule = event["detail"].get("rule", "")
            at = datetime.fromisoformat(event["at"])
            entries[subject] = Entry("", subject, "record" if is_record else "image", rule, at)
    return Ledger(list(entries.values()), sorted(epochs))


def joined(ledgers: Iterable[Ledger]) -> Ledger:
    entries, epochs, unsound = dict[str, Entry](), set[str](), list[str]()
    for ledger in ledgers:
        entries |= {one.subject: one for one in ledger.entries if one.subject not in entries}
        epochs |= set(ledger.epochs)
        unsound += ledger.unsound
    return Ledger(list(entries.values()), sorted(epochs), unsound)


class _Waiting(NamedTuple):
    """What the ledger says of a receipt."""

    id: str
    subject: str
    kind: str
    rule: str
    at: datetime


def _waiting(db: Session) -> Sequence[_Waiting]:
    one = Receipt
    query = select(one.id, one.subject_id, one.kind, one.rule, one.key_destroyed_at)
    oldest = query.where(one.ledger_at.is_(None)).order_by(one.key_destroyed_at, one.id)
    return [_Waiting(*row) for row in db.execute(oldest.limit(SLICE))]


def _mark(db: Session, receipts: Sequence[_Waiting], now: datetime) -> None:
    mine = Receipt.id.in_([receipt.id for receipt in receipts])
    db.execute(update(Receipt).where(mine, Receipt.ledger_at.is_(None)).values(ledger_at=now))


def _epochs(deployment: Deployment) -> list[str]:
    since = deployment.now() - REPEATED
    with deployment.reading() as db:
        found = destroyed_epochs(db)
    return [epoch.name for epoch in found if epoch.destroyed_at and epoch.destroyed_at > since]


def _name(now: datetime) -> str:
    return f"{PREFIX}{now.astimezone(UTC):%Y%m%d-%H%M%S}-{os.urandom(8).hex()}"


def _page(receipts: Sequence[_Waiting], epochs: Sequence[str], signer: Signer) -> bytes:
    entries = [
        {
            "receipt": one.id,
            "subject": one.subject,
            "kind": one.kind,
            "rule": one.rule,
            "at": one.at.astimezone(UTC).isoformat(),
        }
        for one in receipts
    ]
    page = _canonical({"entries": entries, "epochs": list(epochs), "v": 1}).encode("ascii")
    signature = base64.b64encode(signer.public.key_id + signer.key.sign(_DOMAIN + page))
    return b'{"page":' + page + b',"signature":"' + signature + b'"}'


def _opened(untrusted: bytes, keys: Sequence[PublicKey]) -> dict[str, Any] | None:
    """None unless one of `keys` signed it, so that a stranger cannot have live cases destroyed."""
    try:
        whole = json.loads(untrusted)
        page, signature = whole["page"], base64.b64decode(whole["signature"])
        message = _DOMAIN + rfc8785.dumps(page)
    except (ValueError, KeyError, TypeError):
        return None
    for key in keys:
        if key.key_id != signature[:_KEY_ID]:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.raw).verify(signature[_KEY_ID:], message)
        except InvalidSignature:
            return None
        return dict(page) if page.get("v") == 1 else None
    return None


def _entry(one: dict[str, Any]) -> Entry:
    at = datetime.fromisoformat(one["at"])
    return Entry(one["receipt"], one["subject"], one["kind"], one["rule"], at)


def export_lines(files: Iterable[Any]) -> Iterator[bytes]:
    """The lines of an export's `events-*.jsonl`, in order."""
    for file in files:
        with file.open("rb") as log:
            yield from (line for line in log if line.strip())
