"""Owns the tests of captioned details on the whole way from a file to a redacted picture."""

import io
from collections.abc import Callable
from typing import Any

from kyc.documents.engine import Engine
from kyc.documents.pages import Kind, Redaction
from kyc.documents.redaction import redact
from kyc.policy.redaction import load_policy

COVERED, READABLE = 40, 150
DETAILS = [
    (60, 60, 24, "Place of birth"), (60, 95, 34, "TALLINN"), (60, 200, 24, "Address"),
    (60, 235, 34, "MILL STREET, ARCADIA"), (60, 340, 24, "Authority"),
    (60, 375, 34, "SPECIMEN OFFICE"), (60, 480, 24, "Document No"), (60, 515, 34, "K1234567"),
]  # fmt: skip


def _redact(
    engine: Engine, untrusted: bytes, kind: Kind = Kind.DOCUMENT_FRONT, **options: Any
) -> Redaction:
    policy = load_policy("", "")
    return redact(
        untrusted, engine=engine, kind=kind, policy=policy, mark=None, claimed=None, **options
    )


def _png(drawn: Any) -> bytes:
    out = io.BytesIO()
    drawn.image.save(out, "PNG")
    return out.getvalue()


def test_captioned_details_are_covered_and_the_authority_stays(
    engine: Engine, draw: Callable[..., Any]
) -> None:
    page = draw(DETAILS, (900, 640))
    done = _redact(engine, _png(page))
    assert page.ink(done.jpeg, "TALLINN") < COVERED
    assert page.ink(done.jpeg, "MILL STREET, ARCADIA") < COVERED
    assert page.ink(done.jpeg, "SPECIMEN OFFICE") > READABLE
    assert done.reasons == ()


def test_a_caption_without_its_value_asks_a_person(
    engine: Engine, draw: Callable[..., Any]
) -> None:
    page = draw([row for row in DETAILS if row[3] != "TALLINN"], (900, 640))
    assert _redact(engine, _png(page)).reasons == ("field_not_located",)


def test_a_statement_that_looks_like_a_caption_stays(
    engine: Engine, draw: Callable[..., Any]
) -> None:
    statement = ("Address Example Ltd", "22.11.2026", "QKXRB ZLTMA")
    page = draw([(100, 60 + 70 * at, 44, text) for at, text in enumerate(statement)])
    done = _redact(engine, _png(page), kind=Kind.SELFIE_STATEMENT, statement=statement)
    assert all(page.ink(done.jpeg, text) > READABLE for text in statement)
    assert "field_not_located" not in done.reasons
