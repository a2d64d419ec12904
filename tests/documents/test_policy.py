"""Owns the tests of the redaction policies that ship: profiles, options, countries."""

import copy
import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pycountry
import pytest

from kyc.documents.coverage import Moment, RedactionPolicy, Rule
from kyc.documents.pages import Cls, Kind, Shown
from kyc.errors import ConfigurationError
from kyc.policy.document_types import DOCUMENT_TYPES
from kyc.policy.redaction import (
    DATA,
    PROFILES,
    Options,
    administrators_for,
    hides_less,
    issues,
    load_policy,
    needs_statute,
    options_problems,
    warning_of,
)
from kyc.policy.redaction_check import country_problems, profile_problems

HIDING = ("contract", "minimal", "dsar")
NUMBERS = [cls for cls in Cls if cls not in (Cls.SIGNATURE, Cls.PORTRAIT, Cls.MANUAL)]
EU = (  # noqa: SIM905 - as one reads them
    "AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU"
    " SVK SVN ESP SWE"
).split()
COUNTRIES = [*EU, "ISL", "LIE", "NOR", "CHE", "GBR"]


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text())


@pytest.mark.parametrize("profile", HIDING)
@pytest.mark.parametrize("country", ["", "ZZZ", *COUNTRIES])
def test_every_number_is_covered_in_every_country(profile: str, country: str) -> None:
    for document_type in ("", *DOCUMENT_TYPES):
        policy = load_policy(country, document_type, profile)
        assert [cls for cls in NUMBERS if not policy.covers(cls)] == []
        assert len(policy.stamp.id) <= 60
        assert len(policy.stamp.version) <= 20


@pytest.mark.parametrize("cls", [Cls.PORTRAIT, Cls.SIGNATURE])
def test_what_staff_compare_is_kept(cls: Cls) -> None:
    assert not load_policy("EST", "passport").covers(cls)


def test_a_class_without_a_rule_is_covered() -> None:
    assert RedactionPolicy("p", "1", "", {}).covers("something new")


def test_what_is_shown_in_part_counts_as_covered() -> None:
    assert RedactionPolicy("p", "1", "", {"x": Rule.LAST_THREE}).covers("x")


def test_the_access_number_is_covered_in_every_profile() -> None:
    for profile in PROFILES:
        assert load_policy("DEU", "identity_card", profile).covers(Cls.CARD_ACCESS_NUMBER)


def test_the_retained_copy_shows_no_picture_of_anybody() -> None:
    policy = load_policy("", "")
    shown = policy.shows_after(Moment.RETENTION, Kind.DOCUMENT_FRONT)
    assert shown == frozenset(Shown) - {Shown.TEXT}
    selfie = policy.shows_after(Moment.RETENTION, Kind.SELFIE_STATEMENT)
    assert selfie == frozenset({Shown.STATEMENT, Shown.COPY_MARK})


def test_contract_keeps_the_review_copy_until_the_dispute_window_is_over() -> None:
    policy = load_policy("EST", "passport")
    assert policy.shows_after(Moment.DECISION, Kind.DOCUMENT_FRONT) is None
    assert not policy.destroyed_on_decision


@pytest.mark.parametrize(("country", "profile"), [("EST", "minimal"), ("NLD", "contract")])
def test_the_portrait_goes_with_the_decision(country: str, profile: str) -> None:
    policy = load_policy(country, "passport", profile)
    assert policy.on_decision == ("portrait",)
    assert policy.shows_after(Moment.DECISION, Kind.DOCUMENT_FRONT) == frozenset(Shown)


def test_dsar_destroys_the_picture_with_the_decision() -> None:
    assert load_policy("EST", "passport", "dsar").destroyed_on_decision


def test_aml_keeps_what_the_regulation_asks_for_and_asks_for_more() -> None:
    policy = load_policy("NLD", "passport", "aml")
    kept = {cls for cls in NUMBERS if not policy.covers(cls)}
    assert kept == set(NUMBERS) - {Cls.CARD_ACCESS_NUMBER}
    assert policy.shows_after(Moment.RETENTION, Kind.DOCUMENT_FRONT) is None
    assert policy.shows_after(Moment.DECISION, Kind.DOCUMENT_FRONT) is None
    assert not policy.covers_numbers
    assert needs_statute("aml")
    assert administrators_for("aml") == 2
    assert warning_of("aml")
    assert any("2024/1624 Art. 77" in source for source in policy.sources)


@pytest.mark.parametrize("profile", HIDING)
def test_a_profile_that_hides_needs_no_statute(profile: str) -> None:
    assert not needs_statute(profile)
    assert load_policy("EST", "passport", profile).covers_numbers


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_country_names_its_source_its_word_and_its_documents(country: str) -> None:
    row = _toml("countries")[country]
    assert pycountry.countries.get(alpha_3=country)
    assert row["source"] == "default" or len(row["source"]) > 15
    assert row["copy"] or country == "GBR"
    assert {"passport", "residence_permit", "driving_licence"} <= set(row["zone"])
    cited = load_policy(country, "passport").sources
    assert (row["source"] in cited) is (row["source"] != "default")


def test_no_country_beyond_those_has_an_overlay() -> None:
    assert set(_toml("countries")) == {"version", "default", *COUNTRIES}


def test_the_guide_counts_what_was_read_as_the_data_say() -> None:
    guide = " ".join((Path(__file__).parents[2] / "docs" / "redaction.md").read_text().split())
    rows = [row for code, row in _toml("countries").items() if code in COUNTRIES]
    for status, words in (("read", " countries"), ("cited", ","), ("default", ":")):
        count = sum(row["status"] == status for row in rows)
        assert f"`{status}` ({count}{words}" in guide


@pytest.mark.parametrize(
    ("country", "document_type", "sides"),
    [
        ("EST", "passport", {Kind.DOCUMENT_FRONT}),
        ("EST", "identity_card", {Kind.DOCUMENT_BACK}),
        ("FRA", "identity_card", set()),
        ("ITA", "identity_card", set()),
        ("GRC", "identity_card", set()),
        ("EST", "driving_licence", set()),
        ("EST", "", set()),
        ("USA", "passport", {Kind.DOCUMENT_FRONT}),
    ],
)
def test_the_zone_is_expected_where_the_document_has_it(
    country: str, document_type: str, sides: set[Kind]
) -> None:
    assert load_policy(country, document_type).mrz_expected_on == sides


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_passport_has_its_zone_on_the_data_page_everywhere(country: str) -> None:
    assert load_policy(country, "passport").mrz_expected_on == {Kind.DOCUMENT_FRONT}


def test_it_knows_which_documents_a_country_does_not_issue() -> None:
    assert not issues("DNK", "identity_card")
    assert issues("EST", "identity_card")
    assert issues("USA", "identity_card")


@pytest.mark.parametrize(
    ("document_type", "is_destroyed"),
    [("identity_card", True), ("driving_licence", False), ("", True)],
)
def test_slovenia_keeps_no_copy_of_an_identity_card(document_type: str, is_destroyed: bool) -> None:
    assert load_policy("SVN", document_type).destroyed_on_decision is is_destroyed
    assert not load_policy("SVN", document_type, "aml").destroyed_on_decision


def test_the_stamp_proves_the_rules() -> None:
    files = [(DATA / name).read_bytes() for name in ("contract.toml", "countries.toml")]
    stamp = load_policy("EST", "passport").stamp
    assert stamp.id == "contract/EST/passport"
    assert stamp.sha256 == hashlib.sha256(b"\0".join(files)).hexdigest()


def test_options_change_the_stamp() -> None:
    plain = load_policy("EST", "passport")
    partly = load_policy("EST", "passport", options=Options.of({"document_number": "last_three"}))
    assert partly.rules[Cls.DOCUMENT_NUMBER] is Rule.LAST_THREE
    assert partly.stamp.id == "contract+/EST/passport"
    assert partly.stamp.sha256 != plain.stamp.sha256


@pytest.mark.parametrize(
    ("cls", "value"),
    [
        ("document_number", "keep"),
        ("document_number", "cover"),
        ("serial_number", "keep"),
        ("other_number", "keep"),
        ("address", "keep"),
        ("signature", "cover"),
    ],
)
def test_a_flow_may_choose(cls: str, value: str) -> None:
    chosen = Options.of({cls: value})
    assert load_policy("EST", "passport", options=chosen).rules[cls] is Rule(value)


def test_a_personal_number_is_kept_with_a_statute_only() -> None:
    chosen = Options.of({"personal_number": "keep"}, "KrMS § 17")
    assert not load_policy("EST", "passport", options=chosen).covers("personal_number")
    assert options_problems("contract", Options.of({"personal_number": "keep"}))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    ("cls", "value"),
    [
        ("card_access_number", "keep"),
        ("card_access_number", "last_three"),
        ("personal_number", "last_three"),
        ("serial_number", "last_three"),
        ("portrait", "cover"),
        ("name", "cover"),
        ("document_number", "half"),
    ],
)
def test_no_flow_may_choose(profile: str, cls: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=cls):
        load_policy("EST", "passport", profile, Options.of({cls: value}, "some law"))


@pytest.mark.parametrize("cls", ["mrz", "barcode"])
@pytest.mark.parametrize("profile", HIDING)
def test_zone_and_codes_are_kept_in_no_other_profile_than_aml(cls: str, profile: str) -> None:
    with pytest.raises(ConfigurationError, match=cls):
        load_policy("EST", "passport", profile, Options.of({cls: "keep"}, "some law"))


@pytest.mark.parametrize(
    ("country", "cls", "value"),
    [("ROU", "document_number", "last_three"), ("DEU", "serial_number", "keep")],
)
def test_what_a_country_asks_a_statute_for_stays_covered_without_one(
    country: str, cls: str, value: str
) -> None:
    without = load_policy(country, "passport", options=Options.of({cls: value}))
    by_law = load_policy(country, "passport", options=Options.of({cls: value}, "some law"))
    assert (without.rules[cls], by_law.rules[cls]) == (Rule.COVER, Rule(value))
    assert load_policy("EST", "passport", options=Options.of({cls: value})).rules[cls] == value


@pytest.mark.parametrize(
    ("profile", "options", "less"),
    [
        ("contract", {}, False),
        ("contract", {"document_number": "keep"}, False),
        ("contract", {"personal_number": "keep"}, True),
        ("aml", {}, True),
    ],
)
def test_two_administrators_agree_to_hide_less_than_a_contract_does(
    profile: str, options: dict[str, str], less: bool
) -> None:
    assert hides_less(profile, Options.of(options, "some law")) is less


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="profile"):
        load_policy("EST", "passport", "lenient")


@pytest.mark.parametrize("profile", PROFILES)
def test_the_files_that_ship_are_in_form(profile: str) -> None:
    assert list(profile_problems(_toml(profile))) == []
    assert list(country_problems(_toml("countries"))) == []


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("sources", [], "sources"),
        ("colour", "red", "colour: there is no such field"),
        ("version", 4, "version: it must be"),
        ("rules.mrz", "keep", "mrz: it is kept only where a statute"),
        ("rules.barcode", "keep", "barcode"),
        ("rules.personal_number", "keep", "personal_number"),
        ("rules.card_access_number", "keep", "always covered"),
        ("rules.mrz", "last_three", "mrz: it cannot be shown in part"),
        ("rules.face", "cover", "'face' is not known"),
        ("rules.mrz", None, "rules.mrz: it is missing"),
        ("options.mrz", ["keep"], "mrz"),
        ("options.card_access_number", ["keep"], "always covered"),
        ("decided.cover", ["nose"], "'nose' is not known"),
        ("decided.destroy", None, "decided.destroy: it is missing"),
        ("retained.show", ["portrait"], "'portrait' is not known"),
    ],
)
def test_a_profile_out_of_form_is_refused_by_name(path: str, value: object, named: str) -> None:
    assert any(named in problem for problem in profile_problems(_changed("contract", path, value)))


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("EST.source", None, "EST.source: it is missing"),
        ("EST.source", " ", "EST.source"),
        ("EST.source", "An act", "EST.status: it is default where the source is"),
        ("EST.status", "true", "EST.status: 'true' is not known"),
        ("EST.status", "read", "EST.status: it is default where the source is"),
        ("EST.zone.passport", "inside", "EST.zone: 'inside'"),
        ("EST.zone.visa", "front", "EST.zone: 'visa'"),
        ("EST.decided", ["nose"], "EST.decided: 'nose'"),
        ("EST.allow", ["mrz"], "EST.allow: there is no such field"),
        ("EST.destroy", ["visa"], "EST.destroy"),
        ("Estonia", {}, "Estonia"),
        ("default", None, "default: it is missing"),
        ("version", None, "version: it is missing"),
    ],
)
def test_an_overlay_out_of_form_is_refused_by_name(path: str, value: object, named: str) -> None:
    assert any(named in one for one in country_problems(_changed("countries", path, value)))


def _changed(name: str, path: str, value: object) -> dict[str, Any]:
    """A file's content with one field set, or taken out where the value is None."""
    raw = copy.deepcopy(_toml(name))
    *parents, last = path.split(".")
    table = raw
    for parent in parents:
        table = table[parent]
    if value is None:
        del table[last]
    else:
        table[last] = value
    return raw
