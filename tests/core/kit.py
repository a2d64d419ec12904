"""Owns the hands of the core tests: databases, a vault, a clock that can be set, factories."""

import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from argon2 import PasswordHasher
from PIL import Image
from sqlalchemy import Engine, delete, select, text
from sqlalchemy.orm import Session

from kyc.access import Role
from kyc.audit import SYSTEM
from kyc.db import make_sessions
from kyc.documents.pages import PolicyStamp, Redaction, Size
from kyc.evidence import announce, mark_stored
from kyc.fields import Details, give_field_key
from kyc.intake.beginning import begin_session
from kyc.intake.giving_details import acknowledge_notice, give_details
from kyc.intake.links import make_link
from kyc.intake.receiving import Limits
from kyc.intake.statement import fresh_statement
from kyc.intake.submitting import choose_document, submit
from kyc.intake.taking_over import take_over, view_for_link
from kyc.jobs import OwedJobName
from kyc.leases import WAKE
from kyc.lifecycle import ItemKind, Stage, UploadState
from kyc.models import (
    Artifact,
    AuditEvent,
    BreakGlass,
    Claim,
    Conflict,
    CustomerBrowser,
    Decision,
    FlowVersion,
    GivenVerdict,
    ImageLook,
    LegalHold,
    OutgoingMail,
    OwedJob,
    Receipt,
    RecoveryCode,
    SecurityKey,
    Staff,
    StaffAlarm,
    StaffInvitation,
    StaffMail,
    StaffSession,
    Upload,
    VerificationSession,
    new_id,
)
from kyc.policy.flow import make_flow, shipped_flow
from kyc.policy.notice import NOTICE_VERSION, NoticeSaid, Section
from kyc.runtime import Runtime
from kyc.settings import load_settings
from kyc.staff import second_factor
from kyc.tokens import Lookup
from storage.boxes import Boxes
from storage.keys_file import FileKeys
from storage.memory import MemoryObjects
from storage.recipients import WorkerKeys
from storage.vault import Vault
from tests.engines import make_quick_engine

T = TypeVar("T")

NOTICE_SAID = NoticeSaid(NOTICE_VERSION, "en", (Section("Who asks", ("A business.",)),))
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BUSINESS = "Example Hosting"
LIMITS = Limits(files=10, tries=5, size=1_000_000)
PASSWORD = "seven green lamps here"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FRESH = timedelta(hours=72)
CLAIM = timedelta(minutes=30)
LASTS = timedelta(days=7)

_quick_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def jpeg(colour: tuple[int, int, int] = (200, 210, 220), side: int = 96) -> bytes:
    """A small plain picture; two colours make two files."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, "JPEG")
    return out.getvalue()


def details(**changes: Any) -> Details:
    """What an invented grown-up says of herself."""
    values: dict[str, Any] = {
        "surname": "Tammsaar",
        "given_names": "Leelo Maarja",
        "patronymic": "Arvovna",
        "email": "leelo.tammsaar@example.org",
        "phone": "+3725550137",
        "date_of_birth": date(1987, 4, 23),
        "nationality": "EE",
        "residence": "LV",
        "acting_for": "self",
    }
    return Details(**(values | changes))


def redaction(status: Any = "complete", **changes: Any) -> Redaction:
    values: dict[str, Any] = {
        "jpeg": jpeg(),
        "width": 96,
        "height": 96,
        "source": Size(96, 96),
        "status": status,
        "reasons": () if status == "complete" else ("nothing_found",),
        "regions": (),
        "facts": {"expired": False},
        "document_number": None,
        "policy": PolicyStamp("contract", "1", "0" * 64),
    }
    return Redaction(**(values | changes))


@dataclass
class Kit:
    """A deployment in a temporary directory; `moment` is its clock."""

    runtime: Runtime
    objects: MemoryObjects
    moment: datetime = START
    woken: list[str] = field(default_factory=list)

    @property
    def vault(self) -> Vault:
        return self.runtime.vault

    @property
    def intake(self) -> Vault:
        return self.runtime.intake

    @property
    def lookup(self) -> Lookup:
        return self.runtime.lookup

    @property
    def engine(self) -> Engine:
        return self.runtime.engine

    @property
    def now(self) -> datetime:
        return self.moment

    def later(self, **span: float) -> datetime:
        self.moment += timedelta(**span)
        return self.moment

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with self.runtime.transaction() as db:
            yield db

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.runtime.reading() as db:
            yield db

    def get(self, model: type[T], key: object) -> T:
        """The row as it is in the database now."""
        with self.reading() as db:
            return db.get_one(model, key)

    def all(self, model: type[T], *where: Any) -> Sequence[T]:
        with self.reading() as db:
            return db.scalars(select(model).where(*where)).all()

    def actions(self, case: str | None = None) -> list[str]:
        """The audit events in the order they were written."""
        with self.reading() as db:
            query = select(AuditEvent.action).order_by(AuditEvent.id)
            if case is not None:
                query = query.where(AuditEvent.case_id == case)
            return list(db.scalars(query))


def open_kit(directory: Path, url: str, objects: MemoryObjects | None = None) -> Kit:
    """Over a migrated database; the vault keeps its objects in memory and its keys in files."""
    objects = objects or MemoryObjects()
    keys = FileKeys(directory / "kek")
    keys.prepare()
    engine = make_quick_engine(url)
    settings = load_settings({"KYC_DATA_DIR": str(directory), "DATABASE_URL": url})
    woken: list[str] = []
    kit: Kit
    lookup = Lookup(bytes(range(32)))
    runtime = Runtime(
        settings=settings,
        engine=engine,
        sessions=make_sessions(engine),
        vault=Vault(objects, WorkerKeys(keys, Boxes(lookup.box_key()))),
        lookup=lookup,
        now=lambda: kit.moment,
        wake=woken.append,
    )
    kit = Kit(runtime, objects, woken=woken)
    return kit


def race(count: int, act: Callable[[int], T]) -> list[T | Exception]:
    """Runs `act` in so many threads that start at once; what each returned or raised."""
    results: list[T | Exception] = [RuntimeError("did not end")] * count
    barrier = threading.Barrier(count)

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = act(number)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def dump(engine: Engine) -> bytes:
    """Every value of every table, one after the other."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            names = "SELECT name FROM sqlite_master WHERE type = 'table'"
        else:
            names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        tables = list(connection.scalars(text(names)))
        rows = [
            value
            for table in tables
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608 - our own tables
            for value in row
        ]
    return b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in rows)


class Make:
    """A factory a model, smallest valid default; `values` are columns."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def session(self, db: Session, **values: Any) -> VerificationSession:
        now = self.kit.now
        session = begin_session(
            db, self.kit.intake, actor=SYSTEM, origin="link", lasts=LASTS, now=now
        )
        for name, value in values.items():
            setattr(session, name, value)
        db.flush()
        return session

    def ready(
        self, db: Session, *, document: str = "passport", **values: Any
    ) -> VerificationSession:
        """A session in which the customer may upload; a worker has taken its details over."""
        session = self.session(db)
        give_details(
            db,
            self.kit.intake,
            self.kit.lookup,
            session,
            details(),
            minimum_age=18,
            now=self.kit.now,
        )
        take_over(db, self.kit.vault, self.kit.lookup, session.id, self.kit.now)
        db.execute(delete(OwedJob).where(OwedJob.subject_id == session.id))
        db.info.pop(WAKE, None)
        acknowledge_notice(db, session, NOTICE_SAID, self.kit.now)
        choose_document(db, session, document, "EE", self.kit.now)
        fresh_statement(db, session, BUSINESS, FRESH, self.kit.now)
        for name, value in values.items():
            setattr(session, name, value)
        db.flush()
        return session

    def upload(self, db: Session, session: VerificationSession, **values: Any) -> Upload:
        given: dict[str, Any] = {
            "id": new_id("up"),
            "session_id": session.id,
            "kind": ItemKind.DOCUMENT_FRONT,
            "attempt": session.attempt,
            "state": UploadState.PROCESSING,
            "size": 100,
            "created_at": self.kit.now,
            "updated_at": self.kit.now,
        }
        upload = Upload(**(given | values))
        db.add(upload)
        db.flush()
        return upload

    def artifact(
        self,
        db: Session,
        upload: Upload,
        *,
        stage: Stage = Stage.REVIEW,
        rule: str = "abandoned",
        content: bytes | None = None,
        **values: Any,
    ) -> Artifact:
        """Sealed and stored."""
        announced = announce(
            db,
            self.kit.vault,
            upload,
            content or jpeg(),
            stage=stage,
            content_type="image/jpeg",
            now=self.kit.now,
        )
        self.kit.vault.store(announced.object_name, announced.ciphertext)
        mark_stored(db, announced.artifact_id, rule, self.kit.now)
        artifact = db.get_one(Artifact, announced.artifact_id)
        for name, value in values.items():
            setattr(artifact, name, value)
        db.flush()
        return artifact

    def picture(
        self,
        db: Session,
        session: VerificationSession,
        kind: ItemKind = ItemKind.DOCUMENT_FRONT,
        state: UploadState = UploadState.READY,
        **values: Any,
    ) -> Upload:
        """An upload after redaction: a stored review copy."""
        upload = self.upload(db, session, kind=kind, state=state, **values)
        upload.artifact_id = self.artifact(db, upload).id
        db.flush()
        return upload

    def waiting(self, db: Session, **values: Any) -> VerificationSession:
        """A case that waits for review, with its pictures."""
        session = self.ready(db)
        for kind in (ItemKind.DOCUMENT_FRONT, ItemKind.SELFIE_STATEMENT):
            self.picture(db, session, kind, UploadState.CONFIRMED)
        submit(db, session, business=BUSINESS, statement_lasts=FRESH, now=self.kit.now)
        for name, value in values.items():
            setattr(session, name, value)
        db.flush()
        return session

    def queued(self, db: Session, **values: Any) -> VerificationSession:
        """A case that waits for review, without pictures: enough for the queue."""
        given: dict[str, Any] = {
            "id": new_id("vs"),
            "status": "processing",
            "origin": "link",
            "created_at": self.kit.now,
            "waiting_since": self.kit.now,
            "expires_at": self.kit.now + LASTS,
            "field_key_epoch": "2026-03",
            "flow_name": "standard",
            "flow_version": 1,
        }
        session = VerificationSession(**(given | values))
        db.add(session)
        db.flush()
        return session

    def staff(self, db: Session, role: Role = Role.REVIEWER, **values: Any) -> Staff:
        person = Staff(
            id=new_id("usr"),
            login=new_id("login"),
            display_name="Ott Tark",
            role=role,
            password_hash=_quick_hash,
            created_at=self.kit.now,
        )
        give_field_key(self.kit.vault, person, person.id, self.kit.now)
        person.totp_secret = second_factor.seal_secret(
            self.kit.vault, person, person.id, TOTP_SECRET
        )
        for name, value in values.items():
            setattr(person, name, value)
        db.add(person)
        db.flush()
        return person

    def invitation(self, db: Session, **values: Any) -> StaffInvitation:
        given: dict[str, Any] = {
            "token_hash": new_id("hash").encode(),
            "role": Role.REVIEWER,
            "invited_by": "console",
            "created_at": self.kit.now,
            "expires_at": self.kit.now + LASTS,
            "field_key": b"key",
            "field_key_epoch": "2026-03",
            "totp_secret": b"secret",
        }
        return _added(db, StaffInvitation(**(given | values)))

    def staff_session(self, db: Session, person: Staff, **values: Any) -> StaffSession:
        now = self.kit.now
        given: dict[str, Any] = {
            "token_hash": new_id("hash").encode(),
            "staff_id": person.id,
            "created_at": now,
            "seen_at": now,
        }
        return _added(db, StaffSession(**(given | values)))

    def recovery_code(self, db: Session, person: Staff, **values: Any) -> RecoveryCode:
        given: dict[str, Any] = {"code_hash": new_id("hash").encode(), "staff_id": person.id}
        return _added(db, RecoveryCode(**(given | values)))

    def claim(
        self, db: Session, session: VerificationSession, person: Staff, **values: Any
    ) -> Claim:
        given: dict[str, Any] = {
            "session_id": session.id,
            "staff_id": person.id,
            "claimed_at": self.kit.now,
            "expires_at": self.kit.now + CLAIM,
        }
        return _added(db, Claim(**(given | values)))

    def decision(
        self, db: Session, session: VerificationSession, person: Staff, **values: Any
    ) -> Decision:
        given: dict[str, Any] = {
            "session_id": session.id,
            "attempt": session.attempt,
            "staff_id": person.id,
            "outcome": "approve",
            "at": self.kit.now,
        }
        return _added(db, Decision(**(given | values)))

    def verdict(
        self, db: Session, session: VerificationSession, person: Staff, **values: Any
    ) -> GivenVerdict:
        """A first verdict that has taken effect."""
        given: dict[str, Any] = {
            "session_id": session.id,
            "attempt": session.attempt,
            "seat": "first",
            "lane": "first",
            "staff_id": person.id,
            "outcome": "approve",
            "state": "given",
            "claimed_at": self.kit.now,
            "claim_expires_at": self.kit.now + CLAIM,
            "at": self.kit.now,
            "settled_at": self.kit.now,
        }
        return _added(db, GivenVerdict(**(given | values)))

    def hold(self, db: Session, session: VerificationSession, **values: Any) -> LegalHold:
        given: dict[str, Any] = {
            "session_id": session.id,
            "reason": "legal_claim",
            "set_by": "console",
            "set_at": self.kit.now,
            "until": self.kit.now + timedelta(days=10_000),
        }
        return _added(db, LegalHold(**(given | values)))

    def flow(self, db: Session, raw: Mapping[str, Any] | None = None, **values: Any) -> FlowVersion:
        """A proposed version of the shipped flow, or of what `raw` says."""
        version = values.pop("version", 2)
        flow = make_flow(raw or json.loads(shipped_flow().body), version)
        given: dict[str, Any] = {
            "name": flow.name,
            "version": version,
            "body": flow.body,
            "sha256": flow.sha256,
            "proposed_by": "console",
            "proposed_at": self.kit.now,
        }
        return _added(db, FlowVersion(**(given | values)))

    def link(self, db: Session, session: VerificationSession) -> str:
        view = view_for_link(db, self.kit.vault, session, self.kit.now)
        tools = self.kit.vault.boxes, self.kit.lookup
        token = make_link(db, *tools, session, view=view, lasts=LASTS, now=self.kit.now)
        db.flush()
        return token

    def browser(self, db: Session, session: VerificationSession, **values: Any) -> CustomerBrowser:
        given: dict[str, Any] = {
            "token_hash": new_id("hash").encode(),
            "session_id": session.id,
            "created_at": self.kit.now,
            "expires_at": self.kit.now + LASTS,
            "view_grant": b"box",
        }
        return _added(db, CustomerBrowser(**(given | values)))

    def mail(self, db: Session, session: VerificationSession, **values: Any) -> OutgoingMail:
        given: dict[str, Any] = {
            "session_id": session.id,
            "kind": "received",
            "created_at": self.kit.now,
        }
        return _added(db, OutgoingMail(**(given | values)))

    def job(self, db: Session, **values: Any) -> OwedJob:
        given: dict[str, Any] = {
            "name": OwedJobName.MAIL,
            "subject_id": new_id("mail"),
            "due_at": self.kit.now,
            "created_at": self.kit.now,
        }
        return _added(db, OwedJob(**(given | values)))

    def security_key(self, db: Session, person: Staff, **values: Any) -> SecurityKey:
        given: dict[str, Any] = {
            "staff_id": person.id,
            "credential_id": new_id("cred").encode(),
            "public_key": b"key",
            "name": "Blue key",
            "created_at": self.kit.now,
        }
        return _added(db, SecurityKey(**(given | values)))

    def staff_mail(self, db: Session, person: Staff, **values: Any) -> StaffMail:
        given: dict[str, Any] = {
            "staff_id": person.id,
            "kind": "factor_added",
            "address": b"sealed",
            "created_at": self.kit.now,
        }
        return _added(db, StaffMail(**(given | values)))

    def break_glass(
        self, db: Session, session: VerificationSession, person: Staff, **values: Any
    ) -> BreakGlass:
        given: dict[str, Any] = {
            "session_id": session.id,
            "staff_id": person.id,
            "asked_at": self.kit.now,
        }
        return _added(db, BreakGlass(**(given | values)))

    def image_look(self, db: Session, person: Staff, at: datetime | None = None) -> ImageLook:
        return _added(db, ImageLook(staff_id=person.id, at=at or self.kit.now))

    def staff_alarm(self, db: Session, person: Staff, **values: Any) -> StaffAlarm:
        given: dict[str, Any] = {"kind": "views_hour", "staff_id": person.id, "at": self.kit.now}
        return _added(db, StaffAlarm(**(given | values)))

    def conflict(self, db: Session, session: VerificationSession, person: Staff) -> Conflict:
        return _added(
            db, Conflict(session_id=session.id, staff_id=person.id, declared_at=self.kit.now)
        )

    def receipt(self, db: Session, **values: Any) -> Receipt:
        given: dict[str, Any] = {
            "subject_id": new_id("art"),
            "kind": ItemKind.DOCUMENT_FRONT,
            "stage": Stage.REVIEW,
            "rule": "rejected",
            "key_destroyed_at": self.kit.now,
        }
        return _added(db, Receipt(**(given | values)))


def _added(db: Session, row: T) -> T:
    db.add(row)
    db.flush()
    return row
