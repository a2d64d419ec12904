"""Owns the pages of the privacy documents: which there are, one to read, one to take away."""

from flask import Blueprint, Response, render_template

from kyc.access import Permission
from kyc.flows import flow_in_force
from kyc.policy.flow import Flow
from kyc.privacy import documents as desk
from kyc.privacy.controller import controller_of
from kyc.privacy.markdown import blocks
from kyc.web.auth import requires
from kyc.web.context import runtime
from kyc.web.database import reading

privacy = Blueprint("privacy", __name__, url_prefix="/staff/privacy")


@privacy.get("")
@requires(Permission.MANAGE_PRIVACY)
def documents() -> str:
    settings = runtime().settings
    return render_template(
        "staff/privacy/documents.html",
        documents=list(desk.documents(_flow(), settings)),
        missing=controller_of(settings).missing,
        file=settings.controller_file,
    )


@privacy.get("/documents/<name>")
@requires(Permission.MANAGE_PRIVACY)
def document(name: str) -> str:
    found = desk.document(name, _flow(), runtime().settings)
    return render_template(
        "staff/privacy/document.html", document=found, blocks=list(blocks(found.text))
    )


@privacy.get("/documents/<name>/markdown")
@requires(Permission.MANAGE_PRIVACY)
def markdown(name: str) -> Response:
    found = desk.document(name, _flow(), runtime().settings)
    return Response(
        found.text,
        content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{found.name}.md"'},
    )


def _flow() -> Flow:
    with reading() as db:
        return flow_in_force(db)
