"""Owns what a customer sees, for axe-core: each page in each state that looks different."""

from collections.abc import Iterator

from kyc.audit.signer import load_or_make_signer
from kyc.models import Receipt
from kyc.retention.receipts import sign_complete
from tests.web.chromium import Visit
from tests.web.people import Customer
from tests.web.test_whole_pages import last_pages, open_pages, upload_pages
from tests.web.tours import Guide, posted, tour


@tour
def customers_who_begin(guide: Guide) -> Iterator[Visit]:
    for browser, path in open_pages(guide.world):
        yield Visit(browser, path)
    linked = guide.world.customer().ready_to_upload()
    yield posted(linked.browser, "/verify/device")
    stranger = guide.world.browser()
    yield posted(stranger, "/resume", email="liisi.tamm@example.com")
    beginner = guide.world.customer()
    beginner.start()
    yield posted(beginner.browser, "/verify/details")


@tour
def customers_who_send(guide: Guide) -> Iterator[Visit]:
    for browser, path in [*upload_pages(guide.world), *last_pages(guide.world)]:
        yield Visit(browser, path)
    refused = guide.world.customer().ready_to_upload()
    yield Visit(refused.browser, "refused file", lambda: refused.send("document_front", b"no"))


@tour
def whose_pictures_are_gone(guide: Guide) -> Iterator[Visit]:
    world, customer = guide.world, guide.world.customer()
    case = customer.submitted()
    line = _receipt(customer, case)
    yield Visit(customer.browser, "/verify/status")
    stranger = world.browser()
    yield posted(stranger, "/receipts", text=f"{line}\n{line.replace('rejected', 'approved')}")
    yield posted(stranger, "/receipts", "no receipts", text="")


def _receipt(customer: Customer, case: str) -> str:
    world = customer.world
    signer = load_or_make_signer(world.runtime.settings.audit_key_file)
    with world.runtime.transaction() as db:
        at = world.clock()
        db.add(
            Receipt(subject_id=case, kind="record", stage="record", rule="record_rejected",
                    key_destroyed_at=at, absent_at=at)
        )  # fmt: skip
        db.flush()
        sign_complete(db, signer)
    return customer.browser.get("/verify/receipts").text.splitlines()[0]
