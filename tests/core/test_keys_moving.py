"""Owns that every wrapped key lies in the month in which it is to be forgotten."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kyc.audit import OPERATOR
from kyc.evidence import destroy, open_artifact
from kyc.fields import read_details
from kyc.keeping.moving import count_misplaced, move_case, move_misplaced
from kyc.keeping.rows import COLUMNS
from kyc.models import Artifact, Base, Staff, StaffInvitation, VerificationSession
from kyc.retention.holding import Order, lift_hold, set_hold
from storage.errors import KeyStoreError
from storage.vault import Sealed, Vault
from tests.core.databases import ON_SQLITE
from tests.core.kit import Make, race

if TYPE_CHECKING:
    from tests.core.kit import Kit

ROOT = Path(__file__).parents[2]
DAY = timedelta(days=1)
MAY = datetime(2026, 5, 20, tzinfo=UTC)


def _case(kit: "Kit", make: "Make", pictures: int = 1, **values: Any) -> VerificationSession:
    with kit.transaction() as db:
        session = make.ready(db, **values)
        for _ in range(pictures):
            make.artifact(db, make.upload(db, session), rule="superseded", destroy_at=MAY)
    return session


def _picture(kit: "Kit", session: VerificationSession) -> Artifact:
    return kit.all(Artifact, Artifact.session_id == session.id)[0]


def _epochs(kit: "Kit", session: VerificationSession) -> tuple[str, str]:
    """Of its first picture, and of its details."""
    return (
        _picture(kit, session).key_epoch,
        kit.get(VerificationSession, session.id).field_key_epoch,
    )


def test_every_column_that_names_an_epoch_is_in_the_list() -> None:
    in_tables = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_epoch")
    }
    listed = {(c.model.__tablename__, c.epoch.property.columns[0].name) for c in COLUMNS}
    assert in_tables == listed


def test_an_image_moves_to_the_month_of_its_end_and_details_stay_in_this_one(
    kit: "Kit", make: "Make"
) -> None:
    session = _case(kit, make)
    assert _epochs(kit, session) == ("2026-03", "2026-03")
    before = _picture(kit, session)
    assert move_misplaced(kit.runtime).rows == 1
    assert _epochs(kit, session) == ("2026-05", "2026-03")
    after = _picture(kit, session)
    assert (after.object_name, after.ciphertext_sha256) == (
        before.object_name,
        before.ciphertext_sha256,
    )
    assert open_artifact(kit.vault, after)
    assert move_misplaced(kit.runtime).rows == 0


def test_a_running_relationship_rolls_into_each_month_with_its_staff(
    kit: "Kit", make: "Make"
) -> None:
    session = _case(kit, make)
    with kit.transaction() as db:
        person = make.staff(db)
    kit.moment = datetime(2026, 4, 1, tzinfo=UTC)
    with kit.reading() as db:
        assert count_misplaced(db, kit.now) == 4
    move_misplaced(kit.runtime)
    assert _epochs(kit, session) == ("2026-05", "2026-04")
    assert kit.get(Staff, person.id).field_key_epoch == "2026-04"
    assert read_details(kit.vault, kit.get(VerificationSession, session.id)) is not None
    with kit.reading() as db:
        assert count_misplaced(db, kit.now) == 0


def test_details_with_a_day_move_to_its_month_and_back_when_it_comes_nearer(
    kit: "Kit", make: "Make"
) -> None:
    session = _case(kit, make, record_destroy_at=kit.now + 365 * DAY)
    move_misplaced(kit.runtime)
    assert _epochs(kit, session)[1] == "2027-03"
    with kit.transaction() as db:
        db.get_one(VerificationSession, session.id).record_destroy_at = MAY
    move_misplaced(kit.runtime)
    assert _epochs(kit, session)[1] == "2026-05"


def test_what_should_be_gone_already_waits_in_this_month(kit: "Kit", make: "Make") -> None:
    session = _case(kit, make)
    kit.moment = datetime(2026, 8, 3, tzinfo=UTC)
    move_misplaced(kit.runtime)
    assert _epochs(kit, session) == ("2026-08", "2026-08")


def test_a_hold_moves_its_case_at_once_and_lifting_it_moves_it_back(
    kit: "Kit", make: "Make"
) -> None:
    session, other = _case(kit, make), _case(kit, make)
    move_misplaced(kit.runtime)
    order = Order(reason="legal_claim", last_day=datetime(2027, 9, 14, tzinfo=UTC).date(), note="n")
    with kit.transaction() as db:
        hold = set_hold(db, kit.vault, session.id, order, by=OPERATOR, now=kit.now)
    assert _epochs(kit, session) == ("2027-09", "2027-09")
    assert _epochs(kit, other) == ("2026-05", "2026-03")
    assert move_misplaced(kit.runtime).rows == 0
    assert open_artifact(kit.vault, _picture(kit, session))
    with kit.transaction() as db:
        lift_hold(db, kit.vault, hold.id, "settled", by=OPERATOR, now=kit.now)
    move_misplaced(kit.runtime)
    assert _epochs(kit, session) == ("2026-05", "2026-03")


@ON_SQLITE
def test_invitations_are_moved_until_they_are_used_or_over(kit: "Kit", make: "Make") -> None:
    wrapped = kit.vault.new_field_key("inv_" + b"one".hex(), "2026-02")
    values = {"field_key": wrapped.blob, "field_key_epoch": "2026-02"}
    with kit.transaction() as db:
        make.invitation(db, token_hash=b"one", **values)
        make.invitation(db, token_hash=b"used", used_at=kit.now, **values)
        make.invitation(db, token_hash=b"over", expires_at=kit.now, **values)
    assert move_misplaced(kit.runtime).rows == 1
    found = {row.token_hash: row.field_key_epoch for row in kit.all(StaffInvitation)}
    assert found == {b"one": "2026-03", b"used": "2026-02", b"over": "2026-02"}


@ON_SQLITE
def test_one_epoch_can_be_named(kit: "Kit", make: "Make") -> None:
    session = _case(kit, make)
    assert move_misplaced(kit.runtime, only="2026-02").rows == 0
    assert move_misplaced(kit.runtime, only="2026-03").rows == 1
    assert _epochs(kit, session) == ("2026-05", "2026-03")


def test_each_batch_is_one_event_that_counts(kit: "Kit", make: "Make") -> None:
    _case(kit, make, pictures=3)
    before = len(kit.actions())
    seen: list[int] = []
    move_misplaced(kit.runtime, by=OPERATOR, progress=seen.append)
    assert kit.actions()[before:] == ["operator:keys:moved"]
    assert sum(seen) == 3


def test_a_key_that_was_destroyed_meanwhile_never_comes_back(kit: "Kit", make: "Make") -> None:
    picture = _picture(kit, _case(kit, make))

    class Late(Vault):
        """Somebody destroys the image while its key is being wrapped."""

        def rewrap(self, *arguments: Any, **names: Any) -> Sealed:
            with kit.transaction() as db:
                destroy(db, db.get_one(Artifact, picture.id), "superseded", kit.now)
            return super().rewrap(*arguments, **names)

    assert move_misplaced(replace(kit.runtime, vault=Late(kit.objects, kit.vault.keys))).rows == 0
    assert kit.get(Artifact, picture.id).wrapped_key is None


def test_two_runs_and_a_hold_at_once_lose_nothing(kit: "Kit", make: "Make") -> None:
    session = _case(kit, make, pictures=6)
    order = Order(reason="legal_claim", last_day=datetime(2027, 9, 14, tzinfo=UTC).date())

    def act(number: int) -> object:
        if number:
            return move_misplaced(kit.runtime)
        with kit.transaction() as db:
            return set_hold(db, kit.vault, session.id, order, by=OPERATOR, now=kit.now)

    results = race(3, act)
    assert not [found for found in results if isinstance(found, Exception)]
    move_misplaced(kit.runtime)
    found = kit.all(Artifact, Artifact.session_id == session.id)
    assert {picture.key_epoch for picture in found} == {"2027-09"}
    assert all(open_artifact(kit.vault, picture) for picture in found)


def test_a_key_that_does_not_open_is_named_and_the_others_move(kit: "Kit", make: "Make") -> None:
    session = _case(kit, make, pictures=2)
    broken = _picture(kit, session).id
    with kit.transaction() as db:
        db.get_one(Artifact, broken).wrapped_key = bytes(60)
    moved = move_misplaced(kit.runtime)
    assert (moved.rows, moved.unopened) == (1, [f"artifact {broken}"])


@ON_SQLITE
def test_a_lost_key_store_stops_it_before_a_row_is_changed(
    kit: "Kit", make: "Make", tmp_path: Path
) -> None:
    session = _case(kit, make)
    (tmp_path / "kek").rename(tmp_path / "away")
    with pytest.raises(KeyStoreError):
        move_misplaced(kit.runtime)
    assert _epochs(kit, session) == ("2026-03", "2026-03")


@ON_SQLITE
def test_moving_a_case_touches_no_other(kit: "Kit", make: "Make") -> None:
    session, other = _case(kit, make), _case(kit, make)
    with kit.transaction() as db:
        assert move_case(db, kit.vault, session.id, kit.now) == 1
    assert (_epochs(kit, session)[0], _epochs(kit, other)[0]) == ("2026-05", "2026-03")


_KILLED = """
import os, signal, sys
from pathlib import Path
from kyc.keeping import moving
from tests.core.kit import open_kit
directory, url, dies_at, where = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
kit = open_kit(directory, url)
moving.BATCH = 2
steps = 0
def step(*_):
    global steps
    steps += 1
    if steps == dies_at:
        os.kill(os.getpid(), signal.SIGKILL)
former = moving.write_steps
def write(db, column, made):
    if where == "before the batch":
        step()
    count = former(db, column, made)
    if where == "before its commit":
        step()
    return count
moving.write_steps = write
moving.move_misplaced(kit.runtime, progress=step if where == "after the batch" else print)
"""


@ON_SQLITE
@pytest.mark.parametrize("where", ["before the batch", "before its commit", "after the batch"])
@pytest.mark.parametrize("dies_at", [1, 2])
def test_a_process_that_is_killed_anywhere_is_finished_by_the_next(
    kit: "Kit", make: "Make", tmp_path: Path, where: str, dies_at: int
) -> None:
    session = _case(kit, make, pictures=5)
    command = [sys.executable, "-c", _KILLED, str(tmp_path), str(kit.engine.url)]
    killed = subprocess.run(
        [*command, str(dies_at), where], cwd=ROOT, env={"PATH": os.defpath}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    found = kit.all(Artifact, Artifact.session_id == session.id)
    assert all(open_artifact(kit.vault, picture) for picture in found)
    left = sum(picture.key_epoch == "2026-03" for picture in found)
    done = dies_at if where == "after the batch" else dies_at - 1
    assert left == 5 - 2 * done
    assert move_misplaced(kit.runtime).rows == left
    found = kit.all(Artifact, Artifact.session_id == session.id)
    assert {picture.key_epoch for picture in found} == {"2026-05"}
    assert all(open_artifact(kit.vault, picture) for picture in found)
