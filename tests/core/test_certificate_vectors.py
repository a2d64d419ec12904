"""Owns the agreement of two readers and two writers on docs/formats/certificate.md."""

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature

from kyc.audit.signer import Signer
from kyc.audit.verify import PublicKey
from kyc.retention.certificate_format import (
    CertificateError,
    check_proof,
    read_certificate,
    sign_certificate,
    write_proof,
)
from kyc.retention.inclusion import path_to, root_of
from kyc.retention.receipt_format import ReceiptError
from tests.vectors import certificate_cases
from tests.vectors.receipt_cases import key, verifier

VECTORS = sorted((Path(__file__).parents[1] / "vectors" / "certificate").glob("*.json"))


def _found(path: Path) -> str:
    case = json.loads(path.read_text())
    keys = [PublicKey.parse(case["public_key"])]
    try:
        content = read_certificate(case["line"], keys)
        if case["proof"] is not None:
            check_proof(case["proof"], content, keys)
    except ReceiptError as error:
        return error.code
    return "ok"


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_it_reads_the_vectors_as_the_format_says(path: Path) -> None:
    assert _found(path) == json.loads(path.read_text())["expect"]


def test_there_are_vectors_of_every_finding() -> None:
    findings = {json.loads(path.read_text())["expect"] for path in VECTORS}
    assert findings == {"ok", "malformed", "unknown_key", "wrong_signature", "not_in_it"}


def test_a_reader_of_its_own_takes_what_is_written_here() -> None:
    signer = Signer(key("receipt key"), ())
    text = sign_certificate(certificate_cases.CONTENT, signer)
    assert certificate_cases.is_sound(text, verifier(key("receipt key")))
    with pytest.raises(InvalidSignature):
        certificate_cases.is_sound(text.replace("2033-11", "2033-12"), verifier(signer.key))
    assert text == certificate_cases.line(
        certificate_cases.CONTENT, certificate_cases.signed(certificate_cases.CONTENT)
    )


@pytest.mark.parametrize("count", range(10))
def test_both_grow_the_same_tree(count: int) -> None:
    lines = [certificate_cases.receipt(number) for number in range(count)]
    leaves = [certificate_cases.leaf(one) for one in lines]
    assert root_of(lines) == certificate_cases.root(leaves)
    for index in range(count):
        assert path_to(lines, index) == certificate_cases.path(leaves, index)


def test_a_proof_is_written_as_the_second_writer_writes_it() -> None:
    lines, id_ = certificate_cases.LINES, certificate_cases.CONTENT["id"]
    for index, text in enumerate(lines):
        assert write_proof(text, id_, index, path_to(lines, index)) == certificate_cases.proof(
            index
        )


def test_a_finding_says_what_is_wrong() -> None:
    keys = [PublicKey.parse(verifier(key("receipt key")))]
    with pytest.raises(CertificateError, match="no certificate"):
        read_certificate("{}", keys)
