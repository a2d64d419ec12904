"""Owns the tests of what is told of a text: once a picture, and nothing is left afterwards."""

import gc
import weakref
from collections.abc import Callable

import pytest

from kyc.documents.remembered import remembered, remembering


class Word(str):
    """A text that can be told from all others that say the same."""


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def length(asked: list[str]) -> Callable[[str], int]:
    @remembered
    def tell(text: str) -> int:
        asked.append(text)
        return len(text)

    return tell


def test_a_text_is_asked_about_once_a_picture(
    length: Callable[[str], int], asked: list[str]
) -> None:
    with remembering():
        assert (length("one"), length("three"), length("one")) == (3, 5, 3)
    assert asked == ["one", "three"]


def test_two_functions_of_a_text_tell_each_their_own(length: Callable[[str], int]) -> None:
    shout = remembered(str.upper)
    with remembering():
        assert (length("one"), shout("one"), length("one")) == (3, "ONE", 3)


def test_the_next_picture_is_asked_about_again(
    length: Callable[[str], int], asked: list[str]
) -> None:
    for _ in range(2):
        with remembering():
            length("one")
    length("one")
    length("one")
    assert asked == ["one"] * 4


def test_no_text_is_left_when_a_picture_is_done_though_looking_failed() -> None:
    text = Word("P<UTOERIKSSON")
    alive = weakref.ref(text)
    tell = remembered(len)

    @remembering()
    def look(page: str) -> None:
        tell(page)
        raise LookupError(tell(page))

    with pytest.raises(LookupError, match="13"):
        look(text)
    del text
    gc.collect()
    assert alive() is None
