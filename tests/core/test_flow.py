"""Owns the promise that a flow is whole: what is missing or wrong in one is named."""

import copy
import re
from typing import Any

import pytest

from kyc.policy.flow import SHIPPED, FlowError, make_flow, parse_flow, read_toml, shipped_flow
from kyc.policy.flow_check import LANGUAGES
from kyc.policy.retention import CLOCKS, years_of
from kyc.web.languages import LANGUAGES as SPOKEN

TEXT = SHIPPED.read_text(encoding="utf-8")


def shipped() -> dict[str, Any]:
    return read_toml(TEXT)


def changed(path: str, value: object) -> dict[str, Any]:
    """The shipped flow with another value at `a.b.c`."""
    raw = copy.deepcopy(shipped())
    *way, last = path.split(".")
    table = raw
    for name in way:
        table = table[name]
    table[last] = value
    return raw


def problems(raw: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(FlowError) as error:
        make_flow(raw, 1)
    return {problem.field: problem.text for problem in error.value.problems}


def test_the_shipped_flow_is_whole() -> None:
    flow = shipped_flow()
    assert (flow.name, flow.version, flow.redaction_profile) == ("standard", 1, "contract")
    assert set(flow.retention) == set(CLOCKS)
    assert flow.accepts_country("EE")
    assert "statement_code" in flow.check_keys


def test_what_is_stored_is_read_back_as_the_same_flow() -> None:
    flow = shipped_flow()
    assert parse_flow(flow.body, 1) == flow
    assert re.fullmatch("[0-9a-f]{64}", flow.sha256)


def test_another_order_of_fields_is_the_same_flow_and_another_word_is_not() -> None:
    backwards = dict(reversed(shipped().items()))
    assert make_flow(backwards, 1).sha256 == shipped_flow().sha256
    assert make_flow(changed("countries", ["EE"]), 1).sha256 != shipped_flow().sha256


@pytest.mark.parametrize("field", sorted(shipped()))
def test_every_missing_field_is_named(field: str) -> None:
    raw = shipped()
    del raw[field]
    assert problems(raw) == {field: "it is missing"}


@pytest.mark.parametrize("name", CLOCKS)
def test_a_retention_rule_that_is_missing_is_named(name: str) -> None:
    raw = shipped()
    del raw["retention"][name]
    assert problems(raw) == {f"retention.{name}": "it is missing"}


def test_everything_that_is_wrong_is_named_at_once() -> None:
    raw = changed("documents", ["passport", "library_card"]) | {"colour": "red"}
    del raw["checklist"]
    assert list(problems(raw)) == ["checklist", "colour", "documents"]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("name", "Standard flow", "name"),
        ("documents", [], "documents"),
        ("documents", "passport", "documents"),
        ("documents", ["passport", "passport"], "documents"),
        ("countries", ["EU"], "countries"),
        ("countries", [7], "countries"),
        ("redaction_profile", "none", "redaction_profile"),
        ("statute", 7, "statute"),
        ("languages", ["en", "tlh"], "languages"),
        ("languages", [], "languages"),
        ("statement", [], "statement"),
        ("statement", ["Only for {business}", "{date}"], "statement"),
        ("statement", ["{business} {date} {code} {code}"], "statement"),
        ("statement", ["{business} {date} {code} {name}"], "statement"),
        ("statement", ["{business} {date} {code}", "x" * 61], "statement.2"),
        ("statement", ["{business} {date} {code}\nand more"], "statement.1"),
        ("checklist", [], "checklist"),
        ("checklist", [{"key": "readable"}], "checklist.1.text"),
        ("checklist", [{"key": "Read able", "text": "x"}], "checklist.1.key"),
        ("checklist", [{"key": "a", "text": " "}], "checklist.1.text"),
        ("checklist", [{"key": "a", "text": "x"}, {"key": "a", "text": "y"}], "checklist"),
        ("four_eyes", {"mode": "off"}, "four_eyes.percent"),
        ("four_eyes.mode", "sometimes", "four_eyes.mode"),
        ("four_eyes.percent", 101, "four_eyes.percent"),
        ("four_eyes.percent", True, "four_eyes.percent"),
        ("four_eyes.rules", ["a_feeling"], "four_eyes.rules"),
        ("four_eyes.countries", ["XX"], "four_eyes.countries"),
        ("four_eyes.mode", "by_rule", "four_eyes"),
        ("retention.raw", "one day", "retention.raw"),
        ("retention.raw.hours", 25, "retention.raw.hours"),
        ("retention.raw.hours", -1, "retention.raw.hours"),
        ("retention.raw.hours", "24", "retention.raw.hours"),
        ("retention.superseded.days", 1, "retention.superseded.days"),
        ("retention.approved.start", "upload", "retention.approved.start"),
        ("retention.approved.legal_basis", "", "retention.approved.legal_basis"),
        ("retention.approved.years", 1, "retention.approved"),
        ("retention.approved.month", 1, "retention.approved.month"),
        ("retention.approved.days", 1826, "retention.approved.reason"),
        ("retention.retained.reason", " ", "retention.retained.reason"),
        ("retention.record_approved.years", 51, "retention.record_approved.years"),
        ("retention.record_approved.years", "seven", "retention.record_approved.years"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(path: str, value: object, field: str) -> None:
    assert field in problems(changed(path, value))


def test_a_rule_without_a_period_says_what_it_needs() -> None:
    raw = shipped()
    del raw["retention"]["rejected"]["days"]
    assert problems(raw) == {"retention.rejected": "it needs a period: one of hours, days or years"}


def test_what_is_no_toml_is_told_so() -> None:
    with pytest.raises(FlowError, match="not valid TOML"):
        read_toml("documents = [")


def test_images_kept_over_five_years_are_taken_with_a_reason() -> None:
    raw = changed("retention.approved.days", 1826)
    raw["retention"]["approved"]["reason"] = "Section 9 of an act asks for it."
    assert make_flow(raw, 1).retention["approved"].reason


def test_the_statement_takes_a_business_by_its_name_whatever_is_in_it() -> None:
    lines = shipped_flow().statement_lines("{code} Ltd", "2026-03-02", "ABC")
    assert lines == ("Only for {code} Ltd", "2026-03-02", "Code ABC")


def test_a_flow_may_offer_just_the_languages_that_the_pages_speak() -> None:
    assert tuple(SPOKEN) == LANGUAGES


def test_a_rule_that_leaves_its_years_open_needs_the_deployments() -> None:
    with pytest.raises(ValueError, match="leaves its years"):
        years_of(shipped_flow().retention["record_approved"], None)


def test_a_flow_may_differ_from_its_profile_where_that_allows_it() -> None:
    flow = make_flow(shipped() | {"redaction_options": {"document_number": "last_three"}}, 1)
    assert flow.redaction_options.rules == (("document_number", "last_three"),)
    assert shipped_flow().redaction_options.rules == ()


@pytest.mark.parametrize(
    "options",
    [
        {"card_access_number": "keep"},
        {"mrz": "keep"},
        {"personal_number": "keep"},
        {"personal_number": "last_three"},
        {"face": "keep"},
        {"document_number": 3},
        "document_number",
    ],
)
def test_what_no_profile_allows_is_named(options: object) -> None:
    assert "redaction_options" in problems(shipped() | {"redaction_options": options})


def test_a_flow_keeps_a_personal_number_only_with_a_statute() -> None:
    options = {"redaction_options": {"personal_number": "keep"}, "statute": "Section 9 of an act"}
    assert make_flow(shipped() | options, 1).redaction_options.statute == "Section 9 of an act"
