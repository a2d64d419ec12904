"""Owns what a session's customer may see again: their view's key pair, who may open it, texts."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kyc.clock import month_epoch
from kyc.models import CustomerText, CustomerView
from storage.boxes import Boxes, PrivateHalf, is_box, new_pair, pair_of_token
from storage.keys import WrappedKey, access_context
from storage.vault import Vault


def give_view(
    db: Session, vault: Vault, session_id: str, now: datetime, view: PrivateHalf | None = None
) -> PrivateHalf:
    """Makes the session's view; only its public half and a wrapped private half are kept."""
    view = view or new_pair()
    wrapped = vault.wrap_view_key(view, session_id, month_epoch(now))
    row = CustomerView(
        session_id=session_id,
        public_half=view.public,
        wrapped_key=wrapped.blob,
        key_epoch=wrapped.epoch,
    )
    db.add(row)
    db.flush()
    return view


def public_half_of(db: Session, session_id: str) -> bytes | None:
    """What everybody may seal to; None for a session that began before there were views."""
    view = db.get(CustomerView, session_id)
    return view.public_half if view else None


def private_half_of(db: Session, vault: Vault, session_id: str) -> PrivateHalf | None:
    """For workers and staff alone. Raises SealOnlyError elsewhere, KeyGoneError, TamperedError."""
    view = db.get(CustomerView, session_id)
    if view is None:
        return None
    return vault.unwrap_view_key(WrappedKey(view.key_epoch, view.wrapped_key), session_id)


def rewrap_view(db: Session, vault: Vault, session_id: str) -> None:
    """Under the key of its epoch, when it came in a box."""
    view = db.get(CustomerView, session_id)
    if view is None or not is_box(view.wrapped_key):
        return
    boxed = WrappedKey(view.key_epoch, view.wrapped_key)
    wrapped = vault.rewrap_view_key(boxed, session_id, view.key_epoch)
    view.wrapped_key, view.key_epoch = wrapped.blob, wrapped.epoch


def grant(boxes: Boxes, view: PrivateHalf, session_id: str, token: str) -> bytes:
    """The view in a box that whoever brings the token can open."""
    context = access_context(session_id)
    return boxes.seal(pair_of_token(token).public, session_id, context, view.secret)


def granted(boxes: Boxes, session_id: str, token: str, box: bytes) -> PrivateHalf:
    """Raises WrongKeyError."""
    context = access_context(session_id)
    return PrivateHalf(boxes.open(pair_of_token(token), session_id, context, box))


def show(db: Session, vault: Vault, session_id: str, name: str, text: str | None) -> None:
    """Keeps a copy that the customer can read in place of the one before; None keeps none."""
    public = public_half_of(db, session_id)
    mine = (CustomerText.session_id == session_id, CustomerText.name == name)
    db.execute(delete(CustomerText).where(*mine))
    if public is None or text is None:
        return
    box = vault.show_text(public, session_id, name, text.encode())
    db.add(CustomerText(session_id=session_id, name=name, box=box))
    db.flush()


def see(db: Session, vault: Vault, view: PrivateHalf, session_id: str, name: str) -> str | None:
    """The copy, opened with what the customer's own request brought; None when there is none."""
    found = db.get(CustomerText, (session_id, name))
    return None if found is None else vault.see_text(view, session_id, name, found.box).decode()


def end_view(db: Session, session_id: str) -> None:
    """Nothing can be shown to this customer any more, nor let in by a new link."""
    for table in (CustomerText, CustomerView):
        db.execute(delete(table).where(table.session_id == session_id))
