"""Owns the jobs around intake: taken over under a lease, tried again for as long as it takes."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kyc.fields import read_details
from kyc.intake.giving_details import give_details
from kyc.leases import MAX_TRIES
from kyc.models import IntakeKey, OwedJob, VerificationSession
from storage.boxes import is_box
from storage.keys_vault import VaultKeys, VaultSettings
from storage.recipients import WorkerKeys
from storage.vault import Vault
from tests.core.kit import details
from tests.workers.hands import Outbox, open_house
from workers.owed import run
from workers.taking_over import publish_keys

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make


def _typed(kit: "Kit", make: "Make") -> tuple[str, str]:
    """A session whose details were typed, and the job that takes them over."""
    with kit.transaction() as db:
        session = make.session(db)
        given = session, details()
        give_details(db, kit.intake, kit.lookup, *given, minimum_age=18, now=kit.now)
    (job,) = kit.all(OwedJob)
    return session.id, job.id


def test_what_was_typed_is_taken_over(kit: "Kit", make: "Make", tmp_path: Path) -> None:
    session_id, job_id = _typed(kit, make)
    run(open_house(kit, tmp_path, Outbox()), job_id)
    session = kit.get(VerificationSession, session_id)
    assert kit.get(OwedJob, job_id).state == "done"
    assert not is_box(session.details or b"")
    assert read_details(kit.vault, session) == details()


def test_it_is_tried_until_the_key_service_is_back(
    kit: "Kit", make: "Make", tmp_path: Path
) -> None:
    session_id, job_id = _typed(kit, make)
    house = open_house(kit, tmp_path, Outbox())
    down = VaultKeys(VaultSettings("http://127.0.0.1:9", lambda: "t", timeout=0.2, retries=0))
    vault = Vault(kit.objects, WorkerKeys(down, kit.vault.boxes))
    away = replace(house, runtime=replace(house.runtime, vault=vault))
    for _ in range(MAX_TRIES):
        kit.moment = max(kit.now, kit.get(OwedJob, job_id).due_at)
        run(away, job_id)
    assert kit.get(OwedJob, job_id).state == "failed"
    assert kit.get(OwedJob, job_id).last_error == "key_service"
    assert is_box(kit.get(VerificationSession, session_id).details or b"")
    publish_keys(house)
    assert kit.get(OwedJob, job_id).state == "owed"
    run(house, job_id)
    assert kit.get(OwedJob, job_id).state == "done"
    assert not is_box(kit.get(VerificationSession, session_id).details or b"")


def test_halves_are_published(kit: "Kit", tmp_path: Path) -> None:
    publish_keys(open_house(kit, tmp_path, Outbox()))
    assert len(kit.all(IntakeKey)) == 2
