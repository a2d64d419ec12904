"""Owns that the retention page hides nothing: what the store keeps, what is locked away."""

from sqlalchemy import select, update

from kyc.access import Role
from kyc.keeping.quarantine import quarantine
from kyc.models import Artifact, Receipt
from kyc.retention.purging import mark_all_absent, mark_due, mark_left
from storage.objects import Absence
from tests.web.world import World


def _destroyed(world: World, case: str) -> list[str]:
    """Every image of the case has lost its key; its object is still there."""
    with world.runtime.transaction() as db:
        mine = Artifact.session_id == case
        db.execute(update(Artifact).where(mine).values(destroy_at=world.clock()))
        mark_due(db, world.clock())
        return list(db.scalars(select(Artifact.id).where(mine, Artifact.wrapped_key.is_(None))))


def test_what_the_store_does_not_give_up_is_told_until_it_is_gone(world: World, case: str) -> None:
    officer = world.colleague(Role.PRIVACY)
    assert "does not give up" not in officer.browser.get("/staff/retention").text
    one, *_ = _destroyed(world, case)
    for _ in range(2):
        with world.runtime.transaction() as db:
            mark_left(db, {one: "1 versions and 0 uploads left (AccessDenied)"}, world.clock())
    page = officer.browser.get("/staff/retention").text
    assert "The store does not give up 1 object" in page
    assert "1 versions and 0 uploads left (AccessDenied)" in page
    assert len(world.events("system:purge:left")) == 1
    with world.runtime.transaction() as db:
        mark_all_absent(db, {one: Absence(1, 0, 0)}, world.clock())
    assert "does not give up" not in officer.browser.get("/staff/retention").text
    with world.runtime.reading() as db:
        receipt = db.scalars(select(Receipt).where(Receipt.subject_id == one)).one()
        assert (receipt.left, receipt.absent_at) == (None, world.clock())


def test_what_is_locked_away_is_counted(world: World, case: str) -> None:
    officer = world.colleague(Role.PRIVACY)
    with world.runtime.transaction() as db:
        image = db.scalars(select(Artifact.id).where(Artifact.state == "stored")).first()
        assert image is not None
        assert quarantine(db, image, "wrong_digest", world.clock())
    assert "1 picture is locked away" in officer.browser.get("/staff/retention").text
