"""Owns the promise that reasons and notes are a flow's: checked, offered, and refused elsewhere."""

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kyc.audit.values import LONGEST_CODE, MOST_ITEMS, checked_code
from kyc.errors import InvalidInputError
from kyc.lifecycle import ItemKind
from kyc.models import VerificationSession
from kyc.policy.checklist import KEYS
from kyc.policy.flow import Flow, make_flow, parse_flow, shipped_flow
from kyc.policy.flow_check import LANGUAGES
from kyc.policy.flow_difference import differences
from kyc.policy.reasons import REASONS
from kyc.policy.reasons_check import MOST_REASONS
from kyc.review.deciding import Outcome, Verdict, check_verdict, give_verdict
from tests.core.databases import ON_SQLITE
from tests.core.test_flow import problems, shipped

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

OWN: dict[str, Any] = {
    "code": "address_missing",
    "label": "No proof of address",
    "item": "document_front",
    "words": dict.fromkeys(LANGUAGES, "Please send a page with your address."),
}
INWARD = {"code": "needs_lawyer", "label": "Ask the lawyer", "passes_on": True}
FINAL = {"code": "left_the_country", "label": "Has moved", "final": True, "words": OWN["words"]}
FLOW: dict[str, Any] = {
    "reasons": ["document_glare", "document_expired", "other"],
    "own_reasons": [OWN, FINAL],
    "notes_for": ["reject"],
}
REJECT = Verdict(Outcome.REJECT, 0, reasons=frozenset({"document_expired"}), note="Seen twice.")
ASK = Verdict(
    Outcome.REQUEST_INPUT,
    0,
    items=frozenset({"document_front"}),
    reasons=frozenset({"address_missing"}),
)


def flow(**changes: Any) -> Flow:
    return make_flow(shipped() | FLOW | changes, 1)


def own(**changes: Any) -> list[dict[str, Any]]:
    return [{name: value for name, value in (OWN | changes).items() if value is not None}]


def test_a_flow_that_says_nothing_offers_every_reason_and_asks_for_no_note() -> None:
    assert shipped_flow().reasons == REASONS
    assert shipped_flow().notes_for == frozenset()


def test_a_flow_offers_what_it_chose_and_its_own_in_the_order_of_the_page() -> None:
    found = flow().reasons
    assert list(found) == ["document_glare", "document_expired", "other", "address_missing",
                           "left_the_country"]  # fmt: skip
    mine = found["address_missing"]
    assert (mine.item, mine.retryable, mine.internal) == (ItemKind.DOCUMENT_FRONT, True, False)
    assert not found["left_the_country"].retryable


def test_what_is_stored_is_read_back_as_the_same_reasons() -> None:
    assert parse_flow(flow().body, 1) == flow()


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"reasons": "other"}, "reasons", "a list of words"),
        ({"reasons": ["dislike"]}, "reasons", "'dislike' is not known"),
        ({"reasons": ["other", "other"]}, "reasons", "something twice"),
        ({"reasons": [], "own_reasons": []}, "reasons", "may ask again"),
        ({"reasons": ["duplicate_account"], "own_reasons": [FINAL]}, "reasons", "may ask again"),
        ({"own_reasons": {}}, "own_reasons", "a list of tables"),
        ({"own_reasons": ["a"]}, "own_reasons.1", "a table"),
        ({"own_reasons": own(label=None)}, "own_reasons.1.label", "missing"),
        ({"own_reasons": own(label=" ")}, "own_reasons.1.label", "1 to 300"),
        ({"own_reasons": own(colour="red")}, "own_reasons.1.colour", "no such field"),
        ({"own_reasons": own(code="Address")}, "own_reasons.1.code", "lower-case"),
        ({"own_reasons": own(code="address_")}, "own_reasons.1.code", "letter or digit"),
        ({"own_reasons": own(code="other")}, "own_reasons", "choose it"),
        ({"own_reasons": [OWN, OWN]}, "own_reasons", "stands there twice"),
        ({"own_reasons": own(item="passport")}, "own_reasons.1.item", "one of document_front"),
        ({"own_reasons": own(final="yes")}, "own_reasons.1.final", "true or false"),
        ({"own_reasons": own(words={})}, "own_reasons.1.words.pl", "missing"),
        ({"own_reasons": own(words={**OWN["words"], "et": ""})}, "own_reasons.1.words.et", "1 to"),
        ({"own_reasons": own(words={**OWN["words"], "la": "x"})}, "own_reasons.1.words.la", "no "),
        ({"own_reasons": [{**INWARD, "words": {}}]}, "own_reasons.1.words", "no such field"),
        ({"own_reasons": [{**INWARD, "passes_on": "yes"}]}, "own_reasons.1.words", "missing"),
        ({"reasons": ["unsure_of_rule"], "own_reasons": [INWARD]}, "reasons", "may ask again"),
        ({"notes_for": ["escalate"]}, "notes_for", "'escalate' is not known"),
        ({"notes_for": "reject"}, "notes_for", "a list of words"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_reasons_is_named(changes: dict[str, Any], field: str, said: str) -> None:
    assert said in problems(shipped() | FLOW | changes)[field]


def test_own_reasons_have_words_in_the_languages_of_the_flow_and_no_others() -> None:
    some = own(words={"et": "Palun saatke.", "ru": "Пришлите."})
    assert "address_missing" in flow(languages=["et", "ru"], own_reasons=some).reasons
    assert "own_reasons.1.words.en" in problems(shipped() | FLOW | {"own_reasons": some})


def test_a_verdict_never_has_more_reasons_than_an_event_can_name() -> None:
    assert MOST_REASONS <= MOST_ITEMS
    many = [{**OWN, "code": f"mine_{number}"} for number in range(MOST_REASONS)]
    assert "at most 32 reasons" in problems(shipped() | {"own_reasons": many})["own_reasons"]
    longest = {**OWN, "code": "a" * 39}
    assert len(longest["code"]) <= LONGEST_CODE
    checked_code("reasons", next(iter(flow(own_reasons=[longest]).reasons)))


def test_reasons_for_the_customer_and_for_seniors_are_counted_apart() -> None:
    inward = [{**INWARD, "code": f"ask_{number}"} for number in range(20)]
    assert len(flow(reasons=list(REASONS), own_reasons=inward).reasons) == len(REASONS) + 20
    many = [{**INWARD, "code": f"ask_{number}"} for number in range(MOST_REASONS + 1)]
    assert "at most 32" in problems(shipped() | {"own_reasons": many})["own_reasons"]


@pytest.mark.parametrize("code", ["unsure_of_rule", "needs_lawyer"])
def test_passing_a_case_on_may_name_a_reason_that_is_for_nothing_else(code: str) -> None:
    session = VerificationSession(attempt=1, review_lane="first", review_seat="first")
    mine = flow(reasons=[*FLOW["reasons"], "unsure_of_rule"], own_reasons=[INWARD])
    on = Verdict(Outcome.ESCALATE, 0, note="Look.", reasons=frozenset({code}))
    check_verdict(on, session, 3, mine)
    with pytest.raises(InvalidInputError, match="can only pass the case on"):
        check_verdict(replace(on, outcome=Outcome.REJECT), session, 3, mine)
    with pytest.raises(InvalidInputError, match="only reasons for passing a case on"):
        check_verdict(replace(on, reasons=frozenset({code, "other"})), session, 3, mine)


def test_differences_of_reasons_are_told_word_by_word() -> None:
    after = copy.deepcopy(FLOW)
    after["own_reasons"][0]["words"]["et"] = "Palun saatke aadress."
    after["own_reasons"][1] = OWN | {"code": "second"}
    told = {one.field: (one.before, one.after) for one in differences(flow(), flow(**after))}
    assert told["own_reasons.address_missing.words.et"][1] == "Palun saatke aadress."
    assert told["own_reasons.left_the_country.final"] == ("True", "")
    assert told["own_reasons.second.label"] == ("", "No proof of address")
    chosen = {one.field: one.after for one in differences(shipped_flow(), flow())}
    assert chosen["reasons"] == "document_glare, document_expired, other"
    assert chosen["notes_for"] == "reject"


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (replace(REJECT, reasons=frozenset({"document_damaged"})), "does not offer"),
        (replace(REJECT, reasons=frozenset({"other"})), "“Other .* needs a message"),
        (replace(REJECT, note=" "), "write a note"),
        (replace(ASK, reasons=frozenset({"left_the_country"})), "can only reject"),
        (replace(ASK, reasons=frozenset({"address_missing", "document_damaged"})), "not offer"),
    ],
)
def test_a_verdict_outside_of_the_flow_is_refused(verdict: Verdict, said: str) -> None:
    session = VerificationSession(attempt=1, document_type="passport")
    with pytest.raises(InvalidInputError, match=said):
        check_verdict(verdict, session, 3, flow())


@pytest.mark.parametrize("verdict", [REJECT, ASK, Verdict(Outcome.APPROVE, 0, checked=KEYS)])
def test_a_verdict_within_the_flow_is_taken(verdict: Verdict) -> None:
    session = VerificationSession(attempt=1, document_type="passport")
    check_verdict(verdict, session, 3, flow())


@pytest.mark.parametrize("code", [one.code for one in REASONS.values() if one.needs_message])
def test_a_reason_that_points_to_the_message_needs_one(code: str) -> None:
    session = VerificationSession(attempt=1, document_type="passport")
    bare = Verdict(Outcome.REJECT, 0, reasons=frozenset({code}))
    with pytest.raises(InvalidInputError, match="needs a message to the customer"):
        check_verdict(bare, session, 3, shipped_flow())
    check_verdict(replace(bare, message="Because."), session, 3, shipped_flow())


@ON_SQLITE
def test_the_flow_that_the_case_began_under_decides_what_may_be_chosen(
    kit: "Kit", make: "Make"
) -> None:
    """A version in force since then offers less; the case does not know it."""
    with kit.transaction() as db:
        old, person = make.waiting(db), make.staff(db)
        make.claim(db, old, person)
        make.flow(db, shipped() | FLOW, approved_by="console", approved_at=kit.now)
        new, other = make.waiting(db, flow_version=2), make.staff(db)
        make.claim(db, new, other)
        cases = (old.id, person.id), (new.id, other.id)
    damaged = frozenset({"document_damaged"})
    verdicts = [replace(REJECT, reasons=damaged, version=kit.get(VerificationSession, c[0]).version)
                for c in cases]  # fmt: skip
    with kit.transaction() as db:
        give_verdict(db, kit.vault, *cases[0], verdicts[0], attempts=3, now=kit.now)
    with kit.transaction() as db, pytest.raises(InvalidInputError, match="does not offer"):
        give_verdict(db, kit.vault, *cases[1], verdicts[1], attempts=3, now=kit.now)
