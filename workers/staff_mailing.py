"""Owns the mail job for staff: find address and words, hand the letter over, note that it went."""

from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.delivery.composing import Letter
from kyc.delivery.sending import message_id
from kyc.delivery.staff_letters import staff_letter
from kyc.leases import Lease, hold, settle
from kyc.models import Staff, StaffMail
from kyc.staff.addresses import open_address
from workers.house import House


def send_staff_mail(house: House, lease: Lease) -> None:
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
    mail = db.get_one(StaffMail, mail_id)
    person = db.get_one(Staff, mail.staff_id)
    if mail.address is None or mail.sent_at is not None:
        return None
    address = open_address(house.runtime.vault, person, mail.address)
    settings = house.runtime.settings
    name = person.display_name
    return staff_letter(mail.kind, address, name, settings.business_name, settings.base_url)


def _note(house: House, db: Session, mail_id: str, *, was_sent: bool) -> None:
    mail = db.get_one(StaffMail, mail_id)
    now = house.runtime.now()
    mail.sent_at = now if was_sent else mail.sent_at
    mail.address = None
    action = Action.SYSTEM_MAIL_SENT if was_sent else Action.SYSTEM_MAIL_FAILED
    detail = {"kind": mail.kind}
    record(db, action, actor=SYSTEM, now=now, object_id=mail.id, detail=detail)
