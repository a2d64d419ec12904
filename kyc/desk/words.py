"""Owns the words of a request: sealed under its own key, and once more for the customer's eyes."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyc.clock import month_epoch
from kyc.models import PrivacyRequest, VerificationSession, new_id
from kyc.viewing import public_half_of
from storage.boxes import PrivateHalf, is_box
from storage.keys import WrappedKey
from storage.vault import Vault

LONGEST = 8000
"""Characters; a field holds 64 KiB sealed, and a character up to four bytes."""


def new_key(vault: Vault, now: datetime) -> tuple[str, WrappedKey]:
    """The id of a new request with the key under which its words will be sealed."""
    request_id = new_id("pr")
    return request_id, vault.new_field_key(request_id, month_epoch(now))


def box_words(vault: Vault, request: PrivacyRequest, name: str, text: str) -> bytes:
    """For workers, who take it over: what the customer-facing process can do."""
    return vault.box_text(request.id, name, text.encode(), request.field_key_epoch)


def seal_words(vault: Vault, request: PrivacyRequest, name: str, text: str) -> bytes:
    return vault.seal_field(_key(request), request.id, name, text.encode())


def open_words(vault: Vault, request: PrivacyRequest, name: str, blob: bytes | None) -> str:
    """Empty where there are none, or none any more. Raises SealOnlyError for customers' process."""
    if blob is None or request.field_key is None:
        return ""
    if is_box(blob):
        return vault.open_boxed_text(request.id, name, blob).decode()
    return vault.open_field(_key(request), request.id, name, blob).decode()


def take_over_words(vault: Vault, request: PrivacyRequest) -> bool:
    """From the boxes they came in to the request's key, and that to its epoch; False if done."""
    if request.field_key is None or not is_box(request.field_key):
        return False
    anew = vault.rewrap_field_key(_key(request), request.id, request.field_key_epoch)
    request.field_key, request.field_key_epoch = anew.blob, anew.epoch
    if request.words is not None and is_box(request.words):
        text = open_words(vault, request, "words", request.words)
        request.words = seal_words(vault, request, "words", text)
    return True


def shown(
    db: Session, vault: Vault, session: VerificationSession | None, name: str, text: str
) -> bytes | None:
    """A copy that the customer of the case can read; None where there is no such page."""
    public = public_half_of(db, session.id) if session else None
    if session is None or public is None or not text:
        return None
    return vault.show_text(public, session.id, name, text.encode())


def seen(vault: Vault, view: PrivateHalf, session_id: str, name: str, box: bytes | None) -> str:
    """As the customer reads it, with what their own request brought."""
    return "" if box is None else vault.see_text(view, session_id, name, box).decode()


def _key(request: PrivacyRequest) -> WrappedKey:
    assert request.field_key is not None
    return WrappedKey(request.field_key_epoch, request.field_key)
