"""Owns what the staff's doors are given: factors, limits and rules as the settings say."""

from datetime import timedelta

from kyc.models import StaffSession
from kyc.staff.factors import Given, Means
from kyc.staff.passwords import PasswordRules
from kyc.staff.security_keys import site_of, take_challenge
from kyc.staff.sessions import Limits
from kyc.web.context import now, runtime
from kyc.web.database import transaction


def means() -> Means:
    settings = runtime().settings
    return Means(
        runtime().vault,
        runtime().lookup,
        site_of(settings.base_url, settings.business_name),
        keys_required=settings.security_keys == "required",
    )


def session_limits() -> Limits:
    settings = runtime().settings
    return Limits(
        timedelta(minutes=settings.staff_idle_minutes), timedelta(hours=settings.staff_hours)
    )


def password_rules() -> PasswordRules:
    settings = runtime().settings
    lasts = timedelta(days=settings.password_days) if settings.password_days else None
    return PasswordRules(settings.password_minimum, settings.password_classes, lasts)


def given_factor(session_hash: bytes, code: str | None, answer: str | None) -> Given:
    """What a form brought; the challenge of a security key is used up whatever follows."""
    if not answer:
        return Given(code=code or "")
    with transaction() as db:
        challenge = take_challenge(db, db.get_one(StaffSession, session_hash), now())
    return Given(assertion=answer, challenge=challenge)
