"""Owns a real browser on the pages of a world: each page is asked for as whoever is to see it."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from werkzeug.serving import make_server
from werkzeug.test import TestResponse
from werkzeug.wrappers import Request, Response

from tests.web.people import Browser
from tests.web.world import World

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]
DRAWN = """() => new Promise(done => {
  requestAnimationFrame(() => requestAnimationFrame(done));
  setTimeout(done, 500);
})"""
LOOKED_AT = """async ([tags, colours, onlyColours, part]) => {
  const shown = part ? document.querySelector(part) : document;
  const compared = new Set(JSON.parse(sessionStorage.getItem("compared") ?? "[]"));
  const chains = new Map(), words = [];
  const short = text => {
    let [low, high] = [0x811c9dc5, 0x1b873593];
    for (let at = 0; at < text.length; at++) {
      low = Math.imul(low ^ text.charCodeAt(at), 0x01000193);
      high = Math.imul(high + text.charCodeAt(at), 0x85ebca6b) ^ (high >>> 13);
    }
    return (low >>> 0).toString(36) + (high >>> 0).toString(36);
  };
  const chain = element => {
    if (!element) return "";
    if (!chains.has(element)) {
      const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(element);
      const own = [element.tagName, element.getAttribute("class"), element.matches(":disabled")];
      const ground = [backgroundColor, backgroundImage, opacity, position];
      chains.set(element, short([chain(element.parentElement), ...own, ...ground].join("|")));
    }
    return chains.get(element);
  };
  for (const element of shown.querySelectorAll("body *, dialog *")) {
    const said = [...element.childNodes].some(one => one.nodeType === 3 && one.data.trim());
    const seen = (said || element.matches("input, select, textarea")) && element.checkVisibility();
    if (!seen) continue;
    const { color, fontSize, fontWeight, textDecorationLine } = getComputedStyle(element);
    const key = short([chain(element), color, fontSize, fontWeight, textDecorationLine].join("|"));
    if (!compared.has(key)) words.push(element);
    compared.add(key);
  }
  sessionStorage.setItem("compared", JSON.stringify([...compared]));
  const options = { resultTypes: ["violations"], reporter: "no-passes", preload: false };
  const run = async (context, more) => (await axe.run(context, { ...options, ...more })).violations;
  const byColour = { runOnly: { type: "rule", values: colours } };
  const found = words.length ? await run({ include: words }, byColour) : [];
  if (onlyColours) return found;
  const rules = Object.fromEntries(colours.map(name => [name, { enabled: false }]));
  return [...found, ...await run(shown, { runOnly: tags, rules })];
}"""
AXE = Axe().axe_script
NARROW = 500
SHOWN = "/shown"
PICTURE = "<svg xmlns='http://www.w3.org/2000/svg' width='1000' height='640'/>"
Act = Callable[[Page], object]


@dataclass(frozen=True)
class Visit:
    """A page as somebody sees it: an address to get, or an answer that was given already.

    `act` is what a script or a hand makes of it before anybody looks, such as a dialog that opens,
    and `part` the only part to be looked at then.
    """

    browser: Browser
    path: str
    answer: Callable[[], TestResponse] | None = None
    act: Act | None = None
    part: str = ""

    def __str__(self) -> str:
        return self.path

    def document(self) -> TestResponse:
        return self.answer() if self.answer else self.browser.get(self.path)


@dataclass
class Doorway:
    """The server of a window: what the page asks for is got by the browser of its visit.

    Nothing is sent on but what can be got, so that looking at a page changes nothing. Files are
    kept by Chromium for as long as the window is open, as no test changes them. Every picture is
    the same empty one: a look at a real one would be decoded, marked and written down.
    """

    visit: Visit | None = None
    status: int = 0
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: dict[str, object], start: Callable[..., object]) -> Iterable[bytes]:
        asked = Request(environ)
        with self._one_at_a_time:
            answer = self._answer(asked) if asked.method == "GET" else Response(status=204)
        return answer(environ, start)  # type: ignore[arg-type]  # as the server made it

    def _answer(self, asked: Request) -> Response:
        assert self.visit is not None
        first = asked.path == SHOWN
        if asked.headers.get("Sec-Fetch-Dest") == "image":
            return Response(PICTURE, mimetype="image/svg+xml")
        got = self.visit.document() if first else self.visit.browser.get(asked.full_path)
        self.status = got.status_code if first else self.status
        headers = {name: value for name, value in got.headers if name != "Set-Cookie"}
        if asked.path.startswith("/static/"):
            headers["Cache-Control"] = "max-age=3600"
        return Response(got.data, 200 if first else got.status_code, headers)


@dataclass
class Window:
    """One page of Chromium, which shows one visit after the other."""

    page: Page
    doorway: Doorway
    origin: str

    def open(self, visit: Visit) -> None:
        self.doorway.visit = visit
        self.page.goto(f"{self.origin}{SHOWN}", wait_until="load")
        assert self.doorway.status < 500, visit
        assert self.doorway.status not in {302, 303, 307}, f"{visit} leads elsewhere"
        if visit.act:
            visit.act(self.page)

    def look(self, scheme: str, width: int) -> None:
        """On a phone's width as high as a page with a bar, which lies over what is scrolled."""
        dark_or_light: Literal["dark", "light"] = "dark" if scheme == "dark" else "light"
        # Buttons would take a while to change their colours.
        self.page.emulate_media(color_scheme=dark_or_light, reduced_motion="reduce")
        self.page.set_viewport_size({"width": width, "height": 900})
        if width < NARROW and self.page.locator(".decision-bar").count():
            height = self.page.evaluate("document.documentElement.scrollHeight")
            self.page.set_viewport_size({"width": width, "height": max(height, 900)})
        self.page.evaluate(DRAWN)

    def violations(self, *, only_colours: bool = False) -> list[str]:
        """What axe-core finds, a line for each element.

        Comparing colours is most of its work. It is done once for all words of a window that stand
        in the same chain of tags, classes and grounds: a column, the places on top of each page.
        """
        part = self.doorway.visit.part if self.doorway.visit else ""
        found = self.page.evaluate(LOOKED_AT, [RULES, OF_COLOURS, only_colours, part])
        return [
            f"{violation['id']}: {' '.join(map(str, node['target']))}"
            f" ({' '.join(check['message'] for check in (*node['any'], *node['none']))})"
            for violation in found
            for node in violation["nodes"]
        ]


@contextmanager
def opened_window(world: World, chromium: Chromium) -> Iterator[Window]:
    """A window on the world, over a loopback socket, so that Chromium keeps what it loaded."""
    doorway = Doorway()
    server = make_server("127.0.0.1", 0, doorway, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(AXE)
    yield Window(page, doorway, f"http://127.0.0.1:{server.server_port}")
    page.close()
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def served(world: World, port: int) -> Iterator[str]:
    server = make_server("localhost", port, world.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{port}"
    server.shutdown()
    thread.join()
    server.server_close()
