"""Owns what follows from an intake that cannot open: published halves, taking over, views."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kyc.documents.pages import Box
from kyc.evidence import destroy, open_artifact, open_as_customer
from kyc.fields import read_details, see_details
from kyc.intake.giving_details import give_details
from kyc.intake.links import follow_link, view_of_browser
from kyc.intake.taking_over import take_over, view_for_link
from kyc.intake_keys import FRESH_SECONDS, Published, forget_published, publish_due
from kyc.jobs import OwedJobName
from kyc.leases import LostLeaseError, owe_again, settle, take
from kyc.lifecycle import Stage, UploadState
from kyc.models import (
    Artifact,
    CustomerText,
    CustomerView,
    IntakeKey,
    OwedJob,
    Upload,
    VerificationSession,
)
from kyc.retention.purging import destroy_due_records
from kyc.review.covering import cover_by_staff
from kyc.runtime import key_ring
from kyc.tokens import Lookup
from kyc.viewing import private_half_of, see
from storage.boxes import is_box, new_pair
from storage.errors import NoRecipientError, SealOnlyError, WrongKeyError
from storage.keys import WrappedKey, artifact_context, shown_context
from storage.recipients import SealOnlyKeys, WorkerKeys
from storage.vault import Vault
from tests.core.kit import details, jpeg

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make


def _ring(kit: "Kit") -> WorkerKeys:
    keys = kit.vault.keys
    assert isinstance(keys, WorkerKeys)
    return keys


def _publish(kit: "Kit") -> list[str]:
    with kit.transaction() as db:
        return publish_due(db, _ring(kit), kit.lookup, kit.now)


def _published(kit: "Kit") -> Published:
    return Published(kit.runtime.sessions, kit.lookup, lambda: kit.now)


def _typed(kit: "Kit", make: "Make") -> str:
    """A session whose details were typed and not taken over."""
    with kit.transaction() as db:
        session = make.session(db)
        rules = {"minimum_age": 18, "now": kit.now}
        give_details(db, kit.intake, kit.lookup, session, details(), **rules)  # type: ignore[arg-type]  # two types
        return session.id


# --- published halves -------------------------------------------------------------


def test_this_month_and_the_next_are_published(kit: "Kit") -> None:
    assert _publish(kit) == []
    assert [row.epoch for row in kit.all(IntakeKey)] == ["2026-03", "2026-04"]
    assert kit.actions() == ["system:intake_key:published"] * 2
    assert _published(kit).public_half("2026-03") == _ring(kit).public_half("2026-03")


def test_publishing_again_changes_nothing(kit: "Kit") -> None:
    _publish(kit)
    before = [(row.public_half, row.created_at) for row in kit.all(IntakeKey)]
    kit.later(minutes=5)
    assert _publish(kit) == []
    assert [(row.public_half, row.created_at) for row in kit.all(IntakeKey)] == before


def test_what_is_not_published_is_not_sealed_to(kit: "Kit") -> None:
    with pytest.raises(NoRecipientError, match="start a worker"):
        _published(kit).public_half("2026-03")
    with pytest.raises(NoRecipientError):
        _published(kit).check()


def test_a_half_that_a_stranger_wrote_into_the_database_is_not_sealed_to(kit: "Kit") -> None:
    _publish(kit)
    with kit.transaction() as db:
        db.execute(update(IntakeKey).values(public_half=new_pair().public))
    with pytest.raises(NoRecipientError, match="not written by a worker"):
        _published(kit).public_half("2026-03")


def test_a_half_of_another_month_is_not_sealed_to(kit: "Kit") -> None:
    _publish(kit)
    with kit.transaction() as db:
        next_month = db.get_one(IntakeKey, "2026-04")
        this_month = db.get_one(IntakeKey, "2026-03")
        this_month.public_half, this_month.mac = next_month.public_half, next_month.mac
    with pytest.raises(NoRecipientError):
        _published(kit).public_half("2026-03")


def test_a_worker_puts_a_forged_half_right(kit: "Kit") -> None:
    _publish(kit)
    stranger = new_pair().public
    with kit.transaction() as db:
        # With the look-up key, as somebody could who held the customers' process for a while.
        forged = kit.lookup.hash("intake-key", f"2026-03:{stranger.hex()}")
        row = db.get_one(IntakeKey, "2026-03")
        row.public_half, row.mac = stranger, forged
    assert _published(kit).public_half("2026-03") == stranger
    assert _publish(kit) == ["2026-03"]
    assert kit.actions()[-1] == "system:intake_key:corrected"
    assert _published(kit).public_half("2026-03") == _ring(kit).public_half("2026-03")


def test_a_half_is_looked_at_again_after_a_minute(kit: "Kit") -> None:
    _publish(kit)
    seconds = [0.0]
    known = Published(kit.runtime.sessions, kit.lookup, lambda: kit.now, ticks=lambda: seconds[0])
    known.public_half("2026-03")
    with kit.transaction() as db:
        forget_published(db, "2026-03")
    assert known.public_half("2026-03")
    seconds[0] = FRESH_SECONDS + 1
    with pytest.raises(NoRecipientError):
        known.public_half("2026-03")


def test_another_look_up_key_proves_no_half(kit: "Kit") -> None:
    _publish(kit)
    with pytest.raises(NoRecipientError):
        Published(kit.runtime.sessions, Lookup(b"x" * 32), lambda: kit.now).check()


def test_the_surface_for_customers_opens_no_key_store(kit: "Kit") -> None:
    settings = replace(kit.runtime.settings, surface="customer")
    ring = key_ring(settings, kit.runtime.sessions, kit.lookup, lambda: kit.now)
    assert isinstance(ring, SealOnlyKeys)
    with pytest.raises(SealOnlyError):
        ring.unwrap(WrappedKey("2026-03", b""), b"")
    with pytest.raises(SealOnlyError):
        ring.open(b"", "2026-03", b"")
    with pytest.raises(SealOnlyError):
        ring.destroy("2026-03")
    assert ring.epochs() == []


# --- taking over ------------------------------------------------------------------


def test_what_was_typed_is_owed_a_taking_over_and_readable_before(kit: "Kit", make: "Make") -> None:
    session_id = _typed(kit, make)
    session = kit.get(VerificationSession, session_id)
    assert is_box(session.details or b"")
    assert is_box(session.field_key or b"")
    assert [(job.name, job.subject_id) for job in kit.all(OwedJob)] == [("take_over", session_id)]
    assert read_details(kit.vault, session) == details()
    with pytest.raises(SealOnlyError):
        read_details(kit.intake, session)


def test_taking_over_leaves_no_box_for_workers(kit: "Kit", make: "Make") -> None:
    session_id = _typed(kit, make)
    for _ in range(2):  # a second time changes nothing
        with kit.transaction() as db:
            take_over(db, kit.vault, kit.lookup, session_id, kit.now)
        session = kit.get(VerificationSession, session_id)
        assert not is_box(session.details or b"")
        assert kit.actions(session_id)[-1] == "system:session:taken_over"
        assert len(session.field_key or b"") == 60
        assert len(kit.get(CustomerView, session_id).wrapped_key) == 60
        assert read_details(kit.vault, session) == details()


def test_a_picture_that_the_customer_covered_is_taken_over(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        upload = make.picture(db, make.ready(db))
        artifact = db.get_one(Artifact, upload.artifact_id)
        boxed = kit.intake.keys.wrap(
            kit.vault.keys.unwrap(
                WrappedKey(artifact.key_epoch, artifact.wrapped_key or b""), _context(artifact)
            ),
            artifact.key_epoch,
            _context(artifact),
        )
        artifact.wrapped_key = boxed.blob
        assert open_artifact(kit.vault, artifact) == jpeg()
        take_over(db, kit.vault, kit.lookup, upload.session_id, kit.now)
        assert len(artifact.wrapped_key) == 60
        assert open_artifact(kit.vault, artifact) == jpeg()


def test_details_given_anew_while_a_worker_is_at_the_old_ones_are_owed_again(
    kit: "Kit", make: "Make"
) -> None:
    session_id = _typed(kit, make)
    (job,) = kit.all(OwedJob)
    with kit.transaction() as db:
        lease = take(db, job.id, kit.now)
    assert lease is not None
    with kit.transaction() as db:
        owe_again(db, OwedJobName.TAKE_OVER, session_id, kit.now)
    with pytest.raises(LostLeaseError), kit.transaction() as db:
        settle(db, lease, kit.now)
    with kit.transaction() as db:
        anew = take(db, job.id, kit.now)
        assert anew is not None
        settle(db, anew, kit.now)
    assert kit.woken.count(job.id) == 2
    with kit.transaction() as db:  # a third time, when it was done before
        owe_again(db, OwedJobName.TAKE_OVER, session_id, kit.now)
    assert kit.get(OwedJob, job.id).state == "owed"


def test_taking_over_a_destroyed_record_does_nothing(kit: "Kit", make: "Make") -> None:
    session_id = _typed(kit, make)
    with kit.transaction() as db:
        db.get_one(VerificationSession, session_id).record_destroy_at = kit.now
    with kit.transaction() as db:
        assert destroy_due_records(db, kit.now) == 1
    with kit.transaction() as db:
        take_over(db, kit.vault, kit.lookup, session_id, kit.now)
    assert kit.get(VerificationSession, session_id).details is None


# --- views ------------------------------------------------------------------------


def test_a_raw_file_is_never_shown_to_anybody(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        upload = make.upload(db, make.ready(db))
        raw = make.artifact(db, upload, stage=Stage.RAW, rule="raw")
        assert raw.view_key is None
        view = private_half_of(db, kit.vault, upload.session_id)
        assert view is not None
        with pytest.raises(WrongKeyError):
            open_as_customer(kit.intake, raw, view)


def test_a_copy_opens_with_its_sessions_view_and_no_other(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        mine, other = make.picture(db, make.ready(db)), make.ready(db)
        copy = db.get_one(Artifact, mine.artifact_id)
        view = private_half_of(db, kit.vault, mine.session_id)
        strange = private_half_of(db, kit.vault, other.id)
        assert view is not None
        assert strange is not None
        assert open_as_customer(kit.intake, copy, view) == jpeg()
        with pytest.raises(WrongKeyError):
            kit.intake.boxes.open(
                strange,
                mine.session_id,
                shown_context(mine.session_id, copy.id),
                copy.view_key or b"",
            )


def test_destroying_a_copy_takes_the_customers_key_as_well(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        upload = make.picture(db, make.ready(db), state=UploadState.CONFIRM)
        copy = db.get_one(Artifact, upload.artifact_id)
        assert copy.view_key is not None
        destroy(db, copy, "superseded", kit.now)
        assert {copy.wrapped_key, copy.view_key} == {None}


def test_a_link_made_by_a_worker_opens_the_same_view(kit: "Kit", make: "Make") -> None:
    session_id = _typed(kit, make)
    with kit.transaction() as db:
        token = make.link(db, db.get_one(VerificationSession, session_id))
    with kit.transaction() as db:
        cookie = follow_link(db, kit.intake.boxes, kit.lookup, token, kit.now)
    with kit.reading() as db:
        view = view_of_browser(db, kit.intake.boxes, kit.lookup, cookie)
        session = db.get_one(VerificationSession, session_id)
        assert view is not None
        assert see_details(db, kit.intake, view, session) == details()
        assert view_of_browser(db, kit.intake.boxes, kit.lookup, token) is None


def test_a_session_from_before_there_were_views_gets_one_with_its_link(
    kit: "Kit", make: "Make"
) -> None:
    with kit.transaction() as db:
        session = make.ready(db)
        upload = make.picture(db, session)
        make_old(db, session.id)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, session.id)
        view = view_for_link(db, kit.vault, session, kit.now)
        assert view_for_link(db, kit.vault, session, kit.now) == view
    with kit.reading() as db:
        session = db.get_one(VerificationSession, session.id)
        copy = db.get_one(Artifact, db.get_one(Upload, upload.id).artifact_id)
        assert see_details(db, kit.intake, view, session) == details()
        assert open_as_customer(kit.intake, copy, view) == jpeg()


def test_staff_cover_for_a_customer_who_sees_it_again(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session, person = make.waiting(db), make.staff(db)
        make.claim(db, session, person)
        upload = db.scalars(select(Upload).where(Upload.session_id == session.id)).first()
        assert upload is not None
        boxes, by = [Box(5, 5, 30, 30)], person.id
        covered = cover_by_staff(db, kit.vault, upload.artifact_id or "", boxes, by, kit.now)
        later = db.get_one(Artifact, covered.announced.artifact_id)
        assert later.view_key is not None


def test_a_destroyed_record_leaves_no_view_and_no_text(kit: "Kit", make: "Make") -> None:
    session_id = _typed(kit, make)
    with kit.transaction() as db:
        view = private_half_of(db, kit.vault, session_id)
        assert view is not None
        db.get_one(VerificationSession, session_id).record_destroy_at = kit.now
    with kit.transaction() as db:
        destroy_due_records(db, kit.now)
    assert kit.all(CustomerView) == []
    assert kit.all(CustomerText) == []
    with kit.reading() as db:
        assert see(db, kit.intake, view, session_id, "details") is None


def test_the_ring_of_intake_is_of_the_same_store(kit: "Kit") -> None:
    seal_only = kit.vault.seal_only()
    assert isinstance(seal_only, Vault)
    assert seal_only.seal_only() is seal_only
    assert kit.runtime.intake is kit.runtime.intake


def make_old(db: Session, session_id: str) -> None:
    db.execute(update(Artifact).values(view_key=None))
    for table in (CustomerText, CustomerView):
        db.execute(delete(table).where(table.session_id == session_id))


def _context(artifact: Artifact) -> bytes:
    return artifact_context(artifact.session_id, artifact.id)
