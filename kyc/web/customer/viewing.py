"""Owns what opens a customer's view: the secret in their own cookie, while the request lasts."""

from flask import session
from sqlalchemy.orm import Session

from kyc.errors import NotFoundError
from kyc.intake.links import view_of_browser
from kyc.web.context import runtime
from storage.boxes import PrivateHalf


def customer_view(db: Session) -> PrivateHalf:
    """What opens this customer's view, out of the request's own cookie; it ends with the request.

    Call it where it is used and keep it nowhere.
    """
    token = session.get("customer")
    boxes, lookup = runtime().intake.boxes, runtime().lookup
    found = view_of_browser(db, boxes, lookup, token) if isinstance(token, str) else None
    if found is None:
        raise NotFoundError("this browser has no verification open")
    return found
