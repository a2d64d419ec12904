"""Owns who may call what: every route says it, what says nothing is refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.audit import Action, Actor, record
from kyc.errors import ForbiddenError, NotFoundError
from kyc.intake.links import session_of_browser
from kyc.models import StaffSession, VerificationSession
from kyc.staff.factors import offered, owes_key
from kyc.staff.sessions import Live, live_session
from kyc.web.again import ask_again
from kyc.web.context import StaffActor, now, runtime, staff_actor
from kyc.web.database import reading, transaction
from kyc.web.errors import render, wants_json
from kyc.web.means import means, password_rules, session_limits
from kyc.web.texts import _

Refusal = Response | tuple[Response | str, int]
View = TypeVar("View", bound=Callable[..., Any])

PUBLIC, CUSTOMER, HALF = "public", "customer", "half"
"""Anybody; a browser that followed a link; staff with a password but no second factor yet."""

STEP_UP = timedelta(minutes=5)
"""How fresh the second factor must be for what `requires_step_up` guards (ASVS 7.5.3)."""

_RULE = "kyc_rule"
_FRESH = "kyc_fresh"
_SEEN_EVERY = timedelta(seconds=30)
_QUIET = frozenset({"review.heartbeat"})
"""Calls that a page makes by itself do not keep a session awake."""

_OF_EVERY_PAGE = frozenset({"staff.lock", "staff.awake"})


def public(view: View) -> View:
    return _mark(view, PUBLIC)


def customer_only(view: View) -> View:
    return _mark(view, CUSTOMER)


def half_signed_in(view: View) -> View:
    return _mark(view, HALF)


def requires(permission: Permission) -> Callable[[View], View]:
    """Staff with both factors whose role has the permission."""

    def decorate(view: View) -> View:
        return _mark(view, permission)

    return decorate


def requires_step_up(view: View) -> View:
    """Beside `requires`: the second factor was given in the last five minutes, or is asked again.

    What was being sent is kept and sent again by itself.
    """
    setattr(view, _FRESH, True)
    return view


def asks_step_up(app: Flask, endpoint: str) -> bool:
    return bool(getattr(app.view_functions.get(endpoint), _FRESH, False))


def rule_of(app: Flask, endpoint: str) -> str | None:
    """What the route asks for; None is a route that says nothing, and is refused."""
    if endpoint == "static" or endpoint.startswith("bootstrap."):
        return PUBLIC
    return getattr(app.view_functions.get(endpoint), _RULE, None)


def install_auth(app: Flask) -> None:
    app.before_request(_admit)


def customer_session(db: Session) -> VerificationSession:
    """The session of this browser, read in the caller's unit of work."""
    found = _customer_session(db)
    if found is None:
        raise NotFoundError("this browser has no verification open")
    return found


def _admit() -> Refusal | None:
    endpoint = request.endpoint
    if endpoint is None:
        return None
    rule = rule_of(current_app, endpoint)
    if rule == PUBLIC:
        if request.path.startswith("/staff"):
            _load_staff()
        return None
    if rule == CUSTOMER:
        with reading() as db:
            known = _customer_session(db) is not None
        return None if known else _send_away("customer.resume")
    _load_staff()
    return _admit_staff(rule)


def _admit_staff(rule: str | None) -> Refusal | None:
    actor = staff_actor()
    if actor is None:
        return _send_away("staff.sign_in")
    if rule == HALF:
        return None
    if not actor.passed:
        return _send_away("staff.second_factor")
    if actor.locked:
        return ask_again("locked")
    if rule is None or not actor.may(rule):
        _record_refusal(actor)
        raise ForbiddenError("your role may not do this")
    return _first_else(actor)


def _first_else(actor: StaffActor) -> Refusal | None:
    """What an admitted person must do before they go on."""
    if actor.owes and request.blueprint != "account" and request.endpoint not in _OF_EVERY_PAGE:
        return redirect(url_for("account.page"))
    if asks_step_up(current_app, request.endpoint or "") and not is_fresh(actor):
        return ask_again("step_up")
    return None


def is_fresh(actor: StaffActor) -> bool:
    """Whether the second factor was given in the last five minutes."""
    return actor.factor_at is not None and now() - actor.factor_at <= STEP_UP


def _send_away(endpoint: str) -> Refusal:
    """To the page where one comes in; a script is told so, since it would follow unawares."""
    if not wants_json():
        return redirect(url_for(endpoint))
    return render(401, _("Your session has ended"), _("Reload the page to go on."), "signed_out")


def _customer_session(db: Session) -> VerificationSession | None:
    token = session.get("customer")
    if not isinstance(token, str):
        return None
    return session_of_browser(db, runtime().lookup, token, now())


def _load_staff() -> None:
    token = session.get("staff")
    with reading() as db:
        found = _live(db, token) if isinstance(token, str) else None
        g.staff_actor = _actor(db, found) if found else None
        stale = found is not None and now() - found.session.seen_at > _SEEN_EVERY
    if stale and not g.staff_actor.locked and request.endpoint not in _QUIET:
        with transaction() as db:
            db.get_one(StaffSession, g.staff_actor.session_hash).seen_at = now()


def _live(db: Session, token: str) -> Live | None:
    return live_session(db, runtime().lookup, token, session_limits(), now())


def _actor(db: Session, live: Live) -> StaffActor:
    ways = offered(db, means(), live.person)
    return StaffActor(
        id=live.person.id,
        name=live.person.display_name,
        role=live.person.role,
        session_hash=live.session.token_hash,
        factor_at=live.session.second_factor_at,
        locked=live.locked,
        owes=_owes(live),
        offers_app=ways.app,
        offers_key=bool(ways.keys),
    )


def _owes(live: Live) -> str:
    """What this person must put right on their own page before anything else."""
    if live.session.second_factor_at is None:
        return ""
    if owes_key(means(), live.person, live.session.factor):
        return "key"
    set_at = live.person.password_set_at or live.person.created_at
    return "password" if password_rules().is_over(set_at, now()) else ""


def _record_refusal(actor: StaffActor) -> None:
    with transaction() as db:
        record(
            db,
            Action.STAFF_ACCESS_REFUSED,
            actor=Actor("staff", actor.id),
            now=now(),
            detail={"route": (request.endpoint or "").replace(".", "/")},
        )


def _mark(view: View, rule: str) -> View:
    setattr(view, _RULE, str(rule))
    return view
