"""Owns that only the table moves a session."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.errors import ConflictError
from kyc.lifecycle import FINAL, MOVES, OPEN, Move, Status, advance


@given(st.sampled_from(Status), st.sampled_from(Move))
def test_only_the_table_moves_a_session(status: Status, move: Move) -> None:
    if (status, move) in MOVES:
        assert advance(status, move) == MOVES[status, move]
        return
    with pytest.raises(ConflictError):
        advance(status, move)


@given(st.lists(st.sampled_from(Move), max_size=12))
def test_no_series_of_moves_leaves_a_final_status(moves: list[Move]) -> None:
    status = Status.CREATED
    for move in moves:
        try:
            following = advance(status, move)
        except ConflictError:
            continue
        assert status not in FINAL
        status = following


def test_every_status_can_be_reached_and_is_open_or_final_or_under_review() -> None:
    reached = {Status.CREATED, *MOVES.values()}
    assert reached == set(Status)
    assert OPEN | FINAL | {Status.PROCESSING} == set(Status)
    assert not OPEN & FINAL


def test_an_unknown_status_is_an_error() -> None:
    with pytest.raises(ValueError, match="lost"):
        advance("lost", Move.SUBMIT)


def test_a_verdict_is_reached_only_from_review() -> None:
    sources = {status for (status, move), _ in MOVES.items() if move == Move.APPROVE}
    assert sources == {Status.PROCESSING}
