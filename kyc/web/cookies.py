"""Owns the cookies: one for customers and one for staff, never both to the same page."""

from datetime import timedelta

from flask import Flask, has_request_context, request
from flask.sessions import SecureCookieSessionInterface

CUSTOMER_LIFE = timedelta(days=14)


class TwoCookies(SecureCookieSessionInterface):
    """Signed cookies that hold a random token and the CSRF secret, nothing about a person.

    Staff: `SameSite=Strict`, gone with the browser. Customers: `Lax`, since they come by a link.
    """

    def get_cookie_name(self, app: Flask) -> str:
        name = "kyc-staff" if on_staff_pages() else "kyc"
        return f"__Host-{name}" if app.config["SESSION_COOKIE_SECURE"] else name

    def get_cookie_samesite(self, app: Flask) -> str:  # noqa: ARG002 - the interface has it
        return "Strict" if on_staff_pages() else "Lax"


def on_staff_pages() -> bool:
    return has_request_context() and request.path.startswith("/staff")
