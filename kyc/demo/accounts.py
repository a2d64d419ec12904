"""Owns the demonstration's accounts: one a role, with a password made for this directory."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import pyotp

from kyc.access import Role
from kyc.audit import OPERATOR
from kyc.errors import ForbiddenError, NotFoundError
from kyc.runtime import Runtime
from kyc.staff.enrolling import Enrolment, enrol, invitation_secret, invite, open_invitation
from kyc.staff.factors import Means

PEOPLE: dict[str, tuple[Role, str]] = {
    "rita": (Role.REVIEWER, "Rita Reviewer"),
    "selma": (Role.SENIOR, "Selma Senior"),
    "pia": (Role.PRIVACY, "Pia Privacy"),
    "arno": (Role.AUDITOR, "Arno Auditor"),
    "ada": (Role.ADMINISTRATOR, "Ada Administrator"),
}


@dataclass(frozen=True)
class DemoAccount:
    login: str
    password: str = field(repr=False)
    totp_secret: str = field(repr=False)


def require_demo(runtime: Runtime) -> None:
    """Raises ForbiddenError on a directory that was not made for a demonstration."""
    if not runtime.settings.is_demo:
        raise ForbiddenError(
            f"{runtime.settings.data_dir} is not a demonstration: `kyc up --demo` makes one"
        )


def make_accounts(runtime: Runtime) -> list[DemoAccount]:
    """Invites and enrols each person as a real one would be, and keeps the ways in a file."""
    require_demo(runtime)
    made = [_make(runtime, login) for login in PEOPLE]
    path = _file(runtime)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([asdict(account) for account in made], file)
    return made


def demo_accounts(runtime: Runtime) -> list[DemoAccount]:
    require_demo(runtime)
    try:
        stored = json.loads(_file(runtime).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFoundError("the demonstration is not filled in yet: wait a moment") from error
    return [DemoAccount(**account) for account in stored]


def current_code(account: DemoAccount, now: datetime) -> str:
    return pyotp.TOTP(account.totp_secret).at(int(now.timestamp()))


def _make(runtime: Runtime, login: str) -> DemoAccount:
    role, name = PEOPLE[login]
    vault, lookup, now = runtime.vault, runtime.lookup, runtime.now()
    password = "-".join(secrets.choice(_WORDS) for _ in range(4))
    with runtime.transaction() as db:
        token = invite(db, vault, lookup, role, by=OPERATOR, now=now)
        invitation = open_invitation(db, lookup, token, now)
        secret = invitation_secret(vault, invitation)
        # The code of the step before, so that the one shown now is still unused.
        earlier = pyotp.TOTP(secret).at(int(now.timestamp()) - 30)
        enrolment = Enrolment(login, name, password, f"{login}@example.com", earlier)
        enrol(db, Means(vault, lookup), invitation, enrolment, now)
    return DemoAccount(login, password, secret)


def _file(runtime: Runtime) -> Path:
    return runtime.settings.data_dir / "keys" / "demo-accounts.json"


_WORDS = (
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "island", "juniper",
    "kestrel", "lantern", "meadow", "nectar", "orchid", "pebble", "quartz", "ripple", "saddle",
    "timber", "umbra", "velvet", "willow", "yonder", "zephyr", "anchor", "bridge", "candle",
    "drizzle", "evening", "feather", "garnet", "hollow", "ivory", "jasper", "kindle", "lagoon",
)  # fmt: skip
