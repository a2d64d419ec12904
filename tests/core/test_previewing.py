"""Owns what a customer does with the covered copy: look, cover more, confirm."""

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from kyc.documents.pages import Box
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.evidence import open_artifact
from kyc.intake.previewing import Covered, confirm, cover_more, finish_cover, shown_artifact
from kyc.intake.submitting import submit
from kyc.lifecycle import ArtifactState, ItemKind, Status, UploadState
from kyc.models import Artifact, Upload, VerificationSession
from kyc.viewing import private_half_of
from tests.core.databases import ON_SQLITE
from tests.core.kit import BUSINESS, FRESH, race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

BOX = Box(10, 10, 40, 20)
SHOWN = [UploadState.CONFIRM, UploadState.READY, UploadState.CONFIRMED]


def _picture(kit: "Kit", make: "Make", state: UploadState = UploadState.READY) -> str:
    with kit.transaction() as db:
        return make.picture(db, make.ready(db), state=state).id


def _cover(kit: "Kit", upload_id: str, boxes: list[Box]) -> Covered:
    with kit.transaction() as db:
        upload = db.get_one(Upload, upload_id)
        view = private_half_of(db, kit.vault, upload.session_id)
        assert view is not None
        covered = cover_more(db, kit.intake, upload, boxes, view, kit.now)
    kit.vault.store(covered.announced.object_name, covered.announced.ciphertext)
    return covered


def _finish(kit: "Kit", covered: Covered) -> None:
    with kit.transaction() as db:
        finish_cover(db, covered, kit.now)


def _confirm(kit: "Kit", upload_id: str, *, covered_all: bool = False) -> None:
    with kit.transaction() as db:
        confirm(db, db.get_one(Upload, upload_id), covered_all=covered_all, now=kit.now)


def _session_of(kit: "Kit", upload_id: str) -> str:
    return kit.get(Upload, upload_id).session_id


@pytest.mark.parametrize("state", SHOWN)
def test_covering_more_is_one_way(kit: "Kit", make: "Make", state: UploadState) -> None:
    upload_id = _picture(kit, make, state)
    covered = _cover(kit, upload_id, [BOX])
    _finish(kit, covered)
    former = kit.get(Artifact, covered.former_id)
    later = kit.get(Artifact, covered.announced.artifact_id)
    assert (former.wrapped_key, former.state) == (None, ArtifactState.PURGING)
    assert (later.state, later.destroy_rule) == (ArtifactState.STORED, "abandoned")
    assert later.regions[-1] == {
        "class": "manual",
        "quad": [[10, 10], [50, 10], [50, 30], [10, 30]],
    }
    picture = Image.open(io.BytesIO(open_artifact(kit.vault, later))).convert("L")
    assert max(picture.crop((12, 12, 48, 28)).tobytes()) < 20
    with pytest.raises(NotFoundError):
        open_artifact(kit.vault, former)


def test_the_former_version_stays_until_the_new_one_is_stored(kit: "Kit", make: "Make") -> None:
    upload_id = _picture(kit, make)
    covered = _cover(kit, upload_id, [BOX])
    assert kit.get(Upload, upload_id).artifact_id == covered.former_id
    assert kit.get(Artifact, covered.former_id).wrapped_key is not None
    assert kit.get(Artifact, covered.announced.artifact_id).destroy_rule == "unfinished"


def test_the_second_of_two_tabs_is_refused(kit: "Kit", make: "Make") -> None:
    upload_id = _picture(kit, make)
    first, stale = _cover(kit, upload_id, [BOX]), _cover(kit, upload_id, [Box(0, 0, 5, 5)])
    _finish(kit, first)
    with pytest.raises(ConflictError):
        _finish(kit, stale)
    assert kit.get(Upload, upload_id).artifact_id == first.announced.artifact_id


def test_of_two_tabs_at_once_one_covers(kit: "Kit", make: "Make") -> None:
    upload_id = _picture(kit, make)
    tabs = [_cover(kit, upload_id, [BOX]) for _ in range(4)]
    answers = race(4, lambda number: _finish(kit, tabs[number]))
    assert answers.count(None) == 1
    assert kit.actions().count("customer:artifact:covered") == 1


def test_a_slow_cover_does_not_reach_a_case_that_was_sent(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session = make.ready(db)
        front = make.picture(db, session, state=UploadState.CONFIRMED)
        make.picture(db, session, ItemKind.SELFIE_STATEMENT, UploadState.CONFIRMED)
    slow = _cover(kit, front.id, [BOX])
    with kit.transaction() as db:
        sent = db.get_one(VerificationSession, session.id)
        submit(db, sent, business=BUSINESS, statement_lasts=FRESH, now=kit.now)
    with pytest.raises(ConflictError):
        _finish(kit, slow)
    assert kit.get(Artifact, front.artifact_id).wrapped_key is not None


@ON_SQLITE
@pytest.mark.parametrize("count", [0, 51])
def test_no_boxes_and_too_many_are_refused(kit: "Kit", make: "Make", count: int) -> None:
    upload_id = _picture(kit, make)
    with pytest.raises(InvalidInputError):
        _cover(kit, upload_id, [BOX] * count)


def test_a_box_outside_of_the_picture_is_refused(kit: "Kit", make: "Make") -> None:
    upload_id = _picture(kit, make)
    with pytest.raises(InvalidInputError):
        _cover(kit, upload_id, [Box(500, 500, 5, 5)])


@ON_SQLITE
@pytest.mark.parametrize("status", [s for s in Status if s != Status.REQUIRES_INPUT])
def test_it_is_too_late_to_cover_or_confirm(kit: "Kit", make: "Make", status: Status) -> None:
    upload_id = _picture(kit, make)
    with kit.transaction() as db:
        db.get_one(VerificationSession, _session_of(kit, upload_id)).status = status
    with pytest.raises(ConflictError):
        _cover(kit, upload_id, [BOX])
    with pytest.raises(ConflictError):
        _confirm(kit, upload_id)


@ON_SQLITE
@pytest.mark.parametrize("state", [s for s in UploadState if s not in SHOWN])
def test_there_is_nothing_to_show_confirm_or_cover(
    kit: "Kit", make: "Make", state: UploadState
) -> None:
    upload_id = _picture(kit, make, state)
    with kit.reading() as db, pytest.raises(NotFoundError):
        shown_artifact(db, db.get_one(Upload, upload_id))
    with pytest.raises(NotFoundError):
        _cover(kit, upload_id, [BOX])
    with pytest.raises(ConflictError):
        _confirm(kit, upload_id, covered_all=True)


def test_a_ready_picture_is_confirmed_once(kit: "Kit", make: "Make") -> None:
    upload_id = _picture(kit, make)
    _confirm(kit, upload_id)
    _confirm(kit, upload_id)
    assert kit.get(Upload, upload_id).state == UploadState.CONFIRMED
    assert kit.actions().count("customer:artifact:confirmed") == 1


def test_of_many_confirmations_at_once_one_is_written(kit: "Kit", make: "Make") -> None:
    upload_id = _picture(kit, make)
    assert race(6, lambda _: _confirm(kit, upload_id)) == [None] * 6
    assert kit.actions().count("customer:artifact:confirmed") == 1


def test_a_doubtful_picture_needs_the_word_that_all_is_covered(kit: "Kit", make: "Make") -> None:
    upload_id = _picture(kit, make, UploadState.CONFIRM)
    with pytest.raises(InvalidInputError):
        _confirm(kit, upload_id)
    assert kit.get(Upload, upload_id).state == UploadState.CONFIRM
    _confirm(kit, upload_id, covered_all=True)
    assert kit.get(Upload, upload_id).state == UploadState.CONFIRMED
