"""Owns the job that makes an evidence pack, with the key that signs the audit log."""

from kyc.leases import Lease, hold, settle
from kyc.registers.evidence import files_of
from kyc.registers.evidence_asked import keep
from kyc.registers.evidence_format import pack
from kyc.web.admin.settings_shown import settings_shown
from workers.house import House


def make_evidence(house: House, lease: Lease) -> None:
    """The whole log is checked outside of any writing transaction."""
    runtime, now = house.runtime, house.runtime.now()
    with runtime.transaction() as db:
        hold(db, lease)
    with runtime.reading() as db:
        shown = list(settings_shown(runtime.settings))
        files = files_of(db, runtime.settings, shown, house.signer, now)
    business = runtime.settings.business_name
    content = pack(files, house.signer, id_=lease.subject_id, business=business, now=now)
    with runtime.transaction() as db:
        settle(db, lease, runtime.now())
        keep(db, lease.subject_id, content, runtime.now())
