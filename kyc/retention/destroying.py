"""Owns the destruction of many at once: keys, columns, receipts, events, few statements a slice."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, Thing, record_all
from kyc.lifecycle import ArtifactState
from kyc.models import Artifact, Receipt, new_id


class Doomed(NamedTuple):
    """An artifact whose key is to be destroyed now, under `rule`; the caller has locked it."""

    id: str
    session_id: str
    upload_id: str | None
    kind: str
    stage: str
    rule: str


class Destroyed(NamedTuple):
    """What a receipt is about: an image, or the record of a case."""

    subject: str
    kind: str
    stage: str
    rule: str


class Given(NamedTuple):
    """A receipt that was given out before: its id, empty when it is not known, and its moment."""

    id: str
    at: datetime


NONE_GIVEN: Mapping[str, Given] = MappingProxyType({})


def destroy_all(
    db: Session,
    doomed: Collection[Doomed],
    now: datetime,
    *,
    not_narrowed: Collection[str] = (),
    given: Mapping[str, Given] = NONE_GIVEN,
) -> None:
    """As `kyc.evidence.destroy`, for many, in the caller's transaction.

    The events of `not_narrowed` say that no narrower copy took their place; `given` are receipts
    by subject that keep their id and moment.
    """
    for rule, ids in _by_rule(doomed):
        gone = dict.fromkeys(("wrapped_key", "view_key"))
        state = {"state": ArtifactState.PURGING, "destroy_rule": rule, "regions": []}
        db.execute(update(Artifact).where(Artifact.id.in_(ids)).values(gone | state))
    add_receipts(db, [Destroyed(one.id, *one[3:]) for one in doomed], now, given=given)
    things = [Thing(one.id, one.session_id, _told(one, not_narrowed)) for one in doomed]
    record_all(db, Action.SYSTEM_ARTIFACT_DESTROYED, things, actor=SYSTEM, now=now)


def add_receipts(
    db: Session,
    destroyed: Sequence[Destroyed],
    now: datetime,
    *,
    given: Mapping[str, Given] = NONE_GIVEN,
    absent_at: datetime | None = None,
) -> None:
    """One each; what has no object is absent at once, at `absent_at`."""
    rows = []
    for one in destroyed:
        before = given.get(one.subject)
        row = {
            "id": (before and before.id) or new_id("rcpt"),
            "subject_id": one.subject,
            "kind": one.kind,
            "stage": one.stage,
            "rule": one.rule,
            "key_destroyed_at": before.at if before else now,
            "ledger_at": before.at if before else None,
            "absent_at": absent_at,
            "versions": 0,
        }
        rows.append(row)
    if rows:
        db.execute(insert(Receipt), rows)


def _by_rule(doomed: Collection[Doomed]) -> Iterator[tuple[str, list[str]]]:
    """Few groups: a flow has a handful of rules."""
    by_rule = attrgetter("rule")
    for rule, group in groupby(sorted(doomed, key=by_rule), by_rule):
        yield rule, [one.id for one in group]


def _told(one: Doomed, not_narrowed: Collection[str]) -> dict[str, str | bool]:
    told: dict[str, str | bool] = {"rule": one.rule, "stage": one.stage}
    return told | ({"narrowed": False} if one.id in not_narrowed else {})
