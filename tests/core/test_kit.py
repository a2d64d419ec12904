"""Owns the check that every factory makes a row that the database takes."""

from typing import TYPE_CHECKING

from kyc.models import Base, CustomerLink

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make


def test_each_factory_makes_a_row_of_its_own_model(kit: "Kit", make: "Make") -> None:
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
            make.verdict(db, session, person),
            make.security_key(db, person),
            make.staff_mail(db, person),
            make.break_glass(db, session, person),
            make.image_look(db, person),
            make.staff_alarm(db, person),
            make.conflict(db, session, person),
        }
        make.link(db, session)
    made = {type(row) for row in rows}
    assert len(made) == len(rows)
    assert made | {CustomerLink} <= {mapper.class_ for mapper in Base.registry.mappers}
