"""Owns copies of a person's data: having one made, and its release by a second person."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.desk.bundles import ask_for_bundle, awaiting_release, refuse_release, release
from kyc.errors import ConflictError, ForbiddenError, InvalidInputError
from kyc.models import VerificationSession
from kyc.policy.rights import Right
from kyc.web.auth import requires, requires_step_up
from kyc.web.context import require_staff
from kyc.web.database import reading, transaction
from kyc.web.desk.list_page import desk, moment_of_desk
from kyc.web.desk.names import RIGHT_NAMES
from kyc.web.desk.parts import bundle_shown
from kyc.web.desk.request_page import back, me
from kyc.web.desk.shown import staff_names
from kyc.web.texts import _, sentence


@desk.post("/requests/<request_id>/bundle")
@requires(Permission.MANAGE_PRIVACY)
def make_bundle(request_id: str) -> Response:
    try:
        with transaction() as db:
            ask_for_bundle(db, request_id, by=me(), now=moment_of_desk(db))
    except (ConflictError, InvalidInputError) as error:
        flash(sentence(error), "danger")
    else:
        flash(_("It is being made. Then a second person must release it."), "success")
    return back(request_id)


@desk.get("/bundles")
@requires(Permission.RELEASE_BUNDLES)
def bundles() -> str:
    """What waits for a second person. Nobody can open one here: it is sealed to the customer."""
    with reading() as db:
        names, moment = staff_names(db), moment_of_desk(db)
        rows = []
        for one in awaiting_release(db, moment):
            session = db.get_one(VerificationSession, one.bundle.session_id)
            rows.append({
                **bundle_shown(one, names),
                "right": RIGHT_NAMES[Right(one.bundle.kind)],
                "reference": session.reference,
                "is_mine": one.bundle.asked_by == require_staff().id,
            })  # fmt: skip
        return render_template("staff/desk/bundles.html", rows=rows)


@desk.post("/bundles/<bundle_id>/release")
@requires(Permission.RELEASE_BUNDLES)
@requires_step_up
def release_bundle(bundle_id: str) -> Response:
    return _second(bundle_id, is_released=True)


@desk.post("/bundles/<bundle_id>/refuse")
@requires(Permission.RELEASE_BUNDLES)
@requires_step_up
def refuse_bundle(bundle_id: str) -> Response:
    return _second(bundle_id, is_released=False)


def _second(bundle_id: str, *, is_released: bool) -> Response:
    act = release if is_released else refuse_release
    try:
        with transaction() as db:
            act(db, bundle_id, by=me(), now=moment_of_desk(db))
    except (ConflictError, ForbiddenError) as error:
        flash(sentence(error), "danger")
    else:
        done = _("Released: a mail tells the customer how to fetch it.")
        flash(done if is_released else _("Not released: it is destroyed."), "success")
    return redirect(url_for("desk.bundles"))
