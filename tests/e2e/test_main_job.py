"""Owns the whole story: customer, reviewer, and the day when everything is destroyed."""

import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pyotp
import pytest
from playwright.sync_api import Browser, expect

from kyc.demo.cast import Story
from kyc.demo.pictures import picture
from kyc.lifecycle import ItemKind
from kyc.specimens import Person, invented_person
from tests.e2e.customer import PHONE, Customer
from tests.e2e.reviewer import DESK, Colleague
from tests.e2e.service import Service

pytestmark = [
    pytest.mark.browser,
    pytest.mark.servers,
    pytest.mark.xdist_group("service"),
    pytest.mark.timeout(600),
]

SEED = 4711
PASSWORD = "harbor-lantern-velvet-9"

REVIEWED = "SELECT count(*) FROM artifact WHERE stage = 'review' AND wrapped_key IS NOT NULL"


@pytest.fixture(scope="module")
def person() -> Person:
    return invented_person(SEED)


@pytest.fixture
def customer(chromium: Browser, service: Service) -> Iterator[Customer]:
    with closing(chromium.new_context(viewport=PHONE)) as context:
        yield Customer(context, service.base_url)


@pytest.fixture
def colleague(chromium: Browser, service: Service) -> Iterator[Colleague]:
    with closing(chromium.new_context(viewport=DESK)) as context:
        yield Colleague(context, service.base_url)


@pytest.fixture(scope="module")
def reviewer_login(chromium: Browser, service: Service) -> tuple[str, str, pyotp.TOTP]:
    """A reviewer who made their account from an invitation."""
    invitation = service.command("staff", "invite", "--role", "reviewer").strip()
    with closing(chromium.new_context(viewport=DESK)) as context:
        totp = Colleague(context, service.base_url).enrols(
            invitation, "eve", "Eve Examiner", PASSWORD
        )
    return "eve", PASSWORD, totp


def test_the_demonstration_shows_a_living_queue(colleague: Colleague, service: Service) -> None:
    accounts = {
        account["login"]: account
        for account in json.loads((service.data_dir / "keys/demo-accounts.json").read_text())
    }
    rita = accounts["rita"]
    colleague.signs_in("rita", rita["password"], pyotp.TOTP(rita["totp_secret"]))
    expect(colleague.page.locator("[data-row]")).to_have_count(6)
    waits = colleague.page.locator("[data-row] time").all_inner_texts()
    assert waits[0].endswith("h")
    assert colleague.problems == []


def test_a_privacy_officer_of_the_demonstration_finds_requests(
    colleague: Colleague, service: Service
) -> None:
    accounts = json.loads((service.data_dir / "keys/demo-accounts.json").read_text())
    [pia] = [account for account in accounts if account["login"] == "pia"]
    colleague.signs_in("pia", pia["password"], pyotp.TOTP(pia["totp_secret"]))
    colleague.page.goto(f"{service.base_url}/staff/desk")
    expect(colleague.page.locator("tbody tr")).to_have_count(3)
    colleague.page.get_by_role("link", name="Erasure").click()
    expect(colleague.page.get_by_text("Delete my pictures.")).to_be_visible()
    named = service.command("privacy", "documents", KYC_BUSINESS_NAME="Invented Hosting")
    assert "MISSING" not in named
    assert colleague.problems == []


def test_a_customer_is_verified_from_link_to_decision(
    customer: Customer,
    colleague: Colleague,
    reviewer_login: tuple[str, str, pyotp.TOTP],
    service: Service,
    person: Person,
    tmp_path: Path,
) -> None:
    link = service.command("link", "create", "--reference", "E2E-1").strip()
    customer.opens_link(link)
    _give_details(customer, person)
    customer.chooses("passport", "EE")
    _send(customer, person, ItemKind.DOCUMENT_FRONT, (), tmp_path)
    lines = customer.statement()
    assert "Example Hosting" in lines[0]
    _send(customer, person, ItemKind.SELFIE_STATEMENT, lines, tmp_path)
    customer.submits()
    assert customer.heading() == "We have everything we need"
    assert customer.problems == []

    colleague.signs_in(*reviewer_login)
    colleague.claims("E2E-1")
    shown = colleague.page.locator(".facts").first.inner_text()
    assert person.surname in shown
    colleague.approves()
    assert colleague.problems == []
    _wait_for_effect(service)

    customer.page.reload()
    assert customer.heading() == "Your identity is verified"
    mails = _mails(service, f"customer{SEED}@example.com")
    assert [s for s in mails if "has verified your identity" in s]


def test_an_item_asked_for_again_is_the_only_one_to_send(
    customer: Customer,
    colleague: Colleague,
    service: Service,
    person: Person,
    tmp_path: Path,
) -> None:
    customer.opens_link(service.command("link", "create", "--reference", "E2E-2").strip())
    _give_details(customer, person)
    customer.chooses("driving_licence", "EE")
    _send(customer, person, ItemKind.DOCUMENT_FRONT, (), tmp_path, "driving_licence")
    _send(customer, person, ItemKind.SELFIE_STATEMENT, customer.statement(), tmp_path)
    customer.submits()

    invitation = service.command("staff", "invite", "--role", "senior_reviewer").strip()
    totp = colleague.enrols(invitation, "otto", "Otto Other", PASSWORD)
    colleague.signs_in("otto", PASSWORD, totp)
    colleague.claims("E2E-2")
    colleague.asks_again("selfie_statement", "statement_illegible")
    _wait_for_effect(service)

    customer.page.goto(f"{service.base_url}/verify")
    assert customer.page.url.endswith("/verify/item/selfie_statement")
    expect(customer.page.get_by_text("could not be read")).to_be_visible()
    _send(customer, person, ItemKind.SELFIE_STATEMENT, customer.statement(), tmp_path)
    customer.submits()
    assert customer.problems == []


def test_a_used_link_says_what_to_do(customer: Customer, service: Service) -> None:
    link = service.command("link", "create").strip()
    customer.opens_link(link)
    customer.page.context.clear_cookies()
    answer = customer.page.goto(link)
    assert answer is not None
    assert answer.status == 410
    expect(customer.page.get_by_label("E-mail")).to_be_visible()


def test_the_log_proves_that_nothing_was_changed(service: Service) -> None:
    assert "sound" in service.command("audit", "verify")


def test_when_the_time_is_over_everything_is_gone_and_it_can_be_proved(service: Service) -> None:
    """Moves the clock of the demonstration on; nothing can be sent to this service after it.

    The key of this month has been destroyed by then, and setting the clock back does not bring it
    back: so this is the last test of the last file that uses the service.

    After 200 days only the narrower copies of approved customers are there; eight years after
    these have left, nothing is.
    """
    assert _objects(service)
    before = service.command("purge", "--dry-run", "--until", "2099-01-01")
    assert "approved" in before
    assert service.stop() == 0
    service.start(KYC_DEMO_CLOCK_DAYS="200")
    left = "SELECT count(*) FROM artifact WHERE stage = 'retained' AND state = 'stored'"
    _wait_for(
        service,
        lambda: not _one(service, REVIEWED) and _one(service, left) == len(_objects(service)),
    )
    assert _one(service, left) > 0
    for case in _all(service, "SELECT id FROM verification_session WHERE status = 'verified'"):
        service.command("relationship", "end", case, KYC_DEMO_CLOCK_DAYS="200")
    assert service.stop() == 0
    service.start(KYC_DEMO_CLOCK_DAYS="3200")
    _wait_for(service, lambda: not _objects(service))
    assert _one(service, "SELECT count(*) FROM artifact WHERE wrapped_key IS NOT NULL") == 0
    assert _one(service, "SELECT count(*) FROM artifact WHERE state != 'purged'") == 0
    destroyed = _one(service, "SELECT count(*) FROM artifact")
    assert destroyed > 20
    receipts = "SELECT count(*) FROM receipt WHERE absent_at IS NOT NULL AND kind != 'record'"
    assert _one(service, receipts) == destroyed
    assert service.command("audit", "verify").startswith("sound")


def _give_details(customer: Customer, person: Person) -> None:
    customer.gives_details(
        surname=person.surname,
        given_names=person.given_names,
        date_of_birth=_iso(person.date_of_birth),
        email=f"customer{SEED}@example.com",
        phone="+3725123456",
    )


def _send(
    customer: Customer,
    person: Person,
    kind: ItemKind,
    lines: tuple[str, ...],
    directory: Path,
    document_type: str = "passport",
) -> None:
    file = directory / f"IMG_{kind}.jpg"
    story = Story(SEED, document_type, "EST", hours=0)
    file.write_bytes(picture(person, story, "EST", kind, lines))
    customer.sends(file)
    customer.waits_for_the_covered_copy()
    customer.confirms()


def _iso(day: date) -> str:
    return day.isoformat()


def _mails(service: Service, address: str) -> list[str]:
    found = []
    for file in (service.data_dir / "mail" / "new").iterdir():
        text = file.read_text()
        if address in text:
            found += re.findall(r"^Subject: (.*)$", text, re.MULTILINE)
    return found


def _one(service: Service, query: str) -> int:
    database = sqlite3.connect(f"file:{service.data_dir / 'kyc.db'}?mode=ro", uri=True)
    with closing(database):
        return int(database.execute(query).fetchone()[0])


def _objects(service: Service) -> list[str]:
    """What the bucket holds, asked for past the program."""
    known: dict[str, Any] = json.loads((service.data_dir / "running.json").read_text())
    client = boto3.client(
        "s3",
        endpoint_url=known["S3_ENDPOINT_URL"],
        region_name=known["S3_REGION"],
        aws_access_key_id=known["S3_ACCESS_KEY"],
        aws_secret_access_key=known["S3_SECRET_KEY"],
    )
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=known["S3_BUCKET"])
    names = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    return [name for name in names if name.startswith("sealed/")]


def _wait_for_effect(service: Service) -> None:
    """Until no verdict can be taken back any more, and every mail that it led to has left."""
    waiting = (
        "SELECT (SELECT count(*) FROM given_verdict WHERE state = 'pending')"
        " + (SELECT count(*) FROM outgoing_mail WHERE sent_at IS NULL)"
    )
    until = time.monotonic() + 90
    while _one(service, waiting):
        assert time.monotonic() < until, service.logs()
        time.sleep(0.5)


def _all(service: Service, query: str) -> list[str]:
    database = sqlite3.connect(f"file:{service.data_dir / 'kyc.db'}?mode=ro", uri=True)
    with closing(database):
        return [str(row[0]) for row in database.execute(query)]


def _wait_for(service: Service, done: Callable[[], bool]) -> None:
    until = time.monotonic() + 240
    while not done():
        assert time.monotonic() < until, service.logs()
        time.sleep(1)
