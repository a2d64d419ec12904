"""Owns the requests that privacy officers of the demonstration find on their desk."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from kyc.audit import Actor
from kyc.demo.accounts import require_demo
from kyc.desk.receiving import Entry, enter
from kyc.models import Staff
from kyc.policy.rights import Right
from kyc.runtime import Runtime


@dataclass(frozen=True)
class Asked:
    """One request: `days` is how long ago it came, `reference` the case, empty where none is."""

    right: Right
    days: float
    reference: str
    words: str
    identified: str


ASKED: tuple[Asked, ...] = (
    Asked(
        Right.ACCESS,
        26,
        "",
        "Do you hold anything about me? I had an offer from you last year.",
        "Letter with a return address; nothing is given out before more is shown.",
    ),
    Asked(
        Right.ACCESS,
        1.5,
        "C-20388",
        "Please send me a copy of everything that you hold about me.",
        "Wrote from the address of the case.",
    ),
    Asked(
        Right.ERASURE,
        0.5,
        "C-20396",
        "You rejected me. Delete my pictures.",
        "Called back on the telephone number of the case.",
    ),
)


def ask(runtime: Runtime) -> None:
    """Enters them as an officer would."""
    require_demo(runtime)
    now = runtime.now()
    with runtime.transaction() as db:
        pia = db.scalars(select(Staff.id).where(Staff.login == "pia")).one()
        for one in ASKED:
            came = now - timedelta(days=one.days)
            entry = Entry(one.right, one.reference, one.words, one.identified, came, "en")
            enter(db, runtime.vault, entry, by=Actor("staff", pia), now=now)
