"""Owns the check that every model has a factory that works."""

from typing import TYPE_CHECKING

from kyc.models import Base, CustomerLink

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make


def test_each_model_has_a_factory(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session, person = make.waiting(db), make.staff(db)
        upload = make.upload(db, session)
        rows = {
            session,
            person,
            upload,
            make.artifact(db, upload),
            make.claim(db, session, person),
            make.decision(db, session, person),
            make.browser(db, session),
            make.flow(db),
            make.hold(db, session),
            make.mail(db, session),
            make.job(db),
            make.receipt(db),
            make.invitation(db),
            make.staff_session(db, person),
            make.recovery_code(db, person),
        }
        make.link(db, session)
    made = {type(row).__tablename__ for row in rows} | {CustomerLink.__tablename__}
    audit = {"audit_outbox", "audit_checkpoint"}
    assert made == Base.metadata.tables.keys() - audit
