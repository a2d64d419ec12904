"""Owns that a month's key is destroyed when nothing and no backup needs it, and never before."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from kyc.audit import OPERATOR
from kyc.errors import ConflictError, NotFoundError
from kyc.evidence import destroy, open_artifact
from kyc.jobs import OwedJobName
from kyc.keeping.census import Counted, counted, note_epochs
from kyc.keeping.destroying import KeyNotGoneError, destroy_due, destroy_epoch
from kyc.keeping.moving import move_misplaced
from kyc.leases import owe
from kyc.models import Artifact, KeyEpoch, OwedJob, VerificationSession
from kyc.policy.epochs import destroyed_on, epoch_for, span_of
from kyc.retention.holding import Order, set_hold
from storage.errors import KeyGoneError, KeyStoreError
from tests.core.databases import ON_SQLITE

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

WINDOW = timedelta(days=35)
DAY = timedelta(days=1)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


def _case(kit: "Kit", make: "Make") -> VerificationSession:
    """Its image is due in five days, its details run on."""
    with kit.transaction() as db:
        session = make.ready(db)
        due = kit.now + 5 * DAY
        make.artifact(db, make.upload(db, session), rule="superseded", destroy_at=due)
    return session


def _note(kit: "Kit") -> None:
    with kit.transaction() as db:
        note_epochs(db, kit.vault.keys, kit.now)


def _counted(kit: "Kit", name: str) -> Counted:
    with kit.reading() as db:
        found = counted(db, kit.vault.keys, kit.now, WINDOW)
    return next(epoch for epoch in found if epoch.name == name)


def _forget(kit: "Kit") -> None:
    with kit.transaction() as db:
        for artifact in db.query(Artifact).all():
            destroy(db, artifact, "superseded", kit.now)


def _emptied(kit: "Kit", make: "Make") -> None:
    """March is over; its image is forgotten, the details have rolled on."""
    _case(kit, make)
    _forget(kit)
    kit.moment = APRIL
    move_misplaced(kit.runtime)
    _note(kit)


@pytest.mark.parametrize(
    ("epoch", "span"),
    [
        ("2026-03", (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))),
        ("2026-12", (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))),
        ("2026-13", None),
        ("0000-01", None),
        ("9999-12", None),
        ("intake", None),
    ],
)
def test_an_epoch_is_a_month_or_has_no_span(epoch: str, span: object) -> None:
    assert span_of(epoch) == span


def test_a_thing_belongs_to_the_month_of_its_latest_moment() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert epoch_for(now) == "2026-03"
    assert epoch_for(now, None, None) == "2026-03"
    assert epoch_for(now, datetime(2026, 1, 1, tzinfo=UTC)) == "2026-03"
    assert epoch_for(now, datetime(2026, 4, 1, tzinfo=UTC)) == "2026-04"
    assert epoch_for(now, datetime(2026, 4, 1, tzinfo=UTC), datetime(2027, 1, 5, tzinfo=UTC)) == (
        "2027-01"
    )


def test_an_epoch_ends_with_its_month_and_the_last_backup_that_needs_it() -> None:
    early, late = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC)
    assert destroyed_on("2026-03", early, timedelta(days=3)) == APRIL + DAY
    assert destroyed_on("2026-03", late, WINDOW) == late + WINDOW
    assert destroyed_on("intake", late, WINDOW) is None


def test_the_census_counts_what_needs_a_key_and_what_is_held(kit: "Kit", make: "Make") -> None:
    session = _case(kit, make)
    _case(kit, make)
    with kit.transaction() as db:
        make.staff(db)
        make.hold(db, session)
    _note(kit)
    march = _counted(kit, "2026-03")
    assert march.need.rows == Counter(artifact=2, record=2, view=2, staff=1)
    assert (march.need.held, march.idle_since, march.due) == (3, None, None)
    assert (march.has_key, march.is_lost, march.made_at) == (True, False, kit.now)


def test_what_was_typed_needs_its_key_until_a_worker_has_taken_it_over(
    kit: "Kit", make: "Make"
) -> None:
    with kit.transaction() as db:
        session = make.ready(db)
        session.details = kit.vault.box_text(session.id, "details", b"{}", "2026-02")
        owe(db, OwedJobName.TAKE_OVER, session.id, kit.now)
    _note(kit)
    assert _counted(kit, "2026-02").need.rows == Counter(typed=1)
    with pytest.raises(ConflictError, match="1 typed"):
        destroy_epoch(kit.runtime, "2026-02", window=WINDOW)
    with kit.transaction() as db:
        db.execute(update(OwedJob).values(done_at=kit.now, state="done"))
    assert _counted(kit, "2026-02").need.total == 0


def test_a_new_key_is_an_event_and_noted_once(kit: "Kit", make: "Make") -> None:
    _case(kit, make)
    _note(kit)
    _note(kit)
    assert kit.actions().count("system:key_epoch:created") == 1


def test_a_key_is_idle_from_when_nothing_needs_it_until_something_does(
    kit: "Kit", make: "Make"
) -> None:
    _emptied(kit, make)
    assert (_counted(kit, "2026-03").idle_since, _counted(kit, "2026-03").due) == (
        APRIL,
        APRIL + WINDOW,
    )
    kit.later(days=1)
    _note(kit)
    assert _counted(kit, "2026-03").idle_since == APRIL
    kit.vault.keys.wrap(bytes(32), "2026-04", b"x")
    with kit.transaction() as db:
        session = make.ready(db)
        session.field_key_epoch = "2026-03"
    _note(kit)
    assert _counted(kit, "2026-03").idle_since is None


def test_it_is_destroyed_on_its_day_and_proven_to_be_gone(kit: "Kit", make: "Make") -> None:
    _emptied(kit, make)
    kit.moment = APRIL + WINDOW - timedelta(seconds=1)
    assert destroy_due(kit.runtime, WINDOW) == []
    kit.moment = APRIL + WINDOW
    assert destroy_due(kit.runtime, WINDOW) == ["2026-03"]
    assert "2026-03" not in kit.vault.keys.epochs()
    with pytest.raises(KeyGoneError):
        kit.vault.keys.wrap(bytes(32), "2026-03", b"x")
    assert kit.get(KeyEpoch, "2026-03").destroyed_at == kit.now
    assert kit.actions()[-1] == "system:key_epoch:destroyed"
    assert destroy_due(kit.runtime, WINDOW) == []
    assert "2026-04" in kit.vault.keys.epochs()


def test_a_needed_key_is_never_destroyed(kit: "Kit", make: "Make") -> None:
    session = _case(kit, make)
    kit.moment = APRIL + 2 * WINDOW
    assert destroy_due(kit.runtime, WINDOW) == []
    with pytest.raises(ConflictError, match=r"rows need the key of 2026-03.*1 artifact, 1 record"):
        destroy_epoch(kit.runtime, "2026-03", window=WINDOW)
    picture = kit.all(Artifact, Artifact.session_id == session.id)[0]
    assert open_artifact(kit.vault, picture)
    assert kit.get(KeyEpoch, "2026-03").destroy_begun_at is None


def test_a_held_row_keeps_its_key_and_moves_on_with_the_hold(kit: "Kit", make: "Make") -> None:
    session = _case(kit, make)
    order = Order(reason="legal_claim", last_day=datetime(2027, 1, 9, tzinfo=UTC).date())
    with kit.transaction() as db:
        set_hold(db, kit.vault, session.id, order, by=OPERATOR, now=kit.now)
    kit.moment = APRIL
    _note(kit)
    kit.moment = APRIL + WINDOW
    assert destroy_due(kit.runtime, WINDOW) == ["2026-03"]
    assert open_artifact(kit.vault, kit.all(Artifact, Artifact.session_id == session.id)[0])


def test_it_is_refused_while_a_backup_may_need_it(kit: "Kit", make: "Make") -> None:
    _emptied(kit, make)
    with pytest.raises(ConflictError, match=r"until 2026-05-06.*KYC_BACKUP_DAYS=35"):
        destroy_epoch(kit.runtime, "2026-03", window=WINDOW, by=OPERATOR)
    kit.moment = APRIL + WINDOW
    destroy_epoch(kit.runtime, "2026-03", window=WINDOW, by=OPERATOR)
    assert kit.actions()[-1] == "operator:key_epoch:destroyed"
    with pytest.raises(ConflictError, match="was destroyed on 2026-05-06"):
        destroy_epoch(kit.runtime, "2026-03", window=WINDOW)


@ON_SQLITE
def test_this_month_and_unknown_names_are_refused(kit: "Kit", make: "Make") -> None:
    kit.vault.keys.wrap(bytes(32), "2026-03", b"x")
    kit.vault.keys.wrap(bytes(32), "other", b"x")
    short = timedelta(days=1)
    with pytest.raises(ConflictError, match="until 2026-04-02"):
        destroy_epoch(kit.runtime, "2026-03", window=short)
    with pytest.raises(ConflictError, match="no month"):
        destroy_epoch(kit.runtime, "other", window=short)
    with pytest.raises(NotFoundError, match="kyc keys list"):
        destroy_epoch(kit.runtime, "2031-01", window=short)


class _Faulty:
    """The vault's keys, of which one act goes wrong."""

    def __init__(self, keys: Any, **acts: Any) -> None:
        self._keys, self._acts = keys, acts

    def __getattr__(self, name: str) -> Any:
        return self._acts.get(name) or getattr(self._keys, name)


def _with(kit: "Kit", **acts: Any) -> Any:
    vault = type(kit.vault)(kit.objects, _Faulty(kit.vault.keys, **acts))
    return replace(kit.runtime, vault=vault)


def _fails(*_: object) -> None:
    raise KeyStoreError("away")


@ON_SQLITE
def test_a_destruction_that_was_cut_short_is_ended_by_the_next(kit: "Kit", make: "Make") -> None:
    _emptied(kit, make)
    kit.moment = APRIL + WINDOW
    with pytest.raises(KeyStoreError):
        destroy_epoch(_with(kit, destroy=_fails), "2026-03", window=WINDOW)
    assert kit.get(KeyEpoch, "2026-03").destroyed_at is None
    kit.vault.keys.destroy("2026-03")  # as if it had died just after
    assert destroy_due(kit.runtime, WINDOW) == ["2026-03"]
    assert kit.actions().count("system:key_epoch:destroyed") == 1


@ON_SQLITE
@pytest.mark.parametrize("lie", [{"destroy": lambda _name: None}])
def test_a_provider_that_keeps_the_key_is_found_out(
    kit: "Kit", make: "Make", lie: dict[str, Any]
) -> None:
    _emptied(kit, make)
    kit.moment = APRIL + WINDOW
    with pytest.raises(KeyNotGoneError, match="still listed"):
        destroy_epoch(_with(kit, **lie), "2026-03", window=WINDOW)
    silent = _with(kit, **lie, epochs=list)
    with pytest.raises(KeyNotGoneError, match="still opens"):
        destroy_epoch(silent, "2026-03", window=WINDOW)
    assert kit.get(KeyEpoch, "2026-03").destroyed_at is None
    assert destroy_due(silent, WINDOW) == []


@ON_SQLITE
def test_a_key_that_rows_need_and_nobody_has_is_lost(
    kit: "Kit", make: "Make", tmp_path: Path
) -> None:
    _case(kit, make)
    (tmp_path / "kek" / "2026-03.key").unlink()
    assert _counted(kit, "2026-03").is_lost
