"""Owns a customer's way through the pages, as a person would click it."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

PHONE: ViewportSize = {"width": 390, "height": 844}


class Customer:
    """Speaks through what is on the page: labels, headings, buttons."""

    def __init__(self, context: BrowserContext, base_url: str) -> None:
        self.page: Page = context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._note)
        self._base_url = base_url

    def opens_link(self, url: str) -> None:
        self.page.goto(url)
        self.page.get_by_role("button", name="Continue").click()

    def begins(self) -> None:
        self.page.goto(self._base_url)
        self.page.get_by_role("button", name="Start").click()

    def gives_details(self, **values: str) -> None:
        for name, value in values.items():
            self.page.fill(f"#{name}", value)
        self.page.select_option("#nationality", "EE")
        self.page.select_option("#residence", "EE")
        self.page.check("#notice_seen")
        self.page.get_by_role("button", name="Continue").click()

    def chooses(self, document_type: str, country: str) -> None:
        self.page.check(f"input[name=document_type][value={document_type}]")
        self.page.select_option("#document_country", country)
        self.page.get_by_role("button", name="Continue").click()

    def statement(self) -> tuple[str, ...]:
        lines = self.page.locator(".statement p").all_inner_texts()
        return tuple(line.strip() for line in lines)

    def sends(self, picture: Path) -> None:
        self.page.locator("input[type=file]").last.set_input_files(picture)
        self.page.get_by_role("button", name="Send this picture").click()
        self.page.wait_for_url("**/verify/uploads/*")

    def waits_for_the_covered_copy(self) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(
            "Is everything covered?", timeout=60_000
        )

    def confirms(self) -> None:
        doubt = self.page.locator("input[name=covered_all]")
        if doubt.count():
            doubt.check()
        self.page.get_by_role("button", name="Use this picture").click()

    def submits(self) -> None:
        self.page.get_by_role("button", name="Send for review").click()
        self.page.wait_for_url("**/verify/status")

    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    def _note(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        if kind == "error":
            self.problems.append(text)
