"""Owns a real browser on real templates, fed from memory: no server, no socket."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from playwright.sync_api import Browser, Page, Request, Route

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "kyc" / "web" / "static"
ORIGIN = "http://kyc.test"
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-n'; style-src 'self' 'nonce-n'; "
    "img-src 'self' blob: data:; connect-src 'self'; form-action 'self'; base-uri 'none'"
)
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
Answer = Callable[[Route, Request], None]


def address_of(endpoint: str, **values: str) -> str:
    return f"/static/{values['filename']}" if endpoint == "static" else f"/{endpoint}"


@pytest.fixture(scope="session")
def templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        lambda text: text, lambda one, many, number: one if number == 1 else many, newstyle=True
    )
    filters = ("ago", "dateformat", "timeformat")
    made.filters.update(dict.fromkeys(filters, lambda at, _form="": str(at)))
    made.globals.update(
        actor=SimpleNamespace(
            name="Kadri",
            role="reviewer",
            initials="K",
            may=lambda _: True,
            passed=True,
            locked=False,
            offers_app=True,
            offers_key=False,
        ),
        idle_seconds=600,
        serves_staff=True,
        bootstrap=SimpleNamespace(load_css=lambda: Markup("")),
        business="Example Hosting",
        csp_nonce="n",
        csrf_token=lambda: "token",
        get_flashed_messages=lambda **_: [],
        is_demo=False,
        locale="en",
        locales=[("en", "English")],
        request=SimpleNamespace(endpoint=""),
        url_for=address_of,
    )
    return made


@dataclass
class Site:
    """One browser page on pages made from templates; posts are answered by the test."""

    page: Page
    templates: Environment
    answers: dict[str, Answer] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def open(self, name: str, context: Mapping[str, Any]) -> Page:
        html = self.templates.get_template(name).render(**context)
        self.answers["/"] = lambda route, _: route.fulfill(
            body=html,
            content_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": POLICY},
        )
        self.page.goto(f"{ORIGIN}/")
        return self.page

    def answer_json(self, path: str, content: object, status: int = 200) -> list[Request]:
        """Answers a path with JSON; returns the list that the requests come into."""
        seen: list[Request] = []

        def answer(route: Route, request: Request) -> None:
            seen.append(request)
            route.fulfill(status=status, body=json.dumps(content), content_type="application/json")

        self.answers[path] = answer
        return seen

    def handle(self, route: Route, request: Request) -> None:
        path = urlsplit(request.url).path
        file = STATIC / path.removeprefix("/static/")
        if path.startswith("/static/") and file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        elif path in self.answers:
            self.answers[path](route, request)
        else:
            route.fulfill(status=200, body="elsewhere", content_type="text/plain")


@pytest.fixture
def site(chromium: Browser, templates: Environment) -> Iterator[Site]:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    made = Site(page, templates)
    page.route("**/*", made.handle)
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    page.on(
        "console",
        lambda line: made.complaints.append(line.text) if "Security Policy" in line.text else None,
    )
    yield made
    page.close()
    assert made.complaints == []


@pytest.fixture
def steps() -> list[dict[str, str]]:
    return [{"title": "Picture", "state": "current"}, {"title": "Send", "state": "todo"}]


@pytest.fixture
def moment() -> datetime:
    return datetime(2026, 1, 5, 12, 30, tzinfo=UTC)
