"""Owns the pages of the privacy desk: the list, one request, its answer, and who may open them."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from kyc.access import Role
from kyc.audit import Action, Actor
from kyc.desk.corrections import corrections_of
from kyc.desk.receiving import Entry, enter, receive_from_customer, take_over_request
from kyc.models import OutgoingMail, PrivacyRequest, VerificationSession, new_id
from kyc.policy.rights import Right

if TYPE_CHECKING:
    from tests.web.people import Colleague
    from tests.web.world import World

DESK = "/staff/desk"
SAID = "Please show me what you hold."


@pytest.fixture
def officer(world: "World") -> "Colleague":
    return world.colleague(Role.PRIVACY)


@pytest.fixture
def ask(world: "World", case: str) -> Callable[..., str]:
    """Makes a request of the waiting case, as its customer would; returns its id."""

    def made(right: Right = Right.ACCESS, **corrections: str) -> str:
        runtime, now = world.runtime, world.clock()
        with runtime.transaction() as db:
            session = db.get_one(VerificationSession, case)
            request = receive_from_customer(
                db, runtime.intake, session, right, SAID, corrections, now=now
            )
        with runtime.transaction() as db:
            take_over_request(db, runtime.vault, request.id, now)
        return request.id

    return made


def row(world: "World", request_id: str) -> PrivacyRequest:
    with world.runtime.reading() as db:
        return db.get_one(PrivacyRequest, request_id)


def path(request_id: str, act: str = "") -> str:
    return f"{DESK}/requests/{request_id}" + (f"/{act}" if act else "")


def reply(world: "World", request_id: str, **changes: Any) -> dict[str, Any]:
    given = {
        "version": row(world, request_id).version,
        "outcome": "granted",
        "ground": "",
        "words": "Here it is, as you asked.",
    }
    return {**given, **changes}


def entered(world: "World", days_ago: int = 0) -> str:
    at = world.clock() - timedelta(days=days_ago)
    entry = Entry(Right.ERASURE, "", SAID, "Came to the counter.", at, "et")
    with world.runtime.transaction() as db:
        who = Actor("staff", new_id("usr"))
        return enter(db, world.runtime.vault, entry, by=who, now=world.clock()).id


def test_an_empty_desk_says_so(officer: "Colleague") -> None:
    assert "Nobody waits for an answer" in officer.browser.get(DESK).text


def test_late_and_due_requests_stand_on_top_and_on_the_home_page(
    world: "World", officer: "Colleague"
) -> None:
    entered(world, 40)
    entered(world, 27)
    entered(world)
    page = officer.browser.get(DESK).text
    assert "1 request is late" in page
    assert "1 request is due within a week" in page
    assert page.index("late by") < page.index("days left")
    home = officer.browser.get("/staff/").text
    assert "3 to answer" in home
    assert "1 late" in home


def test_the_list_is_narrowed_in_the_address(
    world: "World", officer: "Colleague", ask: Callable[..., str], case: str
) -> None:
    mine, other = ask(Right.COMPLAINT), entered(world)
    page = officer.browser.get(f"{DESK}?right=complaint").text
    assert mine in page
    assert other not in page
    assert mine in officer.browser.get(f"{DESK}?case={case}").text
    assert officer.browser.get(f"{DESK}?right=anything").status_code == 422
    assert officer.browser.get(f"{DESK}?tab=anything").status_code == 404
    assert officer.browser.get(f"{DESK}?after=yesterday").status_code == 404


def test_a_long_list_goes_on_on_another_page(world: "World", officer: "Colleague") -> None:
    ids = [entered(world, days) for days in range(52)]
    first = officer.browser.get(DESK).text
    onward = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = officer.browser.get(onward.replace("&amp;", "&")).text
    assert [sum(id_ in page for id_ in ids) for page in (first, second)] == [50, 2]


def test_one_request_shows_what_was_asked_and_how_they_were_identified(
    world: "World", officer: "Colleague", ask: Callable[..., str]
) -> None:
    request_id = ask()
    page = officer.browser.get(path(request_id)).text
    assert SAID in page
    assert "a code mailed to the address" in page
    assert "GDPR Art. 15" in page
    assert "Made on the customer&#39;s page" in page
    looks = world.events(Action.STAFF_REQUEST_VIEWED)
    assert len(looks) == 1
    assert request_id in looks[0].body


def test_looks_in_a_row_are_one_line_of_the_history(
    world: "World", officer: "Colleague", ask: Callable[..., str]
) -> None:
    request_id = ask()
    for _ in range(3):
        page = officer.browser.get(path(request_id)).text
    assert "3 times" in page
    assert len(world.events(Action.STAFF_REQUEST_VIEWED)) == 3


def test_an_officer_takes_it_and_hands_it_back(
    world: "World", officer: "Colleague", ask: Callable[..., str]
) -> None:
    request_id = ask()
    page = officer.browser.get(path(request_id)).text
    my_id = page.split('name="officer" value="')[1].split('"')[0]
    officer.browser.post(path(request_id, "assign"), {"officer": my_id})
    assert row(world, request_id).assigned_to == my_id
    assert request_id in officer.browser.get(f"{DESK}?tab=mine").text
    officer.browser.post(path(request_id, "assign"), {"officer": ""})
    assert row(world, request_id).assigned_to is None


def test_it_is_assigned_to_nobody_who_may_not_work_on_it(
    world: "World", officer: "Colleague", ask: Callable[..., str]
) -> None:
    request_id = ask()
    refused = officer.browser.post(path(request_id, "assign"), {"officer": new_id("usr")})
    assert refused.status_code == 422
    assert row(world, request_id).assigned_to is None


def test_an_extension_is_told_with_its_reason(
    world: "World", officer: "Colleague", ask: Callable[..., str]
) -> None:
    request_id = ask()
    officer.browser.post(path(request_id, "extend"), {"reason": "complexity", "words": ""})
    assert row(world, request_id).extended_reason == "complexity"
    with world.runtime.reading() as db:
        kinds = [mail.kind for mail in db.scalars(select(OutgoingMail))]
    assert kinds[-1] == "extended_complexity"
    again = officer.browser.post(path(request_id, "extend"), {"reason": "number"})
    assert (again.status_code, "the law allows it once" in again.text) == (409, True)


def test_what_the_person_will_read_is_shown_before_it_is_sent(
    world: "World", officer: "Colleague", ask: Callable[..., str]
) -> None:
    request_id = ask(Right.OBJECTION)
    said = reply(world, request_id, outcome="refused", ground="compelling", words="We must go on.")
    page = officer.browser.post(path(request_id, "preview"), said).text
    assert "There is an answer to your request" in page
    assert "ours are compelling and weigh more." in page
    assert row(world, request_id).state == "open"


def test_an_answer_is_kept_mailed_and_in_the_history(
    world: "World", officer: "Colleague", ask: Callable[..., str]
) -> None:
    request_id = ask()
    sent = officer.browser.post(path(request_id, "answer"), reply(world, request_id))
    assert sent.location == path(request_id)
    page = officer.browser.get(path(request_id)).text
    assert "Here it is, as you asked." in page
    assert "Answered" in page
    assert 'name="outcome"' not in page
    assert request_id in officer.browser.get(f"{DESK}?tab=done").text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"outcome": "refused"}, "ground"),
        ({"outcome": "refused", "ground": "legal_obligation"}, "Not a valid choice"),
        ({"outcome": "partly"}, "ground of the part"),
        ({"words": ""}, "Write what the person is told."),
        ({"outcome": "perhaps"}, "Not a valid choice"),
    ],
)
def test_an_answer_that_lacks_something_is_sent_back(
    world: "World",
    officer: "Colleague",
    ask: Callable[..., str],
    changes: dict[str, str],
    told: str,
) -> None:
    request_id = ask()
    sent = reply(world, request_id, **changes)
    answer = officer.browser.post(path(request_id, "answer"), sent)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert row(world, request_id).state == "open"


def test_of_two_officers_the_second_is_told_that_it_was_answered(
    world: "World", officer: "Colleague", ask: Callable[..., str]
) -> None:
    request_id = ask()
    said = reply(world, request_id)
    colleague = world.enrolled(Role.PRIVACY, "Pille Paju")
    colleague.sign_in()
    officer.browser.post(path(request_id, "answer"), said)
    late = colleague.browser.post(path(request_id, "answer"), said)
    assert (late.status_code, "answered, refused or withdrawn already" in late.text) == (409, True)
    assert len(world.events(Action.STAFF_REQUEST_ANSWERED)) == 1


def test_values_are_corrected_one_by_one_and_then_it_is_answered(
    world: "World", officer: "Colleague", ask: Callable[..., str], case: str
) -> None:
    request_id = ask(Right.CORRECTION, surname="Tammik", residence="LV")
    early = officer.browser.post(path(request_id, "answer"), reply(world, request_id))
    assert (early.status_code, "Decide each value first" in early.text) == (409, True)
    with world.runtime.reading() as db:
        session = db.get_one(VerificationSession, case)
        items = {
            one.item.field: one.item.id for one in corrections_of(db, world.runtime.vault, session)
        }
    asked = officer.browser.get(path(request_id)).text
    assert "<td>Tammik</td>\n          <td>Tamm</td>" in asked
    officer.browser.post(f"{DESK}/corrections/{items['surname']}/accept")
    officer.browser.post(f"{DESK}/corrections/{items['residence']}/refuse")
    page = officer.browser.get(path(request_id)).text
    assert "Tammik" in page
    assert "corrected" in page
    assert "left as it is" in page
    done = officer.browser.post(path(request_id, "answer"), reply(world, request_id))
    assert done.location == path(request_id)


def test_a_reviewer_is_told_what_was_corrected(
    world: "World", officer: "Colleague", ask: Callable[..., str], case: str
) -> None:
    ask(Right.CORRECTION, surname="Tammik")
    reviewer = world.colleague(Role.REVIEWER)
    reviewer.claim(case)
    asked = reviewer.browser.get(f"/staff/cases/{case}").text
    assert "the customer asks that it be corrected" in asked
    stale = world.session(case).version
    with world.runtime.reading() as db:
        session = db.get_one(VerificationSession, case)
        (one,) = corrections_of(db, world.runtime.vault, session)
    officer.browser.post(f"{DESK}/corrections/{one.item.id}/accept")
    told = reviewer.browser.get(f"/staff/cases/{case}").text
    assert "Surname was corrected" in told
    assert "Before: Tamm" in told
    refused = reviewer.browser.post(
        f"/staff/cases/{case}/decide", {"version": stale, "outcome": "approve"}
    )
    assert refused.status_code == 409


def test_a_value_that_was_told_is_added(
    world: "World", officer: "Colleague", ask: Callable[..., str]
) -> None:
    request_id = ask(Right.CORRECTION, surname="Tammik")
    wrong = {"field": "date_of_birth", "value": "12.04.1990"}
    assert officer.browser.post(path(request_id, "values"), wrong).status_code == 422
    right = {"field": "date_of_birth", "value": "1990-04-13"}
    assert officer.browser.post(path(request_id, "values"), right).location == path(request_id)
    assert "1990-04-13" in officer.browser.get(path(request_id)).text


def test_staff_enter_a_request_that_came_by_letter(
    world: "World", officer: "Colleague", case: str
) -> None:
    form = {
        "right": "erasure",
        "case": case,
        "received_on": (world.clock() - timedelta(days=3)).date().isoformat(),
        "identified": "Signed letter, signature as on the contract.",
        "words": SAID,
        "language": "en",
    }
    answer = officer.browser.post(f"{DESK}/new", form)
    page = officer.browser.get(answer.location).text
    assert "Signed letter" in page
    assert SAID in page
    unknown = officer.browser.post(f"{DESK}/new", {**form, "case": "C-404"})
    assert (unknown.status_code, "No verification has this id" in unknown.text) == (422, True)
    future = {**form, "received_on": (world.clock() + timedelta(days=2)).date().isoformat()}
    assert officer.browser.post(f"{DESK}/new", future).status_code == 422
    silent = officer.browser.post(f"{DESK}/new", {**form, "identified": ""})
    assert "Say how the person showed who they are." in silent.text


def test_a_request_that_a_person_withdrew_is_closed(
    world: "World", officer: "Colleague", ask: Callable[..., str]
) -> None:
    request_id = ask()
    officer.browser.post(path(request_id, "withdraw"))
    assert row(world, request_id).state == "withdrawn"
    assert officer.browser.post(path(request_id, "withdraw")).status_code == 409


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SENIOR, Role.AUDITOR, Role.ADMINISTRATOR])
def test_it_opens_for_privacy_officers_alone_and_refusals_are_on_record(
    world: "World", ask: Callable[..., str], role: Role
) -> None:
    request_id, colleague = ask(), world.colleague(role)
    for address in (DESK, path(request_id), f"{DESK}/new"):
        assert colleague.browser.get(address).status_code == 403
    refused = colleague.browser.post(path(request_id, "answer"), reply(world, request_id))
    assert refused.status_code == 403
    assert len(world.events(Action.STAFF_ACCESS_REFUSED)) == 4
    assert row(world, request_id).state == "open"


def test_an_unknown_request_is_not_found(officer: "Colleague") -> None:
    assert officer.browser.get(path(new_id("pr"))).status_code == 404
    assert officer.browser.post(f"{DESK}/corrections/none/accept").status_code == 404
