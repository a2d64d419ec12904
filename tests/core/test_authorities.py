"""Owns that everybody in the EEA, Switzerland and the United Kingdom finds their authority."""

import re
from urllib.parse import urlsplit

import pytest

from kyc.policy.authorities import authorities, authority_of

EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
BESIDE = "CH GB IS LI NO"


def test_there_is_one_for_each_country_and_for_no_other() -> None:
    assert set(authorities()) == set(f"{EU} {BESIDE}".split())


@pytest.mark.parametrize("country", f"{EU} {BESIDE}".split())
def test_each_has_a_name_and_a_site_over_tls(country: str) -> None:
    found = authority_of(country)
    assert found is not None
    assert found.name
    assert urlsplit(found.site).scheme == "https"


def test_an_address_has_a_number_to_write_to() -> None:
    said = [one.address for one in authorities().values() if one.address]
    assert len(said) > 25
    assert all(re.search(r"\d", address) for address in said)


def test_elsewhere_there_is_none() -> None:
    assert authority_of("BR") is None
    assert authority_of("") is None
