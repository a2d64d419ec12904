"""Owns the draft of a breach's notification as a page, and as a file to send on."""

from flask import Response, render_template

from kyc.access import Permission
from kyc.errors import NotFoundError
from kyc.privacy.markdown import blocks
from kyc.registers.incidents import incident_named
from kyc.registers.notification import draft
from kyc.web.auth import requires
from kyc.web.context import now, runtime
from kyc.web.database import reading
from kyc.web.registers.disclosures_page import registers


@registers.get("/breaches/<incident_id>/draft")
@requires(Permission.SEE_REGISTERS)
def incident_draft(incident_id: str) -> str:
    return render_template(
        "staff/registers/draft.html",
        incident_id=incident_id,
        blocks=list(blocks(_text(incident_id))),
    )


@registers.get("/breaches/<incident_id>/draft/markdown")
@requires(Permission.SEE_REGISTERS)
def incident_markdown(incident_id: str) -> Response:
    return Response(
        _text(incident_id),
        content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{incident_id}.md"'},
    )


def _text(incident_id: str) -> str:
    with reading() as db:
        row = incident_named(db, incident_id)
        if row.destroyed_at is not None:
            raise NotFoundError("what was written of this breach is destroyed")
        return draft(db, runtime().vault, runtime().settings, row, now())
