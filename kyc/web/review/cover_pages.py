"""Owns the page on which a reviewer covers more of a picture."""

from flask import jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.errors import UnavailableError
from kyc.models import Artifact
from kyc.review.covering import claimed_upload, cover_by_staff, finish_cover_by_staff
from kyc.web.auth import requires
from kyc.web.boxes import boxes_of
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import transaction
from kyc.web.errors import wants_json
from kyc.web.review.case_contents import title_of
from kyc.web.review.queue_pages import review
from storage.errors import StorageError


@review.get("/images/<artifact_id>/cover")
@requires(Permission.LOOK)
def cover_page(artifact_id: str) -> str:
    with transaction() as db:
        upload = claimed_upload(db, artifact_id, require_staff().id, now())
        artifact = db.get_one(Artifact, artifact_id)
        return render_template(
            "staff/cover.html",
            image={
                "title": title_of(upload.kind),
                "url": url_for("review.image", artifact_id=artifact_id),
                "width": artifact.width,
                "height": artifact.height,
            },
            cover_url=url_for("review.cover", artifact_id=artifact_id),
            case_url=url_for("review.case", session_id=upload.session_id),
        )


@review.post("/images/<artifact_id>/cover")
@requires(Permission.LOOK)
def cover(artifact_id: str) -> Response:
    boxes, me, vault = boxes_of(request.get_json(silent=True)), require_staff(), runtime().vault
    with transaction() as db:
        covered = cover_by_staff(db, vault, artifact_id, boxes, me.id, now())
        case_id = db.get_one(Artifact, artifact_id).session_id
    try:
        vault.store(covered.announced.object_name, covered.announced.ciphertext)
    except StorageError as error:
        raise UnavailableError("the covered picture could not be stored") from error
    with transaction() as db:
        finish_cover_by_staff(db, covered, me.id, now())
    target = url_for("review.case", session_id=case_id)
    return jsonify(next=target) if wants_json() else redirect(target)
