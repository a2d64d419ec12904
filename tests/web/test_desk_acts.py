"""Owns what the desk does beside answering: restricting, erasing, giving out a copy of the data."""

import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from kyc.access import Role
from kyc.audit.signer import load_or_make_signer
from kyc.jobs import OwedJobName
from kyc.lifecycle import Stage, Status
from kyc.models import (
    Artifact,
    Bundle,
    OutgoingMail,
    PrivacyRequest,
    Restriction,
    VerificationSession,
)
from kyc.policy.rights import Right
from tests.web.people import DETAILS, Colleague, Customer
from tests.web.test_rights_page import RIGHTS_PAGE, ask, prove
from tests.workers.hands import Outbox, plain_engine
from workers.house import House
from workers.owed import run

if TYPE_CHECKING:
    from tests.web.world import World

DESK = "/staff/desk"
RESTRICT = {"restriction_ground": "accuracy", "restriction_reason": "She contests her birthday."}


@pytest.fixture
def officer(world: "World") -> Colleague:
    return world.colleague(Role.PRIVACY)


@pytest.fixture
def senior(world: "World") -> Colleague:
    return world.colleague(Role.SENIOR)


@pytest.fixture
def proven(world: "World") -> Customer:
    """A customer of a waiting case, who has given the code from their mail."""
    customer = world.customer()
    customer.submitted()
    prove(world, customer)
    return customer


def asked(world: "World", customer: Customer, right: Right) -> str:
    assert ask(customer, right) == RIGHTS_PAGE
    with world.runtime.reading() as db:
        newest = select(PrivacyRequest.id).where(PrivacyRequest.kind == right)
        return db.scalars(newest.order_by(PrivacyRequest.received_at.desc())).first() or ""


def case_of(world: "World", request_id: str) -> str:
    with world.runtime.reading() as db:
        return db.get_one(PrivacyRequest, request_id).session_id or ""


def path(request_id: str, act: str = "") -> str:
    return f"{DESK}/requests/{request_id}" + (f"/{act}" if act else "")


def work(world: "World", directory: Path, name: OwedJobName) -> None:
    """What a worker does with the jobs of this kind."""
    signer = load_or_make_signer(directory / "worker.pem")
    house = House(world.runtime, plain_engine(), Outbox(), signer)
    for job in world.owed(name):
        run(house, job.id)


def made(world: "World", officer: Colleague, request_id: str, directory: Path) -> str:
    assert officer.browser.post(path(request_id, "bundle")).status_code == 302
    work(world, directory, OwedJobName.BUNDLE)
    with world.runtime.reading() as db:
        return db.scalars(select(Bundle.id).where(Bundle.request_id == request_id)).one()


def fetch_path(bundle_id: str) -> str:
    return f"{RIGHTS_PAGE}/bundles/{bundle_id}"


# A copy of their data.


def test_a_copy_goes_from_the_request_to_the_customer_by_two_hands(
    world: "World", proven: Customer, officer: Colleague, senior: Colleague, tmp_path: Path
) -> None:
    request = asked(world, proven, Right.ACCESS)
    assert "Make the copy" in officer.browser.get(path(request)).text
    bundle = made(world, officer, request, tmp_path)
    assert "Waits for a second person" in officer.browser.get(path(request)).text
    assert "Fetch it now" not in proven.browser.get(RIGHTS_PAGE).text
    assert "Release" in senior.browser.get(f"{DESK}/bundles").text
    senior.browser.post(f"{DESK}/bundles/{bundle}/release")
    assert "Fetch it now" in proven.browser.get(RIGHTS_PAGE).text
    answer = proven.browser.post(fetch_path(bundle))
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    data = json.loads(ZipFile(io.BytesIO(answer.data)).read("data.json"))
    assert data["details"]["surname"] == DETAILS["surname"]
    assert len(data["pictures"]) == 2
    assert proven.browser.post(fetch_path(bundle)).status_code == 404
    assert "Fetch it now" not in proven.browser.get(RIGHTS_PAGE).text
    assert "Fetched, and destroyed" in officer.browser.get(path(request)).text
    assert len(world.events("customer:bundle:fetched")) == 1


def test_who_had_it_made_cannot_release_it(
    world: "World", proven: Customer, officer: Colleague, tmp_path: Path
) -> None:
    bundle = made(world, officer, asked(world, proven, Right.PORTABILITY), tmp_path)
    assert "somebody else must release it" in officer.browser.get(f"{DESK}/bundles").text
    officer.browser.post(f"{DESK}/bundles/{bundle}/release")
    assert "somebody else must release it" in officer.browser.get(f"{DESK}/bundles").text
    assert "Fetch it now" not in proven.browser.get(RIGHTS_PAGE).text
    assert world.events("staff:bundle:released") == []


def test_what_is_not_released_is_destroyed(
    world: "World", proven: Customer, officer: Colleague, senior: Colleague, tmp_path: Path
) -> None:
    request = asked(world, proven, Right.ACCESS)
    bundle = made(world, officer, request, tmp_path)
    senior.browser.post(f"{DESK}/bundles/{bundle}/refuse")
    assert "Nothing waits" in senior.browser.get(f"{DESK}/bundles").text
    shown = officer.browser.get(path(request)).text
    assert "Not released, and destroyed" in shown
    assert "Make the copy" in shown


def test_a_release_needs_a_fresh_factor(
    world: "World", proven: Customer, officer: Colleague, senior: Colleague, tmp_path: Path
) -> None:
    bundle = made(world, officer, asked(world, proven, Right.ACCESS), tmp_path)
    world.clock.passes(minutes=6)
    answer = senior.browser.post(f"{DESK}/bundles/{bundle}/release")
    assert answer.status_code != 302
    assert world.events("staff:bundle:released") == []


def test_without_the_code_of_the_mail_nothing_is_fetched(
    world: "World", proven: Customer, officer: Colleague, senior: Colleague, tmp_path: Path
) -> None:
    """Their cookie alone is not enough, nor is that of somebody else with a code of their own."""
    bundle = made(world, officer, asked(world, proven, Right.ACCESS), tmp_path)
    senior.browser.post(f"{DESK}/bundles/{bundle}/release")
    world.clock.passes(minutes=40)
    assert "First give the code" in proven.browser.get(RIGHTS_PAGE).text
    assert proven.browser.post(fetch_path(bundle)).status_code == 404
    other = world.customer()
    other.ready_to_submit()
    prove(world, other)
    assert other.browser.post(fetch_path(bundle)).status_code == 404
    prove(world, proven)
    assert proven.browser.post(fetch_path(bundle)).status_code == 200


def test_a_store_that_is_away_uses_nothing_up(
    world: "World", proven: Customer, officer: Colleague, senior: Colleague, tmp_path: Path
) -> None:
    bundle = made(world, officer, asked(world, proven, Right.ACCESS), tmp_path)
    senior.browser.post(f"{DESK}/bundles/{bundle}/release")
    world.objects._down = True
    assert proven.browser.post(fetch_path(bundle)).status_code == 503
    world.objects._down = False
    assert proven.browser.post(fetch_path(bundle)).status_code == 200


def test_staff_cannot_open_it_as_a_picture(
    world: "World", proven: Customer, officer: Colleague, senior: Colleague, tmp_path: Path
) -> None:
    request = asked(world, proven, Right.ACCESS)
    made(world, officer, request, tmp_path)
    with world.runtime.reading() as db:
        sealed = db.scalars(select(Artifact.id).where(Artifact.stage == Stage.BUNDLE)).one()
    senior.browser.post(f"/staff/cases/{case_of(world, request)}/claim")
    assert senior.browser.get(f"/staff/images/{sealed}").status_code == 404


# A restriction.


def restricted(world: "World", officer: Colleague, request_id: str, **changes: str) -> str:
    assert officer.browser.post(path(request_id, "restrict"), {**RESTRICT, **changes}).location
    with world.runtime.reading() as db:
        return db.scalars(select(Restriction.id)).one()


def test_a_restriction_closes_the_case_to_reviewers_and_says_so_everywhere(
    world: "World", proven: Customer, officer: Colleague, reviewer: Colleague
) -> None:
    request = asked(world, proven, Right.RESTRICTION)
    case = case_of(world, request)
    reviewer.browser.post(f"/staff/cases/{case}/claim")
    page = reviewer.browser.get(f"/staff/cases/{case}").text
    image = re.search(r"/staff/images/(art_[0-9a-f]+)", page)
    assert image is not None
    restricted(world, officer, request)
    page = reviewer.browser.get(f"/staff/cases/{case}").text
    assert "Restricted" in page
    assert DETAILS["surname"] not in page
    assert "/staff/images/" not in page
    assert "Claim this case" not in page
    assert reviewer.browser.get(image.group(0)).status_code == 409
    assert reviewer.browser.post(f"/staff/cases/{case}/claim").status_code in {302, 409}
    assert "Restricted" in reviewer.browser.get("/staff/queue").text
    assert "Restricted" in officer.browser.get(f"/staff/retention/case?case={case}").text
    for told in (RIGHTS_PAGE, "/verify/status"):
        assert "Nobody looks at your verification" in proven.browser.get(told).text
    assert "The case was restricted" in officer.browser.get(path(request)).text


def test_a_restriction_is_lifted_only_after_the_customer_was_told(
    world: "World", proven: Customer, officer: Colleague
) -> None:
    found = restricted(world, officer, asked(world, proven, Right.RESTRICTION))
    lift = f"{DESK}/restrictions/{found}/lift"
    officer.browser.post(lift)
    assert "announce it first" in officer.browser.get(f"{DESK}/restrictions").text
    sent = select(OutgoingMail).where(OutgoingMail.kind == "restriction_ends")
    told = {"reason": "The birthday was right."}
    officer.browser.post(f"{DESK}/restrictions/{found}/announce", told)
    with world.runtime.transaction() as db:
        db.scalars(sent).one().sent_at = world.clock()
    assert "going to lift" in proven.browser.get(RIGHTS_PAGE).text
    officer.browser.post(lift)
    assert world.events("staff:restriction:lifted") == []
    with world.runtime.transaction() as db:  # a day passes for the mail, and not for the factor
        db.scalars(sent).one().sent_at = world.clock() - timedelta(days=1)
    officer.browser.post(lift)
    assert len(world.events("staff:restriction:lifted")) == 1
    assert "Nothing is restricted" in officer.browser.get(f"{DESK}/restrictions").text
    assert "Nobody looks at your verification" not in proven.browser.get(RIGHTS_PAGE).text


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"restriction_reason": ""}, 422), ({"restriction_ground": "whim"}, 422)],
)
def test_a_restriction_without_ground_or_reason_is_sent_back(
    world: "World", proven: Customer, officer: Colleague, changes: dict[str, str], status: int
) -> None:
    request = asked(world, proven, Right.OBJECTION)
    answer = officer.browser.post(path(request, "restrict"), {**RESTRICT, **changes})
    assert answer.status_code == status
    assert world.events("staff:restriction:set") == []


def test_a_second_restriction_is_refused(
    world: "World", proven: Customer, officer: Colleague
) -> None:
    request = asked(world, proven, Right.RESTRICTION)
    restricted(world, officer, request)
    answer = officer.browser.post(path(request, "restrict"), RESTRICT)
    assert answer.status_code == 409
    assert len(world.events("staff:restriction:set")) == 1


# An erasure.


def erasure_form(page: str, **changes: str) -> dict[str, str]:
    def value(name: str) -> str:
        found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
        return found.group(1) if found else ""

    return {
        "erase_version": value("erase_version"),
        "erase_seen": value("erase_seen"),
        "erase_words": "Everything is deleted.",
        **changes,
    }


def expire(world: "World", case: str) -> None:
    with world.runtime.transaction() as db:
        db.get_one(VerificationSession, case).status = Status.EXPIRED


def test_an_erasure_is_done_at_once_and_answered(
    world: "World", proven: Customer, officer: Colleague
) -> None:
    request = asked(world, proven, Right.ERASURE)
    expire(world, case_of(world, request))
    page = officer.browser.get(path(request)).text
    assert "Erase all of it and answer" in page
    assert "We have deleted:" in page
    assert officer.browser.post(path(request, "erase"), erasure_form(page)).status_code == 302
    with world.runtime.reading() as db:
        live = select(Artifact).where(Artifact.wrapped_key.is_not(None))
        assert db.scalars(live).all() == []
    shown = officer.browser.get(path(request)).text
    assert "What can be erased was erased" in shown
    assert "Everything is deleted." in proven.browser.get(RIGHTS_PAGE).text


def test_what_waits_for_the_decision_is_refused_with_the_ground_in_plain_words(
    world: "World", proven: Customer, officer: Colleague
) -> None:
    request = asked(world, proven, Right.ERASURE)
    page = officer.browser.get(path(request)).text
    assert "Waits for the decision" in page
    assert "Refuse, with this ground" in page
    officer.browser.post(path(request, "erase"), erasure_form(page, erase_words="Not yet."))
    told = proven.browser.get(RIGHTS_PAGE).text
    assert "We still need this data" in told
    assert "Not yet." in told
    assert world.events("staff:erasure:done") == []


def test_an_interest_in_claims_is_weighed_on_the_page(
    world: "World", proven: Customer, officer: Colleague
) -> None:
    request = asked(world, proven, Right.ERASURE)
    case = case_of(world, request)
    with world.runtime.transaction() as db:
        session = db.get_one(VerificationSession, case)
        session.status, session.decided_at = Status.REJECTED, world.clock()
        for artifact in db.scalars(select(Artifact).where(Artifact.stage == Stage.REVIEW)):
            artifact.destroy_rule = "rejected"
    page = officer.browser.get(path(request)).text
    assert "Refuse, with this ground" in page
    assert "waive=1" in page
    weighed = officer.browser.get(path(request) + "?waive=1").text
    assert "Erase all of it and answer" in weighed
    form = erasure_form(weighed, erase_waives="y")
    assert officer.browser.post(path(request, "erase"), form).status_code == 302
    assert len(world.events("staff:erasure:done")) == 1


def test_a_page_that_is_out_of_date_erases_nothing(
    world: "World", proven: Customer, officer: Colleague
) -> None:
    request = asked(world, proven, Right.ERASURE)
    expire(world, case_of(world, request))
    form = erasure_form(officer.browser.get(path(request)).text, erase_seen="art_0")
    answer = officer.browser.post(path(request, "erase"), form)
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.text
    assert world.events("staff:erasure:done") == []


def test_an_erasure_without_words_is_sent_back(
    world: "World", proven: Customer, officer: Colleague
) -> None:
    request = asked(world, proven, Right.ERASURE)
    expire(world, case_of(world, request))
    form = erasure_form(officer.browser.get(path(request)).text, erase_words=" ")
    assert officer.browser.post(path(request, "erase"), form).status_code in {409, 422}
    assert world.events("staff:erasure:done") == []
