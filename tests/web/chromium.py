"""Owns a real browser on the pages of a world: every request is answered by a test client."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, Route
from werkzeug.test import TestResponse

from tests.web.people import Browser

ORIGIN = "http://localhost"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
STILL = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const fading = document.getAnimations().filter(one => one instanceof CSSTransition);
  await Promise.allSettled(fading.map(one => one.finished));
}"""
AXE = Axe().axe_script
NARROW = 500


@dataclass(frozen=True)
class Visit:
    """A page as somebody sees it: an address to get, or an answer that was given already."""

    browser: Browser
    path: str
    answer: Callable[[], TestResponse] | None = None

    def __str__(self) -> str:
        return self.path

    def document(self) -> TestResponse:
        return self.answer() if self.answer else self.browser.get(self.path)


@dataclass
class Window:
    """One page of Chromium without a socket: what it asks for, the visit's own client answers."""

    page: Page
    visit: Visit | None = None
    status: int = 0

    def open(self, visit: Visit) -> None:
        self.visit = visit
        self.page.goto(f"{ORIGIN}/", wait_until="load")
        assert self.status < 500, visit
        self.page.evaluate(AXE)

    def answer(self, route: Route, request: Request) -> None:
        assert self.visit is not None
        first = request.is_navigation_request()
        parts = urlsplit(request.url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = self.visit.document() if first else self.visit.browser.get(path)
        self.status = answer.status_code if first else self.status
        headers = {name: value for name, value in answer.headers if name != "Set-Cookie"}
        route.fulfill(status=200 if first else answer.status_code, body=answer.data,
                      headers=headers)  # fmt: skip

    def look(self, scheme: str, width: int) -> None:
        """On a phone's width as high as the page: a bar at the foot lies over what is scrolled."""
        self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        self.page.set_viewport_size({"width": width, "height": 900})
        if width < NARROW:
            height = self.page.evaluate("document.documentElement.scrollHeight")
            self.page.set_viewport_size({"width": width, "height": height})
        self.page.evaluate(STILL)  # buttons take a while to change their colours

    def violations(self) -> list[str]:
        """What axe-core finds, a line for each element."""
        options = {"runOnly": TAGS, "resultTypes": ["violations"]}
        found = self.page.evaluate("options => axe.run(options)", options)
        return [
            f"{violation['id']}: {' '.join(map(str, node['target']))}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]
