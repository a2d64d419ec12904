"""Owns the promise that no flow comes into force by one person alone."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from kyc.access import Role
from kyc.audit import OPERATOR, Actor
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.flows import flow_in_force
from kyc.flows.changing import approve, proposal, propose, refuse, versions, withdraw
from kyc.models import FlowVersion
from kyc.policy.flow import FlowError, make_flow, shipped_flow
from kyc.policy.flow_difference import differences
from tests.core.databases import ON_SQLITE
from tests.core.kit import race
from tests.core.test_flow import changed, shipped

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

BALTIC = ["EE", "LV", "LT"]


@pytest.fixture
def people(kit: "Kit", make: "Make") -> tuple[Actor, Actor]:
    """Two administrators."""
    with kit.transaction() as db:
        first, second = (make.staff(db, Role.ADMINISTRATOR).id for _ in range(2))
    return Actor("staff", first), Actor("staff", second)


def _propose(kit: "Kit", by: Actor, countries: list[str] = BALTIC) -> int:
    with kit.transaction() as db:
        return propose(db, changed("countries", countries), by=by, now=kit.now).version


def _do(kit: "Kit", act: Any, version: int, by: Actor) -> None:
    with kit.transaction() as db:
        act(db, "standard", version, by=by, now=kit.now)


def _state(kit: "Kit", version: int = 2) -> str:
    return kit.get(FlowVersion, ("standard", version)).state


def _in_force(kit: "Kit") -> int:
    with kit.reading() as db:
        return flow_in_force(db).version


def test_another_administrator_puts_it_into_force(kit: "Kit", people: tuple[Actor, Actor]) -> None:
    version = _propose(kit, people[0])
    assert (version, _state(kit), _in_force(kit)) == (2, "proposed", 1)
    _do(kit, approve, version, people[1])
    row = kit.get(FlowVersion, ("standard", 2))
    assert (row.state, row.approved_by, row.in_force_from) == ("approved", people[1].id, kit.now)
    assert _in_force(kit) == 2
    assert kit.actions()[-2:] == ["staff:flow:proposed", "staff:flow:approved"]


@pytest.mark.parametrize("act", [approve, refuse])
def test_nobody_decides_on_their_own_proposal(
    kit: "Kit", people: tuple[Actor, Actor], act: Any
) -> None:
    version = _propose(kit, people[0])
    with pytest.raises(ConflictError, match="invite one under People"):
        _do(kit, act, version, people[0])
    assert (_state(kit), _in_force(kit)) == ("proposed", 1)


@pytest.mark.parametrize(
    ("day", "state"), [(datetime(2027, 7, 9, 23, tzinfo=UTC), "proposed"),
                       (datetime(2027, 7, 10, tzinfo=UTC), "approved")],
)  # fmt: skip
def test_no_profile_comes_into_force_before_its_law(
    kit: "Kit", people: tuple[Actor, Actor], day: datetime, state: str
) -> None:
    raw = {**shipped(), "redaction_profile": "aml", "statute": "Regulation (EU) 2024/1624 Art. 77"}
    with kit.transaction() as db:
        version = propose(db, raw, by=people[0], now=day).version
    with suppress(ConflictError), kit.transaction() as db:
        approve(db, "standard", version, by=people[1], now=day)
    assert _state(kit) == state


def test_it_is_told_when_the_law_of_a_profile_begins(
    kit: "Kit", people: tuple[Actor, Actor]
) -> None:
    raw = {**shipped(), "redaction_profile": "aml", "statute": "Regulation (EU) 2024/1624 Art. 77"}
    early = datetime(2026, 11, 1, tzinfo=UTC)
    with kit.transaction() as db:
        version = propose(db, raw, by=people[0], now=early).version
    with pytest.raises(ConflictError, match="2027-07-10"), kit.transaction() as db:
        approve(db, "standard", version, by=people[1], now=early)


def test_it_is_withdrawn_by_who_proposed_it_and_by_nobody_else(
    kit: "Kit", people: tuple[Actor, Actor]
) -> None:
    version = _propose(kit, people[0])
    with pytest.raises(ConflictError, match="somebody else proposed it"):
        _do(kit, withdraw, version, people[1])
    _do(kit, withdraw, version, people[0])
    assert _state(kit) == "withdrawn"
    assert kit.actions()[-1] == "staff:flow:withdrawn"


def test_it_is_refused_by_another(kit: "Kit", people: tuple[Actor, Actor]) -> None:
    version = _propose(kit, people[0])
    _do(kit, refuse, version, people[1])
    assert (_state(kit), _in_force(kit)) == ("refused", 1)
    assert kit.actions()[-1] == "staff:flow:refused"


@pytest.mark.parametrize("end", [approve, refuse, withdraw])
@pytest.mark.parametrize("again", [approve, refuse, withdraw])
@ON_SQLITE
def test_what_has_ended_is_not_decided_again(
    kit: "Kit", people: tuple[Actor, Actor], end: Any, again: Any
) -> None:
    version = _propose(kit, people[0])
    _do(kit, end, version, people[0] if end is withdraw else people[1])
    state = _state(kit)
    with pytest.raises(ConflictError, match="already"):
        _do(kit, again, version, people[0] if again is withdraw else people[1])
    assert _state(kit) == state


def test_one_proposal_waits_at_a_time(kit: "Kit", people: tuple[Actor, Actor]) -> None:
    _propose(kit, people[0])
    with pytest.raises(ConflictError, match="version 2 waits for approval"):
        _propose(kit, people[1], ["EE"])


def test_one_of_two_that_propose_at_once_does(kit: "Kit", people: tuple[Actor, Actor]) -> None:
    results = race(2, lambda n: _propose(kit, people[n], [["EE"], ["LV"]][n]))
    assert sorted(str(isinstance(result, ConflictError)) for result in results) == ["False", "True"]


def test_one_of_two_that_approve_at_once_does(
    kit: "Kit", make: "Make", people: tuple[Actor, Actor]
) -> None:
    with kit.transaction() as db:
        third = Actor("staff", make.staff(db, Role.ADMINISTRATOR).id)
    version, approvers = _propose(kit, people[0]), (people[1], third)
    results = race(2, lambda n: _do(kit, approve, version, approvers[n]))
    assert sum(isinstance(result, ConflictError) for result in results) == 1
    assert kit.actions().count("staff:flow:approved") == 1


def test_what_is_in_force_already_is_no_proposal(kit: "Kit") -> None:
    with kit.transaction() as db, pytest.raises(ConflictError, match="nothing is changed"):
        propose(db, shipped(), by=OPERATOR, now=kit.now)


def test_a_flow_keeps_its_name(kit: "Kit") -> None:
    with kit.transaction() as db, pytest.raises(InvalidInputError, match="keeps its name"):
        propose(db, changed("name", "other"), by=OPERATOR, now=kit.now)


def test_what_is_wrong_is_not_kept(kit: "Kit") -> None:
    with kit.transaction() as db, pytest.raises(FlowError):
        propose(db, changed("documents", []), by=OPERATOR, now=kit.now)
    with kit.reading() as db:
        assert proposal(db, "standard") is None


def test_the_command_line_proposes_and_an_administrator_approves(
    kit: "Kit", people: tuple[Actor, Actor]
) -> None:
    version = _propose(kit, OPERATOR)
    assert kit.actions()[-1] == "operator:flow:proposed"
    _do(kit, approve, version, people[0])
    assert _in_force(kit) == 2


def test_what_does_not_exist_is_not_decided(kit: "Kit", people: tuple[Actor, Actor]) -> None:
    with pytest.raises(NotFoundError):
        _do(kit, approve, 9, people[0])


def test_numbers_go_on_after_a_refusal(kit: "Kit", people: tuple[Actor, Actor]) -> None:
    _do(kit, refuse, _propose(kit, people[0]), people[1])
    assert _propose(kit, people[0]) == 3
    with kit.reading() as db:
        assert [row.version for row in versions(db, "standard")] == [3, 2, 1]


def test_differences_name_what_changes() -> None:
    raw = changed("countries", BALTIC)
    raw["checklist"][0]["text"] = "The document is on our list"
    raw["retention"]["approved"] |= {"years": 1}
    del raw["retention"]["approved"]["days"]
    told = {d.field: (d.before, d.after) for d in differences(shipped_flow(), make_flow(raw, 2))}
    assert told == {
        "checklist.document_allowed": (
            "The document type is allowed",
            "The document is on our list",
        ),
        "countries": ("", "EE, LV, LT"),
        "retention.approved.days": ("180", ""),
        "retention.approved.years": ("", "1"),
    }
    assert differences(shipped_flow(), shipped_flow()) == []
