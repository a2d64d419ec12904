"""Owns doing what the database owes: once, under a lease, put off when something is away."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kyc.documents.engine import Engine
from kyc.documents.pages import Pages, Raw
from kyc.errors import UnavailableError
from kyc.evidence import open_artifact
from kyc.intake.receiving import discard
from kyc.leases import MAX_TRIES, SPAN, take
from kyc.lifecycle import ArtifactState, UploadState
from kyc.mails import owe_mail
from kyc.models import Artifact, CustomerLink, OutgoingMail, OwedJob, Upload, VerificationSession
from kyc.retention.purging import destroy_due_records
from tests.core.kit import jpeg
from tests.workers.hands import (
    NoBoxes,
    NoLines,
    Outbox,
    PlainDecoder,
    new_upload,
    open_house,
    plain_engine,
    work_off,
)
from workers.owed import run

if TYPE_CHECKING:
    from kyc.delivery.composing import Letter
    from tests.core.kit import Kit, Make
    from workers.house import House


def _run_all(kit: "Kit", house: "House") -> None:
    while kit.woken:
        run(house, kit.woken.pop(0))


def _job(kit: "Kit", subject_id: str) -> OwedJob:
    (job,) = kit.all(OwedJob, OwedJob.subject_id == subject_id)
    return job


def _mail(kit: "Kit", make: "Make", kind: str = "received") -> OutgoingMail:
    with kit.transaction() as db:
        owe_mail(db, make.ready(db), kind, kit.now)
    return kit.all(OutgoingMail)[0]


# --- redaction -------------------------------------------------------------------------


def test_an_upload_becomes_a_copy_and_its_raw_image_is_gone(kit: "Kit", house: "House") -> None:
    upload_id = new_upload(kit)
    _run_all(kit, house)
    upload = kit.get(Upload, upload_id)
    assert (upload.state, upload.reasons) == (UploadState.CONFIRM, ["nothing_found", "mrz_missing"])
    copy, raw = kit.get(Artifact, upload.artifact_id), kit.get(Artifact, upload.raw_artifact_id)
    assert (copy.state, copy.destroy_rule) == (ArtifactState.STORED, "abandoned")
    assert (raw.state, raw.wrapped_key) == (ArtifactState.PURGED, None)
    assert kit.vault.names() == [copy.object_name]
    assert open_artifact(kit.vault, copy).startswith(b"\xff\xd8")
    assert (copy.policy_id is not None, copy.policy_sha256 is not None) == (True, True)
    assert _job(kit, upload_id).state == "done"


def test_a_job_that_is_asked_for_twice_is_done_once(kit: "Kit", house: "House") -> None:
    upload_id = new_upload(kit)
    kit.woken *= 3
    _run_all(kit, house)
    assert kit.actions().count("system:artifact:confirm_needed") == 1
    assert len(kit.all(Artifact, Artifact.upload_id == upload_id)) == 2


def test_a_job_that_nobody_owes_is_not_done(kit: "Kit", house: "House", post: Outbox) -> None:
    run(house, "job_none")
    assert post.letters == []


def test_a_file_that_is_no_picture_is_refused_and_destroyed(kit: "Kit", house: "House") -> None:
    upload_id = new_upload(kit, b"no picture at all")
    _run_all(kit, house)
    upload = kit.get(Upload, upload_id)
    assert upload.state == UploadState.REFUSED
    assert upload.refusal in {"not_an_image", "unsupported_type"}
    assert kit.vault.names() == []
    assert kit.all(Artifact, Artifact.wrapped_key.is_not(None)) == []


def test_an_altered_raw_image_is_refused_and_destroyed(kit: "Kit", house: "House") -> None:
    upload_id = new_upload(kit)
    (name,) = kit.vault.names()
    kit.objects.overwrite(name, bytes(len(kit.objects.get(name))))
    _run_all(kit, house)
    assert kit.get(Upload, upload_id).refusal == "storage_failed"
    assert kit.vault.names() == []


def test_storage_that_is_away_puts_the_job_off_and_it_ends_well(kit: "Kit", house: "House") -> None:
    upload_id = new_upload(kit)
    kit.objects.go_down()
    _run_all(kit, house)
    job = _job(kit, upload_id)
    assert (job.state, job.last_error, job.lease_until) == ("owed", "unavailable", None)
    assert job.due_at > kit.now
    assert kit.get(Upload, upload_id).state == UploadState.PROCESSING
    kit.objects.come_back()
    work_off(kit, house)
    assert kit.get(Upload, upload_id).state == UploadState.CONFIRM


def test_storage_that_stays_away_refuses_the_upload_at_last(kit: "Kit", house: "House") -> None:
    upload_id = new_upload(kit)
    kit.objects.go_down()
    job_id = kit.woken.pop()
    for _ in range(MAX_TRIES):
        kit.moment = max(kit.now, kit.get(OwedJob, job_id).due_at)
        run(house, job_id)
    upload = kit.get(Upload, upload_id)
    assert (upload.state, upload.refusal) == (UploadState.REFUSED, "redaction_failed")
    assert kit.all(Artifact, Artifact.wrapped_key.is_not(None)) == []
    assert _job(kit, upload_id).state == "failed"
    kit.objects.come_back()
    work_off(kit, house)
    assert kit.vault.names() == []


@dataclass(frozen=True)
class InterruptedDecoder(PlainDecoder):
    """While it decodes, `act` happens."""

    act: list[object] = field(default_factory=list)

    def decode(self, raw: Raw, page: int = 1) -> Pages:
        for act in self.act:
            assert callable(act)
            act()
        return super().decode(raw, page)


def _interrupted(house: "House", act: object) -> "House":
    engine = Engine(InterruptedDecoder(act=[act]), NoBoxes(), NoLines())
    return replace(house, engine=engine)


def test_an_upload_that_is_discarded_meanwhile_leaves_nothing(kit: "Kit", house: "House") -> None:
    upload_id = new_upload(kit)

    def throw_away() -> None:
        with kit.transaction() as db:
            discard(db, db.get_one(Upload, upload_id), kit.now)

    _run_all(kit, _interrupted(house, throw_away))
    assert kit.get(Upload, upload_id).state == UploadState.DISCARDED
    work_off(kit, house)
    assert kit.get(Upload, upload_id).state == UploadState.DISCARDED
    assert kit.vault.names() == []
    assert kit.all(Artifact, Artifact.wrapped_key.is_not(None)) == []
    assert _job(kit, upload_id).state == "done"


def test_a_worker_that_lost_its_lease_keeps_nothing(kit: "Kit", house: "House") -> None:
    upload_id = new_upload(kit)
    job_id = kit.woken[0]

    def take_up() -> None:
        kit.moment += SPAN
        with kit.transaction() as db:
            assert take(db, job_id, kit.now) is not None

    _run_all(kit, _interrupted(house, take_up))
    assert kit.get(Upload, upload_id).state == UploadState.PROCESSING
    assert kit.get(OwedJob, job_id).fence == 2
    work_off(kit, house)
    assert kit.get(Upload, upload_id).state == UploadState.CONFIRM
    assert kit.actions().count("system:artifact:confirm_needed") == 1
    assert len(kit.vault.names()) == 1


def test_a_worker_that_lost_its_lease_fails_in_silence(kit: "Kit", house: "House") -> None:
    new_upload(kit)
    job_id = kit.woken[0]

    def take_up_and_fail() -> None:
        kit.moment += SPAN
        with kit.transaction() as db:
            assert take(db, job_id, kit.now) is not None
        raise UnavailableError

    _run_all(kit, _interrupted(house, take_up_and_fail))
    job = kit.get(OwedJob, job_id)
    assert (job.state, job.fence, job.last_error) == ("owed", 2, None)


def test_a_job_that_ends_its_worker_each_time_is_given_up(kit: "Kit", house: "House") -> None:
    upload_id = new_upload(kit)
    job_id = kit.woken[0]
    for _ in range(MAX_TRIES):
        with kit.transaction() as db:
            assert take(db, job_id, kit.now) is not None
        kit.moment += SPAN
    _run_all(kit, house)
    assert _job(kit, upload_id).state == "failed"
    assert kit.get(Upload, upload_id).refusal == "redaction_failed"


def test_an_error_that_nobody_expected_is_put_off_and_told(kit: "Kit", house: "House") -> None:
    upload_id = new_upload(kit)

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _run_all(kit, _interrupted(house, fail))
    job = _job(kit, upload_id)
    assert (job.state, job.last_error) == ("owed", "ZeroDivisionError")


def test_the_real_engine_does_it_too(kit: "Kit", house: "House", tmp_path: Path) -> None:
    if kit.engine.dialect.name != "sqlite":
        return  # once is enough: pictures know no database
    upload_id = new_upload(kit)
    _run_all(kit, replace(house, engine=Engine.load(tmp_path / "models")))
    assert kit.get(Upload, upload_id).state == UploadState.CONFIRM


# --- mail --------------------------------------------------------------------------------


def test_a_mail_goes_to_the_address_of_the_details(
    kit: "Kit", make: "Make", house: "House", post: Outbox
) -> None:
    mail = _mail(kit, make)
    _run_all(kit, house)
    ((letter, message_id),) = post.letters
    assert letter.to == "leelo.tammsaar@example.org"
    assert message_id == f"<{mail.id}@kyc.invalid>"
    assert kit.get(OutgoingMail, mail.id).sent_at == kit.now
    assert kit.actions()[-1] == "system:mail:sent"
    assert kit.all(CustomerLink) == []


@pytest.mark.parametrize("kind", ["link", "asked", "rejected"])
def test_a_mail_that_needs_a_link_brings_a_new_one(
    kit: "Kit", make: "Make", house: "House", post: Outbox, kind: str
) -> None:
    _mail(kit, make, kind)
    _run_all(kit, house)
    (link,) = kit.all(CustomerLink)
    body = post.letters[0][0].body
    token = next(word for word in body.split() if "/v/" in word).rpartition("/")[2]
    assert kit.lookup.token(token) == link.token_hash


def test_a_mail_is_written_in_the_language_of_its_verification(
    kit: "Kit", make: "Make", house: "House", post: Outbox
) -> None:
    with kit.transaction() as db:
        owe_mail(db, make.ready(db, locale="pl"), "link", kit.now)
    _run_all(kit, house)
    assert post.letters[0][0].subject.startswith("Link do weryfikacji tożsamości")


def test_a_mail_server_that_is_down_puts_the_mail_off(
    kit: "Kit", make: "Make", house: "House", post: Outbox
) -> None:
    mail = _mail(kit, make)
    post.failure = UnavailableError("mail server: TimeoutError")
    _run_all(kit, house)
    job = _job(kit, mail.id)
    assert (job.state, job.last_error) == ("owed", "unavailable")
    assert kit.get(OutgoingMail, mail.id).sent_at is None
    post.failure = None
    work_off(kit, house)
    assert len(post.letters) == 1
    assert kit.get(OutgoingMail, mail.id).sent_at is not None


def test_somebody_who_was_forgotten_gets_no_mail(
    kit: "Kit", make: "Make", house: "House", post: Outbox
) -> None:
    mail = _mail(kit, make)
    with kit.transaction() as db:
        db.get_one(VerificationSession, mail.session_id).record_destroy_at = kit.now
        db.flush()
        destroy_due_records(db, kit.now)
    _run_all(kit, house)
    assert post.letters == []
    assert kit.get(OutgoingMail, mail.id).sent_at is None
    assert _job(kit, mail.id).state == "done"
    assert kit.actions()[-1] == "system:mail:failed"


class SlowPost(Outbox):
    """Takes so long that somebody else takes the job up."""

    def bind(self, kit: "Kit", job_id: str) -> "SlowPost":
        self.kit, self.job_id = kit, job_id
        return self

    def send(self, letter: "Letter", sender: str, message_id: str) -> None:
        super().send(letter, sender, message_id)
        self.kit.moment += SPAN
        with self.kit.transaction() as db:
            assert take(db, self.job_id, self.kit.now) is not None


def test_a_mail_is_not_noted_by_who_lost_the_lease(
    kit: "Kit", make: "Make", tmp_path: Path
) -> None:
    mail = _mail(kit, make)
    post = SlowPost().bind(kit, kit.woken[0])
    _run_all(kit, open_house(kit, tmp_path, post))
    assert len(post.letters) == 1
    assert kit.get(OutgoingMail, mail.id).sent_at is None


def test_the_plain_engine_finds_nothing() -> None:
    assert plain_engine().boxes.find(PlainDecoder().decode(Raw(jpeg())).page) == []
