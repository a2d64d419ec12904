"""Owns the promise that a session ends under the version of the flow that it began under."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, update

from kyc.errors import ConfigurationError
from kyc.flows import came_into_force, check_at_start, flow_in_force, flow_of, require_flows
from kyc.models import Artifact, FlowVersion, VerificationSession
from kyc.policy.flow import shipped_flow
from kyc.retention.expiring import expire_overdue
from tests.core.kit import open_kit
from tests.core.test_flow import changed

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make


def approve(kit: "Kit", make: "Make", path: str, value: object) -> None:
    """A further version of the shipped flow, in force from now on."""
    with kit.transaction() as db:
        came_into_force(make.flow(db, changed(path, value)), "console", kit.now)


def test_a_migrated_database_has_the_shipped_flow_in_force(kit: "Kit") -> None:
    with kit.reading() as db:
        assert flow_in_force(db) == shipped_flow()


def test_a_session_ends_under_the_version_that_it_began_under(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        before = make.session(db).id
    approve(kit, make, "countries", ["EE"])
    with kit.transaction() as db:
        after = make.session(db).id
    with kit.reading() as db:
        assert flow_of(db, db.get_one(VerificationSession, before)) == shipped_flow()
        assert flow_of(db, db.get_one(VerificationSession, after)).countries == {"EE"}


def test_a_proposal_is_not_in_force(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        make.flow(db, changed("countries", ["EE"]))
    with kit.reading() as db:
        assert flow_in_force(db).version == 1


def test_clocks_go_by_the_flow_of_the_case(kit: "Kit", make: "Make") -> None:
    approve(kit, make, "retention.abandoned.days", 3)
    with kit.transaction() as db:
        artifact = make.artifact(db, make.upload(db, make.ready(db)), rule="abandoned").id
    assert kit.get(Artifact, artifact).destroy_at == kit.now + timedelta(days=3)


def test_each_case_waits_for_as_long_as_its_flow_says(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        make.waiting(db)
    approve(kit, make, "retention.undecided.days", 10)
    with kit.transaction() as db:
        make.waiting(db)
    for days, expired in ((10, 1), (80, 1)):
        kit.later(days=days)
        with kit.transaction() as db:
            assert expire_overdue(db, kit.now) == expired


def test_a_database_without_a_flow_is_told_what_to_do(kit: "Kit") -> None:
    with kit.reading() as db, pytest.raises(ConfigurationError, match="kyc db upgrade"):
        flow_in_force(db, "other")


def test_the_service_does_not_start_while_a_rule_is_missing(file_kit: "Kit") -> None:
    flow = shipped_flow()
    with file_kit.transaction() as db:
        body = flow.body.replace('"rejected":{', '"forgotten":{', 1)
        db.execute(update(FlowVersion).values(body=body))
    with (
        file_kit.reading() as db,
        pytest.raises(ConfigurationError, match=r"retention\.rejected: it is missing"),
    ):
        require_flows(db)


def test_the_service_starts_with_the_shipped_flow(kit: "Kit") -> None:
    with kit.reading() as db:
        require_flows(db)


def test_the_service_does_not_start_without_a_flow(file_kit: "Kit") -> None:
    with file_kit.transaction() as db:
        db.execute(delete(FlowVersion))
    with file_kit.reading() as db, pytest.raises(ConfigurationError, match="no flow"):
        require_flows(db)


def test_a_process_does_not_start_over_a_flow_that_lacks_a_rule(file_kit: "Kit") -> None:
    with file_kit.transaction() as db:
        body = shipped_flow().body.replace('"approved":{', '"forgotten":{', 1)
        db.execute(update(FlowVersion).values(body=body))
    with pytest.raises(ConfigurationError, match=r"retention\.approved: it is missing"):
        check_at_start(file_kit.reading)


def test_a_process_starts_while_the_database_is_away(tmp_path: Path) -> None:
    nowhere = open_kit(tmp_path, f"sqlite:///{tmp_path / 'no' / 'such' / 'directory.db'}")
    check_at_start(nowhere.reading)
