"""Owns the view budget: how many images one person opens before they confirm, and in a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kyc.errors import ConflictError, ForbiddenError
from kyc.models import ImageLook

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Allowance:
    """Looks a person has; `factor_at` is when they last gave their second factor."""

    per_hour: int
    per_day: int
    factor_at: datetime


class FactorNeededError(ForbiddenError):
    """Very many images within an hour: whoever goes on shows that it is them."""

    code = "step_up"


class SpentError(ConflictError):
    """The day's looks are used up."""

    code = "views_spent"


def require_allowance(db: Session, staff_id: str, allowance: Allowance, now: datetime) -> None:
    """Raises SpentError or FactorNeededError when the next look would be one too many."""
    if _looks(db, staff_id, now - DAY) >= allowance.per_day:
        raise SpentError(
            "you have opened as many images as one person may in a day; a privacy officer is told"
        )
    if _looks(db, staff_id, now - HOUR, allowance.factor_at) >= allowance.per_hour:
        raise FactorNeededError("you have opened very many images: confirm that it is you")


def count_look(db: Session, staff_id: str, now: datetime) -> None:
    """Counts one; what is older than a day counts no more and goes."""
    old = ImageLook.at <= now - DAY
    db.execute(delete(ImageLook).where(ImageLook.staff_id == staff_id, old))
    db.add(ImageLook(staff_id=staff_id, at=now))
    db.flush()


def _looks(db: Session, staff_id: str, after: datetime, factor_at: datetime | None = None) -> int:
    mine = select(func.count()).select_from(ImageLook)
    mine = mine.where(ImageLook.staff_id == staff_id, ImageLook.at > after)
    return db.scalar(mine if factor_at is None else mine.where(ImageLook.at >= factor_at)) or 0
