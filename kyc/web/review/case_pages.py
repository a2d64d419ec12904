"""Owns the case page and its images: compare, look."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from kyc.access import Permission
from kyc.documents.redaction import for_screen
from kyc.evidence import open_artifact
from kyc.review.claims import my_claim
from kyc.review.looking import SCREEN_SIDE, ZOOMED_SIDE, record_view
from kyc.web.auth import requires
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.looking_door import before_case, looked_at
from kyc.web.review.case_view import case_page
from kyc.web.review.queue_pages import review

Page = str | AnyResponse | tuple[AnyResponse | str, int]


@review.get("/cases/<session_id>")
@requires(Permission.REVIEW)
def case(session_id: str) -> Page:
    """Who holds the case sees what the customer said of themselves: that is an event too."""
    me = require_staff()
    with reading() as db:
        held = my_claim(db, me.id, now())
        mine = held is not None and held.session_id == session_id
    first = before_case(session_id, looks=mine)
    if first is not None:
        return first
    if mine:
        with transaction() as db:
            record_view(db, session_id, me.id, now())
    with reading() as db:
        return case_page(db, session_id)


@review.get("/images/<artifact_id>")
@requires(Permission.LOOK)
def image(artifact_id: str) -> Response:
    """One image, rendered for this look: the event is committed before the first byte."""
    me, moment = require_staff(), now()
    artifact = looked_at(artifact_id)
    plain = open_artifact(runtime().vault, artifact)
    mark = (me.name, f"{artifact.session_id[:11]} {moment:%Y-%m-%d %H:%M} UTC")
    side = ZOOMED_SIDE if request.args.get("zoom") else SCREEN_SIDE
    answer = Response(for_screen(plain, mark, side), mimetype="image/jpeg")
    answer.headers["Content-Disposition"] = "inline"
    return answer
