"""Owns the narrower copy: made on its day, once, by whichever worker; never instead of a hold."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from kyc.clock import month_epoch, real_clock
from kyc.evidence import open_artifact
from kyc.keeping.moving import move_misplaced
from kyc.keeping.quarantine import quarantine
from kyc.lifecycle import ArtifactState, ItemKind, Stage, Status, UploadState
from kyc.models import Artifact, AuditEvent, OwedJob, Receipt, Upload, VerificationSession
from kyc.policy.flow import shipped_flow
from kyc.retention.guard import let_through
from kyc.retention.relationships import end_relationship
from kyc.review.images_after import images_decided
from tests.core.kit import jpeg
from tests.workers.hands import Outbox, open_house
from workers.narrowing import narrow_due
from workers.owed import run
from workers.purging import purge

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make
    from workers.house import House

LIGHT = (200, 210, 220)
NAME = [[8.0, 8.0], [40.0, 8.0], [40.0, 20.0], [8.0, 20.0]]
PLACES: list[dict[str, Any]] = [{"class": "name", "quad": NAME, "shown": True}]


@pytest.fixture
def house(kit: "Kit", tmp_path: Path) -> "House":
    return open_house(kit, tmp_path, Outbox())


def _decided(
    kit: "Kit",
    make: "Make",
    rule: str = "approved",
    regions: list[dict[str, Any]] = PLACES,
    flow: dict[str, Any] | None = None,
) -> Upload:
    """A decided case with one picture on which a name was located."""
    with kit.transaction() as db:
        if flow:
            raw = json.loads(shipped_flow().body) | flow
            make.flow(db, raw, approved_at=kit.now, approved_by="console")
        session = make.ready(db)
        session.flow_version = 2 if flow else 1
        upload = make.upload(db, session, state=UploadState.CONFIRMED)
        upload.artifact_id = make.artifact(
            db, upload, content=jpeg(LIGHT), regions=regions, width=96, height=96
        ).id
        session.status = Status.VERIFIED if rule == "approved" else Status.REJECTED
        session.decided_at = kit.now
        images_decided(db, session, rule, kit.now, is_final=True)
    return upload


def _work(kit: "Kit", house: "House") -> None:
    narrow_due(house)
    while kit.woken:
        run(house, kit.woken.pop())


def _stored(kit: "Kit") -> list[Artifact]:
    return list(kit.all(Artifact, Artifact.state == ArtifactState.STORED))


def _pixels(kit: "Kit", artifact: Artifact) -> Any:
    return np.asarray(Image.open(io.BytesIO(open_artifact(kit.vault, artifact))).convert("L"))


def test_at_the_end_of_the_dispute_window_only_a_narrower_copy_stays(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    upload = _decided(kit, make)
    former_id = upload.artifact_id or ""
    kit.later(days=180)
    _work(kit, house)
    (copy,) = _stored(kit)
    assert (copy.stage, copy.destroy_rule, copy.destroy_at) == (Stage.RETAINED, "retained", None)
    assert kit.get(Upload, upload.id).artifact_id == copy.id
    page = _pixels(kit, copy)
    assert page[12, 20] > 150, "the name stays"
    assert page[60, 60] < 50, "all else is covered"
    former = kit.get(Artifact, former_id)
    assert (former.state, former.wrapped_key, former.regions) == ("purged", None, [])
    (receipt,) = kit.all(Receipt)
    assert (receipt.subject_id, receipt.rule, receipt.absent_at) == (former_id, "approved", kit.now)
    assert kit.vault.names() == [copy.object_name]
    told = kit.actions(upload.session_id)
    assert told.count("system:artifact:narrowed") == told.count("system:artifact:destroyed") == 1


def test_nothing_is_narrowed_before_its_day(kit: "Kit", make: "Make", house: "House") -> None:
    upload = _decided(kit, make)
    kit.moment += timedelta(days=180) - timedelta(seconds=1)
    _work(kit, house)
    assert [artifact.id for artifact in _stored(kit)] == [upload.artifact_id]
    assert kit.all(OwedJob, OwedJob.name == "narrow") == []


def test_a_second_run_changes_nothing(kit: "Kit", make: "Make", house: "House") -> None:
    _decided(kit, make)
    kit.later(days=180)
    _work(kit, house)
    before = kit.actions(), [artifact.id for artifact in kit.all(Artifact)]
    kit.later(days=1)
    _work(kit, house)
    purge(house)
    assert (kit.actions(), [artifact.id for artifact in kit.all(Artifact)]) == before


def test_where_nothing_was_located_no_copy_follows_and_the_event_says_so(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    _decided(kit, make, regions=[{"class": "portrait", "quad": NAME}])
    kit.later(days=180)
    _work(kit, house)
    assert _stored(kit) == []
    assert len(kit.all(Receipt)) == 1
    assert kit.vault.names() == []
    assert kit.actions().count("system:artifact:narrowed") == 0
    assert _told_without(kit) == 1


def _told_without(kit: "Kit") -> int:
    return sum('"narrowed":false' in event.body for event in kit.all(AuditEvent))


def test_a_copy_that_a_law_wants_as_it_is_stays_so(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    _decided(kit, make, flow={"redaction_profile": "aml", "statute": "Example Act s. 1"})
    kit.later(days=180)
    _work(kit, house)
    (copy,) = _stored(kit)
    assert copy.stage == Stage.RETAINED
    assert open_artifact(kit.vault, copy) == jpeg(LIGHT)


def test_a_rejected_picture_has_no_successor(kit: "Kit", make: "Make", house: "House") -> None:
    _decided(kit, make, rule="rejected")
    kit.later(days=90)
    _work(kit, house)
    purge(house)
    assert _stored(kit) == []
    assert kit.actions().count("system:artifact:narrowed") == 0


def test_the_purge_waits_for_the_narrower_copy_but_not_for_ever(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    upload = _decided(kit, make)
    kit.objects.hide(kit.get(Artifact, upload.artifact_id).object_name)
    kit.later(days=180)
    _work(kit, house)
    kit.moment += timedelta(days=7) - timedelta(seconds=1)
    purge(house)
    assert [artifact.id for artifact in _stored(kit)] == [upload.artifact_id]
    kit.later(seconds=1)
    purge(house)
    assert _stored(kit) == []
    assert _told_without(kit) == 1


def test_a_picture_is_not_lost_because_everything_stood_still(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    _decided(kit, make)
    kit.later(days=200)
    purge(house)
    _work(kit, house)
    assert [artifact.stage for artifact in _stored(kit)] == [Stage.RETAINED]


def test_what_nobody_tried_to_narrow_goes_in_the_end(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    _decided(kit, make)
    kit.later(days=180 + 28)
    purge(house)
    assert _stored(kit) == []


def test_a_job_that_had_all_its_tries_is_owed_again(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    _decided(kit, make)
    kit.later(days=180)
    kit.objects.go_down()
    for _ in range(9):
        _work(kit, house)
        kit.later(hours=1)
        kit.woken += [job.id for job in kit.all(OwedJob, OwedJob.state == "owed")]
        while kit.woken:
            run(house, kit.woken.pop())
    (job,) = kit.all(OwedJob, OwedJob.name == "narrow")
    assert job.fence >= 9
    kit.objects.come_back()
    kit.later(hours=2)
    _work(kit, house)
    kit.woken.append(job.id)
    run(house, kit.woken.pop())
    assert [artifact.stage for artifact in _stored(kit)] == [Stage.RETAINED]


def test_a_held_case_keeps_its_copy_until_the_hold_is_lifted(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    upload = _decided(kit, make)
    with kit.transaction() as db:
        hold = make.hold(db, db.get_one(VerificationSession, upload.session_id))
    kit.later(days=200)
    _work(kit, house)
    purge(house)
    assert [artifact.id for artifact in _stored(kit)] == [upload.artifact_id]
    with kit.transaction() as db:
        db.merge(hold).lifted_at = kit.now
    _work(kit, house)
    assert kit.get(Artifact, upload.artifact_id).state == ArtifactState.PURGED


def test_a_hold_that_comes_while_a_copy_is_made_wins(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    upload = _decided(kit, make)
    kit.later(days=180)
    put = kit.objects.put

    def hold_and_put(name: str, data: bytes) -> None:
        with kit.transaction() as db:
            make.hold(db, db.get_one(VerificationSession, upload.session_id))
        put(name, data)

    kit.objects.put = hold_and_put  # type: ignore[method-assign]  # the moment between two commits
    _work(kit, house)
    assert [artifact.id for artifact in _stored(kit)] == [upload.artifact_id]
    purge(house)
    assert len(kit.vault.names()) == 1


def test_a_quarantined_picture_is_destroyed_on_its_day(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    upload = _decided(kit, make)
    with kit.transaction() as db:
        quarantine(db, upload.artifact_id or "", "wrong_hash", kit.now)
    kit.later(days=180)
    _work(kit, house)
    purge(house)
    assert _stored(kit) == []


def test_a_picture_that_was_altered_is_quarantined_and_goes(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    upload = _decided(kit, make)
    kit.objects.overwrite(kit.get(Artifact, upload.artifact_id).object_name, b"x" * 500)
    kit.later(days=180)
    _work(kit, house)
    assert kit.get(Artifact, upload.artifact_id).quarantined_at == kit.now
    purge(house)
    assert _stored(kit) == []
    assert kit.vault.names() == []


def test_the_brake_of_the_purge_stops_narrowing_and_a_person_lets_it_through(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    upload = _decided(kit, make)
    kit.later(days=180)
    with kit.transaction() as db:
        for _ in range(501):
            make.queued(db, record_rule="record_rejected", record_destroy_at=kit.now)
    _work(kit, house)
    assert [artifact.id for artifact in _stored(kit)] == [upload.artifact_id]
    with kit.transaction() as db:
        let_through(db, kit.now, kit.runtime.real_now)
    run(house, kit.woken.pop(0))
    while kit.woken:
        run(house, kit.woken.pop())
    assert [artifact.stage for artifact in _stored(kit)] == [Stage.RETAINED]


def test_clocks_that_differ_stop_a_job_that_is_owed_already(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    upload = _decided(kit, make)
    kit.later(days=180)
    narrow_due(house)
    skewed = replace(kit.runtime, real_now=lambda: real_clock() + timedelta(minutes=6))
    run(replace(house, runtime=skewed), kit.woken.pop())
    stage = Stage.RETAINED if kit.engine.dialect.name == "sqlite" else Stage.REVIEW
    assert [artifact.stage for artifact in _stored(kit)] == [stage]
    assert upload.artifact_id


def test_the_end_of_the_relationship_starts_the_clock_of_the_copy(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    upload = _decided(kit, make)
    kit.later(days=180)
    _work(kit, house)
    with kit.transaction() as db:
        (ended,) = end_relationship(db, upload.session_id, kit.now.date(), years=7, now=kit.now)
    (copy,) = _stored(kit)
    assert copy.destroy_at == ended.destroy_at
    kit.moment = ended.destroy_at - timedelta(seconds=1)
    purge(house)
    assert len(_stored(kit)) == 1
    kit.later(seconds=1)
    purge(house)
    assert _stored(kit) == []
    assert kit.get(VerificationSession, upload.session_id).record_destroyed_at == kit.now


def test_who_left_before_the_window_ended_has_a_copy_with_a_clock(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    upload = _decided(kit, make)
    with kit.transaction() as db:
        (ended,) = end_relationship(db, upload.session_id, kit.now.date(), years=7, now=kit.now)
    kit.later(days=180)
    _work(kit, house)
    (copy,) = _stored(kit)
    assert copy.destroy_at == ended.destroy_at


def test_a_copy_without_a_day_moves_on_into_the_current_epoch(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    _decided(kit, make)
    kit.later(days=180)
    _work(kit, house)
    kit.later(days=400)
    move_misplaced(kit.runtime)
    (copy,) = _stored(kit)
    assert copy.key_epoch == month_epoch(kit.now)
    assert open_artifact(kit.vault, copy)


def test_a_profile_that_covers_the_portrait_does_so_at_the_decision(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    upload = _decided(kit, make, flow={"redaction_profile": "minimal"})
    due = kit.get(Artifact, upload.artifact_id).destroy_at
    while kit.woken:
        run(house, kit.woken.pop())
    (copy,) = _stored(kit)
    assert (copy.stage, copy.destroy_rule, copy.destroy_at) == (Stage.REVIEW, "approved", due)
    assert copy.id != upload.artifact_id
    assert [receipt.rule for receipt in kit.all(Receipt)] == ["superseded"]
    kit.later(days=180)
    _work(kit, house)
    assert [artifact.stage for artifact in _stored(kit)] == [Stage.RETAINED]


def test_a_hold_puts_off_what_the_decision_would_cover(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    upload = _decided(kit, make, flow={"redaction_profile": "minimal"})
    job = kit.woken.pop()
    with kit.transaction() as db:
        hold = make.hold(db, db.get_one(VerificationSession, upload.session_id))
    run(house, job)
    assert [artifact.id for artifact in _stored(kit)] == [upload.artifact_id]
    with kit.transaction() as db:
        db.merge(hold).lifted_at = kit.now
    kit.later(hours=1)
    run(house, job)
    assert upload.artifact_id not in [artifact.id for artifact in _stored(kit)]


@pytest.mark.parametrize("rule", ["approved", "rejected"])
def test_a_profile_without_a_picture_destroys_it_at_the_decision(
    kit: "Kit", make: "Make", house: "House", rule: str
) -> None:
    _decided(kit, make, rule, flow={"redaction_profile": "dsar"})
    assert _stored(kit) == []
    assert [receipt.key_destroyed_at for receipt in kit.all(Receipt)] == [kit.now]
    purge(house)
    assert kit.vault.names() == []


def test_a_selfie_keeps_its_statement_alone(kit: "Kit", make: "Make", house: "House") -> None:
    line = [[50.0, 70.0], [90.0, 70.0], [90.0, 90.0], [50.0, 90.0]]
    upload = _decided(
        kit, make, regions=[*PLACES, {"class": "statement", "quad": line, "shown": True}]
    )
    with kit.transaction() as db:
        for row in (db.get_one(Upload, upload.id), db.get_one(Artifact, upload.artifact_id)):
            row.kind = ItemKind.SELFIE_STATEMENT
        artifact = db.get_one(Artifact, upload.artifact_id)
        replaced = make.artifact(
            db, db.get_one(Upload, upload.id), rule="approved", regions=artifact.regions
        )
        artifact.destroy_rule, artifact.destroy_at = "superseded", kit.now
        db.get_one(Upload, upload.id).artifact_id = replaced.id
    kit.later(days=180)
    purge(house)
    _work(kit, house)
    (copy,) = _stored(kit)
    page = _pixels(kit, copy)
    assert page[80, 70] > 150
    assert page[12, 20] < 50
