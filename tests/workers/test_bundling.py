"""Owns bundles from request to fetch: by two people, once, and readable nowhere in between."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from jsonschema import Draft202012Validator

from kyc.access import PERMISSIONS, Permission, Role
from kyc.audit import Actor
from kyc.desk.bundle_looks import looks_of
from kyc.desk.bundles import (
    BundleState,
    ask_for_bundle,
    awaiting_release,
    bundles_of,
    fetch,
    fetchable,
    refuse_release,
    release,
    sealed_bundle,
)
from kyc.desk.erasing import Erasure, erase
from kyc.desk.erasure_plan import erasure_plan
from kyc.desk.receiving import receive_from_customer
from kyc.desk.requests import Reply, refuse
from kyc.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from kyc.evidence import destroy, open_artifact, open_as_customer
from kyc.intake.links import follow_link, view_of_browser
from kyc.keeping.rows import ARTIFACTS
from kyc.lifecycle import ArtifactState, Stage, Status
from kyc.models import (
    Artifact,
    Bundle,
    OutgoingMail,
    OwedJob,
    Receipt,
    Staff,
    VerificationSession,
)
from kyc.policy.bundles import BUNDLE, FETCHED_WITHIN, MADE_WITHIN, RELEASED_WITHIN
from kyc.policy.rights import Right
from kyc.resources import schema_of_bundles
from kyc.retention.reconciling import reconcile
from kyc.review.budget import Allowance
from kyc.review.claims import claim_named
from kyc.review.looking import look
from storage.boxes import PrivateHalf
from tests.core.databases import ON_SQLITE
from tests.core.kit import CLAIM, details, jpeg, open_kit, race
from tests.workers.hands import Fuse, FusedObjects, Killed, Outbox, arm, open_house
from workers.owed import run
from workers.periodic import sweep
from workers.purging import purge

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make
    from workers.house import House

ROOT = Path(__file__).parents[2]
PERSON = details()


@pytest.fixture
def house(kit: "Kit", tmp_path: Path) -> "House":
    return open_house(kit, tmp_path, Outbox())


@pytest.fixture
def people(kit: "Kit", make: "Make") -> tuple[Actor, Actor]:
    """Who has it made, and who releases it."""
    with kit.transaction() as db:
        first, second = make.staff(db, Role.PRIVACY), make.staff(db, Role.SENIOR)
        return Actor("staff", first.id), Actor("staff", second.id)


def _case(kit: "Kit", make: "Make", **values: Any) -> str:
    with kit.transaction() as db:
        return make.waiting(db, **values).id


def _asked(kit: "Kit", case_id: str, right: Right = Right.ACCESS) -> str:
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case_id)
        return receive_from_customer(db, kit.intake, session, right, "", {}, now=kit.now).id


def _ask_for(kit: "Kit", request_id: str, by: Actor) -> str:
    with kit.transaction() as db:
        return ask_for_bundle(db, request_id, by=by, now=kit.now).id


def _work(kit: "Kit", house: "House") -> None:
    sweep(house)
    while kit.woken:
        run(house, kit.woken.pop())


def _made(
    kit: "Kit", make: "Make", house: "House", by: Actor, right: Right = Right.ACCESS
) -> tuple[str, str]:
    """Case and bundle, which waits for the second person."""
    case = _case(kit, make)
    bundle = _ask_for(kit, _asked(kit, case, right), by)
    _work(kit, house)
    assert kit.get(Bundle, bundle).made_at == kit.now
    return case, bundle


def _release(kit: "Kit", bundle_id: str, by: Actor) -> None:
    with kit.transaction() as db:
        release(db, bundle_id, by=by, now=kit.now)


def _fetch(kit: "Kit", case_id: str, bundle_id: str) -> None:
    with kit.transaction() as db:
        fetch(db, case_id, bundle_id, kit.now)


def _view(kit: "Kit", make: "Make", case_id: str) -> PrivateHalf:
    """What the customer's own request brings, after they followed a link."""
    with kit.transaction() as db:
        token = make.link(db, db.get_one(VerificationSession, case_id))
        browser = follow_link(db, kit.intake.boxes, kit.lookup, token, kit.now)
    with kit.reading() as db:
        view = view_of_browser(db, kit.intake.boxes, kit.lookup, browser)
    assert view is not None
    return view


def _opened(kit: "Kit", make: "Make", case_id: str, bundle_id: str) -> ZipFile:
    """As the customer-facing process does it, which can open nothing by itself."""
    view = _view(kit, make, case_id)
    with kit.reading() as db:
        artifact = sealed_bundle(db, case_id, bundle_id, kit.now)
    return ZipFile(io.BytesIO(open_as_customer(kit.intake, artifact, view)))


def _state(kit: "Kit", bundle_id: str) -> BundleState:
    with kit.reading() as db:
        request_id = db.get_one(Bundle, bundle_id).request_id
        assert request_id is not None
        return {one.bundle.id: one.state for one in bundles_of(db, request_id, kit.now)}[bundle_id]


def _artifact(kit: "Kit", bundle_id: str) -> Artifact:
    return kit.get(Artifact, kit.get(Bundle, bundle_id).artifact_id)


# From request to fetch.


def test_a_customer_gets_all_that_is_held_once(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    case, bundle = _made(kit, make, house, people[0])
    _release(kit, bundle, people[1])
    file = _opened(kit, make, case, bundle)
    data = json.loads(file.read("data.json"))
    assert data["details"]["surname"] == PERSON.surname
    assert [one["shows"] for one in data["pictures"]] == ["document_front", "selfie_statement"]
    for one in data["pictures"]:
        assert file.read(one["file"]) == jpeg()
    assert data["rights"]
    assert data["purposes"]
    assert "information.txt" in file.namelist()
    _fetch(kit, case, bundle)
    assert _state(kit, bundle) == BundleState.FETCHED
    with kit.reading() as db, pytest.raises(NotFoundError):
        sealed_bundle(db, case, bundle, kit.now)
    assert kit.actions(case)[-2:] == ["system:artifact:destroyed", "customer:bundle:fetched"]


def test_once_fetched_it_is_gone_and_the_absence_is_proven(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    """The key in the transaction of the fetch, the object by the next purge, then the receipt."""
    case, bundle = _made(kit, make, house, people[0])
    _release(kit, bundle, people[1])
    _fetch(kit, case, bundle)
    artifact = _artifact(kit, bundle)
    assert (artifact.wrapped_key, artifact.view_key) == (None, None)
    assert artifact.object_name in kit.objects.list_names()
    purge(house)
    assert artifact.object_name not in kit.objects.list_names()
    (receipt,) = kit.all(Receipt, Receipt.subject_id == artifact.id)
    assert (receipt.kind, receipt.stage, receipt.rule) == ("access", Stage.BUNDLE, BUNDLE)
    assert receipt.absent_at is not None


@pytest.mark.parametrize("right", [Right.ACCESS, Right.PORTABILITY])
def test_what_is_written_is_valid_by_the_published_schema(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor], right: Right
) -> None:
    with kit.transaction() as db:
        session, person = make.waiting(db), make.staff(db)
        make.claim(db, session, person)
        make.decision(db, session, person, reasons=["other"], items=[])
        make.hold(db, session)
    bundle = _ask_for(kit, _asked(kit, session.id, right), people[0])
    _work(kit, house)
    _release(kit, bundle, people[1])
    file = _opened(kit, make, session.id, bundle)
    schema = json.loads(schema_of_bundles())
    Draft202012Validator.check_schema(schema)
    data = json.loads(file.read("data.json"))
    Draft202012Validator(schema).validate(data)
    assert json.loads(file.read("schema.json")) == schema
    assert data["kind"] == right
    broken = {**data, "surprise": 1}
    assert not Draft202012Validator(schema).is_valid(broken)
    assert not Draft202012Validator(schema).is_valid({**data, "made_at": "yesterday"})


def test_to_take_elsewhere_is_only_what_the_person_gave(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    case, bundle = _made(kit, make, house, people[0], Right.PORTABILITY)
    _release(kit, bundle, people[1])
    file = _opened(kit, make, case, bundle)
    data = json.loads(file.read("data.json"))
    assert data["details"]["email"] == PERSON.email
    assert len(data["pictures"]) == 2
    assert not {"looks", "decisions", "source", "information"} & set(data)
    assert "information.txt" not in file.namelist()


def test_the_published_schema_is_the_one_in_force() -> None:
    published = ROOT / "docs" / "formats" / "bundle.schema.json"
    assert published.read_text(encoding="utf-8") == schema_of_bundles()


def test_looks_are_told_by_day_purpose_and_role_without_names(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    case = _case(kit, make)
    with kit.transaction() as db:
        person = make.staff(db, display_name="Kalle Kustnik")
        claim_named(db, case, person.id, CLAIM, kit.now)
    images = kit.all(Artifact, Artifact.session_id == case, Artifact.stage == Stage.REVIEW)
    for image in images:
        with kit.transaction() as db:
            look(db, image.id, person.id, Allowance(60, 300, kit.now), kit.now)
    with kit.reading() as db:
        assert looks_of(db, case) == [
            {
                "on": "2026-03-02",
                "what": "picture",
                "purpose": "review",
                "role": "reviewer",
                "times": 2,
            }
        ]
    bundle = _ask_for(kit, _asked(kit, case), people[0])
    _work(kit, house)
    _release(kit, bundle, people[1])
    text = _opened(kit, make, case, bundle).read("data.json").decode()
    for one in kit.all(Staff):
        assert one.display_name not in text
        assert one.id not in text


def test_an_order_is_not_told_and_another_hold_is(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    case = _case(kit, make)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case)
        make.hold(db, session, reason="terrorist_content")
        make.hold(db, session, reason="complaint")
    bundle = _ask_for(kit, _asked(kit, case), people[0])
    _work(kit, house)
    _release(kit, bundle, people[1])
    data = json.loads(_opened(kit, make, case, bundle).read("data.json"))
    assert [hold["reason"] for hold in data["kept"]["holds"]] == ["complaint"]
    assert "terror" not in json.dumps(data)


def test_a_picture_that_does_not_open_is_named_and_the_rest_is_given(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    case = _case(kit, make)
    first = kit.all(Artifact, Artifact.session_id == case, Artifact.stage == Stage.REVIEW)[0]
    stored = bytearray(kit.objects.get(first.object_name))
    stored[-1] ^= 1
    kit.objects._write(first.object_name, bytes(stored))
    bundle = _ask_for(kit, _asked(kit, case), people[0])
    _work(kit, house)
    assert kit.get(Artifact, first.id).quarantined_at is not None
    _release(kit, bundle, people[1])
    data = json.loads(_opened(kit, make, case, bundle).read("data.json"))
    assert sorted(one["file"] is None for one in data["pictures"]) == [False, True]


# Two people.


def test_who_had_it_made_does_not_release_it(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    case, bundle = _made(kit, make, house, people[0])
    with pytest.raises(ForbiddenError):
        _release(kit, bundle, people[0])
    with kit.reading() as db:
        assert fetchable(db, case, kit.now) == []


def test_what_nobody_released_is_not_fetched(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    case, bundle = _made(kit, make, house, people[0])
    with kit.reading() as db, pytest.raises(NotFoundError):
        sealed_bundle(db, case, bundle, kit.now)
    with pytest.raises(ConflictError):
        _fetch(kit, case, bundle)
    assert kit.all(OutgoingMail, OutgoingMail.kind == "bundle") == []


def test_the_customer_is_mailed_when_it_is_released_and_not_before(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    case, bundle = _made(kit, make, house, people[0])
    with kit.reading() as db:
        assert [one.bundle.id for one in awaiting_release(db, kit.now)] == [bundle]
    _release(kit, bundle, people[1])
    (mail,) = kit.all(OutgoingMail, OutgoingMail.kind == "bundle")
    assert mail.session_id == case
    with kit.reading() as db:
        assert awaiting_release(db, kit.now) == []
    with pytest.raises(ConflictError):
        _release(kit, bundle, people[1])


def test_what_the_second_person_refuses_is_destroyed(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    _case_id, bundle = _made(kit, make, house, people[0])
    with kit.transaction() as db:
        refuse_release(db, bundle, by=people[1], now=kit.now)
    assert _artifact(kit, bundle).wrapped_key is None
    assert _state(kit, bundle) == BundleState.REFUSED
    with pytest.raises(ConflictError):
        _release(kit, bundle, people[1])


def test_only_privacy_officers_and_seniors_may_release() -> None:
    may = {role for role in Role if Permission.RELEASE_BUNDLES in PERMISSIONS[role]}
    assert may == {Role.PRIVACY, Role.SENIOR}


def test_staff_cannot_look_at_a_bundle(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    case, bundle = _made(kit, make, house, people[0])
    artifact = _artifact(kit, bundle)
    with kit.transaction() as db:
        person = make.staff(db).id
        claim_named(db, case, person, CLAIM, kit.now)
    with kit.transaction() as db, pytest.raises(NotFoundError):
        look(db, artifact.id, person, Allowance(60, 300, kit.now), kit.now)


# Once, by the right one, in time.


def test_of_two_fetches_at_once_one_gets_it(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    case, bundle = _made(kit, make, house, people[0])
    _release(kit, bundle, people[1])
    answers = race(3, lambda _number: _fetch(kit, case, bundle))
    assert [answer for answer in answers if answer is None] == [None]
    assert sum(isinstance(answer, ConflictError) for answer in answers) == 2
    assert kit.actions(case).count("customer:bundle:fetched") == 1


def test_another_customer_gets_nothing(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    _case_id, bundle = _made(kit, make, house, people[0])
    _release(kit, bundle, people[1])
    other = _case(kit, make)
    with kit.reading() as db, pytest.raises(NotFoundError):
        sealed_bundle(db, other, bundle, kit.now)
    with pytest.raises(ConflictError):
        _fetch(kit, other, bundle)


def test_the_process_of_the_customers_opens_nothing_by_itself(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    from storage.errors import SealOnlyError  # noqa: PLC0415 - the one test that needs it

    _case_id, bundle = _made(kit, make, house, people[0])
    with pytest.raises(SealOnlyError):
        open_artifact(kit.intake, _artifact(kit, bundle))


@pytest.mark.parametrize("is_held", [True, False])
def test_what_nobody_releases_goes_even_from_a_held_case(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor], is_held: bool
) -> None:
    case, bundle = _made(kit, make, house, people[0])
    if is_held:
        with kit.transaction() as db:
            make.hold(db, db.get_one(VerificationSession, case))
    kit.moment += RELEASED_WITHIN
    assert _state(kit, bundle) == BundleState.EXPIRED
    purge(house)
    assert _artifact(kit, bundle).state == ArtifactState.PURGED
    with pytest.raises(ConflictError):
        _release(kit, bundle, people[1])


def test_what_nobody_fetches_goes(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    case, bundle = _made(kit, make, house, people[0])
    _release(kit, bundle, people[1])
    kit.moment += FETCHED_WITHIN
    with pytest.raises(ConflictError):
        _fetch(kit, case, bundle)
    purge(house)
    assert _artifact(kit, bundle).state == ArtifactState.PURGED


def test_a_decision_does_not_prolong_it(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    from kyc.review.images_after import images_decided  # noqa: PLC0415 - the one test that needs it

    case, bundle = _made(kit, make, house, people[0])
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case)
        images_decided(db, session, "approved", kit.now, is_final=True)
    artifact = _artifact(kit, bundle)
    assert (artifact.destroy_rule, artifact.destroy_at) == (BUNDLE, kit.now + RELEASED_WITHIN)


def test_an_erasure_takes_it_along(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    case, bundle = _made(kit, make, house, people[0])
    with kit.transaction() as db:
        db.get_one(VerificationSession, case).status = Status.EXPIRED
    request = _asked(kit, case, Right.ERASURE)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case)
        seen = frozenset(part.id for part in erasure_plan(db, session, kit.now).erased)
        asked = Erasure("Done.", seen)
        erase(db, kit.vault, kit.lookup, request, asked, by=people[0], now=kit.now)
    assert _artifact(kit, bundle).wrapped_key is None
    assert _state(kit, bundle) == BundleState.EXPIRED


def test_what_was_destroyed_while_it_was_made_does_not_come_back_in_it(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    """The copy that holds it is destroyed, and another is made without it."""
    case = _case(kit, make)
    first = kit.all(Artifact, Artifact.session_id == case, Artifact.stage == Stage.REVIEW)[0].id
    bundle = _ask_for(kit, _asked(kit, case), people[0])
    store, done = kit.objects.put, list[str]()

    def put(name: str, data: bytes) -> None:
        if not done:
            done.append(name)
            with kit.transaction() as db:
                destroy(db, db.get_one(Artifact, first), "rejected", kit.now)
        store(name, data)

    kit.objects.put = put  # type: ignore[method-assign]
    _work(kit, house)
    (copy,) = kit.all(Artifact, Artifact.object_name == done[0])
    assert (copy.wrapped_key, copy.destroy_rule) == (None, "unfinished")
    _work(kit, house)
    _release(kit, bundle, people[1])
    data = json.loads(_opened(kit, make, case, bundle).read("data.json"))
    assert len(data["pictures"]) == 1


# What is refused.


@ON_SQLITE
def test_a_request_of_another_kind_gets_none(
    kit: "Kit", make: "Make", people: tuple[Actor, Actor]
) -> None:
    request = _asked(kit, _case(kit, make), Right.ERASURE)
    with pytest.raises(InvalidInputError):
        _ask_for(kit, request, people[0])


@ON_SQLITE
def test_a_request_that_was_refused_gets_none(
    kit: "Kit", make: "Make", people: tuple[Actor, Actor]
) -> None:
    request = _asked(kit, _case(kit, make))
    with kit.transaction() as db:
        refuse(db, kit.vault, request, Reply("No.", ground="excessive"), by=people[0], now=kit.now)
    with pytest.raises(ConflictError, match="refused"):
        _ask_for(kit, request, people[0])


@ON_SQLITE
def test_one_is_made_at_a_time_and_given_up_after_a_day(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    request = _asked(kit, _case(kit, make))
    first = _ask_for(kit, request, people[0])
    with pytest.raises(ConflictError, match="already"):
        _ask_for(kit, request, people[0])
    kit.moment += MADE_WITHIN
    assert _state(kit, first) == BundleState.EXPIRED
    second = _ask_for(kit, request, people[0])
    _work(kit, house)
    assert (_state(kit, first), _state(kit, second)) == (BundleState.EXPIRED, BundleState.MADE)


@ON_SQLITE
def test_where_the_details_are_gone_there_is_nobody_to_give_it_to(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    case = _case(kit, make)
    request = _asked(kit, case)
    bundle = _ask_for(kit, request, people[0])
    with kit.transaction() as db:
        db.get_one(VerificationSession, case).details = None
    _work(kit, house)
    assert kit.get(Bundle, bundle).made_at is None
    kit.moment += MADE_WITHIN
    with pytest.raises(ConflictError, match="nothing is held"):
        _ask_for(kit, request, people[0])


# What is left where the worker dies.


def test_its_key_is_kept_as_those_of_pictures_are(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor]
) -> None:
    _case_id, bundle = _made(kit, make, house, people[0])
    with kit.reading() as db:
        needed = db.query(Artifact).filter(ARTIFACTS.needs(kit.now)).all()
    assert _artifact(kit, bundle).id in {one.id for one in needed}
    found = reconcile(kit.runtime)
    assert (found.orphans, found.missing) == (0, 0)


def test_nothing_plain_is_stored(
    kit: "Kit", make: "Make", house: "House", people: tuple[Actor, Actor], tmp_path: Path
) -> None:
    _made(kit, make, house, people[0])
    for name in kit.objects.list_names():
        stored = kit.objects.get(name)
        assert PERSON.surname.encode() not in stored
        assert b"PK\x03\x04" not in stored
    for file in (one for one in tmp_path.rglob("*") if one.is_file()):
        content = file.read_bytes()
        assert b"data.json" not in content
        assert b"PK\x03\x04" not in content


def _deaths(tmp_path: Path, url: str, blows_at: int) -> tuple["Kit", Fuse, str, str]:
    from tests.core.kit import Make  # noqa: PLC0415 - a fixture would share the fuse

    fuse = Fuse()
    kit = open_kit(tmp_path, url, FusedObjects(fuse))
    house, make = open_house(kit, tmp_path, Outbox()), Make(kit)
    with kit.transaction() as db:
        officer = Actor("staff", make.staff(db, Role.PRIVACY).id)
    case = _case(kit, make)
    bundle = _ask_for(kit, _asked(kit, case), officer)
    jobs = [job.id for job in kit.all(OwedJob, OwedJob.subject_id == bundle)]
    kit.woken.clear()
    fuse.steps, fuse.blows_at = 0, blows_at
    arm(kit, fuse)
    try:
        run(house, jobs[0])
    except Killed:
        kit.woken.clear()
    fuse.blows_at = 0
    return kit, fuse, case, bundle


@pytest.fixture
def fresh(sqlite_template: Path, tmp_path: Path) -> Callable[[int], tuple[Path, str]]:
    """A directory and database of its own for each death."""

    def made(number: int) -> tuple[Path, str]:
        directory = tmp_path / str(number)
        directory.mkdir()
        (directory / "kyc.db").write_bytes(sqlite_template.read_bytes())
        return directory, f"sqlite:///{directory / 'kyc.db'}"

    return made


def test_a_worker_that_dies_anywhere_leaves_nothing_readable_and_the_bundle_is_made(
    fresh: Callable[[int], tuple[Path, str]],
) -> None:
    """At each commit and each write, before and after it."""
    steps = 1
    number = 0
    while number < steps:
        number += 1
        directory, url = fresh(number)
        kit, fuse, case, bundle = _deaths(directory, url, number)
        steps = max(steps, fuse.steps + (1 if fuse.steps == number else 0))
        with kit.reading() as db:
            assert fetchable(db, case, kit.now) == []
        for name in kit.objects.list_names():
            assert PERSON.surname.encode() not in kit.objects.get(name)
        house = open_house(kit, directory, Outbox())
        kit.later(minutes=5)
        _work(kit, house)
        assert kit.get(Bundle, bundle).made_at is not None
        kit.later(hours=2)
        purge(house)
        live = (Artifact.session_id == case, Artifact.stage == Stage.BUNDLE)
        (left,) = kit.all(Artifact, *live, Artifact.wrapped_key.is_not(None))
        assert left.id == kit.get(Bundle, bundle).artifact_id
        names = {one.object_name for one in kit.all(Artifact, Artifact.wrapped_key.is_not(None))}
        assert {n for n in kit.objects.list_names() if n.startswith("sealed/")} == names
        kit.engine.dispose()
        if number > 60:
            raise AssertionError("the job has no end")
    assert number >= 8
