"""Owns the deployment that the state machine drives: how it dies, what a clock may do to it."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
)

from kyc.audit.database import verify_database
from kyc.errors import KycError
from kyc.holds import held_among
from kyc.lifecycle import LIVE, ArtifactState, Stage, Status
from kyc.models import (
    Artifact,
    Upload,
    VerificationSession,
)
from kyc.review.images_after import images_decided
from tests.core.kit import Make, open_kit
from tests.core.promises import (
    World,
    every_upload_is_somewhere,
    nothing_is_reviewed_unconfirmed,
    rows_and_objects_match,
    there_is_one_decision,
    what_is_destroyed_has_one_receipt,
)
from tests.workers.hands import Fuse, FusedObjects, Killed, Outbox, arm, open_house
from workers.auditing import chain_audit
from workers.owed import run
from workers.periodic import sweep

LINE = [[8.0, 8.0], [40.0, 8.0], [40.0, 20.0], [8.0, 20.0]]
PLACES = [{"class": name, "quad": LINE, "shown": True} for name in ("name", "statement")]


@dataclass(frozen=True)
class Seen:
    """What there was before a clock set something off."""

    artifacts: dict[str, Artifact]
    sessions: dict[str, VerificationSession]
    held: set[str]
    now: datetime


class Town(RuleBasedStateMachine):
    """Three cases; the process can be made to die at each commit or write."""

    template: Path
    reached: ClassVar[set[str]] = set()

    @initialize()
    def begin(self) -> None:
        shm = Path("/dev/shm")  # noqa: S108 - where there is one it spares a disk thousands of syncs
        self.directory = Path(tempfile.mkdtemp(dir=shm if shm.is_dir() else None))
        shutil.copy(self.template, self.directory / "kyc.db")
        self.fuse = Fuse()
        self.objects = FusedObjects(self.fuse)
        url = f"sqlite:///{self.directory / 'kyc.db'}"
        self.kit = open_kit(self.directory, url, self.objects)
        self.make = Make(self.kit)
        self.house = open_house(self.kit, self.directory, Outbox())
        with self.kit.transaction() as db:
            self.people = [self.make.staff(db).id for _ in range(3)]
            approved = self.make.waiting(db, status=Status.VERIFIED, decided_at=self.kit.now)
            long_ago = self.kit.now - timedelta(days=171)
            images_decided(db, approved, "approved", long_ago, is_final=True)
            self.cases = [self.make.ready(db).id, self.make.waiting(db).id, approved.id]
        self._locate()
        arm(self.kit, self.fuse)

    def teardown(self) -> None:
        if not hasattr(self, "kit"):
            return
        try:
            chain_audit(self.house)
            with self.kit.reading() as db:
                assert verify_database(db, self.house.signer.trusted).findings == ()
        finally:
            self.kit.engine.dispose()
            shutil.rmtree(self.directory)

    # What must always hold.

    @invariant()
    def promises_are_kept(self) -> None:
        if not hasattr(self, "kit"):
            return
        world = self._world()
        self._count(world)
        every_upload_is_somewhere(world)
        nothing_is_reviewed_unconfirmed(world)
        what_is_destroyed_has_one_receipt(world)
        there_is_one_decision(world)
        names = {name for name in self.objects.list_names() if name.startswith("sealed/")}
        rows_and_objects_match(world, names)
        for name in names:  # I2: nothing in the store is a picture
            assert not self.objects.get(name).startswith(b"\xff\xd8")

    # How it is done.

    def _jobs(self) -> None:
        sweep(self.house)
        while self.kit.woken:
            run(self.house, self.kit.woken.pop())
        self._locate()

    def _locate(self) -> None:
        """What the reader would have found: the plain engine of the tests reads nothing."""
        with self.kit.transaction() as db:
            for artifact in db.query(Artifact).filter(Artifact.stage == Stage.REVIEW):
                if artifact.state == ArtifactState.STORED:
                    artifact.regions = PLACES

    def _try(self, act: Callable[[], None], at: int) -> None:
        """A refusal is an answer; a death leaves whatever was committed."""
        with self._lit(at):
            try:
                act()
            except KycError:
                pass
            except Killed:
                self.reached.add("killed")
                self.kit.woken.clear()

    def _by_clock(self, act: Callable[[], None], at: int) -> None:
        """I7: whatever a job destroys was due, and nobody held it."""
        seen = self._seen()
        self._try(act, at)
        for id_, artifact in self._artifacts().items():
            before = seen.artifacts.get(id_)
            if before is None or before.state not in LIVE or artifact.state in LIVE:
                continue
            if before.stage == Stage.RAW:
                continue
            assert before.destroy_at is not None
            assert before.destroy_at <= self.kit.now
            assert before.session_id not in seen.held
        for id_, session in self._sessions().items():
            past = seen.sessions[id_]
            if session.record_destroyed_at and not past.record_destroyed_at:
                assert past.record_destroy_at is not None
                assert past.record_destroy_at <= self.kit.now
                assert id_ not in seen.held

    def _all_due_is_gone(self) -> None:
        """I3 and I6: after a whole purge no key is left of what was due, waits, or is held."""
        held = self._seen().held
        now = self.kit.now
        for artifact in self._artifacts().values():
            is_due = artifact.destroy_at is not None and artifact.destroy_at <= now
            if is_due and artifact.session_id not in held and artifact.state in LIVE:
                assert artifact.destroy_rule == "approved"
        assert not any(a.state == ArtifactState.PURGING for a in self._artifacts().values())

    @contextmanager
    def _lit(self, at: int) -> Iterator[None]:
        self.fuse.steps, self.fuse.blows_at = 0, at
        try:
            yield
        finally:
            self.fuse.blows_at = 0

    def _world(self) -> World:
        with self.kit.reading() as db:
            return World.read(db)

    def _count(self, world: World) -> None:
        self.reached.update(row.stage + ":" + row.state for row in world.artifacts.values())
        self.reached.update("case:" + row.status for row in world.sessions.values())
        if any(row.record_destroyed_at for row in world.sessions.values()):
            self.reached.add("forgotten")

    def _seen(self) -> Seen:
        with self.kit.reading() as db:
            held = held_among(db, self.cases, self.kit.now)
        return Seen(self._artifacts(), self._sessions(), held, self.kit.now)

    def _artifacts(self) -> dict[str, Artifact]:
        return {artifact.id: artifact for artifact in self.kit.all(Artifact)}

    def _sessions(self) -> dict[str, VerificationSession]:
        return {session.id: session for session in self.kit.all(VerificationSession)}

    def _uploads(self, session_id: str) -> list[Upload]:
        return sorted(
            self.kit.all(Upload, Upload.session_id == session_id),
            key=lambda upload: (upload.created_at, upload.id),
        )
