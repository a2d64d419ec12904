"""Owns what the tests of the privacy desk do with their hands: ask, take over, answer."""

from collections.abc import Mapping
from datetime import datetime

from kyc.access import Role
from kyc.audit import Actor
from kyc.desk.corrections import decline
from kyc.desk.receiving import (
    Entry,
    enter,
    receive_from_customer,
    take_over_request,
)
from kyc.models import CorrectionItem, PrivacyRequest, VerificationSession
from kyc.policy.rights import Right
from tests.core.kit import Kit, Make

NONE: Mapping[str, str] = {}
SAID = "Please look at this; I live alone in Pärnu."


def asked(
    kit: Kit,
    session_id: str,
    right: Right = Right.OBJECTION,
    corrections: Mapping[str, str] = NONE,
    words: str = SAID,
) -> str:
    """The id of a request from the customer's page, taken over by a worker."""
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, session_id)
        request = receive_from_customer(
            db, kit.intake, session, right, words, corrections, now=kit.now
        )
    with kit.transaction() as db:
        take_over_request(db, kit.vault, request.id, kit.now)
    return request.id


def entered(kit: Kit, by: Actor, received_at: datetime | None = None, **changes: str) -> str:
    """The id of a request that staff entered for somebody without a case."""
    entry = Entry(
        right=Right(changes.get("right", "access")),
        case=changes.get("case", ""),
        words=changes.get("words", SAID),
        identified=changes.get("identified", "Showed her passport at the counter in Tartu."),
        received_at=received_at or kit.now,
        language="et",
    )
    with kit.transaction() as db:
        return enter(db, kit.vault, entry, by=by, now=kit.now).id


def waiting_case(kit: Kit) -> str:
    with kit.transaction() as db:
        return Make(kit).waiting(db).id


def officer(kit: Kit) -> Actor:
    with kit.transaction() as db:
        return Actor("staff", Make(kit).staff(db, Role.PRIVACY).id)


def row(kit: Kit, request_id: str) -> PrivacyRequest:
    return kit.get(PrivacyRequest, request_id)


def decide_values(kit: Kit, request_id: str, by: Actor) -> None:
    """Leaves every value as it is, where there are any to correct."""
    mine = CorrectionItem.request_id == request_id
    for item in kit.all(CorrectionItem, mine):
        with kit.transaction() as db:
            decline(db, item.id, by=by, now=kit.now)
