"""Owns the page of evidence packs: asked for by officers, taken by auditors too."""

import pytest
from sqlalchemy import select

from kyc.access import Role
from kyc.audit import Action
from kyc.models import EvidencePack
from kyc.registers.evidence_asked import keep
from tests.web.people import Colleague
from tests.web.world import World

PAGE = "/staff/registers/evidence"


@pytest.fixture
def officer(world: World) -> Colleague:
    return world.colleague(Role.PRIVACY)


def test_a_pack_is_asked_for_made_and_taken(world: World, officer: Colleague) -> None:
    assert officer.browser.post(PAGE).location == PAGE
    assert "A worker is at it" in officer.browser.get(PAGE).text
    officer.browser.post(PAGE)
    assert "A pack is being made already" in officer.browser.get(PAGE).text
    with world.runtime.transaction() as db:
        id_ = db.scalars(select(EvidencePack.id)).one()
        keep(db, id_, b"zip", world.clock())
    taken = world.colleague(Role.AUDITOR).browser.get(f"{PAGE}/{id_}")
    assert (taken.data, taken.mimetype) == (b"zip", "application/zip")
    assert len(world.events(Action.STAFF_EVIDENCE_TAKEN)) == 1


def test_an_auditor_asks_for_none_and_finds_none_that_is_not(world: World) -> None:
    auditor = world.colleague(Role.AUDITOR)
    assert "Make a pack now" not in auditor.browser.get(PAGE).text
    assert auditor.browser.post(PAGE).status_code == 403
    assert auditor.browser.get(f"{PAGE}/evp_0").status_code == 404
    assert world.events(Action.STAFF_EVIDENCE_ASKED) == []
