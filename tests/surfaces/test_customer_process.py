"""Owns that the process that serves customers cannot open what it stored: real SQLite, real S3."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from kyc.evidence import open_artifact, open_as_customer
from kyc.fields import read_details
from kyc.intake.links import view_of_browser
from kyc.lifecycle import Stage
from kyc.models import Artifact, CustomerBrowser, CustomerView, Upload, VerificationSession
from kyc.runtime import Runtime, open_runtime
from kyc.viewing import private_half_of, see
from storage.boxes import Boxes, PrivateHalf, pair_of_token
from storage.errors import SealOnlyError, WrongKeyError
from storage.keys import (
    WrappedKey,
    access_context,
    artifact_context,
    fields_context,
    shown_context,
    typed_context,
    unwrap_with,
    view_context,
)
from tests.surfaces.two_machines import Person, TwoMachines, await_start, serve_customers, set_up
from tests.web.pictures import picture, redacted

if TYPE_CHECKING:
    from tests.conftest import S3Server

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("s3")]


@dataclass(frozen=True)
class Story:
    """Two customers on the machine: one whose picture was redacted, one whose was not yet."""

    machines: TwoMachines
    first: Person
    second: Person
    page: str


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, s3_server: "S3Server") -> Iterator[Story]:
    directory = tmp_path_factory.mktemp("two-machines")
    machines = set_up(directory, _variables(s3_server))
    process = serve_customers(machines, directory / "log")
    try:
        await_start(process, machines, directory / "log")
        yield _play(machines)
    finally:
        process.terminate()
        process.wait(20)
        machines.runtime.engine.dispose()


def _play(machines: TwoMachines) -> Story:
    first, second = Person(machines.port), Person(machines.port)
    first.begins("Salamander")
    second.begins("Axolotl")
    for person in (first, second):
        status, _page = person.send("/verify/item/document_front", picture())
        assert status == 200
        if person is first:
            machines.work()
    with machines.runtime.reading() as db:
        upload = db.scalars(select(Upload).order_by(Upload.created_at)).first()
    assert upload is not None
    return Story(machines, first, second, f"/verify/uploads/{upload.id}")


def test_it_has_no_key_store_and_makes_none(story: Story) -> None:
    names = {path.name for path in (story.machines.machine / "keys").iterdir()}
    assert names == {"lookup.key", "web.key"}


def test_the_customer_sees_their_covered_picture_and_details_again(story: Story) -> None:
    status, image = story.first.get(f"{story.page}/image")
    assert (status, image) == (200, redacted().jpeg)
    assert b'value="Salamander"' in story.first.get("/verify/details")[1]


def test_the_customer_covers_more_and_sees_that(story: Story) -> None:
    before = story.first.get(f"{story.page}/image")[1]
    boxes = b'{"boxes": [{"x": 10, "y": 10, "width": 80, "height": 40}]}'
    assert story.first.cover(story.page, boxes)[0] == 200
    status, after = story.first.get(f"{story.page}/image")
    assert status == 200
    assert after != before
    story.machines.work(redacting=False)  # a worker takes the new version over
    assert story.first.get(f"{story.page}/image") == (200, after)
    with story.machines.runtime.reading() as db:
        upload = db.get_one(Upload, story.page.rsplit("/", 1)[1])
        artifact = db.get_one(Artifact, upload.artifact_id)
        assert open_artifact(story.machines.runtime.vault, artifact) == after


def test_another_customer_is_shown_nothing_of_it(story: Story) -> None:
    assert story.second.get(f"{story.page}/image")[0] == 404


def test_staff_pages_are_not_there(story: Story) -> None:
    for path in ("/staff/", "/staff/sign-in", "/staff/queue", "/staff/audit"):
        assert story.first.get(path)[0] == 404


def test_its_own_program_cannot_open_what_it_stored(story: Story) -> None:
    runtime = _machine(story)
    with runtime.reading() as db:
        artifacts = db.scalars(select(Artifact).where(Artifact.wrapped_key.is_not(None))).all()
        sessions = db.scalars(select(VerificationSession)).all()
        assert {artifact.stage for artifact in artifacts} == {Stage.RAW, Stage.REVIEW}
        for artifact in artifacts:
            with pytest.raises(SealOnlyError):
                open_artifact(runtime.vault, artifact)
        for session in sessions:
            with pytest.raises(SealOnlyError):
                read_details(runtime.vault, session)
            with pytest.raises(SealOnlyError):
                private_half_of(db, runtime.vault, session.id)
    runtime.engine.dispose()


def test_no_secret_within_its_reach_opens_anything(story: Story) -> None:
    """Every value in settings, files, database and objects' heads is tried as every kind of key."""
    machine = _machine(story)
    tried = _opened_with(machine, _secrets(story, machine))
    assert tried.count > 500
    assert tried.opened == []
    machine.engine.dispose()


def test_the_trial_does_open_what_is_the_workers(story: Story) -> None:
    """So that the test above could fail: the key files of the worker are added to the heap."""
    machine = _machine(story)
    keys = story.machines.runtime.vault.keys
    epochs = [keys._private(epoch).secret for epoch in keys.epochs()]  # type: ignore[attr-defined]  # the worker's ring
    files = story.machines.runtime.settings.kek_dir.glob("*.key")
    epochs += [bytes.fromhex(path.read_text().split()[2]) for path in files]
    assert len(_opened_with(machine, epochs).opened) >= 6
    machine.engine.dispose()


def test_a_customers_secret_opens_their_own_and_nobody_elses(story: Story) -> None:
    machine = _machine(story)
    vault, token = machine.vault, story.first.secret
    with machine.reading() as db:
        upload = db.get_one(Upload, story.page.rsplit("/", 1)[1])
        view = view_of_browser(db, vault.boxes, machine.lookup, token)
        assert view is not None
        own = db.get_one(Artifact, upload.artifact_id)
        assert open_as_customer(vault, own, view)[:2] == b"\xff\xd8"
        others = db.scalars(
            select(CustomerView).where(CustomerView.session_id != upload.session_id)
        ).all()
        assert others
        for other in others:
            with pytest.raises(WrongKeyError):
                see(db, vault, view, other.session_id, "details")
        for browser in db.scalars(select(CustomerBrowser)):
            if browser.session_id != upload.session_id:
                with pytest.raises(WrongKeyError):
                    vault.boxes.open(
                        pair_of_token(token),
                        browser.session_id,
                        access_context(browser.session_id),
                        browser.view_grant,
                    )
    machine.engine.dispose()


def test_the_secret_is_in_no_row_file_or_object(story: Story) -> None:
    machine, token = _machine(story), story.first.secret.encode()
    heap = b"\n".join(_values(machine)) + b"".join(_files(story))
    assert token not in heap
    machine.engine.dispose()


@dataclass
class Trial:
    count: int
    opened: list[str]


def _opened_with(machine: Runtime, secrets: list[bytes]) -> Trial:
    """Each secret as an epoch key, a private half and a token's text, on each sealed value."""
    trial = Trial(0, [])
    boxes = machine.vault.boxes
    halves = [PrivateHalf(secret[:32]) for secret in secrets if len(secret) >= 32]
    halves += [pair_of_token(secret.decode("latin-1")) for secret in secrets]
    for name, context, epoch, blob in _sealed_values(machine):
        for half in halves:
            trial.count += 1
            if _opens(boxes, half, epoch, context, blob):
                trial.opened.append(name)
        for secret in secrets:
            trial.count += 1
            if len(secret) == 32 and _unwraps(secret, epoch, context, blob):
                trial.opened.append(name)
    return trial


def _opens(boxes: Boxes, half: PrivateHalf, recipient: str, context: bytes, blob: bytes) -> bool:
    try:
        boxes.open(half, recipient, context, blob)
    except WrongKeyError:
        return False
    return True


def _unwraps(secret: bytes, epoch: str, context: bytes, blob: bytes) -> bool:
    try:
        unwrap_with(secret, WrappedKey(epoch, blob), context)
    except WrongKeyError:
        return False
    return True


def _sealed_values(machine: Runtime) -> Iterator[tuple[str, bytes, str, bytes]]:
    """What is sealed in the database, with the context it was sealed for."""
    with machine.reading() as db:
        for row in db.scalars(select(Artifact).where(Artifact.wrapped_key.is_not(None))):
            context = artifact_context(row.session_id, row.id)
            yield f"key of {row.stage}", context, row.key_epoch, row.wrapped_key or b""
            if row.view_key:
                shown = shown_context(row.session_id, row.id)
                yield f"view key of {row.stage}", shown, row.session_id, row.view_key
        for session in db.scalars(select(VerificationSession)):
            named = session.field_key or b"", session.details or b""
            yield "field key", fields_context(session.id), session.field_key_epoch, named[0]
            typed = typed_context(session.id, "details")
            yield "details", typed, session.field_key_epoch, named[1]
        for view in db.scalars(select(CustomerView)):
            context = view_context(view.session_id)
            yield "view", context, view.key_epoch, view.wrapped_key
        for browser in db.scalars(select(CustomerBrowser)):
            context = access_context(browser.session_id)
            yield "grant", context, browser.session_id, browser.view_grant


def _secrets(story: Story, machine: Runtime) -> list[bytes]:
    values = {value for value in _values(machine) if len(value) <= 200}
    values |= {content for file in _files(story) for content in (file, file.strip())}
    values |= {value.encode() for value in story.machines.variables.values()}
    values |= {machine.lookup.key, machine.lookup.box_key()}
    for name in machine.vault.names():
        head = machine.vault._objects.get(name)[:73]
        values |= {head, head[9:41], head[41:]}
    for value in list(values):
        if len(value) in {64, 65} and value.strip().isalnum():
            try:
                values.add(bytes.fromhex(value.decode()))
            except ValueError:
                continue
    return sorted(values)


def _values(machine: Runtime) -> list[bytes]:
    with machine.engine.connect() as connection:
        names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        rows = [
            value
            for name in list(names)
            for row in connection.execute(text(f'SELECT * FROM "{name}"'))  # noqa: S608 - our tables
            for value in row
        ]
    return [value if isinstance(value, bytes) else str(value).encode() for value in rows]


def _files(story: Story) -> list[bytes]:
    return [path.read_bytes() for path in story.machines.machine.rglob("*") if path.is_file()]


def _machine(story: Story) -> Runtime:
    return open_runtime(story.machines.machine_settings())


def _variables(server: "S3Server") -> dict[str, str]:
    return {
        "S3_ENDPOINT_URL": server.endpoint_url,
        "S3_BUCKET": server.fresh_bucket(),
        "S3_REGION": server.region,
        "S3_ACCESS_KEY": server.access_key,
        "S3_SECRET_KEY": server.secret_key,
    }
