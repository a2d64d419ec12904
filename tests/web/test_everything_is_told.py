"""Owns the walk along the routes on which no change goes without its audit event (AUD-01)."""

from datetime import timedelta

import pytest
from flask import request
from sqlalchemy import select, update

from kyc.access import Role
from kyc.audit import SYSTEM, Action, record
from kyc.models import Staff
from kyc.web.auth import public
from kyc.web.context import now
from kyc.web.database import transaction
from tests.web.people import PASSWORD
from tests.web.witness import Witness
from tests.web.world import NAMES, World

ANNOUNCED = "customer.upload: artifact, seen_hash, upload"
"""The rows that stand before the object: told as received after it, or as destroyed."""


@pytest.fixture
def witness(world: World) -> Witness:
    one = Witness()
    one.watch(world.runtime.engine)
    return one


def test_a_customer_does_nothing_untold(world: World, witness: Witness) -> None:
    customer = world.customer().ready_to_upload()
    customer.choose("identity_card")
    customer.choose()
    again = customer.redacted("document_front")
    customer.browser.post(f"/verify/uploads/{again}/discard")
    for kind in ("document_front", "selfie_statement"):
        customer.confirm(customer.redacted(kind, "nothing_found"), all_covered="y", sure="y")
    customer.browser.post("/verify/device")
    customer.browser.post("/verify/submit")
    assert witness.silent == {ANNOUNCED}
    assert witness.told >= {
        "customer.start", "customer.details", "customer.document", "customer.item",
        "customer.upload", "customer.discard_upload", "customer.device",
    }  # fmt: skip


def test_a_reviewer_does_nothing_untold(world: World, witness: Witness, case: str) -> None:
    witness.silent.clear()
    reviewer = world.colleague(Role.REVIEWER)
    reviewer.browser.post("/staff/claim-next")
    reviewer.browser.get(f"/staff/cases/{case}")
    reviewer.browser.post(f"/staff/cases/{case}/release")
    reviewer.claim(case)
    reviewer.settled(case, outcome="reject", reason=["document_expired"])
    reviewer.browser.post("/staff/account/compromised", {"sure": "yes"})
    assert witness.silent == set()
    assert witness.told >= {
        "review.claim_next", "review.release", "review.claim", "review.decide_case",
        "account.compromised",
    }  # fmt: skip


def test_those_who_run_the_console_do_nothing_untold(
    world: World, witness: Witness, case: str
) -> None:
    witness.silent.clear()
    administrator, officer = world.colleague(Role.ADMINISTRATOR), world.colleague(Role.PRIVACY)
    with world.runtime.reading() as db:
        named = select(Staff.id).where(Staff.display_name == NAMES[Role.REVIEWER])
        person = db.scalars(named).one()
    administrator.browser.post("/staff/people", {"role": "reviewer"})
    for act in ("role", "end-sessions", "disable", "enable", "invite", "compromised"):
        administrator.browser.post(f"/staff/people/{person}/{act}", {"role": "auditor"})
    last_day = (world.clock().date() + timedelta(days=30)).isoformat()
    held = {"case": case, "reason": "authority", "last_day": last_day, "note": ""}
    officer.browser.post("/staff/holds", held)
    officer.browser.post("/staff/audit/verify")
    officer.browser.post("/staff/sign-out")
    officer.give_password(PASSWORD + "x")
    officer.sign_in()
    assert witness.silent == set()
    assert witness.told >= {
        "staff_admin.disable", "staff_admin.enable", "staff_admin.role", "holds.set_one",
        "audit.verify", "staff.sign_out", "staff.sign_in", "staff.second_factor",
    }  # fmt: skip


@pytest.mark.parametrize("tells", [True, False])
def test_a_change_that_no_event_tells_of_is_seen(
    world: World, witness: Witness, tells: bool
) -> None:
    def act() -> str:
        with transaction() as db:
            db.execute(update(Staff).values(failures=1))
            if tells:
                record(db, Action.STAFF_SIGN_IN_REFUSED, actor=SYSTEM, now=now())
        return str(request.endpoint)

    world.app.add_url_rule("/act", "act", public(act))
    world.browser().get("/act")
    assert witness.silent == (set() if tells else {"act: staff"})
