"""Owns the promises that every key provider keeps: files, KMS by moto, transit by OpenBao.

What moto proves and what it does not is told in `tests/storage/key_servers.py`.
"""

import re
import secrets
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from storage.boxes import Boxes, is_box
from storage.errors import (
    KeyGoneError,
    KeyServiceError,
    KeyStoreError,
    MissingKeyError,
    WrongKeyError,
)
from storage.keys import KeyProvider, WrappedKey
from storage.keys_file import FileKeys
from storage.keys_kms import REMEMBERED_SECONDS, KmsCover, KmsKeys, KmsSettings
from storage.keys_vault import VaultKeys, VaultSettings
from storage.recipients import SealOnlyKeys, WorkerKeys
from tests.ports import free_port
from tests.storage.fault_server import Answer, Fault, Handler
from tests.storage.key_servers import Bao, kms_client, running_bao, running_kms

DOCS = Path(__file__).parents[2] / "docs" / "key-services.md"
DATA_KEY = bytes(range(32))
EPOCH = "2033-11"
KINDS = ("file", "kms", "vault")
NAMES = ["", "../x", "A", "a/b", "a.key", "-a", "a" * 65, "é", "a\n"]


@pytest.fixture(scope="session")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bao]:
    with running_bao(tmp_path_factory.mktemp("bao"), free_port()) as one:
        yield one


@pytest.fixture(scope="session")
def kms_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_kms(tmp_path_factory.mktemp("kms"), free_port()) as url:
        yield url


@dataclass(frozen=True)
class Provider:
    """One deployment of keys; `again` opens it from another process's point of view."""

    kind: str
    again: Callable[[], KeyProvider]

    @property
    def keys(self) -> KeyProvider:
        return self.again()


def kms(directory: Path, url: str, alias: str = "kyc", **changes: float | int) -> KmsKeys:
    return KmsKeys(directory, settings_of(url, alias, **changes))


def settings_of(url: str, alias: str = "kyc", **changes: float | int) -> KmsSettings:
    return KmsSettings(
        f"alias/{alias}",
        region="eu-north-1",
        endpoint_url=url,
        access_key="tests",
        secret_key="tests",
        **changes,  # type: ignore[arg-type]  # names are the fields'
    )


def vault(bao: Bao, prefix: str, **changes: float | int) -> VaultKeys:
    return VaultKeys(VaultSettings(bao.url, lambda: bao.token, prefix=prefix, **changes))  # type: ignore[arg-type]  # as above


@pytest.fixture(params=KINDS)
def provider(request: pytest.FixtureRequest, tmp_path: Path) -> Provider:
    directory = tmp_path / "store"
    FileKeys(directory).prepare()
    if request.param == "file":
        return Provider("file", lambda: FileKeys(directory))
    if request.param == "kms":
        url = request.getfixturevalue("kms_url")
        return Provider("kms", lambda: kms(directory, url))
    server, prefix = request.getfixturevalue("bao"), f"t{secrets.token_hex(6)}"
    return Provider("vault", lambda: vault(server, prefix))


def test_what_was_wrapped_unwraps_everywhere(provider: Provider) -> None:
    wrapped = provider.keys.wrap(DATA_KEY, EPOCH, b"row")
    assert wrapped.epoch == EPOCH
    assert DATA_KEY not in wrapped.blob
    assert not is_box(wrapped.blob)
    assert provider.again().unwrap(wrapped, b"row") == DATA_KEY


def test_the_same_key_is_wrapped_differently_each_time(provider: Provider) -> None:
    keys = provider.keys
    assert len({keys.wrap(DATA_KEY, EPOCH, b"row").blob for _ in range(5)}) == 5


def test_another_context_does_not_open(provider: Provider) -> None:
    wrapped = provider.keys.wrap(DATA_KEY, EPOCH, b"row")
    with pytest.raises(WrongKeyError):
        provider.keys.unwrap(wrapped, b"another row")


def test_another_epoch_does_not_open(provider: Provider) -> None:
    keys = provider.keys
    keys.create("2033-12")
    wrapped = keys.wrap(DATA_KEY, EPOCH, b"row")
    with pytest.raises(WrongKeyError):
        keys.unwrap(WrappedKey("2033-12", wrapped.blob), b"row")


def test_an_altered_key_does_not_open(provider: Provider) -> None:
    keys = provider.keys
    wrapped = keys.wrap(DATA_KEY, EPOCH, b"row")
    broken = bytearray(wrapped.blob)
    broken[-3] = ord("A") if broken[-3] != ord("A") else ord("B")
    for blob in (bytes(broken), b"", wrapped.blob[:-1], b"\xff" * 60, b"vault:v1:!!!!", b"x"):
        with pytest.raises(WrongKeyError):
            keys.unwrap(WrappedKey(EPOCH, blob), b"row")


def test_a_key_of_another_form_does_not_open(provider: Provider, tmp_path: Path) -> None:
    """The form of a wrapped key says nothing that is believed: no way leads to a weaker one."""
    keys = provider.keys
    keys.create(EPOCH)
    files = FileKeys(tmp_path / "other")
    files.prepare()
    for blob in (files.wrap(DATA_KEY, EPOCH, b"row").blob, b"vault:v0:" + b"A" * 80):
        with pytest.raises(WrongKeyError):
            keys.unwrap(WrappedKey(EPOCH, blob), b"row")


def test_an_unknown_epoch_is_missing_and_not_gone(provider: Provider) -> None:
    keys = provider.keys
    wrapped = keys.wrap(DATA_KEY, EPOCH, b"row")
    with pytest.raises(MissingKeyError):
        keys.unwrap(WrappedKey("2040-01", wrapped.blob), b"row")
    with pytest.raises(MissingKeyError):
        keys.derive("2040-01", b"intake")
    assert keys.epochs() == [EPOCH]


def test_a_destroyed_epoch_opens_nothing_and_is_never_made_again(provider: Provider) -> None:
    keys = provider.keys
    wrapped = keys.wrap(DATA_KEY, EPOCH, b"row")
    keys.destroy(EPOCH)
    for other in (keys, provider.again()):
        for call in (
            partial(other.unwrap, wrapped, b"row"),
            partial(other.wrap, DATA_KEY, EPOCH, b"row"),
            partial(other.derive, EPOCH, b"intake"),
            partial(other.create, EPOCH),
        ):
            with pytest.raises(KeyGoneError):
                call()
    assert keys.epochs() == []
    keys.destroy(EPOCH)


def test_destroying_takes_one_epoch_and_leaves_the_others(provider: Provider) -> None:
    keys = provider.keys
    kept = keys.wrap(DATA_KEY, "2033-12", b"row")
    keys.create(EPOCH)
    assert keys.epochs() == [EPOCH, "2033-12"]
    keys.destroy(EPOCH)
    assert keys.epochs() == ["2033-12"]
    assert provider.again().unwrap(kept, b"row") == DATA_KEY


def test_an_epoch_that_was_never_used_can_be_closed(provider: Provider) -> None:
    provider.keys.destroy(EPOCH)
    with pytest.raises(KeyGoneError):
        provider.again().wrap(DATA_KEY, EPOCH, b"row")


def test_what_follows_from_a_key_is_the_same_everywhere_and_differs_by_purpose(
    provider: Provider,
) -> None:
    keys = provider.keys
    for epoch in (EPOCH, "2033-12"):
        keys.create(epoch)
    secrets_ = {
        keys.derive(epoch, purpose) for epoch in (EPOCH, "2033-12") for purpose in (b"a", b"b")
    }
    assert len(secrets_) == 4
    assert {len(secret) for secret in secrets_} == {32}
    assert provider.again().derive(EPOCH, b"a") == keys.derive(EPOCH, b"a")


def test_creating_again_changes_nothing(provider: Provider) -> None:
    wrapped = provider.keys.wrap(DATA_KEY, EPOCH, b"row")
    provider.again().create(EPOCH)
    assert provider.keys.unwrap(wrapped, b"row") == DATA_KEY


@pytest.mark.parametrize("epoch", NAMES)
def test_a_name_that_is_no_epoch_is_refused(provider: Provider, epoch: str) -> None:
    keys = provider.keys
    for call in (
        lambda: keys.create(epoch),
        lambda: keys.wrap(DATA_KEY, epoch, b"row"),
        lambda: keys.unwrap(WrappedKey(epoch, b""), b"row"),
        lambda: keys.derive(epoch, b"intake"),
        lambda: keys.destroy(epoch),
    ):
        with pytest.raises(ValueError, match="an epoch is named"):
            call()


def test_threads_that_start_an_epoch_together_share_one_key(provider: Provider) -> None:
    keys, barrier = provider.keys, threading.Barrier(4)

    def start(_: int) -> WrappedKey:
        barrier.wait()
        return keys.wrap(DATA_KEY, EPOCH, b"row")

    with ThreadPoolExecutor(4) as pool:
        for wrapped in pool.map(start, range(4)):
            assert provider.again().unwrap(wrapped, b"row") == DATA_KEY


def test_intake_seals_to_it_and_workers_open(provider: Provider) -> None:
    worker = WorkerKeys(provider.keys, Boxes(b"m" * 32))
    intake = SealOnlyKeys(worker, worker.boxes)
    wrapped = intake.wrap(DATA_KEY, EPOCH, b"row")
    assert worker.unwrap(wrapped, b"row") == DATA_KEY
    assert worker.unwrap(worker.wrap(DATA_KEY, EPOCH, b"row"), b"row") == DATA_KEY
    worker.destroy(EPOCH)
    with pytest.raises(KeyGoneError):
        worker.unwrap(wrapped, b"row")


def test_it_says_that_it_is_ready(provider: Provider) -> None:
    provider.keys.create(EPOCH)
    provider.keys.check()


# --- a service that is down, slow, or refuses us -------------------------------------


@pytest.fixture(params=["kms", "vault"])
def away(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], KeyProvider]:
    """A provider whose service is at an address of the test's own."""
    directory = tmp_path / "away"
    FileKeys(directory).prepare()
    if request.param == "kms":
        return lambda url: kms(directory, url, timeout=0.5, attempts=1)
    return lambda url: vault(Bao(url, "token"), "kyc", timeout=0.5, retries=0)


def _everything(keys: KeyProvider) -> list[Callable[[], object]]:
    return [lambda: keys.create(EPOCH), lambda: keys.wrap(DATA_KEY, EPOCH, b"row"), keys.check]


def test_a_service_that_is_down_is_told(away: Callable[[str], KeyProvider]) -> None:
    for call in _everything(away(f"http://127.0.0.1:{free_port()}")):
        with pytest.raises(KeyServiceError):
            call()


def stall(handler: Handler) -> None:
    time.sleep(1.2)
    handler.close_connection = True


FAULTS: dict[str, Answer] = {
    "too late": stall,
    "500": lambda handler: handler.say(500, b"{}"),
    "503": lambda handler: handler.say(503, b"{}"),
    "403": lambda handler: handler.say(403, b'{"errors": ["no"]}'),
    "no json": lambda handler: handler.say(200, b"<html>"),
    "another place": lambda handler: handler.say(307, b"", Location="http://127.0.0.1:9/v1/x"),
    "nothing": lambda handler: setattr(handler, "close_connection", True),
}


@pytest.mark.parametrize("fault_name", FAULTS)
def test_a_service_that_fails_is_told_by_name(
    away: Callable[[str], KeyProvider], fault: Fault, fault_name: str
) -> None:
    fault.answers(FAULTS[fault_name])
    for call in _everything(away(fault.url)):
        with pytest.raises(KeyServiceError):
            call()


def test_calls_that_fail_are_repeated_a_few_times_and_no_more(fault: Fault, tmp_path: Path) -> None:
    fault.answers(FAULTS["503"])
    FileKeys(tmp_path / "store").prepare()
    with pytest.raises(KeyServiceError):
        kms(tmp_path / "store", fault.url, attempts=2).create(EPOCH)
    assert len(fault.requests) == 2
    with pytest.raises(KeyServiceError):
        vault(Bao(fault.url, "token"), "kyc", retries=1).create(EPOCH)
    assert len(fault.requests) == 4


# --- what is the service's own -------------------------------------------------------


def test_an_epoch_file_moved_to_another_epoch_is_refused(kms_url: str, tmp_path: Path) -> None:
    """The encryption context is the epoch: KMS itself refuses the mismatch."""
    store = tmp_path / "store"
    FileKeys(store).prepare()
    keys = kms(store, kms_url)
    keys.create("2033-10")
    line = (store / "2033-10.key").read_bytes()
    (store / f"{EPOCH}.key").touch(mode=0o600)
    (store / f"{EPOCH}.key").write_bytes(line)
    with pytest.raises(KeyStoreError, match="another epoch"):
        kms(store, kms_url).derive(EPOCH, b"x")
    (store / f"{EPOCH}.key").write_bytes(line.replace(b"2033-10", b"2033-11"))
    with pytest.raises(WrongKeyError):
        kms(store, kms_url).derive(EPOCH, b"x")


def test_a_key_made_elsewhere_under_the_same_root_key_is_refused(
    kms_url: str, tmp_path: Path
) -> None:
    """Somebody who may encrypt by the root key, but for another use."""
    store = tmp_path / "store"
    FileKeys(store).prepare()
    for context in ({"kyc-epoch": EPOCH}, {"kyc-use": "backup", "kyc-epoch": EPOCH}, {}):
        answer = kms_client(kms_url).encrypt(
            KeyId="alias/kyc", Plaintext=bytes(32), EncryptionContext=context
        )
        blob = b64encode(answer["CiphertextBlob"]).decode()
        (store / f"{EPOCH}.key").touch(mode=0o600)
        (store / f"{EPOCH}.key").write_text(f"kyc-kms-1 {EPOCH} {blob}\n")
        with pytest.raises(WrongKeyError):
            kms(store, kms_url).derive(EPOCH, b"x")


def test_the_files_under_kms_hold_no_key(kms_url: str, tmp_path: Path) -> None:
    store = tmp_path / "store"
    FileKeys(store).prepare()
    wrapped = kms(store, kms_url).wrap(DATA_KEY, EPOCH, b"row")
    with pytest.raises(KeyStoreError, match="damaged"):
        FileKeys(store).unwrap(wrapped, b"row")


def test_a_disabled_root_key_makes_it_not_ready(kms_url: str, tmp_path: Path) -> None:
    FileKeys(tmp_path / "store").prepare()
    keys = kms(tmp_path / "store", kms_url, "other")
    keys.check()
    client = kms_client(kms_url)
    key = client.describe_key(KeyId="alias/other")["KeyMetadata"]["KeyId"]
    client.disable_key(KeyId=key)
    with pytest.raises(KeyServiceError, match="disabled"):
        keys.check()
    client.enable_key(KeyId=key)


def test_an_opened_key_is_forgotten_when_its_file_goes(kms_url: str, tmp_path: Path) -> None:
    store = tmp_path / "store"
    FileKeys(store).prepare()
    keys, other = kms(store, kms_url), kms(store, kms_url)
    wrapped = keys.wrap(DATA_KEY, EPOCH, b"row")
    assert keys.unwrap(wrapped, b"row") == DATA_KEY
    other.destroy(EPOCH)
    with pytest.raises(KeyGoneError):
        keys.unwrap(wrapped, b"row")


def test_an_opened_key_is_used_for_a_while_without_asking_again(
    kms_url: str, fault: Fault, tmp_path: Path
) -> None:
    store, seconds = tmp_path / "store", [1000.0]
    FileKeys(store).prepare()
    kms(store, kms_url).create(EPOCH)
    cover = KmsCover(settings_of(kms_url), ticks=lambda: seconds[0])
    keys = FileKeys(store, cover)
    first = keys.derive(EPOCH, b"x")
    cover._client.meta.events.register("before-send", _refuse)
    assert keys.derive(EPOCH, b"x") == first
    seconds[0] += REMEMBERED_SECONDS + 1
    with pytest.raises(KeyServiceError):
        keys.derive(EPOCH, b"x")


def _refuse(**_: object) -> None:
    raise EndpointConnectionError(endpoint_url="refused")


def test_a_transit_key_that_somebody_rotated_still_gives_the_same_half(bao: Bao) -> None:
    prefix = f"t{secrets.token_hex(6)}"
    keys = vault(bao, prefix)
    wrapped = keys.wrap(DATA_KEY, EPOCH, b"row")
    before = keys.derive(EPOCH, b"intake")
    bao.client().secrets.transit.rotate_key(name=f"{prefix}-{EPOCH}")
    assert keys.derive(EPOCH, b"intake") == before
    assert keys.unwrap(wrapped, b"row") == DATA_KEY


def test_the_transit_keys_are_derived_and_cannot_be_taken_out(bao: Bao) -> None:
    prefix = f"t{secrets.token_hex(6)}"
    vault(bao, prefix).create(EPOCH)
    made = bao.client().secrets.transit.read_key(name=f"{prefix}-{EPOCH}")["data"]
    flags = ("derived", "exportable", "allow_plaintext_backup", "deletion_allowed")
    assert [made[flag] for flag in flags] == [True, False, False, False]


def test_a_destruction_cut_short_counts_and_can_be_completed(bao: Bao) -> None:
    prefix = f"t{secrets.token_hex(6)}"
    keys = vault(bao, prefix)
    wrapped = keys.wrap(DATA_KEY, EPOCH, b"row")
    bao.client().secrets.transit.create_key(name=f"{prefix}.gone.{EPOCH}", derived=True)
    with pytest.raises(KeyGoneError):
        keys.unwrap(wrapped, b"row")
    assert keys.epochs() == [EPOCH]
    keys.destroy(EPOCH)
    assert keys.epochs() == []


def test_an_agent_may_renew_the_token(bao: Bao) -> None:
    tokens = ["stranger", bao.token]
    keys = VaultKeys(VaultSettings(bao.url, lambda: tokens[0], prefix=f"t{secrets.token_hex(6)}"))
    with pytest.raises(KeyServiceError):
        keys.create(EPOCH)
    tokens.pop(0)
    keys.create(EPOCH)


def test_nothing_is_left_behind_by_a_key_that_could_not_be_made(tmp_path: Path) -> None:
    FileKeys(tmp_path / "store").prepare()
    keys = kms(tmp_path / "store", f"http://127.0.0.1:{free_port()}", timeout=0.5, attempts=1)
    with pytest.raises(KeyServiceError):
        keys.create(EPOCH)
    assert list((tmp_path / "store").iterdir()) == []


def test_a_wrong_token_is_told(bao: Bao) -> None:
    keys = vault(Bao(bao.url, "stranger"), "kyc")
    for call in _everything(keys):
        with pytest.raises(KeyServiceError, match="refuses our token"):
            call()


def test_the_policy_in_the_documents_is_enough_and_not_too_much(bao: Bao) -> None:
    policy = re.findall(r"```hcl\n(.*?)```", DOCS.read_text(), re.DOTALL)[0]
    client = bao.client()
    client.sys.create_or_update_policy("kyc", policy)
    token = client.auth.token.create(policies=["kyc"], no_parent=True)["auth"]["client_token"]
    keys = vault(Bao(bao.url, token), "kyc")
    wrapped = keys.wrap(DATA_KEY, EPOCH, b"row")
    assert keys.unwrap(wrapped, b"row") == DATA_KEY
    assert len(keys.derive(EPOCH, b"intake")) == 32
    assert EPOCH in keys.epochs()
    keys.check()
    with pytest.raises(KeyServiceError, match="refuses our token"):
        keys.destroy(EPOCH)
    mover = "\n".join(
        [
            policy,
            'path "transit/keys/kyc-*" { capabilities = ["create", "update", "read", "delete"] }',
        ]
    )
    client.sys.create_or_update_policy("kyc-destroys", mover)
    token = client.auth.token.create(policies=["kyc-destroys"], no_parent=True)["auth"]
    vault(Bao(bao.url, token["client_token"]), "kyc").destroy(EPOCH)
    assert EPOCH not in vault(bao, "kyc").epochs()
