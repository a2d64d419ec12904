"""Owns the pages of the notices that customers acknowledged, word for word."""

from flask import render_template, request

from kyc.access import Permission
from kyc.errors import NotFoundError
from kyc.privacy.acknowledged import (
    Acknowledged,
    acknowledged_in,
    sections_of,
    wording,
    wordings,
)
from kyc.web.auth import requires
from kyc.web.database import reading
from kyc.web.privacy.documents_page import privacy

Page = str | tuple[str, int]


@privacy.get("/notices")
@requires(Permission.MANAGE_PRIVACY)
def notices() -> Page:
    """All wordings, and with `case` in the address what its customer acknowledged."""
    named = request.args.get("case", "").strip()
    found: list[Acknowledged] = []
    with reading() as db:
        try:
            found = acknowledged_in(db, named) if named else []
        except NotFoundError:
            return _page(wordings=wordings(db), named=named, found=found), 404
        return _page(wordings=wordings(db), named=named, found=found)


@privacy.get("/notices/<sha256>")
@requires(Permission.MANAGE_PRIVACY)
def notice(sha256: str) -> str:
    with reading() as db:
        kept = wording(db, sha256)
        return render_template("staff/privacy/notice.html", kept=kept, sections=sections_of(kept))


def _page(**shown: object) -> str:
    return render_template("staff/privacy/notices.html", **shown)
