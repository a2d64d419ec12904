"""Owns that the migrations make what the models say, on both kinds of database."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text, update
from sqlalchemy.exc import DatabaseError

from kyc.db import make_engine
from kyc.flows import flow_of
from kyc.migration import is_current, migrate, unmigrate
from kyc.models import (
    Artifact,
    AuditEvent,
    Base,
    GivenVerdict,
    LegalHold,
    PrivacyRequest,
    Receipt,
    SecurityKey,
    Staff,
    StaffSession,
    VerificationSession,
)
from kyc.policy.flow import shipped_flow
from kyc.policy.rights import Right
from tests.core.desk_hands import asked
from tests.core.kit import Make, open_kit

if TYPE_CHECKING:
    from tests.core.kit import Kit


def test_the_head_equals_the_models(kit: "Kit") -> None:
    with kit.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_it_knows_whether_it_is_current(empty_url: str) -> None:
    engine = make_engine(empty_url)
    assert not is_current(engine)
    migrate(engine)
    assert is_current(engine)
    migrate(engine)
    unmigrate(engine, "base")
    assert not is_current(engine)
    engine.dispose()


def test_it_goes_down_and_up_again_with_data(empty_url: str, tmp_path: Path) -> None:
    kit = open_kit(tmp_path, empty_url)
    migrate(kit.engine)
    for _ in range(2):
        _fill(kit)
        unmigrate(kit.engine, "base")
        assert set(inspect(kit.engine).get_table_names()) == {"alembic_version"}
        migrate(kit.engine)
        assert kit.all(Receipt) == []
    kit.engine.dispose()


def test_signatures_holds_and_ends_go_down_and_up_again_and_the_rest_stays(
    empty_url: str, tmp_path: Path
) -> None:
    kit = open_kit(tmp_path, empty_url)
    migrate(kit.engine)
    _fill(kit)
    with kit.transaction() as db:
        db.execute(update(VerificationSession).values(relationship_ended_at=kit.now))
    receipts, artifacts = len(kit.all(Receipt)), len(kit.all(Artifact))
    unmigrate(kit.engine, "0001")
    assert "legal_hold" not in inspect(kit.engine).get_table_names()
    columns = {column["name"] for column in inspect(kit.engine).get_columns("receipt")}
    assert "signature" not in columns
    migrate(kit.engine)
    assert {receipt.signature for receipt in kit.all(Receipt)} == {None}
    assert {row.relationship_ended_at for row in kit.all(VerificationSession)} == {None}
    assert (len(kit.all(Receipt)), len(kit.all(Artifact))) == (receipts, artifacts)
    assert kit.all(LegalHold) == []
    kit.engine.dispose()


def test_lanes_and_verdicts_go_down_and_up_again_and_the_cases_stay(
    empty_url: str, tmp_path: Path
) -> None:
    kit = open_kit(tmp_path, empty_url)
    migrate(kit.engine)
    _fill(kit)
    with kit.transaction() as db:
        db.execute(update(VerificationSession).values(review_lane="senior", review_seat="second"))
    cases = {row.id for row in kit.all(VerificationSession)}
    unmigrate(kit.engine, "0002")
    assert "given_verdict" not in inspect(kit.engine).get_table_names()
    queue = {
        index["name"]: index["column_names"]
        for index in inspect(kit.engine).get_indexes("verification_session")
    }
    assert queue["ix_session_queue"] == ["status", "waiting_since", "id"]
    migrate(kit.engine)
    found = kit.all(VerificationSession)
    assert {row.id for row in found} == cases
    assert {(row.review_lane, row.review_seat) for row in found} == {("first", "first")}
    kit.engine.dispose()


def test_the_indexes_of_the_queue_go_down_and_up_again_and_the_cases_stay(
    empty_url: str, tmp_path: Path
) -> None:
    kit = open_kit(tmp_path, empty_url)
    migrate(kit.engine)
    _fill(kit)
    cases, now = {row.id for row in kit.all(VerificationSession)}, _indexes(kit)
    unmigrate(kit.engine, "0020")
    before = _indexes(kit)
    assert before["ix_session_queue"] == ["status", "review_lane", "waiting_since", "id"]
    assert {"ix_session_country", "ix_session_kind"} == before.keys() - now.keys()
    migrate(kit.engine)
    assert _indexes(kit) == now
    assert now["ix_session_done"][-3:] == ["document_country", "document_type", "attempt"]
    assert {row.id for row in kit.all(VerificationSession)} == cases
    kit.engine.dispose()


def _indexes(kit: "Kit") -> dict[str, list[str | None]]:
    found = inspect(kit.engine).get_indexes("verification_session")
    return {str(index["name"]): list(index["column_names"]) for index in found}


def test_staff_access_goes_down_and_up_again_and_the_accounts_stay(
    empty_url: str, tmp_path: Path
) -> None:
    kit = open_kit(tmp_path, empty_url)
    migrate(kit.engine)
    _fill(kit)
    with kit.transaction() as db:
        db.execute(update(Staff).values(email=b"sealed", email_hash=b"hash"))
    unmigrate(kit.engine, "0002")
    assert "security_key" not in inspect(kit.engine).get_table_names()
    assert "email" not in {column["name"] for column in inspect(kit.engine).get_columns("staff")}
    migrate(kit.engine)
    assert [(row.email, row.compromised_at) for row in kit.all(Staff)] == [(None, None)]
    assert len(kit.all(StaffSession)) == 1
    assert kit.all(SecurityKey) == []
    kit.engine.dispose()


def test_sessions_that_were_there_get_the_shipped_flow(empty_url: str, tmp_path: Path) -> None:
    kit = open_kit(tmp_path, empty_url)
    migrate(kit.engine)
    _fill(kit)
    unmigrate(kit.engine, "0005")
    assert "flow_version" not in inspect(kit.engine).get_table_names()
    migrate(kit.engine)
    (session,) = kit.all(VerificationSession)
    with kit.reading() as db:
        assert flow_of(db, session) == shipped_flow()
    kit.engine.dispose()


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE audit_outbox SET action = 'x'",
        "DELETE FROM audit_outbox",
        "UPDATE audit_outbox SET body = '{}'",
    ],
)
def test_the_migrated_audit_log_cannot_be_changed(kit: "Kit", make: "Make", act: str) -> None:
    with kit.transaction() as db:
        make.session(db)
    with kit.engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
        connection.execute(text(act))
    assert len(kit.all(AuditEvent)) == 1


def test_the_guard_holds_against_the_models_too(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        make.session(db)
    with kit.runtime.sessions() as db, pytest.raises(DatabaseError, match="append-only"):
        db.execute(update(AuditEvent).values(case_id="vs_other"))


def _fill(kit: "Kit") -> None:
    make = Make(kit)
    with kit.transaction() as db:
        session, person = make.waiting(db), make.staff(db)
        make.claim(db, session, person)
        make.decision(db, session, person)
        make.verdict(db, session, person)
        make.link(db, session)
        make.browser(db, session)
        make.mail(db, session)
        make.job(db)
        make.receipt(db, signature=b"s" * 68)
        make.hold(db, session)
        make.invitation(db)
        make.staff_session(db, person)
        make.recovery_code(db, person)
        make.security_key(db, person)
        make.staff_mail(db, person)
        make.break_glass(db, session, person)
        make.image_look(db, person)
        make.staff_alarm(db, person)
        make.conflict(db, session, person)


def test_verdicts_lose_only_how_long_their_cases_had_waited(empty_url: str, tmp_path: Path) -> None:
    kit = open_kit(tmp_path, empty_url)
    migrate(kit.engine)
    _fill(kit)
    with kit.transaction() as db:
        db.execute(update(GivenVerdict).values(waiting_since=kit.now))
    verdicts = len(kit.all(GivenVerdict))
    unmigrate(kit.engine, "0009")
    migrate(kit.engine)
    assert [verdict.waiting_since for verdict in kit.all(GivenVerdict)] == [None] * verdicts
    kit.engine.dispose()


def test_requests_go_down_and_the_cases_they_are_about_stay(empty_url: str, tmp_path: Path) -> None:
    kit = open_kit(tmp_path, empty_url)
    migrate(kit.engine)
    _fill(kit)
    (case,) = kit.all(VerificationSession)
    asked(kit, case.id, Right.CORRECTION, {"surname": "Kask"})
    unmigrate(kit.engine, "0017")
    assert "privacy_request" not in inspect(kit.engine).get_table_names()
    migrate(kit.engine)
    assert kit.all(PrivacyRequest) == []
    assert [one.id for one in kit.all(VerificationSession)] == [case.id]
    kit.engine.dispose()
