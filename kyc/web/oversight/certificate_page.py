"""Owns the certificates of destruction on the retention page: their files."""

from flask import Response

from kyc.access import Permission
from kyc.errors import NotFoundError
from kyc.retention.certificates import certificate_of
from kyc.web.auth import requires
from kyc.web.database import reading
from kyc.web.oversight.retention_page import retention


@retention.get("/certificates/<month>")
@requires(Permission.SEE_RETENTION)
def certificate(month: str) -> Response:
    with reading() as db:
        found = certificate_of(db, month)
    if found is None:
        raise NotFoundError("there is no certificate of this month")
    disposition = f'attachment; filename="certificate-{found.month}.json"'
    return Response(
        f"{found.line}\n",
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )
