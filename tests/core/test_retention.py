"""Owns forgetting: nothing early, nothing twice, nothing left."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.errors import NotFoundError
from kyc.evidence import open_artifact
from kyc.fields import read_details, seal_text
from kyc.lifecycle import ArtifactState, ItemKind, Stage, Status, UploadState
from kyc.models import (
    Artifact,
    CustomerBrowser,
    CustomerLink,
    Decision,
    OutgoingMail,
    Receipt,
    Upload,
    VerificationSession,
)
from kyc.policy.flow import shipped_flow
from kyc.policy.retention import due_at
from kyc.retention.due import groups, overdue
from kyc.retention.expiring import expire_overdue
from kyc.retention.purging import destroy_due_records, mark_absent, mark_due
from storage.objects import Absence
from tests.core.databases import ON_SQLITE
from tests.core.kit import LASTS, START, dump, race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

SECOND = timedelta(seconds=1)
RULES = shipped_flow().retention


def _mark(kit: "Kit", limit: int = 200) -> int:
    with kit.transaction() as db:
        return mark_due(db, kit.now, limit)


def _destroy_records(kit: "Kit") -> int:
    with kit.transaction() as db:
        return destroy_due_records(db, kit.now)


def _absent(kit: "Kit", artifact_id: str) -> None:
    with kit.transaction() as db:
        mark_absent(db, artifact_id, Absence(2, 1, 0), kit.now)


def _expire(kit: "Kit", limit: int = 200) -> int:
    with kit.transaction() as db:
        return expire_overdue(db, kit.now, limit)


def _artifact(kit: "Kit", make: "Make", **values: Any) -> Artifact:
    with kit.transaction() as db:
        return make.artifact(db, make.upload(db, make.ready(db)), **values)


@given(
    st.sampled_from([name for name, rule in RULES.items() if rule.years == 0]),
    st.timedeltas(timedelta(0), timedelta(days=4000)),
)
def test_no_rule_is_due_before_its_time(rule: str, since: timedelta) -> None:
    assert (due_at(RULES, rule, START) <= START + since) == (since >= RULES[rule].period)


@ON_SQLITE
@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if rule.period])
def test_nothing_is_destroyed_early(kit: "Kit", make: "Make", rule: str) -> None:
    artifact = _artifact(kit, make, rule=rule)
    kit.moment = due_at(RULES, rule, kit.now) - SECOND
    assert _mark(kit) == 0
    assert open_artifact(kit.vault, kit.get(Artifact, artifact.id))
    kit.moment += SECOND
    assert _mark(kit) == 1
    with pytest.raises(NotFoundError):
        open_artifact(kit.vault, kit.get(Artifact, artifact.id))


def test_a_clock_that_goes_back_destroys_nothing(kit: "Kit", make: "Make") -> None:
    _artifact(kit, make)
    kit.later(days=-400)
    assert _mark(kit) == 0


def test_marking_destroys_the_key_and_leaves_one_receipt(kit: "Kit", make: "Make") -> None:
    artifact = _artifact(kit, make, rule="rejected")
    kit.later(days=90)
    assert _mark(kit) == 1
    row = kit.get(Artifact, artifact.id)
    assert (row.state, row.wrapped_key, row.regions) == (ArtifactState.PURGING, None, [])
    (receipt,) = kit.all(Receipt)
    assert (receipt.subject_id, receipt.kind, receipt.stage) == (
        artifact.id,
        ItemKind.DOCUMENT_FRONT,
        Stage.REVIEW,
    )
    assert (receipt.rule, receipt.key_destroyed_at, receipt.absent_at) == (
        "rejected",
        kit.now,
        None,
    )


def test_a_second_run_changes_nothing(kit: "Kit", make: "Make") -> None:
    artifact = _artifact(kit, make)
    kit.later(days=7)
    _mark(kit)
    _absent(kit, artifact.id)
    before = dump(kit.engine)
    kit.later(days=1)
    assert _mark(kit) == 0
    assert _destroy_records(kit) == 0
    _absent(kit, artifact.id)
    assert dump(kit.engine) == before


def test_two_runs_at_once_write_one_receipt_each(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        upload = make.upload(db, make.ready(db))
        for _ in range(12):
            make.artifact(db, upload)
    kit.later(days=7)
    answers = race(4, lambda _: _mark(kit, 5))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    while _mark(kit, 5):
        pass
    assert len(kit.all(Receipt)) == 12


def test_a_slice_is_bounded_and_takes_the_oldest_first(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        upload = make.upload(db, make.ready(db))
        late = make.artifact(db, upload, destroy_at=kit.now).id
        early = make.artifact(db, upload, destroy_at=kit.now - SECOND).id
    assert _mark(kit, 1) == 1
    assert [receipt.subject_id for receipt in kit.all(Receipt)] == [early]
    assert _mark(kit, 1) == 1
    assert kit.get(Artifact, late).wrapped_key is None


def test_absence_is_written_into_the_receipt(kit: "Kit", make: "Make") -> None:
    artifact = _artifact(kit, make, policy_sha256="0" * 64)
    _absent(kit, artifact.id)
    assert kit.get(Artifact, artifact.id).state == ArtifactState.STORED
    kit.later(days=7)
    _mark(kit)
    _absent(kit, artifact.id)
    row = kit.get(Artifact, artifact.id)
    assert (row.state, row.purged_at) == (ArtifactState.PURGED, kit.now)
    (receipt,) = kit.all(Receipt)
    assert (receipt.absent_at, receipt.versions) == (kit.now, 2)
    assert kit.actions()[-1] == "system:purge:verified"


@pytest.mark.parametrize("state", [UploadState.RECEIVING, UploadState.PROCESSING])
def test_an_upload_that_was_never_redacted_is_refused(
    kit: "Kit", make: "Make", state: UploadState
) -> None:
    with kit.transaction() as db:
        upload = make.upload(db, make.ready(db), state=state)
        make.artifact(db, upload, stage=Stage.RAW, rule="raw")
    kit.later(hours=24)
    _mark(kit)
    row = kit.get(Upload, upload.id)
    assert (row.state, row.refusal) == (UploadState.REFUSED, "timed_out")


@pytest.mark.parametrize("state", [UploadState.CONFIRM, UploadState.READY, UploadState.CONFIRMED])
def test_a_picture_that_was_destroyed_does_not_count_for_an_open_session(
    kit: "Kit", make: "Make", state: UploadState
) -> None:
    with kit.transaction() as db:
        upload = make.picture(db, make.ready(db), state=state)
    kit.later(days=7)
    _mark(kit)
    row = kit.get(Upload, upload.id)
    assert (row.state, row.refusal) == (UploadState.REFUSED, "timed_out")


def test_the_upload_of_a_decided_case_stays_what_it_was(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session = make.ready(db)
        upload = make.picture(db, session, state=UploadState.CONFIRMED)
        session.status = Status.VERIFIED
    kit.later(days=200)
    _mark(kit)
    assert kit.get(Upload, upload.id).state == UploadState.CONFIRMED


def test_a_newer_copy_is_not_hurt_by_the_end_of_an_older_one(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        upload = make.picture(db, make.ready(db))
        make.artifact(db, upload, rule="unfinished")
    kit.later(hours=1)
    assert _mark(kit) == 1
    assert kit.get(Upload, upload.id).state == UploadState.READY


def test_the_destruction_of_a_record_leaves_nothing_personal(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session, person = make.waiting(db), make.staff(db)
        session.client_reference_id, session.facts = "customer-77", {"document_front": {}}
        note = seal_text(kit.vault, session, "note", "x")
        make.decision(db, session, person, note=note, message=note)
        make.link(db, session)
        make.browser(db, session)
        session.record_rule, session.record_destroy_at = "record_rejected", kit.now
        other = make.ready(db)
        make.link(db, other)
    assert _destroy_records(kit) == 1
    row = kit.get(VerificationSession, session.id)
    gone = (
        "details",
        "email_hash",
        "field_key",
        "facts",
        "client_reference_id",
        "statement_code",
        "document_country",
    )
    assert {name: getattr(row, name) for name in gone} == dict.fromkeys(gone)
    assert read_details(kit.vault, row) is None
    assert row.record_destroyed_at == kit.now
    (decision,) = kit.all(Decision)
    assert (decision.note, decision.message) == (None, None)
    assert {link.session_id for link in kit.all(CustomerLink)} == {other.id}
    assert kit.all(CustomerBrowser) == []
    receipt = kit.all(Receipt, Receipt.subject_id == session.id)[0]
    assert (receipt.kind, receipt.rule) == ("record", "record_rejected")
    assert kit.get(VerificationSession, other.id).details is not None


def test_a_record_is_not_destroyed_early(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session = make.ready(db)
        session.record_rule, session.record_destroy_at = "record_rejected", kit.now + SECOND
    assert _destroy_records(kit) == 0
    kit.moment += SECOND
    assert _destroy_records(kit) == 1
    assert _destroy_records(kit) == 0


@pytest.mark.parametrize("status", [Status.CREATED, Status.REQUIRES_INPUT])
def test_a_session_past_its_deadline_expires(kit: "Kit", make: "Make", status: Status) -> None:
    with kit.transaction() as db:
        session = make.ready(db, status=status)
    kit.moment += LASTS - SECOND
    assert _expire(kit) == 0
    kit.moment += SECOND
    assert _expire(kit) == 1
    assert _expire(kit) == 0
    row = kit.get(VerificationSession, session.id)
    assert (row.status, row.record_rule) == (Status.EXPIRED, "record_abandoned")
    assert row.record_destroy_at == kit.now + timedelta(days=7)
    assert [mail.kind for mail in kit.all(OutgoingMail)] == ["expired"]


def test_a_case_that_nobody_decided_expires_when_its_images_go(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session_id = make.waiting(db).id
    kit.moment += RULES["undecided"].period - timedelta(seconds=1)
    assert _expire(kit) == 0
    kit.moment += timedelta(seconds=1)
    assert _expire(kit) == 1
    session = kit.get(VerificationSession, session_id)
    assert (session.status, session.record_rule) == (Status.EXPIRED, "record_abandoned")


def test_a_session_that_nobody_began_expires_without_a_mail(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        make.session(db)
    kit.moment += LASTS
    assert _expire(kit) == 1
    assert kit.all(OutgoingMail) == []


@ON_SQLITE
@pytest.mark.parametrize(
    "status", [s for s in Status if s not in {Status.CREATED, Status.REQUIRES_INPUT}]
)
def test_a_session_that_is_not_open_does_not_expire(
    kit: "Kit", make: "Make", status: Status
) -> None:
    with kit.transaction() as db:
        make.ready(db, status=status)
    kit.later(days=4000)
    assert _expire(kit) == 0


def test_what_falls_due_is_counted_by_kind_and_rule(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session = make.ready(db, record_rule="record_rejected", record_destroy_at=kit.now)
        upload = make.upload(db, session)
        for _ in range(2):
            make.artifact(db, upload, rule="rejected")
        make.artifact(db, upload, rule="approved")
    with kit.reading() as db:
        found = {(g.kind, g.rule): g.count for g in groups(db, kit.now + timedelta(days=90))}
        assert overdue(db, kit.now + timedelta(days=90)) == 1  # the details
        assert overdue(db, kit.now + timedelta(days=91)) == 3
    assert found == {("record", "record_rejected"): 1, ("document_front", "rejected"): 2}


def test_each_rule_says_what_why_and_from_when() -> None:
    for name, rule in RULES.items():
        assert rule.name == name
        assert all((rule.what, rule.start, rule.legal_basis))


def test_a_record_is_overdue_too_unless_somebody_holds_it(kit: "Kit", make: "Make") -> None:
    values: dict[str, Any] = {"record_rule": "record_rejected", "record_destroy_at": kit.now}
    with kit.transaction() as db:
        late, held = make.ready(db, **values), make.ready(db, **values)
        make.ready(db, **(values | {"record_destroy_at": kit.now + timedelta(days=2)}))
        make.hold(db, held, until=kit.now + timedelta(days=9))
    with kit.reading() as db:
        assert overdue(db, kit.now) == 0
        assert overdue(db, kit.later(seconds=1)) == 1
    with kit.transaction() as db:
        destroy_due_records(db, kit.now)
    assert kit.get(VerificationSession, late.id).record_destroyed_at
    with kit.reading() as db:
        assert overdue(db, kit.now) == 0
