"""Owns the page of evidence packs: asking for one, taking one."""

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from kyc.access import Permission
from kyc.errors import ConflictError
from kyc.registers.evidence_asked import ask, packs, take
from kyc.web.admin.overview import name_of_person, names_of_staff
from kyc.web.auth import requires, requires_step_up
from kyc.web.context import now, require_staff
from kyc.web.database import reading, transaction
from kyc.web.registers.disclosures_page import me, registers
from kyc.web.texts import _, sentence

SHOWN = 20


@registers.get("/evidence")
@requires(Permission.SEE_REGISTERS)
def evidence() -> str:
    with reading() as db:
        names = names_of_staff(db)
        rows: list[dict[str, Any]] = [
            {
                "id": row.id,
                "asked_at": row.asked_at,
                "asked_by": name_of_person(row.asked_by, names),
                "made_at": row.made_at,
                "sha256": row.sha256,
                "is_there": row.content is not None,
            }
            for row in packs(db, SHOWN)
        ]
    may_ask = require_staff().may(Permission.MANAGE_PRIVACY)
    return render_template("staff/registers/evidence.html", rows=rows, may_ask=may_ask)


@registers.post("/evidence")
@requires(Permission.MANAGE_PRIVACY)
@requires_step_up
def ask_evidence() -> Answer:
    try:
        with transaction() as db:
            ask(db, by=me(), now=now())
    except ConflictError as error:
        flash(sentence(error), "danger")
    else:
        flash(_("A worker checks the whole log and makes the pack. Look again soon."), "success")
    return redirect(url_for("registers.evidence"))


@registers.get("/evidence/<pack_id>")
@requires(Permission.SEE_REGISTERS)
def take_evidence(pack_id: str) -> Response:
    with transaction() as db:
        content = take(db, pack_id, by=me(), now=now())
    disposition = f'attachment; filename="evidence-{pack_id}.zip"'
    return Response(
        content, content_type="application/zip", headers={"Content-Disposition": disposition}
    )
