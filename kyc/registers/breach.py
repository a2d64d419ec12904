"""Owns what a breach touched: cases and classes of data, and whether they could be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kyc.errors import InvalidInputError
from kyc.models import Artifact, CustomerView, VerificationSession
from kyc.policy.epochs import span_of
from kyc.registers.breach_staff import staff_lines

BATCH = 2000
"""Cases at a time: what bounds the memory, however many there are."""


class Scope(StrEnum):
    BUCKET = "bucket"
    DATABASE = "database"
    KEY = "key"
    STAFF = "staff"


class Readable(StrEnum):
    """`MAYBE`: only with a copy of the database from before its key was wrapped anew."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


NEEDS: dict[str, frozenset[Scope]] = {
    "pictures": frozenset({Scope.BUCKET, Scope.DATABASE, Scope.KEY}),
    "details": frozenset({Scope.DATABASE, Scope.KEY}),
    "facts": frozenset({Scope.DATABASE}),
}
"""What somebody must have to read a class: object, wrapped key, and the key that wraps it.

`facts` stand in clear: status, kind and state of the document, dates, references, machine facts.
"""

TOUCHED_BY: dict[Scope, frozenset[str]] = {
    Scope.BUCKET: frozenset({"pictures"}),
    Scope.DATABASE: frozenset({"pictures", "details", "facts"}),
    Scope.KEY: frozenset({"pictures", "details"}),
}


@dataclass(frozen=True)
class Question:
    """What was exposed, from `since` to `until`; several scopes mean that all of them were.

    `epochs` are the months whose keys were exposed, empty for all; `persons` are ids of staff.
    """

    scopes: frozenset[Scope]
    since: datetime
    until: datetime
    epochs: frozenset[str] = frozenset()
    persons: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.scopes:
            raise InvalidInputError("say what was exposed: bucket, database, key or staff")
        if self.until < self.since:
            raise InvalidInputError("the end is before the beginning")
        if self.epochs and Scope.KEY not in self.scopes:
            raise InvalidInputError("an epoch belongs to the scope key")
        if (Scope.STAFF in self.scopes) != bool(self.persons):
            raise InvalidInputError("name the person for the scope staff, and for it alone")
        if Scope.STAFF in self.scopes and len(self.scopes) > 1:
            raise InvalidInputError("the scope staff stands alone: ask about the others apart")

    @cached_property
    def also_needed(self) -> dict[str, tuple[str, ...]]:
        """What is missing, beyond what was exposed, to read each class."""
        return {data: tuple(sorted(needs - self.scopes)) for data, needs in NEEDS.items()}

    @cached_property
    def classes(self) -> frozenset[str]:
        return frozenset().union(*(TOUCHED_BY.get(scope, frozenset()) for scope in self.scopes))


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was touched; `needs` is what else whoever has it would need to read it.

    `thing` is the artifact, or the case itself. For staff, `since` is when it was seen.
    """

    case: str
    data: str
    thing: str
    kind: str
    epoch: str
    since: datetime
    until: datetime | None
    readable: Readable
    needs: tuple[str, ...] = ()


@dataclass
class Summary:
    """Counts as the lines go by; `cases` and `readable_cases` are distinct."""

    cases: int = 0
    readable_cases: int = 0
    lines: dict[str, int] = field(default_factory=dict)
    _case: str = ""
    _was_readable: bool = False

    def count(self, line: Line) -> None:
        """Lines of one case come one after the other."""
        if line.case != self._case:
            self.cases, self._case, self._was_readable = self.cases + 1, line.case, False
        if line.readable is not Readable.NO and not self._was_readable:
            self.readable_cases, self._was_readable = self.readable_cases + 1, True
        key = f"{line.data}, readable: {line.readable}"
        self.lines[key] = self.lines.get(key, 0) + 1


def touched(db: Session, asked: Question, batch: int = BATCH) -> Iterator[Line]:
    """Every thing that existed meanwhile and was exposed, case by case, in bounded memory."""
    if Scope.STAFF in asked.scopes:
        for seen in staff_lines(db, asked.persons, asked.since, asked.until):
            yield Line(*seen, Readable.NO if seen[1] == "act" else Readable.YES)
        return
    last = ""
    while cases := _cases(db, asked, last, batch):
        last = cases[-1].id
        pictures = _pictures(db, asked, [case.id for case in cases])
        for case in cases:
            yield from _lines(asked, case, pictures.get(case.id, ()))


def _cases(db: Session, asked: Question, after: str, batch: int) -> Sequence[Any]:
    one, view = VerificationSession, CustomerView
    query = (
        select(
            one.id,
            one.created_at,
            one.record_destroyed_at,
            one.details.is_not(None).label("has_details"),
            one.field_key_epoch,
            view.key_epoch.label("view_epoch"),
        )
        .outerjoin(view, view.session_id == one.id)
        .where(one.id > after, one.created_at <= asked.until)
        .order_by(one.id)
        .limit(batch)
    )
    return db.execute(query).all()


def _pictures(db: Session, asked: Question, cases: list[str]) -> dict[str, list[Any]]:
    if "pictures" not in asked.classes:
        return {}
    one = Artifact
    query = (
        select(
            one.id,
            one.session_id,
            one.kind,
            one.stage,
            one.key_epoch,
            one.view_key.is_not(None).label("has_view"),
            one.created_at,
            one.purged_at,
        )
        .where(
            one.session_id.in_(cases),
            one.created_at <= asked.until,
            or_(one.purged_at.is_(None), one.purged_at >= asked.since),
        )
        .order_by(one.session_id, one.created_at, one.id)
    )
    found: dict[str, list[Any]] = {}
    for row in db.execute(query):
        found.setdefault(row.session_id, []).append(row)
    return found


def _lines(asked: Question, case: Any, pictures: Sequence[Any]) -> Iterator[Line]:
    view = {case.view_epoch} - {None}
    for row in pictures:
        epochs = {row.key_epoch} | (view if row.has_view else set())
        kind = f"{row.kind}/{row.stage}"
        times = row.created_at, row.purged_at
        yield from _line(asked, case.id, "pictures", row.id, kind, epochs, times)
    gone = case.record_destroyed_at
    if gone is not None and gone < asked.since:
        return
    times = case.created_at, gone
    if "details" in asked.classes and (case.has_details or gone is not None):
        epochs = {case.field_key_epoch} | view
        yield from _line(asked, case.id, "details", case.id, "record", epochs, times)
    if "facts" in asked.classes:
        yield from _line(asked, case.id, "facts", case.id, "record", set(), times)


def _line(
    asked: Question,
    case: str,
    data: str,
    thing: str,
    kind: str,
    epochs: set[str],
    times: tuple[datetime, datetime | None],
) -> Iterator[Line]:
    """Nothing for the key of an epoch alone that never wrapped it."""
    needs = asked.also_needed[data]
    wrapped = _wrapped(asked, epochs, times[0])
    if wrapped is Readable.NO and asked.scopes == {Scope.KEY}:
        return
    if wrapped is Readable.NO and Scope.KEY in NEEDS[data]:
        needs = (*needs, "key of " + " or ".join(sorted(epochs)))
    readable = Readable.NO if needs else wrapped
    epoch = " ".join(sorted(epochs))
    yield Line(case, data, thing, kind, epoch, *times, readable, needs)


def _wrapped(asked: Question, epochs: set[str], made_at: datetime) -> Readable:
    """Whether an exposed key wraps it, or may have: keys are wrapped anew from month to month."""
    if not epochs or not asked.epochs or epochs & asked.epochs:
        return Readable.YES
    ends = [span[1] for span in map(span_of, asked.epochs) if span]
    known_before = any(made_at < min(end, asked.until) for end in ends)
    return Readable.MAYBE if known_before else Readable.NO


def moment_of(text: str) -> datetime:
    """A day or a moment as people write it: ISO 8601, UTC where no zone is said.

    Raises InvalidInputError.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        words = f"{text!r} is no moment such as 2026-10-31 or 2026-10-31T14:00"
        raise InvalidInputError(words) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
