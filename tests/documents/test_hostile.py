"""Owns the tests that hostile files are accepted or refused, in time, and harm nobody (UP-06)."""

import os
from pathlib import Path

import pytest

from kyc.documents.pages import Pages, Raw
from kyc.documents.sandbox import Decoder
from tests.documents.hostile import BOMBS, FORMATS, SPOILING, drawn, is_sound, outcome, sound, told

COUNT = 2 * len(FORMATS) * len(SPOILING)


@pytest.fixture(scope="module")
def decoder() -> Decoder:
    return Decoder()


def test_what_is_spoilt_was_sound_before(decoder: Decoder) -> None:
    assert {outcome(decoder, sound(name, 1)) for name in FORMATS} == {"accepted"}


def test_every_format_spoilt_in_every_way_is_accepted_or_refused(decoder: Decoder) -> None:
    said = {name: outcome(decoder, untrusted) for name, untrusted in drawn(COUNT, 1)}
    assert len(said) == COUNT
    assert {name: what for name, what in said.items() if not is_sound(what)} == {}
    assert {"accepted", "broken"} <= set(said.values())


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_accepted_or_refused_in_time(bomb: str, decoder: Decoder) -> None:
    untrusted = BOMBS[bomb]()
    assert len(untrusted) < 15_000_000
    assert is_sound(outcome(decoder, untrusted))


def test_the_worker_lives_and_no_child_is_left(decoder: Decoder) -> None:
    for _, untrusted in drawn(10, 5):
        outcome(decoder, untrusted)
    assert outcome(decoder, sound("jpeg", 2)) == "accepted"
    del decoder
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    dead = [pid for pid in children if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"]
    assert dead == []


class Lying(Decoder):
    """Fails as a decoder must not."""

    def decode(self, raw: Raw, page: int = 1) -> Pages:
        raise MemoryError(raw, page)


def test_an_outcome_that_must_not_be_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert not is_sound(outcome(Lying(), b""))
    assert told([("sound.png", sound("png", 1))])
    assert "accepted: 1" in capsys.readouterr().out
