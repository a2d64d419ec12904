"""Owns the history of a case: earlier decisions, what was covered, and what may be seen of it.

Whoever looks second sees nothing of the first verdict before they have given their own (D4).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import Action
from kyc.fields import open_text
from kyc.flows import flow_of
from kyc.models import AuditEvent, Decision, GivenVerdict, Staff, VerificationSession
from kyc.policy.flow import Flow
from kyc.policy.seats import Seat
from kyc.review.deciding import Outcome
from kyc.web.texts import _
from kyc.web.words import kind_name
from storage.vault import Vault

Entry = dict[str, Any]


@dataclass(frozen=True)
class _Seen:
    """What a line of the history is told from, and whether colleagues' notes are in it."""

    vault: Vault
    session: VerificationSession
    flow: Flow
    names: dict[str, str]
    with_notes: bool


def history_shown(
    db: Session, vault: Vault, session: VerificationSession, *, with_notes: bool
) -> list[Entry]:
    """Newest first; colleagues' notes only for who works the case."""
    names = {person.id: person.display_name for person in db.scalars(select(Staff))}
    seen = _Seen(vault, session, flow_of(db, session), names, with_notes)
    decided = db.scalars(select(Decision).where(Decision.session_id == session.id)).all()
    told = [_entry(seen, one) for one in decided]
    for verdict in _open_to(db, session, decided, works_it=with_notes):
        seat = _("Second look.") if verdict.seat == Seat.SECOND else _("First look.")
        told.append(_entry(seen, verdict, seat))
    told += _covered(db, session.id, names)
    return sorted(told, key=lambda entry: entry["at"], reverse=True)


def _open_to(
    db: Session, session: VerificationSession, decided: Any, *, works_it: bool
) -> list[GivenVerdict]:
    """Verdicts that did not become the decision themselves.

    Of an attempt that is over, all. Of the one that is under way, only for who works the case:
    the tie-breaker sees both; who was passed a case sees who passed it on, and why.
    """
    made = {(one.attempt, one.staff_id) for one in decided}
    over = {one.attempt for one in decided}
    query = select(GivenVerdict).where(
        GivenVerdict.session_id == session.id, GivenVerdict.state == "given"
    )
    return [
        one
        for one in db.scalars(query)
        if (one.attempt in over and (one.attempt, one.staff_id) not in made)
        or (one.attempt == session.attempt and works_it and _may_see(session, one))
    ]


def _may_see(session: VerificationSession, verdict: GivenVerdict) -> bool:
    if session.review_seat == Seat.TIE:
        return True
    return verdict.outcome == Outcome.ESCALATE and verdict.seat == session.review_seat


def _entry(seen: _Seen, given: Decision | GivenVerdict, seat: str = "") -> Entry:
    return {
        "at": given.at,
        "text": " ".join(part for part in (seat, *_sentences(seen, given)) if part),
        "asked": [kind_name(kind) for kind in given.items],
    }


def _sentences(seen: _Seen, given: Decision | GivenVerdict) -> Iterator[str]:
    outcome = {
        Outcome.APPROVE: _("approved"),
        Outcome.REQUEST_INPUT: _("asked again"),
        Outcome.REJECT: _("rejected"),
        Outcome.ESCALATE: _("passed it to a senior"),
    }[Outcome(given.outcome)]
    yield _("Attempt %(number)s: %(name)s %(outcome)s.", number=given.attempt,
            name=seen.names[given.staff_id], outcome=outcome)  # fmt: skip
    reasons = seen.flow.reasons
    labels = [_(reasons[code].label) for code in given.reasons if code in reasons]
    if labels:
        yield ", ".join(labels) + "."
    if seen.with_notes and given.note is not None and seen.session.field_key is not None:
        yield _("Note: %(note)s", note=open_text(seen.vault, seen.session, "note", given.note))


def _covered(db: Session, session_id: str, names: dict[str, str]) -> list[Entry]:
    """Staff may cover more of a picture; the case says that it happened, who and when."""
    query = select(AuditEvent.at, AuditEvent.actor).where(
        AuditEvent.case_id == session_id, AuditEvent.action == Action.STAFF_ARTIFACT_COVERED
    )
    return [
        {
            "at": at,
            "text": _("%(name)s covered more of a picture.",
                      name=names.get(actor.partition(":")[2], "–")),
            "asked": [],
        }
        for at, actor in db.execute(query)
    ]  # fmt: skip
