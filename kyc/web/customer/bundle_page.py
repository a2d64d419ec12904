"""Owns fetching the copy of one's data: once, with the cookie and the code from one's mail."""

from datetime import datetime
from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from kyc.desk.bundles import fetch, fetchable, sealed_bundle
from kyc.evidence import open_as_customer
from kyc.models import VerificationSession
from kyc.web.auth import customer_only, customer_session
from kyc.web.context import runtime
from kyc.web.customer.entrance import customer
from kyc.web.customer.rights_door import moment_of_rights, must_be_proven
from kyc.web.customer.viewing import customer_view
from kyc.web.database import reading, transaction
from kyc.web.limits import LINKS, limiter


@customer.post("/verify/rights/bundles/<bundle_id>")
@customer_only
@limiter.limit(LINKS)
def fetch_bundle(bundle_id: str) -> Response:
    """Opened whole before it is used up, so that a store that is away costs nobody their copy.

    Its key is destroyed in a commit before the first byte goes out.
    """
    with reading() as db:
        case, moment = customer_session(db), moment_of_rights(db)
        must_be_proven(db, case)
        artifact, view = sealed_bundle(db, case.id, bundle_id, moment), customer_view(db)
        case_id = case.id
    content = open_as_customer(runtime().intake, artifact, view)
    with transaction() as db:
        must_be_proven(db, customer_session(db))
        fetch(db, case_id, bundle_id, moment_of_rights(db))
    answer = Response(content, mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="your-data.zip"'
    return answer


def bundles_shown(db: Session, case: VerificationSession, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "url": url_for("customer.fetch_bundle", bundle_id=one.bundle.id),
            "until": one.until,
        }
        for one in fetchable(db, case.id, now)
    ]
