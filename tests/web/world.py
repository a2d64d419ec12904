"""Owns a whole installation in one process, and what people can do in it by its pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import func, inspect, select
from werkzeug.routing import Rule

from kyc.access import Role
from kyc.app import KycFlask, create_app
from kyc.audit import OPERATOR
from kyc.audit.signer import load_or_make_signer
from kyc.db import make_sessions
from kyc.intake.links import make_link
from kyc.intake.redacting import announce_copy, finish_redaction, plan_redaction
from kyc.intake.taking_over import view_for_link
from kyc.jobs import OwedJobName
from kyc.migration import migrate
from kyc.models import Base, GivenVerdict, OwedJob, Upload, VerificationSession
from kyc.models.audit_event import AuditEvent
from kyc.review.settling import settle_verdict
from kyc.review.taking_back import TAKE_BACK
from kyc.runtime import Runtime, Wake
from kyc.settings import Settings, load_settings
from kyc.staff.enrolling import invite
from kyc.tokens import Lookup
from storage.boxes import Boxes
from storage.keys_file import FileKeys
from storage.memory import MemoryObjects
from storage.recipients import WorkerKeys
from storage.vault import Vault
from tests.engines import make_quick_engine
from tests.web.people import Browser, Colleague, Customer
from tests.web.pictures import redacted

BUSINESS = "Example Hosting"
NAMES = {
    Role.REVIEWER: "Mari Maasikas",
    Role.SENIOR: "Siiri Sepp",
    Role.PRIVACY: "Piret Pukk",
    Role.AUDITOR: "Aare Aun",
    Role.ADMINISTRATOR: "Aita Ader",
}


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
    kept: dict[Role, "Kept"] = field(default_factory=dict)

    def browser(self) -> Browser:
        return Browser(self.app)

    def customer(self) -> Customer:
        return Customer(self, self.browser())

    def colleague(self, role: Role) -> Colleague:
        """The one of this role, who signed in with both factors before the world began."""
        colleague = self.signed_out(role)
        colleague.browser.client.set_cookie("kyc-staff", self.kept[role].cookie)
        return colleague

    def signed_out(self, role: Role) -> Colleague:
        return Colleague(self, self.browser(), NAMES[role], self.kept[role].secret)

    def enrolled(self, role: Role, name: str) -> Colleague:
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

    def owed(self, name: OwedJobName) -> list[OwedJob]:
        with self.runtime.reading() as db:
            return list(db.scalars(select(OwedJob).where(OwedJob.name == name)))

    def upload(self, upload_id: str) -> Upload:
        with self.runtime.reading() as db:
            return db.get_one(Upload, upload_id)

    def session(self, session_id: str) -> VerificationSession:
        with self.runtime.reading() as db:
            return db.get_one(VerificationSession, session_id)

    def link_token(self, session_id: str, lasts: timedelta = timedelta(hours=24)) -> str:
        """The token of a new link into the session, as a worker or the command line makes it."""
        vault, now = self.runtime.vault, self.clock()
        with self.runtime.transaction() as db:
            session = db.get_one(VerificationSession, session_id)
            view = view_for_link(db, vault, session, now)
            tools = vault.boxes, self.runtime.lookup
            return make_link(db, *tools, session, view=view, lasts=lasts, now=now)

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
            finish_redaction(db, plan, redaction, announced.artifact_id, now, document=None)
        return announced.artifact_id

    def settle(self) -> None:
        """What workers do ten seconds after verdicts: they take effect."""
        self.clock.passes(seconds=TAKE_BACK.total_seconds())
        runtime = self.runtime
        with runtime.transaction() as db:
            for verdict in db.scalars(select(GivenVerdict).where(GivenVerdict.state == "pending")):
                settle_verdict(
                    db,
                    runtime.vault,
                    verdict.id,
                    key=runtime.lookup.key,
                    lasts=timedelta(days=runtime.settings.session_days),
                    now=self.clock(),
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


class Road(Rule):
    """A route whose maker of addresses is compiled once for all applications of a test run."""

    _makers: ClassVar[dict[str, Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = f"{self.rule} {self.subdomain} {self.defaults} {append_unknown}"
        if key not in self._makers:
            self._makers[key] = super()._compile_builder(append_unknown)
        return self._makers[key]


KycFlask.url_rule_class = Road


@dataclass(frozen=True)
class Kept:
    """What a colleague brings into a world: the secret of the second factor, a live session."""

    secret: str
    cookie: str


def furnish(directory: Path) -> dict[Role, Kept]:
    """An installation with one colleague of each role, enrolled and signed in by the pages."""
    with opened(directory) as world:
        load_or_make_signer(world.runtime.settings.audit_key_file)
        staff = {role: world.enrolled(role, NAMES[role]) for role in Role}
        world.clock.passes(minutes=1)  # each code is good once
        return {role: _kept(colleague) for role, colleague in staff.items()}


def _kept(colleague: Colleague) -> Kept:
    colleague.give_password()
    colleague.give_code()
    cookie = colleague.browser.client.get_cookie("kyc-staff")
    assert cookie is not None
    return Kept(colleague.secret, cookie.value)


@contextmanager
def opened(directory: Path, wake: Wake | None = None, **changes: Any) -> Iterator[World]:
    """The world in `directory`, closed at the end; `changes` are settings."""
    settings = replace(load_settings({"KYC_DATA_DIR": str(directory)}), **changes)
    runtime, clock, objects, woken = _runtime(settings, wake)
    if not inspect(runtime.engine).has_table("alembic_version"):  # else it came from `furnish`
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
    engine, objects, clock = make_quick_engine(settings.database_url), MemoryObjects(), Moment()
    woken: list[str] = []
    settings.kek_dir.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = FileKeys(settings.kek_dir)
    if not settings.kek_dir.exists():
        keys.prepare()
    lookup = Lookup(b"l" * 32)
    runtime = Runtime(
        settings=settings,
        engine=engine,
        sessions=make_sessions(engine),
        vault=Vault(objects, WorkerKeys(keys, Boxes(lookup.box_key()))),
        lookup=lookup,
        now=clock,
        wake=wake or woken.append,
    )
    return runtime, clock, objects, woken
