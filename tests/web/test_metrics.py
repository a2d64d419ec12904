"""Owns the promises of /metrics: for the collector alone, and about nobody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from kyc.audit import Actor
from kyc.desk.receiving import Entry, enter
from kyc.models import Artifact, new_id
from kyc.policy.rights import Right
from tests.web.world import World

TOKEN = "a-token-of-the-collector"


@pytest.fixture
def world(a_world: Callable[..., World]) -> World:
    return a_world(metrics_token=TOKEN)


def collect(world: World) -> dict[tuple[str, str], float]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = world.browser().client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    return {
        (sample.name, "".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_it_counts_cases_by_status(world: World) -> None:
    world.customer().submitted()
    found = collect(world)
    assert found["kyc_cases", "processing"] == 1
    assert found["kyc_cases", "verified"] == 0


def test_what_is_overdue_shows(world: World) -> None:
    world.customer().submitted()
    assert collect(world)["kyc_purge_overdue", ""] == 0
    with world.runtime.transaction() as db:
        db.execute(update(Artifact).values(destroy_at=world.clock() - timedelta(hours=1)))
    assert collect(world)["kyc_purge_overdue", ""] == 2


def test_a_log_that_nobody_signs_shows(world: World) -> None:
    assert collect(world)["kyc_audit_late", "signature"] == 0
    world.clock.passes(minutes=9)
    found = collect(world)
    assert found["kyc_audit_late", "signature"] == 1
    assert found["kyc_audit_unsigned_seconds", ""] > 300


@pytest.mark.parametrize("sent", ["", f"Bearer {TOKEN}x", "Bearer ", "Basic eDp5", "Bearer é"])
def test_it_is_unknown_to_others(world: World, sent: str) -> None:
    headers = {"Authorization": sent} if sent else {}
    assert world.browser().client.get("/metrics", headers=headers).status_code == 404


def test_it_is_unknown_where_no_token_is_set(a_world: Callable[..., World]) -> None:
    headers = {"Authorization": "Bearer "}
    assert a_world().browser().client.get("/metrics", headers=headers).status_code == 404


def test_requests_about_personal_data_that_wait_show(world: World) -> None:
    entry = Entry(Right.ACCESS, "", "What do you hold?", "In person", world.clock(), "en")
    with world.runtime.transaction() as db:
        enter(db, world.runtime.vault, entry, by=Actor("staff", new_id("usr")), now=world.clock())
    found = collect(world)
    assert found["kyc_requests_waiting", "unanswered"] == 1
    assert found["kyc_requests_waiting", "late"] == 0
    assert found["kyc_requests_open", "access"] == 1
    world.clock.passes(days=40)
    assert collect(world)["kyc_requests_waiting", "late"] == 1
