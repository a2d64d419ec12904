"""Owns the rules of four-eyes: when a second person must look, and that the draw is fair."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.errors import ConfigurationError
from kyc.policy.four_eyes import CaseFacts, FourEyes, Mode, draw, needs_second

PLAIN = CaseFacts(is_rejected=False, attempt=1, country="EE")
EVERY_RULE = FourEyes(
    Mode.BY_RULE,
    final_rejection=True,
    third_attempt=True,
    possible_duplicate=True,
    countries=frozenset({"LV"}),
    flagged=True,
)
RULES: dict[str, dict[str, Any]] = {
    "final_rejection": {"is_rejected": True},
    "third_attempt": {"attempt": 3},
    "possible_duplicate": {"is_possible_duplicate": True},
    "countries": {"country": "LV"},
    "flagged": {"is_flagged": True},
}
CASES = st.builds(
    CaseFacts,
    is_rejected=st.booleans(),
    attempt=st.integers(1, 9),
    country=st.sampled_from(["EE", "LV", ""]),
    is_possible_duplicate=st.booleans(),
    is_flagged=st.booleans(),
)


@given(CASES, st.integers(0, 9_999))
def test_off_never_asks_and_always_always_does(case: CaseFacts, drawn: int) -> None:
    assert not needs_second(FourEyes(), case, drawn)
    assert needs_second(FourEyes(Mode.ALWAYS), case, drawn)


@given(st.integers(1, 100), CASES)
def test_so_many_of_all_draws_are_sampled(percent: int, case: CaseFacts) -> None:
    sampled = FourEyes(Mode.SAMPLED, percent=percent)
    last = percent * 100
    assert needs_second(sampled, case, last - 1)
    if percent < 100:
        assert not needs_second(sampled, case, last)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_asks_for_its_own_case_and_for_no_other(rule: str) -> None:
    case = replace(PLAIN, **RULES[rule])
    assert needs_second(EVERY_RULE, case, 9_999)
    off: Any = frozenset() if rule == "countries" else False
    assert not needs_second(replace(EVERY_RULE, **{rule: off}), case, 9_999)


def test_no_rule_asks_for_a_plain_case() -> None:
    assert not needs_second(EVERY_RULE, PLAIN, 0)
    assert not needs_second(EVERY_RULE, replace(PLAIN, attempt=2), 0)


def test_what_no_rule_caught_may_be_sampled_too() -> None:
    both = replace(EVERY_RULE, percent=10)
    assert needs_second(both, PLAIN, 999)
    assert not needs_second(both, PLAIN, 1_000)


def test_the_draw_is_the_same_whoever_asks_and_another_for_each_attempt() -> None:
    drawn = [draw(b"k" * 32, "vs_1", attempt) for attempt in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert draw(b"j" * 32, "vs_1", 1) != drawn[0]


def test_about_as_many_are_drawn_as_were_asked_for() -> None:
    sampled = FourEyes(Mode.SAMPLED, percent=20)
    found = sum(needs_second(sampled, PLAIN, draw(b"k" * 32, f"vs_{n}", 1)) for n in range(5_000))
    assert 900 < found < 1_100  # four standard deviations are 113


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"percent": 101}, "between 0 and 100"),
        ({"percent": -1}, "between 0 and 100"),
        ({"mode": Mode.SAMPLED}, "percent must be set"),
        ({"mode": Mode.BY_RULE}, "at least one rule"),
    ],
)
def test_what_cannot_be_meant_is_refused(values: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(told)):
        FourEyes(**values)
