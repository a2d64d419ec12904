"""Owns the rules of looks outside of a claim: a reason, two people, half an hour, one case."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kyc.access import Role
from kyc.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from kyc.models import (
    Artifact,
    AuditEvent,
    BreakGlass,
    Conflict,
    Staff,
    StaffMail,
    Upload,
    VerificationSession,
)
from kyc.retention.purging import destroy_due_records
from kyc.review import break_glass
from kyc.review.budget import Allowance
from kyc.review.conflicts import declare
from kyc.review.looking import look
from kyc.staff.addresses import write_address
from kyc.staff.factors import Means
from tests.core.databases import ON_SQLITE
from tests.core.kit import dump, race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

WHY = "The customer complains that we mixed them up"


class Scene:
    """A case that nobody holds, a senior who asks, another and a privacy officer who answer."""

    def __init__(self, kit: "Kit", make: "Make") -> None:
        self.kit = kit
        with kit.transaction() as db:
            self.case = make.waiting(db).id
            self.other_case = make.waiting(db).id
            self.senior = make.staff(db, Role.SENIOR).id
            self.second = make.staff(db, Role.SENIOR).id
            self.officer = make.staff(db, Role.PRIVACY).id
            for id_ in (self.senior, self.second, self.officer):
                person = db.get_one(Staff, id_)
                write_address(Means(kit.vault, kit.lookup), person, f"{id_}@example.org")

    def image(self, case: str) -> str:
        upload = self.kit.all(Upload, Upload.session_id == case)[0]
        assert upload.artifact_id is not None
        return upload.artifact_id

    def asks(self, reason: str = WHY, who: str = "") -> str:
        with self.kit.transaction() as db:
            vault, now = self.kit.vault, self.kit.now
            return break_glass.ask(db, vault, self.case, who or self.senior, reason, now).id

    def grants(self, request: str, by: str = "") -> BreakGlass:
        with self.kit.transaction() as db:
            return break_glass.grant(db, request, by or self.second, self.kit.now)

    def looks(self, case: str = "", who: str = "") -> Artifact:
        allowance = Allowance(60, 300, self.kit.now)
        image = self.image(case or self.case)
        with self.kit.transaction() as db:
            return look(db, image, who or self.senior, allowance, self.kit.now)


@pytest.fixture
def scene(kit: "Kit", make: "Make") -> Scene:
    return Scene(kit, make)


def test_a_grant_opens_the_case_and_each_look_says_so(kit: "Kit", scene: Scene) -> None:
    scene.grants(scene.asks())
    for _ in range(2):
        scene.looks()
    looks = kit.all(AuditEvent, AuditEvent.action == "staff:artifact:viewed")
    assert len(looks) == 2
    assert all('"reason":"break_glass"' in event.body for event in looks)
    assert kit.actions(scene.case)[-4:-2] == ["staff:glass:asked", "staff:glass:granted"]


def test_nothing_opens_before_it_is_granted(scene: Scene) -> None:
    scene.asks()
    with pytest.raises(ConflictError):
        scene.looks()


def test_a_grant_opens_no_other_case(scene: Scene) -> None:
    scene.grants(scene.asks())
    with pytest.raises(ConflictError):
        scene.looks(scene.other_case)


def test_a_grant_opens_it_for_nobody_else(scene: Scene) -> None:
    scene.grants(scene.asks())
    with pytest.raises(ConflictError):
        scene.looks(who=scene.second)


def test_a_grant_ends_after_half_an_hour(kit: "Kit", scene: Scene) -> None:
    scene.grants(scene.asks())
    kit.moment += timedelta(minutes=30) - timedelta(seconds=1)
    scene.looks()
    kit.later(seconds=1)
    with pytest.raises(ConflictError):
        scene.looks()


def test_a_grant_is_worth_nothing_to_who_became_something_else(kit: "Kit", scene: Scene) -> None:
    scene.grants(scene.asks())
    with kit.transaction() as db:
        db.get_one(Staff, scene.senior).role = Role.REVIEWER
    with pytest.raises(ConflictError):
        scene.looks()


def test_nobody_answers_their_own_request(kit: "Kit", scene: Scene) -> None:
    request = scene.asks()
    with pytest.raises(ForbiddenError):
        scene.grants(request, by=scene.senior)
    assert kit.get(BreakGlass, request).granted_at is None


def test_a_privacy_officer_may_answer(scene: Scene) -> None:
    assert scene.grants(scene.asks(), by=scene.officer).ends_at is not None


def test_one_of_two_answers_counts(kit: "Kit", scene: Scene) -> None:
    request = scene.asks()
    by = (scene.second, scene.officer)
    answers = race(2, lambda number: scene.grants(request, by[number]))
    assert sum(isinstance(answer, BreakGlass) for answer in answers) == 1
    assert kit.actions().count("staff:glass:granted") == 1


def test_a_refused_request_stays_refused(kit: "Kit", scene: Scene) -> None:
    request = scene.asks()
    with kit.transaction() as db:
        break_glass.refuse(db, request, scene.second, kit.now)
    with pytest.raises(ConflictError):
        scene.grants(request)
    with pytest.raises(ConflictError):
        scene.looks()


def test_a_request_lapses_after_a_day(kit: "Kit", scene: Scene) -> None:
    request = scene.asks()
    kit.moment += break_glass.ANSWER_WITHIN
    with pytest.raises(ConflictError):
        scene.grants(request)


@ON_SQLITE
@pytest.mark.parametrize("reason", ["", "   ", "because", " " * 30, "x" * 2001])
def test_a_request_has_a_reason(kit: "Kit", scene: Scene, reason: str) -> None:
    with pytest.raises(InvalidInputError):
        scene.asks(reason)
    assert kit.all(BreakGlass) == []


def test_nobody_asks_twice_at_once(scene: Scene) -> None:
    request = scene.asks()
    with pytest.raises(ConflictError):
        scene.asks()
    scene.grants(request)
    with pytest.raises(ConflictError):
        scene.asks()


def test_there_is_nothing_to_ask_for_once_the_images_are_gone(kit: "Kit", scene: Scene) -> None:
    with kit.transaction() as db:
        for artifact in db.query(Artifact).filter_by(session_id=scene.case):
            artifact.state = "purged"
    with pytest.raises(ConflictError):
        scene.asks()


def test_who_is_related_does_not_ask(kit: "Kit", scene: Scene) -> None:
    with kit.transaction() as db:
        declare(db, scene.case, scene.senior, kit.now)
    with pytest.raises(ConflictError):
        scene.asks()


def test_a_case_that_does_not_exist_is_not_found(kit: "Kit", scene: Scene) -> None:
    with pytest.raises(NotFoundError), kit.transaction() as db:
        break_glass.ask(db, kit.vault, "vs_none", scene.senior, WHY, kit.now)


def test_the_reason_is_sealed_and_goes_with_the_details(kit: "Kit", scene: Scene) -> None:
    scene.asks()
    assert WHY.encode() not in dump(kit.engine)
    with kit.reading() as db:
        assert break_glass.requests(db, kit.vault, 9)[0].reason == WHY
    with kit.transaction() as db:
        case = db.get_one(VerificationSession, scene.case)
        case.record_rule, case.record_destroy_at = "record_rejected", kit.now
    with kit.transaction() as db:
        destroy_due_records(db, kit.now)
    with kit.reading() as db:
        assert break_glass.requests(db, kit.vault, 9)[0].reason == ""
    assert [request.reason for request in kit.all(BreakGlass)] == [None]


def test_who_is_related_is_forgotten_with_the_details(kit: "Kit", scene: Scene) -> None:
    with kit.transaction() as db:
        declare(db, scene.case, scene.senior, kit.now)
        case = db.get_one(VerificationSession, scene.case)
        case.record_rule, case.record_destroy_at = "record_rejected", kit.now
    with kit.transaction() as db:
        destroy_due_records(db, kit.now)
    assert kit.all(Conflict) == []


def test_those_who_answer_and_then_the_privacy_officers_are_told(kit: "Kit", scene: Scene) -> None:
    request = scene.asks()
    told = {(mail.staff_id, mail.kind) for mail in kit.all(StaffMail)}
    assert told == {(scene.second, "glass_asked"), (scene.officer, "glass_asked")}
    scene.grants(request)
    told = {(mail.staff_id, mail.kind) for mail in kit.all(StaffMail)} - told
    assert told == {(scene.officer, "glass")}


def test_a_privacy_officer_looks_into_it_once(kit: "Kit", scene: Scene) -> None:
    request = scene.asks()
    with pytest.raises(NotFoundError), kit.transaction() as db:
        break_glass.acknowledge(db, request, scene.officer, kit.now)
    scene.grants(request)
    for _ in range(2):
        with kit.transaction() as db:
            break_glass.acknowledge(db, request, scene.officer, kit.now)
    assert kit.get(BreakGlass, request).acknowledged_by == scene.officer
    assert kit.actions().count("staff:glass:acknowledged") == 1
