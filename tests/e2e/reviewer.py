"""Owns a staff member's way through the console, as a person would click it."""

import time

import pyotp
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

DESK: ViewportSize = {"width": 1280, "height": 800}


class Colleague:
    def __init__(self, context: BrowserContext, base_url: str) -> None:
        self.page: Page = context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self._base_url = base_url

    def enrols(self, invitation: str, login: str, name: str, password: str) -> pyotp.TOTP:
        self.page.goto(invitation)
        totp = pyotp.TOTP(self.page.locator("code").first.inner_text().replace(" ", ""))
        self.page.fill("#display_name", name)
        self.page.fill("#login", login)
        self.page.fill("#email", f"{login}@example.org")
        self.page.fill("#password", password)
        self.page.fill("#password_again", password)
        self.page.fill("#code", totp.now())
        self.page.get_by_role("button", name="Create my account").click()
        expect(self.page.locator(".codes")).to_be_visible()
        return totp

    def signs_in(self, login: str, password: str, totp: pyotp.TOTP) -> None:
        self.page.goto(f"{self._base_url}/staff/sign-in")
        self.page.fill("#login", login)
        self.page.fill("#password", password)
        self.page.get_by_role("button", name="Continue").or_(
            self.page.get_by_role("button", name="Sign in")
        ).first.click()
        # A code works once, and the present one may have made the account: the next is good too.
        self.page.fill("#code", totp.at(int(time.time()) + 30))
        self.page.locator("main form button[type=submit]").click()
        self.page.wait_for_url(lambda url: "second-factor" not in url and "sign-in" not in url)

    def claims(self, reference: str) -> None:
        self.page.goto(f"{self._base_url}/staff/queue")
        self.page.get_by_role("link", name=reference).click()
        self.page.locator('form[action$="/claim"] button').click()
        self.sees_pictures()

    def sees_pictures(self) -> None:
        """Waits until each picture of the case has arrived and can be drawn."""
        pictures = self.page.locator("figure img")
        expect(pictures.first).to_be_attached()
        for picture in pictures.all():
            picture.evaluate("image => image.decode()")

    def approves(self) -> None:
        for box in self.page.locator("input[name=check]").all():
            box.check()
        self._decides("approve")

    def asks_again(self, item: str, reason: str) -> None:
        self.page.check("input[name=outcome][value=request_input]")
        self.page.check(f"input[name=items][value={item}]")
        self.page.check(f"input[name=reason][value={reason}]")
        self._decides("request_input")

    def _decides(self, outcome: str) -> None:
        self.page.check(f"input[name=outcome][value={outcome}]")
        self.page.get_by_role("button", name="Decide", exact=True).click()
        self.page.wait_for_url("**/staff/queue*")
