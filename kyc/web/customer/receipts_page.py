"""Owns the receipts for everybody: checking some, the public keys, and those of one's own case."""

from typing import Any

from flask import Response, render_template, request

from kyc.audit.signer import load_public_keys, public_key_file
from kyc.audit.verify import PublicKey
from kyc.errors import ConfigurationError, NotFoundError
from kyc.retention.checking import Checked, UnreadableReceiptsError, check_receipts
from kyc.retention.receipts import receipt_file, receipts_of_case
from kyc.web.auth import customer_only, customer_session, public
from kyc.web.context import runtime
from kyc.web.customer.entrance import customer
from kyc.web.customer.receipt_words import fault, told, unreadable
from kyc.web.database import reading
from kyc.web.limits import RECEIPTS, limiter

Page = str | tuple[str, int]

LINES = "application/x-ndjson"


@customer.route("/receipts", methods=["GET", "POST"])
@public
@limiter.limit(RECEIPTS, methods=["POST"])
def receipts() -> Page:
    """Nothing of what is brought is kept, and nothing of it is looked up."""
    keys = _keys()
    if not keys:
        return _page(keys), 503
    if request.method == "GET":
        return _page(keys)
    try:
        return _page(keys, checked=check_receipts(_brought(), keys))
    except UnreadableReceiptsError as error:
        return _page(keys, trouble=unreadable(error.code)), 422


@customer.get("/receipts/key")
@public
@limiter.limit(RECEIPTS)
def receipt_keys() -> Response | tuple[str, int]:
    keys = _keys()
    if not keys:
        return _page(keys), 503
    return _file("".join(f"{key}\n" for key in keys), "text/plain", "receipt-keys.pub")


@customer.get("/verify/receipts")
@customer_only
def own_receipts() -> Response:
    with reading() as db:
        lines = receipt_file(receipts_of_case(db, customer_session(db).id))
    if not lines:
        raise NotFoundError("no receipt of this case is signed yet")
    return _file(lines, LINES, "receipts.jsonl")


def _page(
    keys: tuple[PublicKey, ...], checked: list[Checked] | None = None, trouble: str = ""
) -> str:
    return render_template(
        "customer/receipts.html",
        keys=[str(key) for key in keys],
        checked=[_row(one) for one in checked or ()],
        sound=sum(one.content is not None for one in checked or ()),
        trouble=trouble,
    )


def _row(one: Checked) -> dict[str, Any]:
    content = one.content
    if content is None:
        return {"number": one.number, "fault": fault(one.finding)}
    says = told(content.kind, content.stage, content.rule, content.key_destroyed_at)
    return {"number": one.number, "fault": "", **says, "gone": content.absent_at,
            "id": content.id, "subject": content.subject}  # fmt: skip


def _keys() -> tuple[PublicKey, ...]:
    """Empty where the keys of the deployment were not copied to this machine."""
    path = public_key_file(runtime().settings.audit_key_file)
    try:
        return load_public_keys(path)
    except ConfigurationError:
        return ()


def _brought() -> bytes:
    """The file where there is one, else what was pasted."""
    file = request.files.get("file")
    brought = file.read() if file else b""
    return brought or request.form.get("text", "").encode()


def _file(text: str, mimetype: str, name: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, content_type=f"{mimetype}; charset=utf-8", headers=disposition)
