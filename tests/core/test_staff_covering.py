"""Owns covering by staff: under the claim, one way, on the day it was to be destroyed anyway."""

from typing import TYPE_CHECKING

import pytest

from kyc.documents.pages import Box
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.evidence import open_artifact
from kyc.lifecycle import ArtifactState
from kyc.models import Artifact, Upload
from kyc.review.covering import cover_by_staff, finish_cover_by_staff
from tests.core.databases import ON_SQLITE
from tests.core.kit import CLAIM

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

BOX = Box(10, 10, 40, 20)


@pytest.fixture
def sight(kit: "Kit", make: "Make") -> tuple[str, str]:
    """A picture of a claimed case, and whose claim it is."""
    with kit.transaction() as db:
        session, person = make.waiting(db), make.staff(db)
        make.claim(db, session, person)
    upload = kit.all(Upload, Upload.session_id == session.id)[0]
    assert upload.artifact_id is not None
    return upload.artifact_id, person.id


def _cover(kit: "Kit", artifact_id: str, staff_id: str, boxes: list[Box]) -> str:
    with kit.transaction() as db:
        covered = cover_by_staff(db, kit.vault, artifact_id, boxes, staff_id, kit.now)
    kit.vault.store(covered.announced.object_name, covered.announced.ciphertext)
    with kit.transaction() as db:
        finish_cover_by_staff(db, covered, staff_id, kit.now)
    return covered.announced.artifact_id


def test_the_former_version_is_destroyed_and_its_day_is_kept(
    kit: "Kit", sight: tuple[str, str]
) -> None:
    before = kit.get(Artifact, sight[0])
    later = kit.get(Artifact, _cover(kit, *sight, [BOX]))
    former = kit.get(Artifact, sight[0])
    assert (former.wrapped_key, former.state) == (None, ArtifactState.PURGING)
    assert (later.destroy_at, later.destroy_rule) == (before.destroy_at, before.destroy_rule)
    assert open_artifact(kit.vault, later)
    assert kit.actions().count("staff:artifact:covered") == 1


@ON_SQLITE
def test_it_needs_the_reviewers_own_live_claim(
    kit: "Kit", make: "Make", sight: tuple[str, str]
) -> None:
    with kit.transaction() as db:
        stranger = make.staff(db).id
    with pytest.raises(ConflictError):
        _cover(kit, sight[0], stranger, [BOX])
    kit.moment += CLAIM
    with pytest.raises(ConflictError):
        _cover(kit, *sight, [BOX])


@ON_SQLITE
def test_a_version_that_is_not_shown_any_more_cannot_be_covered(
    kit: "Kit", sight: tuple[str, str]
) -> None:
    _cover(kit, *sight, [BOX])
    with pytest.raises(NotFoundError):
        _cover(kit, *sight, [BOX])


@ON_SQLITE
def test_it_needs_a_box(kit: "Kit", sight: tuple[str, str]) -> None:
    with pytest.raises(InvalidInputError):
        _cover(kit, *sight, [])
