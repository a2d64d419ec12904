"""Owns carrying out the objection of somebody who was erased: nothing recognises them any more."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyc.audit import Actor
from kyc.desk.requests import opened
from kyc.errors import InvalidInputError
from kyc.policy.rights import Right
from kyc.tokens import Lookup
from kyc.tombstones import forget_address


def forget_erased(
    db: Session,
    lookup: Lookup,
    address: str,
    *,
    request_id: str | None = None,
    by: Actor,
    now: datetime,
) -> int:
    """Destroys what the erasure under this address left (GDPR Art. 21); how many hashes it was.

    With `request_id` the history of that objection tells of it; answering it is another act.
    Raises NotFoundError for an unknown request, InvalidInputError for one that is no objection.
    """
    if request_id is None:
        return forget_address(db, lookup, address, by=by, now=now)
    request = opened(db, request_id)
    if request.kind != Right.OBJECTION:
        raise InvalidInputError("this request is no objection: open the one that objects")
    found = request.id, request.session_id or request.id
    return forget_address(db, lookup, address, request=found, by=by, now=now)
