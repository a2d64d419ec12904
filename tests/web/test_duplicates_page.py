"""Owns what staff see of another account that shows the same: a fact, never a verdict."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from kyc.access import Role
from kyc.lifecycle import Status
from kyc.models import Conflict, Staff, VerificationSession, new_id
from kyc.policy.checklist import KEYS
from kyc.review.duplicates import MOST_NAMED
from kyc.seen import SeenKind, note_seen
from tests.web.people import Colleague
from tests.web.world import World

LABELS = {
    SeenKind.FILE: "Other accounts with the same file",
    SeenKind.DOCUMENT_NUMBER: "Other accounts with this document number",
    SeenKind.PERSON: "Other accounts with this name and date of birth",
}
HASH = bytes(32)


def another_account(world: World, session_id: str) -> None:
    with world.runtime.transaction() as db:
        mine = VerificationSession.id == session_id
        db.execute(update(VerificationSession).where(mine).values(email_hash=b"another"))


def note(world: World, session_id: str, kind: SeenKind) -> None:
    with world.runtime.transaction() as db:
        note_seen(db, session_id, kind, "made", {HASH})


def told(page: str, kind: SeenKind) -> str:
    """What stands beside this kind: the figure, and the references below it."""
    found = re.search(f"{LABELS[kind]}</span>(.*?)(?=<div|A help)", page, re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found.group(1)).split())


@pytest.fixture
def twin(world: World, case: str) -> str:
    """A case of another account, with the same pictures as the case that waits."""
    world.clock.passes(minutes=1)
    made = world.customer().submitted()
    another_account(world, made)
    return made


def opened(reviewer: Colleague, case: str) -> str:
    reviewer.claim(case)
    return reviewer.browser.get(f"/staff/cases/{case}").text


def test_the_case_says_which_kind_matched_and_in_which_case(
    world: World, reviewer: Colleague, case: str, twin: str
) -> None:
    page = opened(reviewer, case)
    reference = world.session(twin).reference
    assert told(page, SeenKind.FILE) == f"! 1 {reference}"
    assert told(page, SeenKind.DOCUMENT_NUMBER) == "✓ none"
    assert told(page, SeenKind.PERSON) == "✓ none"
    assert f'href="/staff/cases/{twin}">{reference}</a>' in page


@pytest.mark.parametrize("kind", [SeenKind.DOCUMENT_NUMBER, SeenKind.PERSON])
def test_each_kind_is_told_under_its_own_name(
    world: World, reviewer: Colleague, case: str, twin: str, kind: SeenKind
) -> None:
    for session_id in (case, twin):
        note(world, session_id, kind)
    assert told(opened(reviewer, case), kind) == f"! 1 {world.session(twin).reference}"


def test_another_case_of_the_same_account_is_not_told(
    world: World, reviewer: Colleague, case: str
) -> None:
    world.customer().submitted()
    page = opened(reviewer, case)
    assert {told(page, kind) for kind in SeenKind} == {"✓ none"}


def test_the_other_case_shows_no_picture_and_no_detail_to_who_follows_the_reference(
    reviewer: Colleague, case: str, twin: str
) -> None:
    opened(reviewer, case)
    page = reviewer.browser.get(f"/staff/cases/{twin}").text
    assert "/staff/images/" not in page
    assert "Liisi" not in page
    assert LABELS[SeenKind.FILE] not in page


def test_whoever_is_related_to_the_other_person_is_led_nowhere(
    world: World, reviewer: Colleague, case: str, twin: str
) -> None:
    with world.runtime.transaction() as db:
        me = db.query(Staff).filter_by(display_name=reviewer.name).one()
        db.add(Conflict(session_id=twin, staff_id=me.id, declared_at=world.clock()))
    page = opened(reviewer, case)
    assert told(page, SeenKind.FILE) == f"! 1 {world.session(twin).reference}"
    assert f'href="/staff/cases/{twin}"' not in page


def test_many_are_told_as_many_and_the_newest_named(
    world: World, reviewer: Colleague, case: str
) -> None:
    note(world, case, SeenKind.PERSON)
    with world.runtime.transaction() as db:
        made = [
            VerificationSession(
                id=new_id("vs"),
                status=Status.VERIFIED,
                origin="link",
                client_reference_id=f"C-{number:02}",
                created_at=world.clock() + timedelta(seconds=number),
                expires_at=world.clock(),
                field_key_epoch="2026-07",
                flow_name="standard",
                flow_version=1,
            )
            for number in range(MOST_NAMED + 2)
        ]
        db.add_all(made)
        db.flush()
        for session in made:
            note_seen(db, session.id, SeenKind.PERSON, "made", {HASH})
    newest = " ".join(f"C-{number:02}" for number in range(MOST_NAMED + 1, 1, -1))
    assert told(opened(reviewer, case), SeenKind.PERSON) == f"! {MOST_NAMED}+ {newest}"


def test_the_queue_flags_both_and_can_be_narrowed_to_them(
    world: World, reviewer: Colleague, case: str, twin: str
) -> None:
    assert reviewer.browser.get("/staff/queue?tab=waiting").text.count(
        '<span class="badge-soft badge-warn">Possible duplicate</span>'
    ) == len({case, twin})
    with world.runtime.transaction() as db:
        mine = VerificationSession.id == twin
        db.execute(update(VerificationSession).where(mine).values(status=Status.EXPIRED))
    narrowed = reviewer.browser.get("/staff/queue?tab=waiting&flag=duplicate")
    assert narrowed.status_code == 200
    assert f"/staff/cases/{case}" not in narrowed.text


def test_the_machine_refuses_nobody_for_it(
    world: World, reviewer: Colleague, case: str, twin: str
) -> None:
    for session_id in (case, twin):
        for kind in SeenKind:
            note(world, session_id, kind)
    assert world.session(twin).status == Status.PROCESSING
    reviewer.claim(twin)
    reviewer.settled(twin, check=sorted(KEYS))
    assert world.session(twin).status == Status.VERIFIED


@pytest.mark.parametrize("role", [Role.PRIVACY, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_else_is_told(world: World, case: str, twin: str, role: Role) -> None:
    page = world.colleague(role).browser.get(f"/staff/cases/{case}")
    assert page.status_code in {403, 404}
    assert world.session(twin).reference not in page.text
