"""Owns looking: only under a claim, only at what staff may see, one event a look."""

from typing import TYPE_CHECKING

import pytest

from kyc.access import PERMISSIONS, Permission, Role, may
from kyc.errors import ConflictError, NotFoundError
from kyc.evidence import destroy, open_artifact
from kyc.lifecycle import ArtifactState, Stage
from kyc.models import Artifact, Upload
from kyc.review.budget import Allowance
from kyc.review.looking import look
from tests.core.databases import ON_SQLITE
from tests.core.kit import CLAIM, jpeg

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make


@pytest.fixture
def sight(kit: "Kit", make: "Make") -> tuple[str, str]:
    """An image that may be looked at, and by whom."""
    with kit.transaction() as db:
        session, person = make.waiting(db), make.staff(db)
        make.claim(db, session, person)
    upload = kit.all(Upload, Upload.session_id == session.id)[0]
    assert upload.artifact_id is not None
    return upload.artifact_id, person.id


def _look(kit: "Kit", artifact_id: str, staff_id: str) -> Artifact:
    with kit.transaction() as db:
        return look(db, artifact_id, staff_id, Allowance(60, 300, kit.now), kit.now)


def _looks(kit: "Kit") -> int:
    return kit.actions().count("staff:artifact:viewed")


def test_each_look_leaves_one_event(kit: "Kit", sight: tuple[str, str]) -> None:
    for number in (1, 2):
        artifact = _look(kit, *sight)
        assert _looks(kit) == number
    assert open_artifact(kit.vault, artifact) == jpeg()


def test_there_is_no_look_without_a_claim(kit: "Kit", make: "Make", sight: tuple[str, str]) -> None:
    with kit.transaction() as db:
        other = make.staff(db)
        make.claim(db, make.queued(db), other)
    with pytest.raises(ConflictError):
        _look(kit, sight[0], other.id)
    assert _looks(kit) == 0


def test_there_is_no_look_after_the_claim_has_lapsed(kit: "Kit", sight: tuple[str, str]) -> None:
    kit.moment += CLAIM
    with pytest.raises(ConflictError):
        _look(kit, *sight)


def test_nobody_looks_at_a_raw_upload(kit: "Kit", make: "Make", sight: tuple[str, str]) -> None:
    with kit.transaction() as db:
        upload = db.get_one(Upload, db.get_one(Artifact, sight[0]).upload_id)
        raw = make.artifact(db, upload, stage=Stage.RAW, rule="raw").id
    with pytest.raises(NotFoundError):
        _look(kit, raw, sight[1])


@pytest.mark.parametrize("has_claim", [True, False])
def test_a_retained_copy_is_seen_by_the_same_rules(
    kit: "Kit", make: "Make", sight: tuple[str, str], has_claim: bool
) -> None:
    with kit.transaction() as db:
        upload = db.get_one(Upload, db.get_one(Artifact, sight[0]).upload_id)
        copy = make.artifact(db, upload, stage=Stage.RETAINED, rule="approved").id
    if has_claim:
        assert _look(kit, copy, sight[1]).id == copy
        assert _looks(kit) == 1
        return
    kit.moment += CLAIM
    with pytest.raises(ConflictError):
        _look(kit, copy, sight[1])


@ON_SQLITE
@pytest.mark.parametrize("state", [s for s in ArtifactState if s != ArtifactState.STORED])
def test_there_is_nothing_to_see_of_what_is_not_stored(
    kit: "Kit", sight: tuple[str, str], state: ArtifactState
) -> None:
    with kit.transaction() as db:
        db.get_one(Artifact, sight[0]).state = state
    with pytest.raises(NotFoundError):
        _look(kit, *sight)
    assert _looks(kit) == 0


def test_what_was_destroyed_cannot_be_opened(kit: "Kit", sight: tuple[str, str]) -> None:
    with kit.transaction() as db:
        assert destroy(db, db.get_one(Artifact, sight[0]), "rejected", kit.now)
        assert not destroy(db, db.get_one(Artifact, sight[0]), "rejected", kit.now)
    with pytest.raises(NotFoundError):
        open_artifact(kit.vault, kit.get(Artifact, sight[0]))


def test_an_image_that_does_not_exist_is_not_found(kit: "Kit", sight: tuple[str, str]) -> None:
    with pytest.raises(NotFoundError):
        _look(kit, "art_none", sight[1])


@pytest.mark.parametrize("role", Role)
def test_only_reviewers_look_and_decide(role: Role) -> None:
    reviewer = role in {Role.REVIEWER, Role.SENIOR}
    assert may(role, Permission.LOOK) == reviewer
    assert may(role, Permission.REVIEW) == reviewer
    assert may(role, Permission.MANAGE_STAFF) == (role == Role.ADMINISTRATOR)


def test_each_role_and_each_permission_stands_in_the_table() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert frozenset().union(*PERMISSIONS.values()) == set(Permission)


def test_an_unknown_role_may_nothing() -> None:
    with pytest.raises(ValueError, match="owner"):
        may("owner", Permission.LOOK)
