"""Owns one invented customer's way through the real use cases, up to sending the case."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kyc.audit import OPERATOR
from kyc.demo.cast import Story
from kyc.demo.pictures import picture
from kyc.errors import UnavailableError
from kyc.fields import Details
from kyc.flows import flow_of
from kyc.flows.redacting import alpha_3
from kyc.intake.beginning import begin_session
from kyc.intake.giving_details import acknowledge_notice, give_details
from kyc.intake.items import needed
from kyc.intake.previewing import confirm
from kyc.intake.receiving import Limits, UntrustedFile, acknowledge_upload, announce_upload
from kyc.intake.statement import fresh_statement
from kyc.intake.submitting import choose_document, submit
from kyc.lifecycle import ItemKind, UploadState
from kyc.models import Upload, VerificationSession
from kyc.privacy.notice_words import notice_said
from kyc.runtime import Runtime
from kyc.specimens import Person, invented_person

PATIENCE_SECONDS = 180
_LIMITS = Limits(files=10, tries=5, size=60_000_000)


Finish = Callable[[Session, VerificationSession, datetime], None]


def send_pictures(
    runtime: Runtime, story: Story, began: datetime, origin: str = "demo"
) -> tuple[str, list[str]]:
    """Begins the session and hands in its pictures; the workers redact them meanwhile."""
    person = invented_person(story.seed, alpha_3(story.country))
    session_id = _begin(runtime, story, person, began, origin)
    uploads = []
    with runtime.reading() as db:
        kinds = needed(db.get_one(VerificationSession, session_id))
    for kind in kinds:
        if kind == story.stops_at:
            break
        uploads.append(_send(runtime, story, person, session_id, kind))
    return session_id, uploads


def confirm_and_submit(
    runtime: Runtime,
    session_id: str,
    uploads: list[str],
    sent: datetime,
    finish: Finish | None = None,
) -> None:
    """Waits for the redaction, confirms every picture, sends the case at `sent`.

    `finish` has its say in the same transaction, before anybody sees the case.
    """
    for upload_id in uploads:
        _wait(runtime, upload_id)
    settings = runtime.settings
    with runtime.transaction() as db:
        session = db.get_one(VerificationSession, session_id)
        for upload_id in uploads:
            confirm(db, db.get_one(Upload, upload_id), covered_all=True, now=sent)
        lasts = timedelta(hours=settings.statement_hours)
        submit(db, session, business=settings.business_name, statement_lasts=lasts, now=sent)
        if finish is not None:
            finish(db, session, sent)


def _begin(runtime: Runtime, story: Story, person: Person, began: datetime, origin: str) -> str:
    with runtime.transaction() as db:
        session = begin_session(
            db,
            runtime.vault,
            actor=OPERATOR,
            origin=origin,
            lasts=timedelta(days=runtime.settings.session_days),
            client_reference_id=story.reference,
            now=began,
        )
        words = notice_said(flow_of(db, session), runtime.settings, session.locale)
        acknowledge_notice(db, session, words, began)
        give_details(
            db,
            runtime.vault,
            runtime.lookup,
            session,
            _details(person, story),
            minimum_age=runtime.settings.minimum_age,
            now=began,
        )
        choose_document(db, session, story.document_type, story.country, began)
        business = runtime.settings.business_name
        fresh_statement(db, session, business, timedelta(hours=1), began)
        return session.id


def _send(runtime: Runtime, story: Story, person: Person, session_id: str, kind: ItemKind) -> str:
    with runtime.reading() as db:
        session = db.get_one(VerificationSession, session_id)
        business = runtime.settings.business_name
        assert session.statement_issued_at is not None
        issued = session.statement_issued_at
        lines = fresh_statement(db, session, business, timedelta(days=999), issued).lines
    state = alpha_3(story.country)
    jpeg = picture(person, story, state, kind, lines)
    with runtime.transaction() as db:
        session = db.get_one(VerificationSession, session_id)
        file = UntrustedFile(jpeg, "jpeg")
        means = runtime.vault, runtime.lookup
        upload, announced = announce_upload(
            db, *means, session, kind=kind, file=file, limits=_LIMITS, now=runtime.now()
        )
    runtime.vault.store(announced.object_name, announced.ciphertext)
    with runtime.transaction() as db:
        acknowledge_upload(db, upload.id, runtime.now())
    return upload.id


def _wait(runtime: Runtime, upload_id: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with runtime.reading() as db:
            state = db.get_one(Upload, upload_id).state
        if state in {UploadState.READY, UploadState.CONFIRM}:
            return
        time.sleep(0.2)
    raise UnavailableError("the workers did not redact the demonstration's pictures")


def _details(person: Person, story: Story) -> Details:
    return Details(
        surname=person.surname,
        given_names=person.given_names,
        patronymic="",
        email=f"customer{story.seed}@example.com",
        phone="+3725550000",
        date_of_birth=person.date_of_birth,
        nationality=story.country,
        residence=story.country,
        acting_for="self",
    )
