"""Owns receiving: the notice first, the limits, one acknowledgement, former versions destroyed."""

from typing import TYPE_CHECKING, Any

import pytest

from kyc.errors import ConflictError, InvalidInputError, TooManyError
from kyc.evidence import open_artifact
from kyc.intake.receiving import (
    Limits,
    UntrustedFile,
    acknowledge_upload,
    announce_upload,
    discard,
    give_up,
    tries_left,
)
from kyc.intake.submitting import submit
from kyc.lifecycle import ArtifactState, ItemKind, Status, UploadState
from kyc.models import Artifact, OwedJob, Receipt, Upload, VerificationSession
from tests.core.databases import ON_SQLITE
from tests.core.kit import BUSINESS, FRESH, LIMITS, dump, race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

FRONT, SELFIE = ItemKind.DOCUMENT_FRONT, ItemKind.SELFIE_STATEMENT
CONTENT = b"\xff\xd8 a picture with a number on it"


@pytest.fixture
def session_id(kit: "Kit", make: "Make") -> str:
    with kit.transaction() as db:
        return make.ready(db).id


def _announce(
    kit: "Kit",
    session_id: str,
    kind: ItemKind = FRONT,
    *,
    limits: Limits = LIMITS,
    content: bytes = CONTENT,
) -> str:
    with kit.transaction() as db:
        upload, announced = announce_upload(
            db,
            kit.vault,
            kit.lookup,
            db.get_one(VerificationSession, session_id),
            kind=kind,
            file=UntrustedFile(content, "image/jpeg"),
            limits=limits,
            now=kit.now,
        )
    kit.vault.store(announced.object_name, announced.ciphertext)
    return upload.id


def _acknowledge(kit: "Kit", upload_id: str) -> None:
    with kit.transaction() as db:
        acknowledge_upload(db, upload_id, kit.now)


def _send(kit: "Kit", session_id: str, kind: ItemKind = FRONT) -> Upload:
    upload_id = _announce(kit, session_id, kind)
    _acknowledge(kit, upload_id)
    return kit.get(Upload, upload_id)


def _raw(kit: "Kit", upload_id: str) -> Artifact:
    return kit.get(Artifact, kit.get(Upload, upload_id).raw_artifact_id)


def test_an_acknowledged_upload_is_stored_sealed_and_owed_a_redaction(
    kit: "Kit", session_id: str
) -> None:
    upload = _send(kit, session_id)
    raw = _raw(kit, upload.id)
    assert upload.state == UploadState.PROCESSING
    assert (raw.state, raw.destroy_rule) == (ArtifactState.STORED, "raw")
    assert open_artifact(kit.vault, raw) == CONTENT
    assert CONTENT not in kit.objects.get(raw.object_name)
    assert CONTENT not in dump(kit.engine)
    (job,) = kit.all(OwedJob)
    assert (job.name, job.subject_id, kit.woken) == ("redact", upload.id, [job.id])
    assert kit.actions(session_id)[-1] == "customer:artifact:received"


def test_an_upload_that_is_not_acknowledged_is_owed_nothing(kit: "Kit", session_id: str) -> None:
    upload_id = _announce(kit, session_id)
    assert kit.get(Upload, upload_id).state == UploadState.RECEIVING
    assert _raw(kit, upload_id).destroy_rule == "unfinished"
    assert kit.all(OwedJob) == []


def test_a_second_acknowledgement_is_refused(kit: "Kit", session_id: str) -> None:
    upload = _send(kit, session_id)
    with pytest.raises(ConflictError):
        _acknowledge(kit, upload.id)
    assert len(kit.all(OwedJob)) == 1


def test_of_many_acknowledgements_at_once_one_counts(kit: "Kit", session_id: str) -> None:
    upload_id = _announce(kit, session_id)
    answers = race(8, lambda _: _acknowledge(kit, upload_id))
    assert answers.count(None) == 1
    assert kit.actions(session_id).count("customer:artifact:received") == 1


def test_an_upload_that_was_given_up_is_not_acknowledged(kit: "Kit", session_id: str) -> None:
    upload_id = _announce(kit, session_id)
    with kit.transaction() as db:
        give_up(db, upload_id, "storage_failed", kit.now)
    with pytest.raises(ConflictError):
        _acknowledge(kit, upload_id)
    assert _raw(kit, upload_id).wrapped_key is None
    assert kit.get(Upload, upload_id).refusal == "storage_failed"


@ON_SQLITE
@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"notice_version": None}, ConflictError),
        ({"details": None}, ConflictError),
        ({"document_type": None}, InvalidInputError),
        ({"attempt": 2, "requested_items": [SELFIE]}, ConflictError),
        *(({"status": s}, ConflictError) for s in Status if s != Status.REQUIRES_INPUT),
    ],
)
def test_nothing_is_taken(
    kit: "Kit", make: "Make", values: dict[str, Any], error: type[Exception]
) -> None:
    with kit.transaction() as db:
        session_id = make.ready(db, **values).id
    with pytest.raises(error):
        _announce(kit, session_id)
    assert kit.all(Upload) == []
    assert kit.objects.list_names() == []


@ON_SQLITE
@pytest.mark.parametrize("document", ["passport", "driving_licence"])
def test_no_back_is_taken_of_a_document_that_needs_none(
    kit: "Kit", make: "Make", document: str
) -> None:
    with kit.transaction() as db:
        session_id = make.ready(db, document=document).id
    with pytest.raises(InvalidInputError):
        _announce(kit, session_id, ItemKind.DOCUMENT_BACK)


@ON_SQLITE
@pytest.mark.parametrize("document", ["identity_card", "residence_permit"])
def test_the_back_is_taken_of_a_document_that_has_one(
    kit: "Kit", make: "Make", document: str
) -> None:
    with kit.transaction() as db:
        session_id = make.ready(db, document=document).id
    _announce(kit, session_id, ItemKind.DOCUMENT_BACK)


def test_the_tries_of_an_item_are_counted(kit: "Kit", session_id: str) -> None:
    limits = Limits(files=9, tries=2, size=10_000)
    for left in (2, 1):
        assert _tries_left(kit, session_id, limits) == left
        _announce(kit, session_id, limits=limits)
    assert _tries_left(kit, session_id, limits) == 0
    with pytest.raises(TooManyError) as refusal:
        _announce(kit, session_id, limits=limits)
    assert refusal.value.context == {"limit": "tries"}
    _announce(kit, session_id, SELFIE, limits=limits)


def test_the_files_of_an_attempt_are_counted(kit: "Kit", session_id: str) -> None:
    limits = Limits(files=2, tries=2, size=10_000)
    _announce(kit, session_id, limits=limits)
    _announce(kit, session_id, SELFIE, limits=limits)
    with pytest.raises(TooManyError) as refusal:
        _announce(kit, session_id, SELFIE, limits=limits)
    assert refusal.value.context == {"limit": "files"}


def test_the_bytes_of_an_attempt_are_counted(kit: "Kit", session_id: str) -> None:
    limits = Limits(files=9, tries=9, size=100)
    _announce(kit, session_id, limits=limits, content=bytes(60))
    with pytest.raises(TooManyError):
        _announce(kit, session_id, limits=limits, content=bytes(41))
    _announce(kit, session_id, limits=limits, content=bytes(40))


def test_the_limits_hold_for_many_at_once(kit: "Kit", session_id: str) -> None:
    limits = Limits(files=9, tries=2, size=10_000)
    answers = race(8, lambda _: _announce(kit, session_id, limits=limits))
    assert sum(isinstance(answer, str) for answer in answers) == 2
    assert len(kit.all(Upload)) == 2


def test_another_attempt_counts_anew(kit: "Kit", session_id: str) -> None:
    limits = Limits(files=1, tries=1, size=100)
    _announce(kit, session_id, limits=limits)
    with kit.transaction() as db:
        db.get_one(VerificationSession, session_id).attempt = 2
    _announce(kit, session_id, limits=limits)


def test_another_photo_destroys_the_key_of_the_former_one(kit: "Kit", session_id: str) -> None:
    former = _send(kit, session_id)
    later = _send(kit, session_id)
    assert kit.get(Upload, former.id).state == UploadState.DISCARDED
    raw = _raw(kit, former.id)
    assert (raw.wrapped_key, raw.state) == (None, ArtifactState.PURGING)
    assert [receipt.rule for receipt in kit.all(Receipt)] == ["superseded"]
    assert _raw(kit, later.id).wrapped_key is not None


def test_the_former_photo_stays_until_the_new_one_is_acknowledged(
    kit: "Kit", session_id: str
) -> None:
    former = _send(kit, session_id)
    _announce(kit, session_id)
    assert _raw(kit, former.id).wrapped_key is not None


def test_another_item_is_left_alone(kit: "Kit", session_id: str) -> None:
    front = _send(kit, session_id)
    _send(kit, session_id, SELFIE)
    assert kit.get(Upload, front.id).state == UploadState.PROCESSING


def test_discarding_twice_is_discarding_once(kit: "Kit", session_id: str) -> None:
    upload = _send(kit, session_id)
    for _ in range(2):
        with kit.transaction() as db:
            discard(db, db.get_one(Upload, upload.id), kit.now)
    assert kit.actions(session_id).count("customer:artifact:discarded") == 1
    assert len(kit.all(Receipt)) == 1


def test_a_slow_upload_does_not_reach_a_case_that_was_sent(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session = make.ready(db)
        front = make.picture(db, session, FRONT, UploadState.CONFIRMED)
        make.picture(db, session, SELFIE, UploadState.CONFIRMED)
    slow = _announce(kit, session.id)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, session.id)
        submit(db, session, business=BUSINESS, statement_lasts=FRESH, now=kit.now)
    with pytest.raises(ConflictError):
        _acknowledge(kit, slow)
    assert kit.get(Upload, front.id).state == UploadState.CONFIRMED


def test_a_slow_upload_does_not_reach_a_later_attempt(kit: "Kit", session_id: str) -> None:
    slow = _announce(kit, session_id)
    with kit.transaction() as db:
        db.get_one(VerificationSession, session_id).attempt = 2
    with pytest.raises(ConflictError):
        _acknowledge(kit, slow)


def _tries_left(kit: "Kit", session_id: str, limits: Limits) -> int:
    with kit.reading() as db:
        return tries_left(db, db.get_one(VerificationSession, session_id), FRONT, limits)
