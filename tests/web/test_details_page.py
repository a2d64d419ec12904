"""Owns the promise that the details page says what is wrong, where, and forgets nothing."""

import re

import pytest

from tests.web.people import Customer
from tests.web.world import World


@pytest.fixture
def started(world: World) -> Customer:
    customer = world.customer()
    customer.start()
    return customer


@pytest.fixture(scope="module")
def undescribed(shared_world: World) -> Customer:
    """As `started`, for mistakes, which leave nothing behind."""
    customer = shared_world.customer()
    customer.start()
    return customer


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("surname", "", "Enter your surname."),
        ("given_names", "", "Enter your given names."),
        ("email", "liisi at example", "This is not an e-mail address we can write to."),
        ("phone", "+372 12", "This phone number is too short or too long."),
        ("phone", "ask me", "Enter the phone number with its country code, for example +372."),
        ("date_of_birth", "", "Enter your date of birth."),
        ("date_of_birth", "1890-04-12", "Check the year of birth."),
        ("date_of_birth", "2031-04-12", "Check the year of birth."),
        ("nationality", "", "Choose your nationality."),
        ("nationality", "XX", "Not a valid choice."),
        ("residence", "", "Choose where you live."),
        ("notice_seen", "", "Please read the privacy notice and tick the box."),
    ],
)
def test_it_ties_what_is_wrong_to_the_field(
    shared_world: World, undescribed: Customer, field: str, typed: str, said: str
) -> None:
    answer = undescribed.give_details(**{field: typed})
    tied = re.search(rf'<p class="field-error" id="{field}-error">(.*?)</p>', answer.text, re.S)
    assert tied is not None
    assert said in tied.group(1)
    assert re.search(rf'aria-describedby="[^"]*{field}-error', answer.text)
    assert shared_world.session(undescribed.session_id).details is None


def test_it_keeps_what_was_typed(started: Customer) -> None:
    answer = started.give_details(surname="Tamm-Õunapuu", phone="12", nationality="LV")
    assert 'value="Tamm-Õunapuu"' in answer.text
    assert 'value="1990-04-12"' in answer.text
    assert re.search(r'<option selected value="LV">', answer.text)


def test_it_shows_again_what_was_given(started: Customer) -> None:
    started.give_details()
    answer = started.browser.get("/verify/details")
    assert 'value="liisi.tamm@example.com"' in answer.text
    assert 'value="+37251234567"' in answer.text


@pytest.mark.parametrize(
    "left_out", ["entity_name", "entity_registry_code", "entity_country", "entity_role"]
)
def test_it_wants_all_four_fields_about_an_organisation(
    undescribed: Customer, left_out: str
) -> None:
    entity = {
        "entity_name": "Tamm OÜ",
        "entity_registry_code": "12345678",
        "entity_country": "EE",
        "entity_role": "director",
    }
    answer = undescribed.give_details(acting_for="entity", **{**entity, left_out: ""})
    assert "Fill in all four fields about the organisation." in answer.text


def test_it_takes_an_organisation_with_all_four_fields(started: Customer) -> None:
    answer = started.give_details(
        acting_for="entity",
        entity_name="Tamm OÜ",
        entity_registry_code="12345678",
        entity_country="EE",
        entity_role="director",
    )
    assert answer.location == "/verify/document"


def test_it_takes_no_consent_for_reading_the_notice(started: Customer) -> None:
    page = started.browser.get("/verify/details").text
    assert "It is not a consent" in page
    assert "I consent" not in page


def test_it_writes_down_which_notice_was_read_and_when(world: World, started: Customer) -> None:
    started.give_details()
    session = world.session(started.session_id)
    assert session.notice_version
    assert session.notice_seen_at == world.clock()


def test_it_ends_politely_for_who_is_under_age(world: World, started: Customer) -> None:
    assert started.give_details(date_of_birth="2008-07-02").location == "/verify/status"
    answer = started.browser.get("/verify/status")
    assert answer.status_code == 200
    assert "You must be of age to use this service." in answer.text


def test_it_keeps_nothing_about_who_is_under_age(world: World, started: Customer) -> None:
    started.give_details(date_of_birth="2008-07-02")
    session = world.session(started.session_id)
    assert (session.status, session.details, session.email_hash) == ("rejected", None, None)


def test_it_takes_who_comes_of_age_today(started: Customer) -> None:
    assert started.give_details(date_of_birth="2008-07-01").location == "/verify/document"


@pytest.mark.parametrize(
    ("document_type", "country", "said"),
    [
        ("", "EE", "Choose a document."),
        ("library_card", "EE", "This kind of document is not accepted here."),
        ("passport", "", "Choose the country that issued it."),
        ("passport", "XX", "Not a valid choice."),
    ],
)
def test_it_ties_what_is_wrong_with_the_document_to_the_field(
    started: Customer, document_type: str, country: str, said: str
) -> None:
    started.give_details()
    assert said in started.choose(document_type, country).text


def test_the_summary_follows_the_order_of_the_page(world: World) -> None:
    customer = world.customer()
    customer.start()
    page = customer.browser.post("/verify/details", {}).text
    named = re.findall(r'href="#(\w+)"', page.split('class="error-summary')[1].split("</ul>")[0])
    places = [page.index(f'id="{name}"') for name in named]
    assert len(places) > 6
    assert places == sorted(places)
