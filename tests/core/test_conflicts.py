"""Owns the rule that nobody works the case of themselves or of somebody close to them."""

from typing import TYPE_CHECKING

import pytest

from kyc.errors import ConflictError, NotFoundError
from kyc.models import Claim, Conflict, Staff
from kyc.review.claims import claim_named, claim_next
from kyc.review.conflicts import declare
from kyc.staff.addresses import write_address
from kyc.staff.factors import Means
from tests.core.kit import CLAIM

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

THEIRS = "Ott.Tark@Example.org"


class Desk:
    """Two reviewers and a case that waits, whose customer gave the first one's address."""

    def __init__(self, kit: "Kit", make: "Make") -> None:
        self.kit = kit
        with kit.transaction() as db:
            self.ott, self.mari = make.staff(db).id, make.staff(db).id
            write_address(Means(kit.vault, kit.lookup), db.get_one(Staff, self.ott), THEIRS)
            self.case = make.queued(db, email_hash=kit.lookup.email(" ott.tark@example.ORG ")).id

    def next_for(self, who: str) -> str | None:
        with self.kit.transaction() as db:
            claim = claim_next(db, who, CLAIM, self.kit.now)
            return claim.session_id if claim else None

    def claims(self, who: str, case: str = "") -> None:
        with self.kit.transaction() as db:
            claim_named(db, case or self.case, who, CLAIM, self.kit.now)

    def declares(self, who: str, case: str = "") -> None:
        with self.kit.transaction() as db:
            declare(db, case or self.case, who, self.kit.now)


@pytest.fixture
def desk(kit: "Kit", make: "Make") -> Desk:
    return Desk(kit, make)


def test_nobody_is_given_their_own_case(desk: Desk) -> None:
    assert desk.next_for(desk.ott) is None
    assert desk.next_for(desk.mari) == desk.case


def test_the_next_case_is_given_instead(kit: "Kit", make: "Make", desk: Desk) -> None:
    kit.later(minutes=1)
    with kit.transaction() as db:
        other = make.queued(db).id
    assert desk.next_for(desk.ott) == other


def test_nobody_takes_their_own_case_by_name(kit: "Kit", desk: Desk) -> None:
    with pytest.raises(ConflictError, match="related to the person"):
        desk.claims(desk.ott)
    assert kit.all(Claim) == []


def test_who_has_no_address_is_related_to_nobody_who_has_none(
    kit: "Kit", make: "Make", desk: Desk
) -> None:
    with kit.transaction() as db:
        unnamed = make.queued(db, waiting_since=kit.now.replace(year=2025)).id
    assert desk.next_for(desk.mari) == unnamed


def test_who_declares_a_conflict_is_not_given_the_case(desk: Desk) -> None:
    desk.declares(desk.mari)
    assert desk.next_for(desk.mari) is None
    with pytest.raises(ConflictError, match="related to the person"):
        desk.claims(desk.mari)


def test_declaring_gives_the_case_back(kit: "Kit", desk: Desk) -> None:
    desk.claims(desk.mari)
    desk.declares(desk.mari)
    assert kit.all(Claim) == []
    assert kit.actions(desk.case) == ["staff:claim:taken", "staff:conflict:declared"]


def test_declaring_leaves_the_claim_of_somebody_else(kit: "Kit", make: "Make", desk: Desk) -> None:
    with kit.transaction() as db:
        third = make.staff(db).id
    desk.claims(desk.mari)
    desk.declares(third)
    assert [claim.staff_id for claim in kit.all(Claim)] == [desk.mari]


def test_declaring_twice_is_one_event(kit: "Kit", desk: Desk) -> None:
    desk.declares(desk.mari)
    desk.declares(desk.mari)
    assert len(kit.all(Conflict)) == 1
    assert kit.actions(desk.case) == ["staff:conflict:declared"]


def test_a_conflict_with_one_case_is_none_with_another(
    kit: "Kit", make: "Make", desk: Desk
) -> None:
    with kit.transaction() as db:
        other = make.queued(db).id
    desk.declares(desk.mari)
    assert desk.next_for(desk.mari) == other


def test_a_case_that_does_not_exist_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        desk.declares(desk.mari, "vs_none")
