"""Owns the evidence pack: what is in it, what is not, and that any change of it shows."""

import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kyc.audit import OPERATOR, Action, Actor, record
from kyc.audit.checkpoints import advance
from kyc.audit.signer import Signer, load_or_make_signer
from kyc.errors import ConflictError, NotFoundError
from kyc.models import EvidencePack, KeyEpoch, new_id
from kyc.policy.flow import shipped_flow
from kyc.privacy.documents import names
from kyc.registers import evidence_format
from kyc.registers.evidence import files_of
from kyc.registers.evidence_asked import KEPT, ask, forget_old, keep, take
from kyc.registers.evidence_format import EvidenceError, check, pack
from kyc.retention.certificates import make_certificate
from kyc.web.admin.settings_shown import settings_shown
from tests.core.databases import ON_SQLITE
from tests.workers.hands import Outbox, open_house
from workers.owed import run

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

OFFICER = Actor("staff", new_id("usr"))
FILES = {"README.txt": b"Hello", "documents/a.md": b"# A"}


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return load_or_make_signer(tmp_path / "audit.pem")


@pytest.fixture
def whole(signer: Signer, kit: "Kit") -> bytes:
    return pack(FILES, signer, id_=new_id("evp"), business="Kala OÜ", now=kit.now)


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def closed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_it_holds_what_an_auditor_asks_for_and_nobody(
    kit: "Kit", make: "Make", signer: Signer
) -> None:
    with kit.transaction() as db:
        make.waiting(db)
        db.add(KeyEpoch(name="2020-01", made_at=kit.now, destroyed_at=kit.now))
        record(db, Action.OPERATOR_BACKUP_TESTED, actor=OPERATOR, now=kit.now,
               object_id=new_id("bak"), detail={"rows": 7, "failed": 0})  # fmt: skip
    with kit.transaction() as db:
        advance(db, signer, kit.now, at_once=True)
    kit.later(days=40)
    with kit.transaction() as db:
        make_certificate(db, signer, "2026-03", by=OPERATOR, now=kit.now)
    settings = replace(
        kit.runtime.settings,
        s3_secret_key="hush-hush",
        smtp_url="smtps://me:hush-hush@mail.example",
    )
    with kit.reading() as db:
        files = files_of(db, settings, list(settings_shown(settings)), signer, kit.now)
    assert {f"documents/{name}.md" for name in names(shipped_flow())} <= files.keys()
    told = {name: json.loads(text) for name, text in files.items() if name.endswith(".json")}
    assert told["restores.json"]["operator:backup:tested"]["rows"] == 7
    assert told["restores.json"]["operator:backup:restored"] is None
    assert told["key-epochs.json"][0]["destroyed_at"] == "2026-03-02T12:00:00Z"
    assert told["certificates/2026-03.json"]["certificate"]["month"] == "2026-03"
    assert told["audit/verification.json"]["sound"] is True
    assert told["access.json"]["image.look"] == ["reviewer", "senior_reviewer"]
    assert told["versions.json"]["revision"] >= "0019"
    (secret,) = [one for one in told["settings.json"] if one["name"] == "S3_SECRET_KEY"]
    assert (secret["value"], secret["is_set"]) == ("", True)
    content = b"".join(files.values())
    for word in (b"hush-hush", b"Tammsaar", b"leelo", b"PRIVATE"):
        assert word not in content
    assert files["audit/checkpoint"].startswith(b"kyc-audit\n")


@ON_SQLITE
def test_a_sound_pack_says_what_it_is(whole: bytes, signer: Signer) -> None:
    found = check(whole, signer.trusted)
    assert (found.business, found.files) == ("Kala OÜ", 3)


@ON_SQLITE
def test_openssl_and_sha256sum_check_it_too(whole: bytes, tmp_path: Path) -> None:
    for name, content in opened(whole).items():
        file = tmp_path / "pack" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    signed = ("openssl pkeyutl -verify -pubin -inkey PUBLIC_KEY.pem -rawin -in MANIFEST"
              " -sigfile MANIFEST.sig")  # fmt: skip
    for command in (signed, "sha256sum --check --strict SHA256SUMS"):
        subprocess.run(command.split(), cwd=tmp_path / "pack", check=True, capture_output=True)
    (tmp_path / "pack" / "MANIFEST").write_bytes(b"another")
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.run(signed.split(), cwd=tmp_path / "pack", check=True, capture_output=True)


def _alter(files: dict[str, bytes]) -> None:
    files["README.txt"] = b"Hullo"


def _drop(files: dict[str, bytes]) -> None:
    del files["README.txt"]


def _add(files: dict[str, bytes]) -> None:
    files["more.txt"] = b"x"


def _sign_otherwise(files: dict[str, bytes]) -> None:
    files["MANIFEST.sig"] = bytes(64)


def _rewrite(files: dict[str, bytes]) -> None:
    files["MANIFEST"] = files["MANIFEST"].replace(b"Kala", b"Kula")


def _unmark(files: dict[str, bytes]) -> None:
    files["MANIFEST"] = files["MANIFEST"].removeprefix(evidence_format.DOMAIN)


def _unlist(files: dict[str, bytes]) -> None:
    del files["MANIFEST"]


@ON_SQLITE
@pytest.mark.parametrize(("change", "code"), [
    (_alter, "altered"), (_drop, "missing"), (_add, "surplus"),
    (_sign_otherwise, "wrong_signature"), (_rewrite, "wrong_signature"),
    (_unmark, "malformed"), (_unlist, "malformed"),
])  # fmt: skip
def test_any_change_shows(
    whole: bytes, signer: Signer, change: Callable[[dict[str, bytes]], None], code: str
) -> None:
    files = opened(whole)
    change(files)
    with pytest.raises(EvidenceError) as found:
        check(closed(files), signer.trusted)
    assert found.value.code == code


@ON_SQLITE
def test_a_foreign_key_in_the_pack_convinces_nobody(
    kit: "Kit", signer: Signer, tmp_path: Path
) -> None:
    thief = load_or_make_signer(tmp_path / "thief.pem")
    forged = pack(FILES, thief, id_=new_id("evp"), business="Kala OÜ", now=kit.now)
    with pytest.raises(EvidenceError) as found:
        check(forged, signer.trusted)
    assert found.value.code == "unknown_key"


@ON_SQLITE
def test_what_is_no_zip_or_claims_too_much_is_refused(signer: Signer, kit: "Kit") -> None:
    for content in (b"", b"PK\x03\x04junk", closed({"a": bytes(10)})):
        with pytest.raises(EvidenceError) as found:
            check(content, signer.trusted)
        assert found.value.code == "malformed"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"bomb{number}", bytes(evidence_format.LARGEST // 2))
    with pytest.raises(EvidenceError, match="larger than any pack"):
        check(out.getvalue(), signer.trusted)


def test_a_worker_makes_what_was_asked_for_and_it_is_forgotten_in_time(
    kit: "Kit", tmp_path: Path
) -> None:
    house = open_house(kit, tmp_path, Outbox())
    with kit.transaction() as db:
        asked = ask(db, by=OFFICER, now=kit.now)
    with kit.transaction() as db, pytest.raises(ConflictError, match="being made"):
        ask(db, by=OFFICER, now=kit.now)
    with kit.transaction() as db, pytest.raises(NotFoundError):
        take(db, asked.id, by=OFFICER, now=kit.now)
    run(house, kit.woken.pop())
    with kit.transaction() as db:
        content = take(db, asked.id, by=OFFICER, now=kit.now)
    assert check(content, house.signer.trusted).id == asked.id
    assert [a for a in kit.actions() if ":evidence:" in a] == [
        "staff:evidence:asked", "system:evidence:made", "staff:evidence:taken",
    ]  # fmt: skip
    kit.moment += KEPT + timedelta(seconds=1)
    with kit.transaction() as db:
        forget_old(db, kit.now)
        with pytest.raises(NotFoundError):
            take(db, asked.id, by=OFFICER, now=kit.now)
    assert kit.get(EvidencePack, asked.id).sha256 is not None


def test_a_pack_that_was_never_made_does_not_bar_the_next(kit: "Kit") -> None:
    with kit.transaction() as db:
        ask(db, by=OFFICER, now=kit.now)
    kit.later(hours=2)
    with kit.transaction() as db:
        again = ask(db, by=OFFICER, now=kit.now)
        keep(db, again.id, b"zip", kit.now)
    assert kit.get(EvidencePack, again.id).content == b"zip"
