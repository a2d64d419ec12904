"""Owns security keys and passkeys (W3C WebAuthn level 2): making, checking, removing them."""

import ipaddress
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kyc.db import changed_one
from kyc.errors import ConflictError, InvalidInputError
from kyc.models import SecurityKey, Staff, StaffInvitation, StaffSession

CHALLENGE_LIFE = timedelta(minutes=5)
LONGEST_ANSWER = 20_000
LONGEST_NAME = 60
MOST_KEYS = 10

_UNREADABLE = (
    WebAuthnException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
)
"""What the library raises for bytes that nobody's key has made."""

Holder = StaffSession | StaffInvitation


@dataclass(frozen=True)
class Site:
    """Whom keys are made for: the origin of the base URL, and its host as relying party."""

    origin: str
    rp_id: str
    name: str


@dataclass(frozen=True)
class NewKey:
    """What an authenticator has made, checked; the public key is in COSE form."""

    credential_id: bytes
    public_key: bytes = field(repr=False)
    sign_count: int


def site_of(base_url: str, name: str) -> Site | None:
    """None where browsers offer no keys: an address that is no name, or plain http elsewhere."""
    url = urlsplit(base_url)
    host = url.hostname or ""
    secure = url.scheme == "https" or host == "localhost"
    return Site(f"{url.scheme}://{url.netloc}", host, name) if secure and _is_name(host) else None


def give_challenge(holder: Holder, now: datetime) -> bytes:
    """A new one, kept on the session or invitation that it is for; the one before is void."""
    holder.challenge, holder.challenge_at = secrets.token_bytes(32), now
    return holder.challenge


def take_challenge(db: Session, holder: Holder, now: datetime) -> bytes | None:
    """The challenge once, whatever becomes of the answer; None when there is none or an old one.

    Commit it before the answer is checked: an answer that is refused has used it up too.
    """
    challenge, at = holder.challenge, holder.challenge_at
    if challenge is None or at is None:
        return None
    table = type(holder)
    take = (
        update(table)
        .where(table.token_hash == holder.token_hash, table.challenge == challenge)
        .values(challenge=None, challenge_at=None)
    )
    return challenge if changed_one(db, take) and now - at <= CHALLENGE_LIFE else None


def keys_of(db: Session, staff_id: str) -> Sequence[SecurityKey]:
    mine = select(SecurityKey).where(SecurityKey.staff_id == staff_id)
    return db.scalars(mine.order_by(SecurityKey.created_at, SecurityKey.id)).all()


def creation_options(
    site: Site, challenge: bytes, handle: str, shown: str, known: Sequence[SecurityKey]
) -> dict[str, Any]:
    """For `navigator.credentials.create`; a key that is there already is not made again."""
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.name,
        user_id=handle.encode(),
        user_name=shown,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(known),
    )
    return _plain(options_to_json(options))


def request_options(site: Site, challenge: bytes, known: Sequence[SecurityKey]) -> dict[str, Any]:
    """For `navigator.credentials.get`."""
    options = generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(options_to_json(options))


def check_new(site: Site, challenge: bytes | None, untrusted: str) -> NewKey:
    """Raises InvalidInputError for what was not made for us, here, now, by a verified person."""
    if challenge is None or len(untrusted) > LONGEST_ANSWER:
        raise InvalidInputError("the security key took too long: try again")
    try:
        made = verify_registration_response(
            credential=untrusted,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _UNREADABLE as error:
        raise InvalidInputError("the security key could not be checked: try again") from error
    return NewKey(made.credential_id, made.credential_public_key, made.sign_count)


def add_key(db: Session, person: Staff, new: NewKey, name: str, now: datetime) -> SecurityKey:
    """Raises InvalidInputError for a bad name, ConflictError for a key that somebody has."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidInputError(f"give the key a name of at most {LONGEST_NAME} characters")
    if len(keys_of(db, person.id)) >= MOST_KEYS:
        raise ConflictError(f"an account has at most {MOST_KEYS} security keys: remove one first")
    taken = select(SecurityKey.id).where(SecurityKey.credential_id == new.credential_id)
    if db.scalar(taken) is not None:
        raise ConflictError("this security key is in use already: take another one")
    key = SecurityKey(
        staff_id=person.id,
        credential_id=new.credential_id,
        public_key=new.public_key,
        sign_count=new.sign_count,
        name=name,
        created_at=now,
    )
    db.add(key)
    db.flush()
    return key


def why_refused(
    db: Session, site: Site, person: Staff, challenge: bytes | None, untrusted: str, now: datetime
) -> str | None:
    """None for a right answer of one of this person's keys, else a code that says what is wrong.

    `counter` means that two devices answer for one key, or that an old answer came again.
    """
    if challenge is None or len(untrusted) > LONGEST_ANSWER:
        return "challenge"
    key = _key_named(db, person, untrusted)
    if key is None:
        return "unknown_key"
    try:
        seen = verify_authentication_response(
            credential=untrusted,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=0,  # ours is the next check, which tells what is wrong
            require_user_verification=True,
        )
    except _UNREADABLE:
        return "assertion"
    return None if _count_on(db, key, seen.new_sign_count, now) else "counter"


def _count_on(db: Session, key: SecurityKey, count: int, now: datetime) -> bool:
    """Keeps the new count in one statement; keys that do not count say 0 for ever."""
    if (count or key.sign_count) and count <= key.sign_count:
        return False
    move = (
        update(SecurityKey)
        .where(SecurityKey.id == key.id, SecurityKey.sign_count == key.sign_count)
        .values(sign_count=count, used_at=now)
    )
    return changed_one(db, move)


def _key_named(db: Session, person: Staff, untrusted: str) -> SecurityKey | None:
    try:
        wanted = base64url_to_bytes(json.loads(untrusted)["rawId"])
    except _UNREADABLE:
        return None
    named = select(SecurityKey).where(SecurityKey.credential_id == wanted)
    return db.scalars(named.where(SecurityKey.staff_id == person.id)).one_or_none()


def _descriptors(keys: Sequence[SecurityKey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys]


def _plain(text: str) -> dict[str, Any]:
    content = json.loads(text)
    assert isinstance(content, dict)
    return content


def _is_name(host: str) -> bool:
    """An IP address cannot be a relying party (WebAuthn 5.1.2, "valid domain")."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(host)
    return False
