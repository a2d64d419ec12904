"""Owns the web application: its parts put together around a runtime."""

import io
from datetime import timedelta
from typing import IO, Any

from flask import Blueprint, Flask, Request
from flask_babel import Babel, get_locale
from flask_bootstrap import Bootstrap5
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from kyc.keyfiles import load_or_make
from kyc.resources import data_path
from kyc.runtime import Runtime
from kyc.settings import Settings
from kyc.web.admin import pages as admin_pages
from kyc.web.auth import install_auth
from kyc.web.context import staff_actor
from kyc.web.cookies import CUSTOMER_LIFE, TwoCookies, on_staff_pages
from kyc.web.customer import pages as customer_pages
from kyc.web.database import database
from kyc.web.desk.pages import desk
from kyc.web.errors import install_errors
from kyc.web.headers import install_headers
from kyc.web.health import health
from kyc.web.languages import choose_language, offered
from kyc.web.limits import limiter, storage_patience, storage_uri
from kyc.web.logs import install_request_log
from kyc.web.metrics import metrics
from kyc.web.oversight.audit_page import audit
from kyc.web.oversight.pages import holds, retention
from kyc.web.privacy.pages import privacy
from kyc.web.registers.pages import registers
from kyc.web.review import pages as review_pages
from kyc.web.same_origin import install_same_origin
from kyc.web.staff import pages as staff_pages
from kyc.web.words import ago

FORM_OVERHEAD = 200_000
"""Bytes that a multipart body may have beyond the file in it."""


class MemoryRequest(Request):
    """Keeps uploaded parts in memory: plain image bytes never touch a disk."""

    def _get_file_stream(self, *_args: Any, **_kwargs: Any) -> IO[bytes]:
        return io.BytesIO()


class KycFlask(Flask):
    request_class = MemoryRequest


def create_app(runtime: Runtime) -> Flask:
    """The application for one runtime; nothing here connects to anything."""
    app = KycFlask("kyc", template_folder=str(data_path("templates")), static_folder="web/static")
    app.config.update(_config(runtime.settings))
    app.extensions["kyc"] = runtime
    app.session_interface = TwoCookies()
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters["ago"] = ago
    database.init_app(app)
    Bootstrap5(app)
    Babel(app, locale_selector=choose_language)
    install_request_log(app)
    install_headers(app)
    install_errors(app)
    limiter.init_app(app)
    install_same_origin(app)
    install_auth(app)
    for blueprint in _served(runtime.settings.surface):
        app.register_blueprint(blueprint)
    app.context_processor(lambda: _page_context(runtime.settings))
    if runtime.settings.trusted_proxies:
        hops = runtime.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]  # the documented way
    return app


def _served(surface: str) -> tuple[Blueprint, ...]:
    """A surface that is not served has no routes: its addresses are unknown here."""
    for_customers = (customer_pages.customer,)
    for_staff = (
        staff_pages.staff,
        staff_pages.staff_admin,
        staff_pages.account,
        staff_pages.looks,
        admin_pages.administration,
        review_pages.review,
        retention,
        holds,
        audit,
        privacy,
        desk,
        registers,
        metrics,
    )
    both = {"all": (*for_customers, *for_staff), "customer": for_customers, "staff": for_staff}
    return (health, *both[surface])


def _config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": load_or_make(settings.secret_key_file),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": settings.is_secure,
        "PERMANENT_SESSION_LIFETIME": CUSTOMER_LIFE,
        "MAX_CONTENT_LENGTH": settings.upload_limit_bytes + FORM_OVERHEAD,
        "MAX_FORM_MEMORY_SIZE": FORM_OVERHEAD,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(hours=1),
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": settings.is_secure,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "RATELIMIT_STORAGE_URI": storage_uri(settings.redis_url),
        "RATELIMIT_STORAGE_OPTIONS": storage_patience(settings.redis_url),
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_DEFAULT_TIMEZONE": settings.time_zone,
    }


def _page_context(settings: Settings) -> dict[str, Any]:
    return {
        "business": settings.business_name,
        "locale": str(get_locale() or "en"),
        "locales": [] if on_staff_pages() else list(offered().items()),
        "actor": staff_actor(),
        "serves_staff": settings.surface != "customer",
        "is_demo": settings.is_demo,
        "idle_seconds": settings.staff_idle_minutes * 60,
    }
