"""Owns the ways in: the start page, links, and asking for a new link."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from kyc.audit import CUSTOMER, Action, record
from kyc.intake.beginning import begin_session
from kyc.intake.links import (
    DeadLinkError,
    ask_for_new_link,
    check_link,
    follow_link,
    let_browser_in,
    make_link,
    session_of_browser,
)
from kyc.tokens import Lookup
from kyc.web.auth import customer_only, customer_session, public
from kyc.web.context import now, runtime
from kyc.web.customer.forms import EmailForm
from kyc.web.customer.speaking import keep_language, settle_language
from kyc.web.customer.steps import next_url
from kyc.web.customer.viewing import customer_view
from kyc.web.database import reading, transaction
from kyc.web.limits import LINKS, RESUMES, STARTS, limiter
from kyc.web.qr import qr_svg
from kyc.web.texts import _
from storage.boxes import Boxes, new_pair

customer = Blueprint("customer", __name__)
customer.before_request(keep_language)

Page = str | Response | tuple[str, int]


@customer.get("/")
@public
def home() -> str:
    return render_template("customer/home.html")


@customer.post("/start")
@public
@limiter.limit(STARTS)
def start() -> Response:
    """Begins a session for this browser; what fills in the hidden field is a machine."""
    if request.form.get("website"):
        return redirect(url_for("customer.home"))
    settings, view = runtime().settings, new_pair()
    with transaction() as db:
        begun = begin_session(
            db,
            runtime().intake,
            actor=CUSTOMER,
            origin="signup",
            lasts=timedelta(days=settings.session_days),
            locale=str(get_locale() or "en"),
            view=view,
            now=now(),
        )
        token = let_browser_in(db, *_tools(), begun.id, view=view, now=now())
    return _enter(token)


@customer.get("/v/<token>")
@public
@limiter.limit(LINKS)
def link(token: str) -> Page:
    """Uses nothing up: mail scanners open links before people do."""
    try:
        with reading() as db:
            check_link(db, runtime().lookup, token, now())
    except DeadLinkError as error:
        return _dead(error)
    return render_template("customer/link.html", token=token)


@customer.post("/v/<token>")
@public
@limiter.limit(LINKS)
def open_link(token: str) -> Page:
    try:
        with transaction() as db:
            browser = follow_link(db, *_tools(), token, now())
            settle_language(session_of_browser(db, runtime().lookup, browser, now()))
    except DeadLinkError as error:
        return _dead(error)
    return _enter(browser)


@customer.route("/resume", methods=["GET", "POST"])
@public
@limiter.limit(RESUMES, methods=["POST"])
def resume() -> Page:
    form = EmailForm()
    if not form.validate_on_submit():
        return render_template("customer/resume.html", form=form, sent=False)
    with transaction() as db:
        ask_for_new_link(db, runtime().lookup, form.email.data, now())
    return render_template("customer/resume.html", form=form, sent=True)


@customer.get("/verify")
@customer_only
def go_on() -> Response:
    with reading() as db:
        return redirect(next_url(db, customer_session(db)))


@customer.route("/verify/device", methods=["GET", "POST"])
@customer_only
@limiter.limit(LINKS, methods=["POST"])
def device() -> str | Response:
    """A link for another device of the same person, as text and as a QR code.

    Coming back to the page, or to it in another language, makes no link.
    """
    if request.method == "GET":
        return redirect(url_for("customer.status"))
    lasts = timedelta(hours=runtime().settings.link_hours)
    with transaction() as db:
        opened, view = customer_session(db), customer_view(db)
        token = make_link(db, *_tools(), opened, view=view, lasts=lasts, now=now())
        record(db, Action.CUSTOMER_LINK_MADE, actor=CUSTOMER, now=now(), case=opened.id)
    url = runtime().settings.base_url + url_for("customer.link", token=token)
    return render_template(
        "customer/device.html", url=url, qr_svg=qr_svg(url), expires_at=now() + lasts
    )


def _tools() -> tuple[Boxes, Lookup]:
    return runtime().intake.boxes, runtime().lookup


def _enter(token: str) -> Response:
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale
    session["customer"] = token
    session.permanent = True
    return redirect(url_for("customer.go_on"))


def _dead(error: DeadLinkError) -> tuple[str, int]:
    if error.code == "used" and "customer" in session:
        flash(_("This link was used on this device already: you can simply go on."), "info")
    page = render_template("customer/link_dead.html", reason=error.code, form=EmailForm())
    return page, 404 if error.code == "unknown" else 410
