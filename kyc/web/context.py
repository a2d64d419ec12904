"""Owns what a request is given: the runtime, the moment, the person behind it."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app, g

from kyc.access import Permission, may
from kyc.errors import ForbiddenError
from kyc.runtime import Runtime


def runtime() -> Runtime:
    return cast(Runtime, current_app.extensions["kyc"])


def now() -> datetime:
    return runtime().now()


@dataclass(frozen=True)
class StaffActor:
    """A signed-in member of staff; `factor_at` is when the second factor was given last.

    A `locked` session opens nothing until it is given again. `owes` says what must be put right
    first: `key` or `password`, else empty.
    """

    id: str
    name: str
    role: str
    session_hash: bytes
    factor_at: datetime | None
    locked: bool = False
    owes: str = ""
    offers_app: bool = False
    offers_key: bool = False

    @property
    def passed(self) -> bool:
        return self.factor_at is not None

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    def may(self, permission: str) -> bool:
        return self.passed and may(self.role, Permission(permission))


def staff_actor() -> StaffActor | None:
    return cast("StaffActor | None", g.get("staff_actor"))


def require_staff() -> StaffActor:
    actor = staff_actor()
    if actor is None:
        raise ForbiddenError("sign in first")
    return actor
