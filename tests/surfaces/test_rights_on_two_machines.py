"""Owns that rights work where customers are served by a machine that can open nothing."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from kyc.audit import Actor
from kyc.desk.corrections import accept, corrections_of
from kyc.desk.requests import Reply, answer, case_of
from kyc.desk.words import open_words
from kyc.models import CorrectionItem, PrivacyRequest, new_id
from kyc.policy.rights import Right
from kyc.runtime import open_runtime
from storage.errors import SealOnlyError
from tests.surfaces.two_machines import Person, TwoMachines, await_start, serve_customers, set_up
from tests.workers.hands import Outbox

if TYPE_CHECKING:
    from tests.conftest import S3Server

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("s3")]

RIGHTS_PAGE = "/verify/rights"
SAID = "The gecko was my grandmother."
ANSWER = "We looked into it and agree, Liisi."


@pytest.fixture
def machines(
    tmp_path_factory: pytest.TempPathFactory, s3_server: "S3Server"
) -> Iterator[TwoMachines]:
    directory = tmp_path_factory.mktemp("rights")
    found = set_up(
        directory,
        {
            "S3_ENDPOINT_URL": s3_server.endpoint_url,
            "S3_ACCESS_KEY": s3_server.access_key,
            "S3_SECRET_KEY": s3_server.secret_key,
            "S3_BUCKET": s3_server.fresh_bucket(),
            "S3_REGION": s3_server.region,
        },
    )
    process = serve_customers(found, directory / "log")
    try:
        await_start(process, found, directory / "log")
        yield found
    finally:
        process.terminate()
        process.wait(20)
        found.runtime.engine.dispose()


def _proven(machines: TwoMachines) -> Person:
    person = Person(machines.port)
    person.begins("Salamander")
    machines.work()
    token = person.token(RIGHTS_PAGE)
    assert person.submit(f"{RIGHTS_PAGE}/code", token)[0] == 200
    machines.work()
    post = machines.house.post
    assert isinstance(post, Outbox)
    (code,) = re.findall(r"\b\d{8}\b", post.letters[-1][0].body)
    person.submit(f"{RIGHTS_PAGE}/prove", person.token(RIGHTS_PAGE), code=code)
    return person


def _asks(person: Person, right: Right, **fields: str) -> None:
    status, page = person.post(f"{RIGHTS_PAGE}/ask/{right}", words=SAID, **fields)
    assert status == 200, page
    assert SAID in page.decode()


def test_a_customer_asks_where_nothing_opens_and_reads_the_answer_there(
    machines: TwoMachines,
) -> None:
    person = _proven(machines)
    _asks(person, Right.OBJECTION)
    _asks(
        person,
        Right.CORRECTION,
        surname="Gecko",
        given_names="Liisi",
        email="salamander@example.com",
        phone="+37251234567",
        date_of_birth="1990-04-12",
        nationality="EE",
        residence="EE",
    )
    _cannot_be_read_there(machines)
    machines.work()
    _answered(machines)
    page = person.get(RIGHTS_PAGE)[1].decode()
    assert ANSWER in page
    assert "Gecko" in page
    assert 'value="Gecko"' in person.get(f"{RIGHTS_PAGE}/ask/correction")[1].decode()


def _cannot_be_read_there(machines: TwoMachines) -> None:
    machine = open_runtime(machines.machine_settings())
    with machine.reading() as db:
        for request in db.scalars(select(PrivacyRequest)):
            assert request.words is not None
            with pytest.raises(SealOnlyError):
                open_words(machine.vault, request, "words", request.words)
            session = case_of(db, request)
            assert session is not None
            if request.kind == Right.CORRECTION:
                with pytest.raises(SealOnlyError):
                    corrections_of(db, machine.vault, session, request.id)
    machine.engine.dispose()


def _answered(machines: TwoMachines) -> None:
    runtime, by = machines.runtime, Actor("staff", new_id("usr"))
    tools, now = (runtime.vault, runtime.lookup), runtime.now()
    with runtime.transaction() as db:
        for item_id in db.scalars(select(CorrectionItem.id)).all():
            accept(db, *tools, item_id, by=by, now=now)
        for request in db.scalars(select(PrivacyRequest)).all():
            assert open_words(runtime.vault, request, "words", request.words) == SAID
            answer(db, runtime.vault, request.id, Reply(ANSWER), by=by, now=now)
