"""Owns reconciliation: leftovers go, losses are told, everything else is left alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.clock import real_clock
from kyc.lifecycle import ArtifactState
from kyc.models import Artifact
from kyc.retention.differences import Row, Tally, differences
from kyc.retention.purging import mark_all_absent, mark_due
from kyc.retention.reconciling import Outcome, reconcile
from kyc.retention.second_look import look_again
from storage.errors import UnavailableError
from storage.objects import Absence, Stored
from tests.core.kit import dump

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

AT = datetime(2026, 1, 1, tzinfo=UTC)
ORPHAN = "sealed/" + "ab" * 20


@pytest.fixture(autouse=True)
def _an_hour_later(kit: "Kit") -> None:
    """The objects that a test stores are old enough."""
    kit.runtime = replace(kit.runtime, real_now=lambda: real_clock() + timedelta(minutes=61))


@pytest.fixture
def artifact(kit: "Kit", make: "Make") -> Artifact:
    with kit.transaction() as db:
        return make.artifact(db, make.upload(db, make.ready(db)), rule="approved")


def _purged(kit: "Kit", make: "Make") -> Artifact:
    with kit.transaction() as db:
        artifact = make.artifact(db, make.upload(db, make.ready(db)), rule="superseded")
    with kit.transaction() as db:
        assert mark_due(db, kit.now) == 1
        kit.vault.shred(artifact.object_name)
        assert mark_all_absent(db, {artifact.id: Absence(1, 0, 0)}, kit.now) == 1
    return artifact


def _counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.orphans, outcome.removed, outcome.missing


names = st.sets(st.text("ab", min_size=1, max_size=3))


@given(names, names)
def test_what_one_side_alone_has_comes_out_and_nothing_else(
    here: set[str], there: set[str]
) -> None:
    tally = Tally()
    found = list(
        differences(
            (Stored(name, AT) for name in sorted(here)),
            (Row(name, "art", "stored") for name in sorted(there)),
            tally,
        )
    )
    assert {one.name for one in found if isinstance(one, Stored)} == here - there
    assert {one.name for one in found if isinstance(one, Row)} == there - here
    assert (tally.objects, tally.rows) == (len(here), len(there))


def test_a_name_listed_twice_is_as_young_as_its_newest_part() -> None:
    late = AT + timedelta(hours=1)
    (found,) = differences([Stored("a", late), Stored("a", AT)], iter(()), Tally())
    assert found == Stored("a", late)


def test_nothing_is_done_where_all_agrees(kit: "Kit", artifact: Artifact) -> None:
    outcome = reconcile(kit.runtime)
    assert (_counts(outcome), outcome.tally) == ((0, 0, 0), Tally(1, 1))
    assert kit.objects.list_names() == [artifact.object_name]
    assert kit.actions()[-1] == "system:storage:reconciled"


def test_an_object_that_no_row_knows_is_removed_with_all_its_versions(
    kit: "Kit", artifact: Artifact
) -> None:
    kit.objects.overwrite(ORPHAN, b"x")
    kit.objects.begin_upload(ORPHAN)
    assert _counts(reconcile(kit.runtime)) == (1, 1, 0)
    assert kit.objects.list_names() == [artifact.object_name]
    assert kit.actions()[-2:] == ["system:orphan:removed", "system:storage:reconciled"]
    assert _counts(reconcile(kit.runtime)) == (0, 0, 0)


def test_a_young_object_may_be_one_that_is_written_just_now(kit: "Kit") -> None:
    kit.objects.overwrite(ORPHAN, b"x")
    kit.runtime = replace(kit.runtime, real_now=lambda: real_clock() + timedelta(minutes=59))
    assert _counts(reconcile(kit.runtime)) == (0, 0, 0)
    assert kit.objects.list_names() == [ORPHAN]


@pytest.mark.parametrize(
    "state", [ArtifactState.STORING, ArtifactState.STORED, ArtifactState.PURGING]
)
def test_an_object_whose_row_is_not_done_with_it_stays(
    kit: "Kit", make: "Make", state: ArtifactState
) -> None:
    with kit.transaction() as db:
        make.artifact(db, make.upload(db, make.ready(db)), state=state)
    assert _counts(reconcile(kit.runtime)) == (0, 0, 0)
    assert len(kit.objects.list_names()) == 1


def test_the_object_of_a_purged_row_is_left_over(kit: "Kit", make: "Make") -> None:
    artifact = _purged(kit, make)
    kit.objects.overwrite(artifact.object_name, b"x")
    assert _counts(reconcile(kit.runtime)) == (1, 1, 0)
    assert kit.actions(artifact.session_id)[-1] == "system:orphan:removed"


def test_a_row_without_object_is_told_and_not_changed(kit: "Kit", artifact: Artifact) -> None:
    kit.objects.shred(artifact.object_name)
    assert _counts(reconcile(kit.runtime)) == (0, 0, 1)
    assert kit.get(Artifact, artifact.id).state == ArtifactState.STORED
    assert kit.actions(artifact.session_id)[-1] == "system:artifact:missing"


@pytest.mark.parametrize("state", [ArtifactState.STORING, ArtifactState.PURGING])
def test_a_row_that_need_not_have_an_object_is_no_loss(
    kit: "Kit", make: "Make", state: ArtifactState
) -> None:
    with kit.transaction() as db:
        row = make.artifact(db, make.upload(db, make.ready(db)), state=state)
    kit.objects.shred(row.object_name)
    assert _counts(reconcile(kit.runtime)) == (0, 0, 0)


def test_a_dry_run_tells_the_same_and_changes_nothing(kit: "Kit", artifact: Artifact) -> None:
    kit.objects.shred(artifact.object_name)
    kit.objects.overwrite(ORPHAN, b"x")
    before = dump(kit.engine)
    assert _counts(reconcile(kit.runtime, dry_run=True)) == (1, 0, 1)
    assert kit.objects.list_names() == [ORPHAN]
    assert dump(kit.engine) == before


def test_a_locked_leftover_is_named_and_the_others_go(kit: "Kit") -> None:
    for name in (ORPHAN, f"{ORPHAN}1"):
        kit.objects.overwrite(name, b"x")
    kit.objects.lock(ORPHAN)
    outcome = reconcile(kit.runtime)
    assert (_counts(outcome), outcome.kept) == ((2, 1, 0), [ORPHAN])
    assert kit.objects.list_names() == [ORPHAN]


def test_a_name_that_is_never_ours_is_counted_and_left_alone(kit: "Kit") -> None:
    kit.objects.overwrite("sealed/A B", b"x")
    outcome = reconcile(kit.runtime)
    assert (_counts(outcome), outcome.foreign) == ((0, 0, 0), 1)
    assert kit.objects.list_names() == ["sealed/A B"]


def test_the_wrong_database_does_not_empty_the_bucket(kit: "Kit") -> None:
    for number in range(501):
        kit.objects.overwrite(f"sealed/{number:040x}", b"x")
    outcome = reconcile(kit.runtime)
    assert outcome.is_halted
    assert _counts(outcome) == (501, 0, 0)
    assert len(kit.objects.list_names()) == 501
    assert _counts(reconcile(kit.runtime, many=True)) == (501, 501, 0)
    assert kit.objects.list_names() == []


def test_a_store_that_is_away_is_no_loss_of_objects(kit: "Kit", artifact: Artifact) -> None:
    kit.objects.go_down()
    with pytest.raises(UnavailableError):
        reconcile(kit.runtime)
    assert "system:artifact:missing" not in kit.actions(artifact.session_id)


def test_an_object_that_came_back_after_its_purge_is_removed_and_told(
    kit: "Kit", make: "Make"
) -> None:
    artifact = _purged(kit, make)
    assert look_again(kit.runtime) == 0
    kit.objects.overwrite(artifact.object_name, b"x")
    kit.later(hours=24)
    assert look_again(kit.runtime) == 1
    assert kit.objects.list_names() == []
    assert kit.actions(artifact.session_id)[-1] == "system:purge:came_back"
    assert look_again(kit.runtime) == 0


def test_the_second_look_touches_nothing_that_is_kept(kit: "Kit", artifact: Artifact) -> None:
    assert look_again(kit.runtime) == 0
    assert kit.objects.list_names() == [artifact.object_name]


def test_what_was_purged_long_ago_is_left_to_the_comparison(kit: "Kit", make: "Make") -> None:
    artifact = _purged(kit, make)
    kit.objects.overwrite(artifact.object_name, b"x")
    kit.later(days=4)
    assert look_again(kit.runtime) == 0
    assert _counts(reconcile(kit.runtime)) == (1, 1, 0)
