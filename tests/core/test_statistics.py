"""Owns the figures: what is counted, from when on, and agreement beyond chance."""

from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.access import Role
from kyc.origins import HONEY
from kyc.policy.agreement import agreement_of, cohens_kappa
from kyc.review.statistics import Figures, figures
from tests.core.kit import START

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

OUTCOMES = st.sampled_from(["approve", "request_input", "reject"])
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def _figures(kit: "Kit", zone: str = "UTC") -> Figures:
    with kit.reading() as db:
        return figures(db, kit.now - timedelta(days=7), kit.now, ZoneInfo(zone))


def test_kappa_is_as_in_a_worked_example() -> None:
    """Fifty cases: 20 and 15 alike, 5 and 10 not; po = 0.7, pe = 0.5."""
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10
    pairs += [("no", "no")] * 15
    assert cohens_kappa(pairs) == pytest.approx(0.4)
    found = agreement_of(pairs)
    assert (found.pairs, found.same, found.percent) == (50, 35, 70)


@given(st.lists(st.tuples(OUTCOMES, OUTCOMES), min_size=1))
def test_kappa_is_one_only_for_full_agreement_and_never_more(pairs: list[tuple[str, str]]) -> None:
    kappa = cohens_kappa(pairs)
    if kappa is None:
        assert len({outcome for pair in pairs for outcome in pair}) == 1
        return
    assert kappa <= 1
    assert (kappa == pytest.approx(1)) == all(one == other for one, other in pairs)


@given(st.lists(st.tuples(OUTCOMES, OUTCOMES)))
def test_kappa_is_the_same_whoever_was_first(pairs: list[tuple[str, str]]) -> None:
    turned = cohens_kappa([(other, one) for one, other in pairs])
    assert turned == pytest.approx(cohens_kappa(pairs)) or turned is None


def test_without_pairs_there_is_no_agreement_to_speak_of() -> None:
    found = agreement_of([])
    assert (found.pairs, found.percent, found.kappa) == (0, None, None)


def test_an_empty_database_has_empty_figures(kit: "Kit") -> None:
    found = _figures(kit)
    assert found.outcomes == {"approve": 0, "request_input": 0, "reject": 0}
    assert (found.reasons, found.roles, list(found.ageing)) == ({}, [], [0] * 5)
    assert [hour.cases for hour in found.waiting] == [0] * 24


def test_decisions_and_reasons_are_counted_within_the_span(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        person = make.staff(db)
        for days, outcome, reasons in (
            (1, "reject", ["document_expired", "other"]),
            (2, "request_input", ["document_expired"]),
            (8, "reject", ["other"]),
        ):
            at = kit.now - timedelta(days=days)
            make.decision(db, make.queued(db), person, outcome=outcome, reasons=reasons, at=at)
    found = _figures(kit)
    assert found.outcomes == {"approve": 0, "request_input": 1, "reject": 1}
    assert list(found.reasons.items()) == [("document_expired", 2), ("other", 1)]


def test_waiting_is_counted_by_the_hour_in_the_zone_of_the_house(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        person = make.staff(db)
        for minutes in (10, 20, 60):
            sent = START.replace(hour=9)
            claimed = sent + minutes * MINUTE
            times = {"waiting_since": sent, "claimed_at": claimed, "at": claimed + MINUTE}
            make.verdict(db, make.queued(db), person, **times)
    hour = _figures(kit, "Europe/Tallinn").waiting[11]
    assert (hour.cases, hour.median) == (3, 20 * MINUTE)
    assert START.tzinfo == UTC


def test_time_is_told_by_role_and_names_nobody(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        people = [make.staff(db, role) for role in (Role.REVIEWER, Role.REVIEWER, Role.SENIOR)]
        for person, minutes in zip(people, (2, 4, 7), strict=True):
            times = {"claimed_at": kit.now - minutes * MINUTE, "at": kit.now}
            make.verdict(db, make.queued(db), person, **times)
        make.verdict(db, make.queued(db), people[0], outcome="escalate", claimed_at=kit.now)
        make.verdict(db, make.queued(db), people[0], state="taken_back")
    found = {of.role: of for of in _figures(kit).roles}
    assert found["reviewer"].verdicts == 3
    assert (found["reviewer"].escalated, found["reviewer"].median) == (1, 2 * MINUTE)
    assert found["senior_reviewer"].median == 7 * MINUTE


def test_agreement_is_of_those_judged_twice(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        one, other, senior = make.staff(db), make.staff(db), make.staff(db, Role.SENIOR)
        for second in ("approve", "reject"):
            case = make.queued(db)
            make.verdict(db, case, one)
            make.verdict(db, case, other, seat="second", outcome=second)
        tie = make.queued(db)
        make.verdict(db, tie, one)
        make.verdict(db, tie, senior, seat="tie")
        make.verdict(db, make.queued(db), one)
    found = _figures(kit).agreement
    assert (found.pairs, found.same) == (2, 1)
    assert found.by_first == {"approve": (1, 2)}


def test_agreement_is_told_by_the_outcome_of_the_first_look() -> None:
    pairs = [("reject", "reject"), ("reject", "approve"), ("approve", "approve")]
    assert agreement_of(pairs).by_first == {"approve": (1, 1), "reject": (1, 2)}
    assert agreement_of([]).by_first == {}


def test_what_waits_is_counted_by_age(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        for hours in (0, 0.99, 1, 4, 23, 24, 71, 72, 200):
            make.queued(db, waiting_since=kit.now - hours * HOUR)
        make.queued(db, status="verified", waiting_since=None)
    assert list(_figures(kit).ageing) == [2, 1, 2, 2, 2]


def test_an_invented_case_is_in_no_figure(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        make.queued(db, origin=HONEY, review_lane="honey")
        make.queued(db)
    assert _figures(kit).ageing == [1, 0, 0, 0, 0]
