"""Owns how axe-core is led past every page: tours, each of which yields what is to be looked at.

A tour is a function in any module `tests/web/tours_*.py`, marked with `@tour`. Whatever a link
of the console leads to is found by itself; what needs a form, a script or a state gets a line.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from kyc.access import Role
from tests.web.chromium import Visit
from tests.web.people import Browser, Colleague
from tests.web.world import World

FRESH = timedelta(minutes=2)
FIRST = ("tours_of_customers", "tours_of_review")
LINK = re.compile(r'href="(/staff/[^"#]*)"')


@dataclass
class Guide:
    """Whoever leads a tour: the world, and which pages links have led to so far."""

    world: World
    met: set[str] = field(default_factory=set)
    begun: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.begun = self.world.clock()

    def colleague(self, role: Role) -> Colleague:
        """Somebody whose factor is fresh, however long the tours before this one took."""
        if self.world.clock() - self.begun < FRESH:
            return self.world.colleague(role)
        anew = self.world.signed_out(role)
        anew.sign_in()
        return anew

    def linked(self, browser: Browser, start: str = "/staff/") -> Iterator[Visit]:
        """Each page of the console that links lead to from here, if none led to its route yet."""
        ahead = [start]
        while ahead:
            path = ahead.pop(0)
            endpoint = self._endpoint(path)
            if endpoint in self.met and path != start:
                continue
            answer = browser.get(path)
            if (answer.status_code, answer.mimetype) != (200, "text/html"):
                continue
            ahead += [html.unescape(link) for link in LINK.findall(answer.text) if link != start]
            if endpoint not in self.met:
                self.met.add(endpoint)
                yield Visit(browser, path)

    def _endpoint(self, path: str) -> str:
        matched = self.world.app.url_map.bind("localhost")
        try:
            return str(matched.match(path.partition("?")[0])[0])
        except RequestRedirect:
            return path


def posted(browser: Browser, path: str, name: str = "", **fields: object) -> Visit:
    """The page that answers a form, which is sent when its turn has come."""

    def send() -> TestResponse:
        answer = browser.post(path, fields)
        assert answer.mimetype == "text/html", (path, answer)
        assert answer.status_code not in {302, 303, 307}, (path, answer.location)
        return answer

    return Visit(browser, name or f"{path} posted", send)


Tour = Callable[[Guide], Iterator[Visit]]
TOURS: dict[str, Tour] = {}


def tour(walk: Tour) -> Tour:
    TOURS[walk.__name__] = walk
    return walk


def all_tours() -> dict[str, Tour]:
    """The tours of all modules beside this one; those of review before others hold cases."""
    found = sorted(path.stem for path in Path(__file__).parent.glob("tours_*.py"))
    for name in sorted(found, key=lambda one: one not in FIRST):
        import_module(f"tests.web.{name}")
    return TOURS
