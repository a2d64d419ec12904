"""Owns the tests of the redaction policies that ship."""

import hashlib
import tomllib

import pytest

from kyc.documents.coverage import RedactionPolicy, Rule
from kyc.documents.pages import Cls, Kind
from kyc.errors import ConfigurationError
from kyc.policy.redaction import DATA, load_policy

NUMBERS = [cls for cls in Cls if cls not in (Cls.SIGNATURE, Cls.PORTRAIT, Cls.MANUAL)]


@pytest.mark.parametrize("cls", NUMBERS)
@pytest.mark.parametrize("country", ["", "EST", "NLD", "DEU"])
def test_every_number_is_covered_in_every_country(cls: Cls, country: str) -> None:
    assert load_policy(country, "passport").covers(cls)


@pytest.mark.parametrize("cls", [Cls.PORTRAIT, Cls.SIGNATURE])
def test_what_staff_compare_is_kept(cls: Cls) -> None:
    assert not load_policy("EST", "passport").covers(cls)


def test_a_class_without_a_rule_is_covered() -> None:
    assert RedactionPolicy("p", "1", "", {}).covers("something new")


def test_the_retained_copy_is_narrower() -> None:
    assert "portrait" in load_policy("", "").on_retention


def test_the_netherlands_cover_the_portrait_at_the_decision() -> None:
    assert load_policy("NLD", "passport").on_decision == ("portrait",)
    assert load_policy("EST", "passport").on_decision == ()


@pytest.mark.parametrize(
    ("country", "document_type", "sides"),
    [
        ("EST", "passport", {Kind.DOCUMENT_FRONT}),
        ("EST", "identity_card", {Kind.DOCUMENT_BACK}),
        ("FRA", "identity_card", set()),
        ("EST", "driving_licence", set()),
        ("EST", "", set()),
    ],
)
def test_the_zone_is_expected_where_the_document_has_it(
    country: str, document_type: str, sides: set[Kind]
) -> None:
    assert load_policy(country, document_type).mrz_expected_on == sides


def test_the_stamp_proves_the_rules() -> None:
    files = [(DATA / name).read_bytes() for name in ("contract.toml", "countries.toml")]
    stamp = load_policy("EST", "passport").stamp
    assert stamp.id == "contract/EST/passport"
    assert stamp.sha256 == hashlib.sha256(b"\0".join(files)).hexdigest()


def test_every_rule_is_one_that_the_code_knows() -> None:
    rules = tomllib.loads((DATA / "contract.toml").read_text())
    assert set(rules["rules"]) <= {str(cls) for cls in Cls}
    assert set(rules["rules"].values()) <= set(Rule)


def test_every_country_cites_its_source() -> None:
    countries = tomllib.loads((DATA / "countries.toml").read_text())
    rows = {name: row for name, row in countries.items() if isinstance(row, dict)}
    assert rows
    assert all(row["source"] for row in rows.values())


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="profile"):
        load_policy("EST", "passport", "lenient")
