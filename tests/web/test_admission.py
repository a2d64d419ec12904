"""Owns the one table of who may call which route, and calls every route as everybody (AZ-01)."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kyc.access import Role
from kyc.audit import Action
from tests.web.people import Browser, Colleague
from tests.web.world import World

ROLES = frozenset(str(role) for role in Role)
EVERYBODY = ROLES | {"visitor", "customer", "half"}
CUSTOMER = frozenset({"customer"})
SIGNED_IN = ROLES | {"half"}
REVIEWERS = frozenset({"reviewer", "senior_reviewer"})
SENIORS = frozenset({"senior_reviewer"})
PRIVACY = frozenset({"privacy_officer"})
WATCHERS = frozenset({"privacy_officer", "auditor"})
ADMINISTRATOR = frozenset({"administrator"})

MAY_CALL = {
    "static": EVERYBODY,
    "bootstrap.static": EVERYBODY,
    "health.healthz": EVERYBODY,
    "health.readyz": EVERYBODY,
    "metrics.collected": EVERYBODY,
    "customer.home": EVERYBODY,
    "customer.start": EVERYBODY,
    "customer.link": EVERYBODY,
    "customer.open_link": EVERYBODY,
    "customer.resume": EVERYBODY,
    "customer.receipts": EVERYBODY,
    "customer.receipt_keys": EVERYBODY,
    "customer.own_receipts": CUSTOMER,
    "customer.rights": CUSTOMER,
    "customer.send_rights_code": CUSTOMER,
    "customer.prove_rights": CUSTOMER,
    "customer.ask_right": CUSTOMER,
    "customer.fetch_bundle": CUSTOMER,
    "customer.withdraw_request": CUSTOMER,
    "customer.go_on": CUSTOMER,
    "customer.device": CUSTOMER,
    "customer.details": CUSTOMER,
    "customer.document": CUSTOMER,
    "customer.item": CUSTOMER,
    "customer.upload": CUSTOMER,
    "customer.upload_page": CUSTOMER,
    "customer.upload_state": CUSTOMER,
    "customer.upload_image": CUSTOMER,
    "customer.cover": CUSTOMER,
    "customer.confirm_upload": CUSTOMER,
    "customer.discard_upload": CUSTOMER,
    "customer.submit": CUSTOMER,
    "customer.send": CUSTOMER,
    "customer.status": CUSTOMER,
    "staff.invite": EVERYBODY,
    "staff.invite_options": EVERYBODY,
    "staff.sign_in": EVERYBODY,
    "staff.second_factor": SIGNED_IN,
    "staff.confirm": ROLES,
    "staff.factor_options": SIGNED_IN,
    "staff.lock": ROLES,
    "staff.awake": ROLES,
    "staff.sign_out": SIGNED_IN,
    "account.page": ROLES,
    "account.key_options": ROLES,
    "account.add_key": ROLES,
    "account.remove_key": ROLES,
    "account.remove_app": ROLES,
    "account.recovery_codes": ROLES,
    "account.password": ROLES,
    "account.email": ROLES,
    "account.end_session": ROLES,
    "account.end_others": ROLES,
    "account.compromised": ROLES,
    "staff.home": ROLES,
    "staff_admin.people": ADMINISTRATOR,
    "staff_admin.invite": ADMINISTRATOR,
    "staff_admin.disable": ADMINISTRATOR,
    "staff_admin.enable": ADMINISTRATOR,
    "staff_admin.invite_again": ADMINISTRATOR,
    "staff_admin.role": ADMINISTRATOR,
    "staff_admin.end_sessions": ADMINISTRATOR,
    "staff_admin.compromised": ADMINISTRATOR,
    "administration.overview": ADMINISTRATOR,
    "administration.settings": ADMINISTRATOR,
    "administration.flow": ADMINISTRATOR,
    "administration.new_flow": ADMINISTRATOR,
    "administration.propose_flow": ADMINISTRATOR,
    "administration.approve_flow": ADMINISTRATOR,
    "administration.refuse_flow": ADMINISTRATOR,
    "administration.withdraw_flow": ADMINISTRATOR,
    "review.queue": REVIEWERS,
    "review.claim_next": REVIEWERS,
    "review.claim": REVIEWERS,
    "review.release": REVIEWERS,
    "review.heartbeat": REVIEWERS,
    "review.case": REVIEWERS,
    "review.decide_case": REVIEWERS,
    "review.preview_decision": REVIEWERS,
    "review.take_back": REVIEWERS,
    "review.statistics": frozenset({"senior_reviewer", "privacy_officer"}),
    "review.image": REVIEWERS,
    "review.cover_page": REVIEWERS,
    "review.cover": REVIEWERS,
    "looks.listed": SENIORS | PRIVACY,
    "looks.ask": SENIORS,
    "looks.pictures": SENIORS,
    "looks.grant": SENIORS | PRIVACY,
    "looks.refuse": SENIORS | PRIVACY,
    "looks.acknowledge": PRIVACY,
    "looks.acknowledge_alarm": PRIVACY,
    "review.declare_conflict": REVIEWERS,
    "retention.due": WATCHERS,
    "retention.certificate": WATCHERS,
    "retention.case": WATCHERS,
    "retention.relationships": PRIVACY,
    "retention.end_one": PRIVACY,
    "holds.listed": PRIVACY,
    "holds.set_one": PRIVACY,
    "holds.lift": PRIVACY,
    "holds.under_order": PRIVACY,
    "holds.keep": PRIVACY,
    "holds.extend_one": PRIVACY,
    "holds.mine": REVIEWERS,
    "holds.open_one": REVIEWERS,
    "holds.pictures": REVIEWERS,
    "audit.log": WATCHERS,
    "desk.requests": PRIVACY,
    "desk.entry": PRIVACY,
    "desk.enter_one": PRIVACY,
    "desk.request_page": PRIVACY,
    "desk.assign_one": PRIVACY,
    "desk.extend_one": PRIVACY,
    "desk.preview": PRIVACY,
    "desk.answer_one": PRIVACY,
    "desk.withdraw_one": PRIVACY,
    "desk.restrict_case": PRIVACY,
    "desk.restricted": PRIVACY,
    "desk.announce": PRIVACY,
    "desk.lift_one": PRIVACY,
    "desk.erase_case": PRIVACY,
    "desk.erased": PRIVACY,
    "desk.forget": PRIVACY,
    "desk.make_bundle": PRIVACY,
    "desk.bundles": PRIVACY | SENIORS,
    "desk.release_bundle": PRIVACY | SENIORS,
    "desk.refuse_bundle": PRIVACY | SENIORS,
    "desk.add_value": PRIVACY,
    "desk.accept_value": PRIVACY,
    "desk.refuse_value": PRIVACY,
    "privacy.documents": PRIVACY,
    "privacy.document": PRIVACY,
    "privacy.markdown": PRIVACY,
    "privacy.notices": PRIVACY,
    "privacy.notice": PRIVACY,
    "audit.verify": WATCHERS,
    "registers.disclosures": WATCHERS,
    "registers.enter_disclosure": PRIVACY,
    "registers.strike_disclosure": PRIVACY,
    "registers.processors": WATCHERS,
    "registers.incidents": WATCHERS,
    "registers.enter_incident": PRIVACY,
    "registers.incident": WATCHERS,
    "registers.write_incident": PRIVACY,
    "registers.revise_incident": PRIVACY,
    "registers.judge_incident": PRIVACY,
    "registers.decide_incident": PRIVACY,
    "registers.told_incident": PRIVACY,
    "registers.link_incident": PRIVACY,
    "registers.close_incident": PRIVACY,
    "registers.incident_draft": WATCHERS,
    "registers.incident_markdown": WATCHERS,
    "registers.evidence": WATCHERS,
    "registers.ask_evidence": PRIVACY,
    "registers.take_evidence": WATCHERS,
}

ENDS_A_SESSION = ("staff.lock", "staff.sign_out", "customer.start")
"""Called last and in this order, since the caller may do less, or is somebody else, after it."""


@dataclass(frozen=True)
class Call:
    endpoint: str
    method: str
    path: str


def calls(app: Flask) -> Iterator[Call]:
    """Every route with every method; what is named in an address does not exist."""
    last = {endpoint: place for place, endpoint in enumerate(ENDS_A_SESSION, start=1)}
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: last.get(rule.endpoint, 0))
    for rule in rules:
        known = {"kind": "document_front", "version": 9}
        names = {name: known.get(name, "none") for name in rule.arguments}
        path = app.url_map.bind("localhost").build(rule.endpoint, names)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Call(rule.endpoint, method, path)


def make(browser: Browser, call: Call) -> TestResponse:
    return browser.get(call.path) if call.method == "GET" else browser.post(call.path)


def is_refused(call: Call, answer: TestResponse) -> bool:
    """Whether the caller was turned away at the door rather than answered by the page."""
    if answer.status_code != 302:
        return answer.status_code in {401, 403} and call.endpoint != "staff.second_factor"
    doors = {"/staff/sign-in", "/staff/second-factor", "/resume"}
    return answer.location in doors and "Clear-Site-Data" not in answer.headers


@pytest.fixture(scope="module")
def callers(shared_world: World) -> dict[str, Browser]:
    """One browser for everybody who might call."""
    customer = shared_world.customer()
    customer.start()
    half = shared_world.signed_out(Role.REVIEWER)
    half.give_password()
    staff = {str(role): shared_world.colleague(role).browser for role in Role}
    return {
        "visitor": shared_world.browser(),
        "customer": customer.browser,
        "half": half.browser,
        **staff,
    }


def test_every_route_stands_in_the_table(shared_world: World) -> None:
    assert {rule.endpoint for rule in shared_world.app.url_map.iter_rules()} == MAY_CALL.keys()


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_it_lets_each_caller_do_what_the_table_says_and_nothing_else(
    shared_world: World, callers: dict[str, Browser], who: str
) -> None:
    surprises = [
        (call, answer.status_code, answer.location)
        for call in calls(shared_world.app)
        for answer in [make(callers[who], call)]
        if is_refused(call, answer) == (who in MAY_CALL[call.endpoint])
    ]
    assert not surprises


@pytest.fixture
def silent(world: World) -> World:
    """A world with a route that does not say who may call it."""
    world.app.add_url_rule("/staff/silent", "silent", lambda: "something")
    return world


def test_it_refuses_a_route_that_says_nothing_to_a_visitor(silent: World) -> None:
    assert silent.browser().get("/staff/silent").location == "/staff/sign-in"


@pytest.mark.parametrize("role", Role)
def test_it_refuses_a_route_that_says_nothing_to_staff(silent: World, role: Role) -> None:
    assert silent.colleague(role).browser.get("/staff/silent").status_code == 403


def test_it_writes_down_who_was_refused_what(world: World) -> None:
    colleague = world.colleague(Role.ADMINISTRATOR)
    assert colleague.browser.get("/staff/queue").status_code == 403
    (event,) = world.events(Action.STAFF_ACCESS_REFUSED)
    assert '"route":"review/queue"' in event.body


@pytest.fixture
def case_and_image(world: World) -> tuple[str, str]:
    customer = world.customer()
    case = customer.submitted()
    return case, world.upload(customer.uploads["document_front"]).artifact_id or ""


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.PRIVACY])
def test_it_shows_no_image_to_those_who_do_not_review(
    world: World, case_and_image: tuple[str, str], role: Role
) -> None:
    colleague = world.colleague(role)
    assert_refused(colleague, f"/staff/images/{case_and_image[1]}")


def test_it_shows_no_case_to_an_administrator(
    world: World, case_and_image: tuple[str, str]
) -> None:
    assert_refused(world.colleague(Role.ADMINISTRATOR), f"/staff/cases/{case_and_image[0]}")


def assert_refused(colleague: Colleague, path: str) -> None:
    answer = colleague.browser.get(path)
    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert len(colleague.world.events(Action.STAFF_ACCESS_REFUSED)) == 1


def test_it_tells_a_script_that_the_customer_was_signed_out(world: World) -> None:
    answer = world.browser().post(
        "/verify/item/document_front", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["error"]["code"] == "signed_out"


def test_it_tells_a_script_that_the_reviewer_was_signed_out(world: World) -> None:
    answer = world.browser().post(
        "/staff/cases/none/heartbeat", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["error"]["code"] == "signed_out"
