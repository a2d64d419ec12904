"""Owns the refusal of every attack on what intake sealed and on what customers may open."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.boxes import Boxes, PrivateHalf, new_pair
from storage.envelope import Binding
from storage.errors import SealOnlyError, StorageError, TamperedError, WrongKeyError
from storage.keys import WrappedKey, artifact_context, wrap_with
from storage.memory import MemoryObjects
from storage.recipients import WorkerKeys
from storage.vault import Sealed, Vault

MONTH, NEXT = "2033-11", "2033-12"
TEXT = b"jpeg of somebody's passport" * 90


@pytest.fixture
def intake(vault: Vault) -> Vault:
    return vault.seal_only()


@pytest.fixture
def view() -> PrivateHalf:
    return new_pair()


def names(artifact: str = "art_1", session: str = "vs_1") -> dict[str, str]:
    return {"session_id": session, "artifact_id": artifact, "kind": "front", "stage": "review"}


def put(vault: Vault, view: PrivateHalf | None = None, **which: str) -> Sealed:
    sealed, content = vault.seal(
        TEXT,
        Binding(**names(**which), content_type="image/jpeg", plaintext_length=len(TEXT)),
        MONTH,
        view.public if view else None,
    )
    vault.store(sealed.object_name, content)
    return sealed


def test_a_worker_opens_what_intake_sealed_and_intake_does_not(vault: Vault, intake: Vault) -> None:
    sealed = put(intake)
    assert vault.get(sealed, **names()) == TEXT
    with pytest.raises(SealOnlyError):
        intake.get(sealed, **names())


def test_the_customer_opens_what_was_sealed_to_their_view(
    vault: Vault, intake: Vault, view: PrivateHalf
) -> None:
    for ring in (vault, intake):
        assert intake.get_as_customer(put(ring, view), view, **names()) == TEXT


def test_a_view_opens_nothing_that_was_not_sealed_to_it(intake: Vault, view: PrivateHalf) -> None:
    for sealed in (put(intake), put(intake, new_pair())):
        with pytest.raises(WrongKeyError):
            intake.get_as_customer(sealed, view, **names())


def test_it_refuses_a_swap_of_wrapped_keys_between_rows(vault: Vault, intake: Vault) -> None:
    one, other = put(intake), put(intake, artifact="art_2")
    with pytest.raises(WrongKeyError):
        vault.get(replace(one, wrapped_key=other.wrapped_key), **names())


def test_it_refuses_a_swap_of_whole_rows(vault: Vault, intake: Vault, view: PrivateHalf) -> None:
    other = put(intake, view, artifact="art_2")
    with pytest.raises(WrongKeyError):
        vault.get(other, **names())
    with pytest.raises(WrongKeyError):
        intake.get_as_customer(other, view, **names())


def test_it_refuses_the_wrapped_key_of_another_version(vault: Vault, intake: Vault) -> None:
    """Same ids, so the box opens; the object's commitment does not."""
    former, later = put(intake), put(intake)
    with pytest.raises(TamperedError):
        vault.get(replace(later, wrapped_key=former.wrapped_key), **names())


def test_it_refuses_a_replayed_older_object(
    vault: Vault, intake: Vault, memory: MemoryObjects
) -> None:
    former, later = put(intake), put(intake)
    memory.overwrite(later.object_name, memory.get(former.object_name))
    digest = former.ciphertext_sha256
    for row in (later, replace(later, ciphertext_sha256=digest)):
        with pytest.raises(TamperedError):
            vault.get(row, **names())


@pytest.mark.parametrize("edit", ["row", "box", "both"])
def test_it_refuses_a_key_id_downgrade(
    vault: Vault, intake: Vault, ring: WorkerKeys, edit: str
) -> None:
    """The row and the box both name the epoch; neither can be talked into another one."""
    ring.create(NEXT)
    sealed = put(intake)
    if edit in {"row", "both"}:
        sealed = replace(sealed, key_epoch=NEXT)
    if edit in {"box", "both"}:
        renamed = sealed.wrapped_key.replace(MONTH.encode(), NEXT.encode())
        sealed = replace(sealed, wrapped_key=renamed)
    with pytest.raises(WrongKeyError):
        vault.get(sealed, **names())


def test_it_refuses_a_downgrade_of_the_form(vault: Vault, intake: Vault) -> None:
    """A key that an attacker knows, wrapped as the epoch's own key would wrap it."""
    sealed = put(intake)
    known = wrap_with(bytes(32), bytes(32), MONTH, artifact_context("vs_1", "art_1"))
    with pytest.raises(WrongKeyError):
        vault.get(replace(sealed, wrapped_key=known.blob), **names())


def test_it_refuses_an_object_of_a_stranger_who_knows_the_public_half(
    vault: Vault, ring: WorkerKeys, memory: MemoryObjects
) -> None:
    """Whoever can write database and bucket, but has none of our files."""
    stranger = Vault(memory, WorkerKeys(ring.provider, Boxes(b"guessed" + bytes(25)))).seal_only()
    with pytest.raises(WrongKeyError, match="not sealed here"):
        vault.get(put(stranger), **names())


def test_it_refuses_a_view_key_of_another_session(intake: Vault, view: PrivateHalf) -> None:
    mine, other = put(intake, view), put(intake, view, session="vs_2")
    with pytest.raises(WrongKeyError):
        intake.get_as_customer(replace(mine, view_key=other.view_key), view, **names())


def test_it_refuses_a_workers_box_in_place_of_a_customers(intake: Vault, view: PrivateHalf) -> None:
    sealed = put(intake, view)
    with pytest.raises(WrongKeyError):
        intake.get_as_customer(replace(sealed, view_key=sealed.wrapped_key), view, **names())


def test_it_refuses_a_text_under_another_name_or_session(
    vault: Vault, intake: Vault, view: PrivateHalf
) -> None:
    typed = intake.box_text("vs_1", "details", b"Tamm", MONTH)
    shown = intake.show_text(view.public, "vs_1", "details", b"Tamm")
    assert vault.open_boxed_text("vs_1", "details", typed) == b"Tamm"
    assert intake.see_text(view, "vs_1", "details", shown) == b"Tamm"
    for session, field in (("vs_2", "details"), ("vs_1", "message")):
        with pytest.raises(WrongKeyError):
            vault.open_boxed_text(session, field, typed)
        with pytest.raises(WrongKeyError):
            intake.see_text(view, session, field, shown)
    named_oddly = typed.replace(MONTH.encode(), b"2033\n11")
    for box in (b"", b"KYB1", shown, typed[:-1], named_oddly, typed.replace(b"2033", b"2040")):
        with pytest.raises(WrongKeyError):
            vault.open_boxed_text("vs_1", "details", box)


def test_a_text_has_at_most_64_kib(intake: Vault, view: PrivateHalf) -> None:
    with pytest.raises(ValueError, match="65,536"):
        intake.box_text("vs_1", "details", bytes(65_537), MONTH)
    with pytest.raises(ValueError, match="65,536"):
        intake.show_text(view.public, "vs_1", "details", bytes(65_537))


def test_rewrapping_takes_a_box_to_the_epochs_own_key(
    vault: Vault, intake: Vault, view: PrivateHalf
) -> None:
    sealed = put(intake, view)
    moved = vault.rewrap(sealed, session_id="vs_1", artifact_id="art_1", epoch=NEXT)
    assert (moved.key_epoch, len(moved.wrapped_key)) == (NEXT, 60)
    assert vault.get(moved, **names()) == TEXT
    assert intake.get_as_customer(moved, view, **names()) == TEXT
    wrapped = intake.wrap_view_key(view, "vs_1", MONTH)
    assert vault.unwrap_view_key(vault.rewrap_view_key(wrapped, "vs_1", NEXT), "vs_1") == view
    with pytest.raises(WrongKeyError):
        vault.unwrap_view_key(wrapped, "vs_2")


def test_sharing_is_for_what_the_worker_can_open(
    vault: Vault, intake: Vault, view: PrivateHalf
) -> None:
    sealed = put(vault)
    box = vault.share(sealed, view.public, session_id="vs_1", artifact_id="art_1")
    assert intake.get_as_customer(replace(sealed, view_key=box), view, **names()) == TEXT
    with pytest.raises(SealOnlyError):
        intake.share(sealed, view.public, session_id="vs_1", artifact_id="art_1")


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(blob=st.binary(max_size=200), form=st.sampled_from([b"", b"KYB1", b"KYB1\x072033-11"]))
def test_unwrapping_bytes_of_any_kind_ends_in_a_named_refusal(
    ring: WorkerKeys, blob: bytes, form: bytes
) -> None:
    ring.create(MONTH)
    with pytest.raises(StorageError):
        ring.unwrap(WrappedKey(MONTH, form + blob), b"row")


def test_a_customers_box_in_a_workers_place_is_an_attack_and_not_a_lost_store(
    vault: Vault, intake: Vault, view: PrivateHalf
) -> None:
    sealed = put(intake, view)
    moved = replace(sealed, wrapped_key=sealed.view_key or b"", key_epoch="vs_1")
    with pytest.raises(WrongKeyError):
        vault.get(moved, **names())
