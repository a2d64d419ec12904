"""Owns the promise that long words break no page on a telephone."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Request, Route

from tests.web.people import Customer

NARROW = 390
ORIGIN = "http://kyc.test"
PAGES = ("/verify/document", "/verify/item/document_front", "/verify/status")
REACHING_OUT = """
  [...document.querySelectorAll("main *, header *, footer *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 80))
"""


def answered_by(customer: Customer) -> Callable[[Route, Request], None]:
    """Answers a browser's requests from the application, in the customer's own session."""

    def answer(route: Route, request: Request) -> None:
        url = urlsplit(request.url)
        found = customer.browser.get(f"{url.path}?{url.query}")
        kept = {"content-type", "content-security-policy"}
        headers = {name: value for name, value in found.headers if name.lower() in kept}
        route.fulfill(status=found.status_code, body=found.data, headers=headers)

    return answer


@pytest.mark.browser
@pytest.mark.parametrize("code", ["de", "ru"])
def test_nothing_reaches_out_of_a_narrow_screen(
    code: str, customer: Customer, chromium: Browser
) -> None:
    page = chromium.new_page(viewport={"width": NARROW, "height": 844})
    page.route("**/*", answered_by(customer))
    try:
        for path in PAGES:
            page.goto(f"{ORIGIN}{path}?lang={code}")
            assert page.locator("html").get_attribute("lang") == code
            assert page.evaluate("document.documentElement.scrollWidth") == NARROW, path
            assert page.evaluate(REACHING_OUT) == [], path
    finally:
        page.close()
