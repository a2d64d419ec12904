"""Owns that any order of uploads, decisions, holds, purges, clocks and kills keeps the promises.

A state machine drives the use cases and jobs over SQLite and a store in memory; the process dies
before or after any commit and any write. After each step what must always hold is looked at.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
    run_state_machine_as_test,
)

from kyc.intake.previewing import confirm
from kyc.intake.receiving import (
    UntrustedFile,
    acknowledge_upload,
    announce_upload,
    discard,
)
from kyc.intake.submitting import submit
from kyc.lifecycle import ItemKind, Status, UploadState
from kyc.models import (
    LegalHold,
    Upload,
    VerificationSession,
)
from kyc.policy.checklist import KEYS
from kyc.retention.relationships import end_relationship
from kyc.review.claims import claim_named
from kyc.review.deciding import Outcome, Verdict, give_verdict
from tests.core.kit import BUSINESS, CLAIM, FRESH, LIMITS, jpeg
from tests.core.town import Town
from workers.expiring import expire
from workers.narrowing import narrow_due
from workers.purging import purge

FRONT, SELFIE = ItemKind.DOCUMENT_FRONT, ItemKind.SELFIE_STATEMENT
PICTURES = {(FRONT, 0): jpeg((200, 210, 220)), (FRONT, 1): jpeg((90, 80, 70)),
            (SELFIE, 0): jpeg((30, 60, 90)), (SELFIE, 1): jpeg((60, 30, 90))}  # fmt: skip
VERDICTS = {
    Outcome.APPROVE: {"checked": KEYS},
    Outcome.REJECT: {"reasons": frozenset({"document_not_original"})},
    Outcome.REQUEST_INPUT: {
        "items": frozenset({str(SELFIE)}),
        "reasons": frozenset({"statement_illegible"}),
    },
}
SPANS = [timedelta(seconds=11), timedelta(minutes=3), timedelta(hours=2), timedelta(days=1),
         timedelta(days=9), timedelta(days=3000),
         timedelta(hours=-2), timedelta(days=-1)]  # fmt: skip
LONG = [timedelta(days=days) for days in (10, 20, 91, 400)]
REACHED = {"killed", "forgotten", "raw:purged", "review:purged", "retained:stored",
           "retained:purged", "case:rejected", "case:expired"}  # fmt: skip
"""Where the machine must get, or it would prove nothing."""

which = st.integers(0, 2)
dies = st.sampled_from([0, 0, 0, *range(1, 13)])
"""At which commit or write the process dies; 0 is never."""


class Promises(Town):
    """What may happen, in any order."""

    # What people do.

    @rule(case=which, kind=st.sampled_from([FRONT, SELFIE]), shade=st.integers(0, 1), at=dies)
    def upload(self, case: int, kind: ItemKind, shade: int, at: int) -> None:
        kit, file = self.kit, UntrustedFile(PICTURES[kind, shade], "jpeg")

        def act() -> None:
            with kit.transaction() as db:
                session = db.get_one(VerificationSession, self.cases[case])
                upload, announced = announce_upload(
                    db,
                    kit.intake,
                    kit.lookup,
                    session,
                    kind=kind,
                    file=file,
                    limits=LIMITS,
                    now=kit.now,
                )
            kit.vault.store(announced.object_name, announced.ciphertext)
            with kit.transaction() as db:
                acknowledge_upload(db, upload.id, kit.now)

        self._try(act, at)

    @rule(case=which, at=dies)
    def confirm_and_submit(self, case: int, at: int) -> None:
        kit, case_id = self.kit, self.cases[case]

        def act() -> None:
            for upload in kit.all(Upload, Upload.session_id == case_id):
                if upload.state in {UploadState.READY, UploadState.CONFIRM}:
                    with kit.transaction() as db:
                        confirm(db, db.get_one(Upload, upload.id), covered_all=True, now=kit.now)
            with kit.transaction() as db:
                session = db.get_one(VerificationSession, case_id)
                submit(db, session, business=BUSINESS, statement_lasts=FRESH, now=kit.now)

        self._try(act, at)

    @rule(case=which, at=dies)
    def throw_away(self, case: int, at: int) -> None:
        session_id = self.cases[case]

        def act() -> None:
            with self.kit.transaction() as db:
                if db.get_one(VerificationSession, session_id).status != Status.REQUIRES_INPUT:
                    return
                for upload in self._uploads(session_id)[:1]:
                    discard(db, db.get_one(Upload, upload.id), self.kit.now)

        self._try(act, at)

    @rule(case=which, who=which, outcome=st.sampled_from(list(VERDICTS)), at=dies)
    def decide(self, case: int, who: int, outcome: Outcome, at: int) -> None:
        kit, case_id, person = self.kit, self.cases[case], self.people[who]

        def act() -> None:
            with kit.transaction() as db:
                claim_named(db, case_id, person, CLAIM, kit.now)
            version = kit.get(VerificationSession, case_id).version
            verdict = Verdict(outcome, version, **VERDICTS[outcome])  # type: ignore[arg-type]  # as written above
            with kit.transaction() as db:
                give_verdict(db, kit.vault, case_id, person, verdict, attempts=3, now=kit.now)
            kit.later(seconds=11)
            self._jobs()

        self._by_clock(act, at)

    @rule(case=which, days=st.integers(1, 400), at=dies)
    def hold(self, case: int, days: int, at: int) -> None:
        def act() -> None:
            with self.kit.transaction() as db:
                session = db.get_one(VerificationSession, self.cases[case])
                self.make.hold(db, session, until=self.kit.now + timedelta(days=days))

        self._try(act, at)

    @rule(at=dies)
    def lift(self, at: int) -> None:
        def act() -> None:
            with self.kit.transaction() as db:
                for held in db.query(LegalHold).filter(LegalHold.lifted_at.is_(None)):
                    held.lifted_at = min(self.kit.now, held.until)

        self._try(act, at)

    @rule(case=which, at=dies)
    def leave(self, case: int, at: int) -> None:
        def act() -> None:
            with self.kit.transaction() as db:
                day = self.kit.now.date()
                end_relationship(db, self.cases[case], day, years=1, now=self.kit.now)

        self._try(act, at)

    # What the clock does.

    @rule(span=st.sampled_from(SPANS))
    def clock(self, span: timedelta) -> None:
        self.kit.moment += span

    @rule(span=st.sampled_from(LONG))
    def long_after(self, span: timedelta) -> None:
        self.kit.moment += span

    @rule(at=dies)
    def work(self, at: int) -> None:
        self._by_clock(self._jobs, at)

    @rule(at=dies)
    def purge(self, at: int) -> None:
        self._by_clock(lambda: purge(self.house), at)
        if not at:
            self._all_due_is_gone()

    @rule(at=dies)
    def expire(self, at: int) -> None:
        self._by_clock(lambda: expire(self.house), at)

    @rule(at=dies)
    def narrow(self, at: int) -> None:
        def act() -> None:
            narrow_due(self.house)
            self._jobs()

        self._by_clock(act, at)

    @precondition(lambda self: hasattr(self, "kit"))
    @rule()
    def twice_is_once(self) -> None:
        """I6: a second purge in the same moment changes nothing."""
        purge(self.house)
        before = self.kit.actions()
        purge(self.house)
        assert self.kit.actions() == before


@pytest.mark.parametrize("at", [0, 2, 3, 5, 8])
def test_the_whole_way_gets_everywhere_also_when_each_step_dies_once(
    sqlite_template: Path, at: int
) -> None:
    """So that the machine is known to reach what it looks at."""
    Promises.template = sqlite_template
    world = Promises()
    world.begin()
    Promises.reached.clear()
    try:
        for step in _story(world):
            for dying in (at, 0):
                step(dying)
                world.promises_are_kept()
                world.kit.later(minutes=3)  # the lease of whoever died is over
    finally:
        world.teardown()
    assert sorted(REACHED - Promises.reached - ({"killed"} if not at else set())) == []


def _story(world: Promises) -> Iterator[Callable[[int], None]]:
    """One who is approved, one who is rejected, one who never comes back; then years go by."""
    yield lambda at: world.decide(case=1, who=0, outcome=Outcome.REJECT, at=at)
    yield lambda at: world.hold(case=2, days=12, at=at)
    for kind in (FRONT, SELFIE):
        yield lambda at, kind=kind: world.upload(case=0, kind=kind, shade=0, at=at)  # type: ignore[misc]  # each its own kind
        yield world.work
    yield lambda at: world.confirm_and_submit(case=0, at=at)
    yield lambda at: world.decide(case=0, who=1, outcome=Outcome.REQUEST_INPUT, at=at)
    yield lambda _at: world.clock(timedelta(days=9))
    yield from (world.purge, world.expire, world.narrow, world.lift, world.narrow)
    yield lambda at: world.leave(case=2, at=at)
    for _ in range(2):
        yield lambda _at: world.long_after(timedelta(days=400))
        yield from (world.expire, world.narrow, world.purge)


def test_no_order_of_events_breaks_a_promise(sqlite_template: Path) -> None:
    Promises.template = sqlite_template
    run_state_machine_as_test(
        Promises,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # a shorter story would take minutes to find
        ),
    )
