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
    """A signed-in member of staff; `passed` says whether the second factor was given."""

    id: str
    name: str
    role: str
    passed: bool
    session_hash: bytes

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
