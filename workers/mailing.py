"""Owns the mail job: find address and words, hand the letter over, note that it went."""

from datetime import timedelta

from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.delivery.composing import NEEDS_LINK, Letter, compose
from kyc.delivery.sending import message_id
from kyc.desk.codes import MAIL as CODE_MAIL
from kyc.desk.codes import make_code
from kyc.fields import read_details
from kyc.intake.links import make_link
from kyc.intake.taking_over import view_for_link
from kyc.leases import Lease, hold, settle
from kyc.models import OutgoingMail, VerificationSession
from kyc.registers.notices import NOTICE_MAIL, notice_told
from kyc.retention.receipts import receipt_file
from kyc.retention.telling import receipts_of_mail
from workers.house import House


def send_mail(house: House, lease: Lease) -> None:
    """Sends once as far as anybody can: a crash between sending and commit repeats it."""
    runtime = house.runtime
    with runtime.transaction() as db:
        hold(db, lease)
        letter = _letter(house, db, lease.subject_id)
    if letter is not None:
        house.post.send(letter, runtime.settings.mail_from, message_id(lease.subject_id))
    with runtime.transaction() as db:
        settle(db, lease, runtime.now())
        _note(house, db, lease.subject_id, was_sent=letter is not None)


def _letter(house: House, db: Session, mail_id: str) -> Letter | None:
    """None when the customer's details are gone: there is nobody to write to any more."""
    runtime = house.runtime
    mail = db.get_one(OutgoingMail, mail_id)
    session = db.get_one(VerificationSession, mail.session_id)
    details = read_details(runtime.vault, session)
    if details is None or mail.sent_at is not None:
        return None
    lasts = timedelta(hours=max(runtime.settings.link_hours, 72))
    url, code = "", make_code(db, runtime.lookup, mail.id, runtime.now())
    if mail.kind == CODE_MAIL and code is None:
        return None
    if mail.kind in NEEDS_LINK:
        token = make_link(
            db,
            runtime.vault.boxes,
            runtime.lookup,
            session,
            view=view_for_link(db, runtime.vault, session, runtime.now()),
            lasts=lasts,
            now=runtime.now(),
        )
        url = f"{runtime.settings.base_url}/v/{token}"
    return compose(
        mail.kind,
        details.email,
        session.locale,
        business=runtime.settings.business_name,
        reference=session.reference,
        url=url,
        home=runtime.settings.base_url + "/",
        until=runtime.now() + lasts,
        code=code or "",
        receipts=receipt_file(receipts_of_mail(db, mail.id)),
        **(notice_told(db, session) if mail.kind == NOTICE_MAIL else {}),
    )


def _note(house: House, db: Session, mail_id: str, *, was_sent: bool) -> None:
    mail = db.get_one(OutgoingMail, mail_id)
    now = house.runtime.now()
    mail.sent_at = now if was_sent else mail.sent_at
    record(
        db,
        Action.SYSTEM_MAIL_SENT if was_sent else Action.SYSTEM_MAIL_FAILED,
        actor=SYSTEM,
        now=now,
        case=mail.session_id,
        object_id=mail.id,
        detail={"kind": mail.kind},
    )
