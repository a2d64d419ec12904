"""Owns the doubt of a machine's own clock, where no other clock is there to contradict it.

A wrong clock must not forget anybody, also where so little is stored that no count looks strange.
So before anything is destroyed by the clock, it is held against a witness: the store's clock where
that is another machine's, else the time since this machine was started, which nobody can set; and
after a restart against the time of the latest look.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.clock import Uptime
from kyc.models import ClockMark

Doubt = Literal["", "witness", "moved", "away"]
"""Why: another clock says otherwise; it was set while the machine ran; too long after a restart."""

SKEW = timedelta(minutes=5)
AWAY = timedelta(days=1)
"""After a restart it may be so much later than at the latest look; more needs a person."""
FORGOTTEN = timedelta(days=31)
"""The look before an earlier start serves nothing after so long."""


def doubt_of(
    marks: Sequence[ClockMark], now: datetime, up: Uptime | None, witness: datetime | None
) -> Doubt:
    """`now` is this machine's own time. A clock that was set back does no harm: nothing is due."""
    if witness is not None:
        return "witness" if abs(witness - now) > SKEW else ""
    mine = next((mark for mark in marks if up and mark.boot == up.boot), None)
    if up and mine:
        passed = timedelta(seconds=up.seconds - mine.uptime)
        return "moved" if (now - mine.at) - passed > SKEW else ""
    latest = max((mark.at for mark in marks), default=now)
    return "away" if now - latest > AWAY else ""


def watch_clock(
    db: Session, now: datetime, up: Uptime | None, witness: datetime | None = None
) -> Doubt:
    """Notes a time that is believed; of one that is not, notes the doubt, with an event at first.

    The doubt goes when the clock is right again, or when a person says that it is.
    """
    marks = db.scalars(select(ClockMark).with_for_update()).all()
    doubt = doubt_of(marks, now, up, witness)
    if doubt:
        _note_doubt(db, marks, now, doubt)
    else:
        _note_time(db, marks, now, up or Uptime("", 0))
    return doubt


def doubted(db: Session) -> str:
    """A `Doubt`: that of the worker that looked last."""
    return db.scalars(select(ClockMark.doubt).where(ClockMark.doubt != "").limit(1)).first() or ""


def believe(db: Session) -> None:
    """A person has looked at the clock: what it says next counts from now on."""
    db.execute(delete(ClockMark))


def _note_doubt(db: Session, marks: Sequence[ClockMark], now: datetime, doubt: Doubt) -> None:
    is_news = not any(mark.doubt for mark in marks)
    for mark in marks:
        mark.doubt = doubt
    if not marks:  # a first look, with a witness who says otherwise
        db.add(ClockMark(boot="", at=now, uptime=0, doubt=doubt))
    if is_news:
        hours = max((int((now - mark.at).total_seconds() // 3600) for mark in marks), default=0)
        detail = {"reason": doubt, "hours": hours}
        record(db, Action.SYSTEM_CLOCK_DOUBTED, actor=SYSTEM, now=now, detail=detail)


def _note_time(db: Session, marks: Sequence[ClockMark], now: datetime, up: Uptime) -> None:
    known = {mark.boot: mark for mark in marks}
    for mark in marks:
        mark.doubt = ""
        if mark.boot != up.boot and not now - FORGOTTEN < mark.at < now + SKEW:
            db.delete(mark)  # too long ago, or of a day that has not come
    mine = known.get(up.boot)
    if mine is None:
        db.add(ClockMark(boot=up.boot, at=now, uptime=up.seconds, doubt=""))
    else:
        mine.at, mine.uptime = now, up.seconds
