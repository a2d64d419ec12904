"""Owns that an image which does not open as it was stored is shown to nobody, and told once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kyc.audit import Action
from kyc.keeping.quarantine import quarantined
from kyc.lifecycle import ArtifactState
from kyc.models import Artifact, Upload
from kyc.retention.purging import mark_all_absent, mark_due
from kyc.retention.reconciling import reconcile
from storage.errors import WrongDigestError
from storage.vault import Sealed, Vault
from tests.web.people import Colleague
from tests.web.world import World

Attack = Callable[[World, Artifact, Artifact], None]


def _stored(world: World, case: str) -> tuple[Artifact, Artifact]:
    """The front of the document, and another image of the case."""
    with world.runtime.reading() as db:
        uploads = db.scalars(select(Upload).where(Upload.session_id == case)).all()
        of = {u.kind: db.get_one(Artifact, u.artifact_id) for u in uploads if u.artifact_id}
    return of["document_front"], of["selfie_statement"]


def _change(world: World, artifact: Artifact, **values: Any) -> None:
    with world.runtime.transaction() as db:
        for name, value in values.items():
            setattr(db.get_one(Artifact, artifact.id), name, value)


def _flip(world: World, front: Artifact, _other: Artifact) -> None:
    data = bytearray(world.objects.get(front.object_name))
    data[len(data) // 2] ^= 1
    world.objects.overwrite(front.object_name, bytes(data))


def _truncate(world: World, front: Artifact, _other: Artifact) -> None:
    world.objects.overwrite(front.object_name, world.objects.get(front.object_name)[:-1])


def _swap_objects(world: World, front: Artifact, other: Artifact) -> None:
    data = world.objects.get(other.object_name)
    world.objects.overwrite(front.object_name, data)


def _swap_objects_and_what_the_row_says(world: World, front: Artifact, other: Artifact) -> None:
    _swap_objects(world, front, other)
    names = ("ciphertext_sha256", "ciphertext_length", "plaintext_length")
    _change(world, front, **{name: getattr(other, name) for name in names})


def _swap_keys(world: World, front: Artifact, other: Artifact) -> None:
    _change(world, front, wrapped_key=other.wrapped_key)


def _bring_an_old_version_back(world: World, front: Artifact, _other: Artifact) -> None:
    """Another sealing of the same picture, as it was before it was covered once more."""
    vault = world.runtime.vault
    names = {"session_id": front.session_id, "kind": front.kind, "stage": front.stage}
    plain = vault.get(_sealed(front), artifact_id=front.id, **names)
    more: Any = {"content_type": front.content_type, "epoch": front.key_epoch}
    old = vault.put(plain, artifact_id=front.id, **names, **more)
    world.objects.overwrite(front.object_name, world.objects.get(old.object_name))


def _sealed(artifact: Artifact) -> Sealed:
    names = (
        "object_name", "wrapped_key", "key_epoch", "ciphertext_sha256", "ciphertext_length",
        "plaintext_length", "content_type",
    )  # fmt: skip
    return Sealed(**{name: getattr(artifact, name) for name in names})


ATTACKS: dict[str, tuple[Attack, str]] = {
    "flipped": (_flip, "wrong_digest"),
    "truncated": (_truncate, "wrong_length"),
    "swapped": (_swap_objects, "wrong_digest"),
    "swapped with its row": (_swap_objects_and_what_the_row_says, "wrong_commitment"),
    "key of another": (_swap_keys, "wrong_key"),
    "old version": (_bring_an_old_version_back, "wrong_digest"),
}


def _codes(world: World, case: str) -> list[str | None]:
    with world.runtime.reading() as db:
        mine = select(Artifact).where(Artifact.session_id == case).order_by(Artifact.kind)
        return [found.quarantine_code for found in db.scalars(mine) if found.quarantined_at]


@pytest.mark.parametrize("name", ATTACKS)
def test_an_altered_image_is_locked_away_at_the_first_look(
    world: World, reviewer: Colleague, case: str, name: str
) -> None:
    attack, code = ATTACKS[name]
    front, other = _stored(world, case)
    attack(world, front, other)
    reviewer.claim(case)
    page = reviewer.browser.get(f"/staff/images/{front.id}")
    assert (page.status_code, page.mimetype) == (409, "text/html")
    assert "This picture is locked away" in page.text
    assert code in _codes(world, case)
    (event,) = world.events(Action.SYSTEM_ARTIFACT_QUARANTINED)
    assert (f'"object":"{front.id}"' in event.body, f'"code":"{code}"' in event.body) == (
        True,
        True,
    )


def test_it_is_told_once_and_stays_locked_when_the_object_is_put_right(
    world: World, reviewer: Colleague, case: str
) -> None:
    front, other = _stored(world, case)
    whole = world.objects.get(front.object_name)
    _flip(world, front, other)
    reviewer.claim(case)
    for _ in range(2):
        assert reviewer.browser.get(f"/staff/images/{front.id}").status_code == 409
    world.objects.overwrite(front.object_name, whole)
    assert reviewer.browser.get(f"/staff/images/{front.id}").status_code == 409
    assert len(world.events(Action.SYSTEM_ARTIFACT_QUARANTINED)) == 1


def test_the_case_page_says_it_instead_of_the_picture(
    world: World, reviewer: Colleague, case: str
) -> None:
    front, other = _stored(world, case)
    reviewer.claim(case)
    assert "This picture is locked away" not in reviewer.browser.get(f"/staff/cases/{case}").text
    _flip(world, front, other)
    reviewer.browser.get(f"/staff/images/{front.id}")
    page = reviewer.browser.get(f"/staff/cases/{case}").text
    assert page.count("This picture is locked away") == 1
    assert f'src="/staff/images/{front.id}"' not in page
    assert f'src="/staff/images/{other.id}"' in page


def test_it_cannot_be_covered_either(world: World, reviewer: Colleague, case: str) -> None:
    front, other = _stored(world, case)
    _flip(world, front, other)
    reviewer.claim(case)
    boxes = {"boxes": [{"x": 1, "y": 1, "width": 9, "height": 9}]}
    answer = reviewer.browser.client.post(
        f"/staff/images/{front.id}/cover",
        json=boxes,
        headers={"X-CSRFToken": reviewer.browser.token(f"/staff/images/{front.id}/cover")},
    )
    assert answer.status_code == 409
    assert _codes(world, case) == ["wrong_digest"]
    assert world.objects.get(front.object_name)


def test_what_was_damaged_on_its_way_is_read_again_and_shown(
    world: World, reviewer: Colleague, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    front, _ = _stored(world, case)
    reads: list[str] = []
    whole = Vault.get

    def get(self: Vault, sealed: Sealed, **names: str) -> bytes:
        reads.append(sealed.object_name)
        if len(reads) == 1:
            raise WrongDigestError
        return whole(self, sealed, **names)

    monkeypatch.setattr(Vault, "get", get)
    reviewer.claim(case)
    assert reviewer.browser.get(f"/staff/images/{front.id}").status_code == 200
    assert (len(reads), _codes(world, case)) == (2, [])


def test_a_store_that_is_away_locks_nothing(world: World, reviewer: Colleague, case: str) -> None:
    front, _ = _stored(world, case)
    reviewer.claim(case)
    world.objects.go_down()
    assert reviewer.browser.get(f"/staff/images/{front.id}").status_code == 503
    world.objects.come_back()
    assert reviewer.browser.get(f"/staff/images/{front.id}").status_code == 200
    assert _codes(world, case) == []


def test_it_is_known_to_the_reconciler_and_destroyed_on_its_day(
    world: World, reviewer: Colleague, case: str
) -> None:
    front, other = _stored(world, case)
    _flip(world, front, other)
    reviewer.claim(case)
    reviewer.browser.get(f"/staff/images/{front.id}")
    outcome = reconcile(world.runtime)
    assert (outcome.orphans, outcome.missing) == (0, 0)
    with world.runtime.reading() as db:
        assert [found.id for found in quarantined(db)] == [front.id]
    world.clock.passes(days=400)
    with world.runtime.transaction() as db:
        mark_due(db, world.clock())
    gone = world.runtime.vault.shred_all([front.object_name]).gone
    with world.runtime.transaction() as db:
        mark_all_absent(db, {front.id: gone[front.object_name]}, world.clock())
    with world.runtime.reading() as db:
        row = db.get_one(Artifact, front.id)
        assert (row.state, row.wrapped_key, quarantined(db)) == (ArtifactState.PURGED, None, [])
    assert timedelta(0) < world.clock() - row.created_at
