"""Owns the tests of the signing key's file and of the notes it signs."""

import base64
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kyc.audit.signer import Signer, load_or_make_signer, load_public_keys, public_key_file
from kyc.audit.verify import Checkpoint, MalformedError, PublicKey, open_note
from kyc.errors import ConfigurationError

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ROOT = bytes(range(32))

# The example of https://pkg.go.dev/golang.org/x/mod/sumdb/note, which C2SP signed-note follows.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_SIGNATURE = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "audit.pem"
    first, second = load_or_make_signer(path), load_or_make_signer(path)
    assert first.public == second.public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in sorted(path.parent.iterdir())] == ["audit.pem", "audit.pem.pub"]


def test_it_refuses_a_key_that_others_can_read(tmp_path: Path) -> None:
    path = tmp_path / "audit.pem"
    load_or_make_signer(path)
    path.chmod(0o640)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        load_or_make_signer(path)


@pytest.mark.parametrize("kind", ["nonsense", "another kind of key"])
def test_it_refuses_a_file_that_is_no_ed25519_key(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "audit.pem"
    path.write_bytes(b"nonsense" if kind == "nonsense" else pem(X25519PrivateKey.generate()))
    path.chmod(0o600)
    with pytest.raises(ConfigurationError):
        load_or_make_signer(path)


def pem(key: X25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_a_new_key_still_trusts_what_the_old_one_signed(tmp_path: Path) -> None:
    path = tmp_path / "audit.pem"
    note = load_or_make_signer(path).sign(7, ROOT, NOW)
    path.unlink()
    signer = load_or_make_signer(path)
    assert open_note(note, signer.trusted) == Checkpoint(7, ROOT)
    assert load_public_keys(public_key_file(path)) == signer.trusted
    with pytest.raises(MalformedError):
        open_note(note, [signer.public])


@pytest.mark.parametrize("content", ["", "\n", "kyc-audit+00000000+AAAA\n", "\xff"])
def test_it_refuses_a_file_without_public_keys(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.pub"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(ConfigurationError):
        load_public_keys(path)


def test_a_verifier_key_has_the_form_of_c2sp() -> None:
    key = PublicKey.parse(GO_KEY)
    assert str(key) == GO_KEY
    signature = base64.b64decode(GO_SIGNATURE)
    assert signature[:4] == key.key_id
    Ed25519PublicKey.from_public_bytes(key.raw).verify(signature[4:], GO_TEXT.encode())


@pytest.mark.parametrize(
    "key", ["", "a", GO_KEY[:-4], GO_KEY.replace("c74f", "c74e"), "+" + GO_KEY]
)
def test_it_refuses_a_verifier_key_that_does_not_fit_itself(key: str) -> None:
    with pytest.raises(MalformedError):
        PublicKey.parse(key)


def test_a_note_is_this_text(signer: Signer) -> None:
    text, _, signature = signer.sign(3, ROOT, NOW).partition("\n\n")
    assert text == f"kyc-audit\n3\n{base64.b64encode(ROOT).decode()}\nat 2026-03-01T12:00:00Z"
    assert signature.startswith("— kyc-audit ")


def test_a_note_may_carry_signatures_of_others(signer: Signer) -> None:
    note = signer.sign(3, ROOT, NOW)
    text, _, signature = note.partition("\n\n")
    witness = f"— witness.example {base64.b64encode(b'1234' + bytes(64)).decode()}\n"
    assert open_note(f"{text}\n\n{witness}{signature}", signer.trusted) == Checkpoint(3, ROOT)


def test_any_changed_character_of_a_note_is_found(signer: Signer) -> None:
    note = signer.sign(3, ROOT, NOW)
    for at in range(len(note) - 1):
        changed = note[:at] + ("A" if note[at] != "A" else "B") + note[at + 1 :]
        with pytest.raises(MalformedError):
            open_note(changed, signer.trusted)


def test_a_note_of_another_key_of_the_same_name_is_not_trusted(signer: Signer) -> None:
    note = Signer(Ed25519PrivateKey.generate(), ()).sign(3, ROOT, NOW)
    with pytest.raises(MalformedError):
        open_note(note, signer.trusted)
