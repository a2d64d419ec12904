"""Owns a whole installation in one process, and what people can do in it by its pages."""

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from kyc.access import Role
from kyc.app import create_app
from kyc.audit import OPERATOR
from kyc.db import make_engine, make_sessions
from kyc.documents.pages import PolicyStamp, Redaction, Size
from kyc.intake.redacting import announce_copy, finish_redaction, plan_redaction
from kyc.migration import migrate
from kyc.models import Base, Upload, VerificationSession
from kyc.models.audit_event import AuditEvent
from kyc.runtime import Runtime, Wake
from kyc.settings import Settings, load_settings
from kyc.staff.enrolling import invite
from kyc.tokens import Lookup
from storage.keys_file import FileKeys
from storage.memory import MemoryObjects
from storage.vault import Vault

BUSINESS = "Example Hosting"
PASSWORD = "quiet-harbour-lamp-91"
NAMES = {
    Role.REVIEWER: "Mari Maasikas",
    Role.SENIOR: "Siiri Sepp",
    Role.PRIVACY: "Piret Pukk",
    Role.AUDITOR: "Aare Aun",
    Role.ADMINISTRATOR: "Aita Ader",
}
_TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')
_SECRET = re.compile(r'translate="no">([A-Z2-7 ]+)</code>')


@dataclass
class Moment:
    """A clock that stands still until it is told to go on."""

    at: datetime = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class World:
    """The application over a database file, a store in memory and a clock that can be set."""

    app: Flask
    runtime: Runtime
    clock: Moment
    objects: MemoryObjects
    woken: list[str]
    secrets: dict[Role, str] = field(default_factory=dict)

    def browser(self) -> "Browser":
        return Browser(self.app)

    def customer(self) -> "Customer":
        return Customer(self, self.browser())

    def colleague(self, role: Role) -> "Colleague":
        """The one of this role, signed in with both factors."""
        colleague = self.signed_out(role)
        colleague.sign_in()
        return colleague

    def signed_out(self, role: Role) -> "Colleague":
        return Colleague(self, self.browser(), NAMES[role], self.secrets[role])

    def enrolled(self, role: Role, name: str) -> "Colleague":
        """One more, with an account made from an invitation through the page."""
        colleague = Colleague(self, self.browser(), name)
        colleague.enrol(self.invitation(role))
        return colleague

    def invitation(self, role: Role) -> str:
        with self.runtime.transaction() as db:
            tools = self.runtime.vault, self.runtime.lookup
            return invite(db, *tools, role, by=OPERATOR, now=self.clock())

    def events(self, action: str = "") -> list[AuditEvent]:
        with self.runtime.reading() as db:
            query = select(AuditEvent).order_by(AuditEvent.id)
            return list(db.scalars(query.where(AuditEvent.action == action) if action else query))

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.runtime.reading() as db:
            return {
                table.name: db.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }

    def upload(self, upload_id: str) -> Upload:
        with self.runtime.reading() as db:
            return db.get_one(Upload, upload_id)

    def session(self, session_id: str) -> VerificationSession:
        with self.runtime.reading() as db:
            return db.get_one(VerificationSession, session_id)

    def redact(self, upload_id: str, *reasons: str) -> str:
        """What a worker does once the numbers are covered; `reasons` make a person confirm it."""
        runtime, now = self.runtime, self.clock()
        with runtime.transaction() as db:
            plan = plan_redaction(db, runtime.vault, upload_id, BUSINESS, now)
            assert plan is not None
        redaction = redacted(reasons)
        with runtime.transaction() as db:
            announced = announce_copy(db, runtime.vault, plan, redaction, now)
        runtime.vault.store(announced.object_name, announced.ciphertext)
        with runtime.transaction() as db:
            finish_redaction(db, plan, redaction, announced.artifact_id, now)
        return announced.artifact_id


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

    world: World
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

    world: World
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

    def decide(self, session_id: str, **fields: Any) -> TestResponse:
        version = self.world.session(session_id).version
        filled = {"version": version, "outcome": "approve", **fields}
        return self.browser.post(f"/staff/cases/{session_id}/decide", filled)


MULTIPART = "multipart/form-data; boundary=-part-"


def multipart(content: bytes, name: str, **fields: str) -> bytes:
    """The body of a form with a file, made in memory: the test client's own goes to a file."""
    head = 'Content-Disposition: form-data; name="{}"'
    parts = [f"{head.format(key)}\r\n\r\n{value}".encode() for key, value in fields.items()]
    file = f'{head.format("file")}; filename="{name}"\r\nContent-Type: image/jpeg\r\n\r\n'
    parts.append(file.encode() + content)
    return b"".join(b"---part-\r\n" + part + b"\r\n" for part in parts) + b"---part---\r\n"


def picture(width: int = 320, height: int = 200, form: str = "JPEG", **options: Any) -> bytes:
    """A small picture that shows nothing."""
    kept = io.BytesIO()
    Image.new("RGB", (width, height), (214, 220, 226)).save(kept, form, **options)
    return kept.getvalue()


def redacted(reasons: tuple[str, ...] = (), *, width: int = 900, height: int = 600) -> Redaction:
    return Redaction(
        jpeg=picture(width, height),
        width=width,
        height=height,
        source=Size(width, height),
        status="confirm" if reasons else "complete",
        reasons=reasons,
        regions=(),
        facts={},
        document_number=None,
        policy=PolicyStamp("test", "1", "0" * 64),
    )


class Compiled(BytecodeCache):
    """Templates compiled once for all applications of a test run."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = Compiled()


def furnish(directory: Path) -> dict[Role, str]:
    """An installation with one enrolled colleague of each role; the secrets of their factors."""
    with opened(directory) as world:
        return {role: world.enrolled(role, NAMES[role]).secret for role in Role}


@contextmanager
def opened(directory: Path, wake: Wake | None = None, **changes: Any) -> Iterator[World]:
    """The world in `directory`, closed at the end; `changes` are settings."""
    settings = replace(load_settings({"KYC_DATA_DIR": str(directory)}), **changes)
    runtime, clock, objects, woken = _runtime(settings, wake)
    migrate(runtime.engine)
    try:
        app = create_app(runtime)
        app.jinja_env.bytecode_cache = _COMPILED
        yield World(app, runtime, clock, objects, woken)
    finally:
        runtime.engine.dispose()


def _runtime(
    settings: Settings, wake: Wake | None
) -> tuple[Runtime, Moment, MemoryObjects, list[str]]:
    engine, objects, clock = make_engine(settings.database_url), MemoryObjects(), Moment()
    woken: list[str] = []
    settings.kek_dir.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = FileKeys(settings.kek_dir)
    if not settings.kek_dir.exists():
        keys.prepare()
    runtime = Runtime(
        settings=settings,
        engine=engine,
        sessions=make_sessions(engine),
        vault=Vault(objects, keys),
        lookup=Lookup(b"l" * 32),
        now=clock,
        wake=wake or woken.append,
    )
    return runtime, clock, objects, woken
