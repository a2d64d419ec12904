"""Owns what people do with the pages: a browser, a customer, a colleague."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kyc.models import Upload, VerificationSession
from tests.web.pictures import MULTIPART, multipart, picture

if TYPE_CHECKING:
    from tests.web.world import World

PASSWORD = "quiet-harbour-lamp-91"
_TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')
_SECRET = re.compile(r'translate="no">([A-Z2-7 ]+)</code>')


class Browser:
    """A test client that sends the CSRF token of the page it saw last, as a real page does."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self._tokens: dict[bool, str] = {}

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._seen(self.client.get(path, buffered=True, **options))

    def post(
        self,
        path: str,
        data: Mapping[str, Any] | bytes | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> TestResponse:
        sent = {"X-CSRFToken": self.token(path), **(headers or {})}
        answer = self.client.post(path, data=data, headers=sent, buffered=True, **options)
        self._tokens.clear()  # signing in and out begin a new token
        return self._seen(answer)

    def token(self, path: str) -> str:
        """The token for pages like this one: staff and customers have a cookie each."""
        of_staff = path.startswith("/staff")
        if of_staff not in self._tokens:
            # A page that does not exist shows itself to everybody, and carries a token too.
            self.get("/staff/no-such-page" if of_staff else "/no-such-page")
        return self._tokens[of_staff]

    def _seen(self, answer: TestResponse) -> TestResponse:
        found = _TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        if found:
            self._tokens[answer.request.path.startswith("/staff")] = found.group(1)
        return answer


DETAILS = {
    "surname": "Tamm",
    "given_names": "Liisi",
    "patronymic": "",
    "email": "liisi.tamm@example.com",
    "phone": "+372 5123 4567",
    "date_of_birth": "1990-04-12",
    "nationality": "EE",
    "residence": "EE",
    "acting_for": "self",
    "notice_seen": "y",
}


@dataclass
class Customer:
    """Somebody who proves who they are; each act is one that a page offers."""

    world: "World"
    browser: Browser
    uploads: dict[str, str] = field(default_factory=dict)

    def start(self) -> TestResponse:
        return self.browser.post("/start")

    def give_details(self, **changes: str) -> TestResponse:
        return self.browser.post("/verify/details", {**DETAILS, **changes})

    def choose(self, document_type: str = "passport", country: str = "EE") -> TestResponse:
        chosen = {"document_type": document_type, "document_country": country}
        return self.browser.post("/verify/document", chosen)

    def send(
        self,
        kind: str,
        content: bytes | None = None,
        *,
        name: str = "IMG_2041 Liisi.jpg",
        headers: Mapping[str, str] | None = None,
        **fields: str,
    ) -> TestResponse:
        """Visits the item's page, as the statement is made there, and sends a file from it."""
        self.browser.get(f"/verify/item/{kind}")
        body = multipart(picture() if content is None else content, name, **fields)
        path = f"/verify/item/{kind}"
        return self.browser.post(path, body, headers=headers, content_type=MULTIPART)

    def sent(self, kind: str) -> str:
        """The id of an upload that was taken."""
        answer = self.send(kind)
        assert answer.status_code == 302, answer.text
        self.uploads[kind] = answer.location.rsplit("/", 1)[1]
        return self.uploads[kind]

    def redacted(self, kind: str, *reasons: str) -> str:
        upload_id = self.sent(kind)
        self.world.redact(upload_id, *reasons)
        return upload_id

    def confirm(self, upload_id: str, **fields: str) -> TestResponse:
        return self.browser.post(f"/verify/uploads/{upload_id}/confirm", fields)

    def ready_to_upload(self) -> "Customer":
        self.start()
        self.give_details()
        self.choose()
        return self

    def ready_to_submit(self) -> "Customer":
        self.ready_to_upload()
        for kind in ("document_front", "selfie_statement"):
            self.confirm(self.redacted(kind))
        return self

    def submitted(self) -> str:
        """The id of the case, which waits for review."""
        self.ready_to_submit()
        assert self.browser.post("/verify/submit").location == "/verify/status"
        return self.session_id

    @property
    def session_id(self) -> str:
        with self.world.runtime.reading() as db:
            newest = select(VerificationSession.id).order_by(VerificationSession.created_at.desc())
            if self.uploads:
                some = next(iter(self.uploads.values()))
                return db.get_one(Upload, some).session_id
            return db.scalars(newest).first() or ""


@dataclass
class Colleague:
    """A member of staff with an authenticator."""

    world: "World"
    browser: Browser
    name: str
    secret: str = ""

    @property
    def login(self) -> str:
        return self.name.lower().replace(" ", ".")

    def enrol(self, invitation: str) -> TestResponse:
        path = f"/staff/invite/{invitation}"
        found = _SECRET.search(self.browser.get(path).text)
        assert found is not None
        self.secret = found.group(1).replace(" ", "")
        return self.browser.post(
            path,
            {
                "display_name": self.name,
                "login": self.login,
                "email": f"{self.login}@example.org",
                "password": PASSWORD,
                "password_again": PASSWORD,
                "code": self.code(),
            },
        )

    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(int(self.world.clock().timestamp()))

    def give_password(self, password: str = PASSWORD) -> TestResponse:
        return self.browser.post("/staff/sign-in", {"login": self.login, "password": password})

    def give_code(self, code: str | None = None) -> TestResponse:
        return self.browser.post("/staff/second-factor", {"code": code or self.code()})

    def sign_in(self) -> TestResponse:
        """Waits for a code that was not used, as each is good once."""
        self.world.clock.passes(seconds=60)
        self.give_password()
        return self.give_code()

    def claim(self, session_id: str) -> TestResponse:
        return self.browser.post(f"/staff/cases/{session_id}/claim")

    def decide(
        self,
        session_id: str,
        url: str = "decide",
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> TestResponse:
        """Fills the form in and sends it to `decide` or to `preview`."""
        version = self.world.session(session_id).version
        filled = {"version": version, "outcome": "approve", **fields}
        return self.browser.post(f"/staff/cases/{session_id}/{url}", filled, headers=headers)

    def settled(self, session_id: str, **fields: Any) -> TestResponse:
        """A decision that can no longer be taken back."""
        answer = self.decide(session_id, **fields)
        self.world.settle()
        return answer
