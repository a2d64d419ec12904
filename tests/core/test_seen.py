"""Owns the keyed hashes of files, documents and persons: what hashes alike, and what must not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.documents.mrz.names import CYRILLIC, GREEK, LATIN, spellings
from kyc.seen import document_hash, file_hash, person_hashes
from kyc.tokens import Lookup

LOOKUP, OTHER_KEY = Lookup(bytes(32)), Lookup(bytes([1] * 32))
BORN = date(1987, 4, 23)
PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ACCENTED = "ÁČÉĢĪĶĻŅŌŠŪŽÕÇŘ"
BARE = "ACEGIKLNOSUZOCR"

glyphs = st.sampled_from(PLAIN + ACCENTED + "".join(LATIN) + "".join(CYRILLIC) + "".join(GREEK))
word = st.text(glyphs, min_size=1, max_size=12)
latin_words = st.lists(
    st.text(st.sampled_from(PLAIN), min_size=1, max_size=9), min_size=2, max_size=5
)
days = st.dates(date(1920, 1, 1), date(2010, 1, 1))


def persons(surname: str, given_names: str, born: date = BORN) -> set[bytes]:
    return person_hashes(LOOKUP, surname, given_names, born)


@given(latin_words, st.data())
def test_which_words_are_the_surname_and_in_which_order_does_not_matter(
    words: list[str], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(words))
    first, second = (data.draw(st.integers(1, len(words) - 1)) for _ in range(2))
    one = persons(" ".join(words[:first]), " ".join(words[first:]))
    assert one == persons(" ".join(shuffled[:second]), "-".join(shuffled[second:]))


@given(word, word, days)
def test_capitals_and_blanks_do_not_matter(surname: str, given_names: str, born: date) -> None:
    same = persons(f"  {surname.lower()} ", f"{given_names.lower()}  ", born)
    assert persons(surname, given_names, born) & same


@given(st.text(st.sampled_from(ACCENTED + PLAIN), min_size=1, max_size=12))
def test_accents_do_not_matter(name: str) -> None:
    bare = name.translate(str.maketrans(ACCENTED, BARE))
    assert persons(name, "Mari") & persons(bare, "Mari")


@given(latin_words, latin_words)
def test_other_words_are_somebody_else(words: list[str], others: list[str]) -> None:
    alike = sorted(words) == sorted(others)
    one, two = (persons(names[0], " ".join(names[1:])) for names in (words, others))
    assert bool(one & two) == alike


@given(word, days, days)
def test_another_day_of_birth_is_somebody_else(name: str, born: date, other: date) -> None:
    shared = persons(name, "Mari", born) & persons(name, "Mari", other)
    assert bool(shared) == (born == other)


@given(word, word)
def test_a_name_has_few_spellings_and_none_is_empty(surname: str, given_names: str) -> None:
    found = spellings(f"{surname} {given_names}")
    assert 1 <= len(found) <= 3


@pytest.mark.parametrize(
    ("typed", "elsewhere"),
    [
        ("Müller", "Mueller"),
        ("Müller", "Muller"),
        ("Großmann", "Grossmann"),
        ("Sørensen", "Sorensen"),
        ("Иванов", "Ivanov"),
        ("Хрущёв", "Khrushchev"),
        ("Παπαδόπουλος", "Papadopoulos"),
        ("O'Connor", "OConnor"),
        ("Mari-Liis", "Mari Liis"),
        ("Núñez", "Nunez"),
        ("王", "王"),
        ("ｍüller", "Müller"),
    ],
)
def test_a_name_is_known_in_each_way_to_write_it(typed: str, elsewhere: str) -> None:
    assert persons(typed, "Anna") & persons(elsewhere, "Anna")


@pytest.mark.parametrize(
    ("typed", "elsewhere"),
    [("Tamm", "Tammsaar"), ("王", "張"), ("محمد", "علي"), ("王 Li", "張 Li"), ("Kask", "Kas")],
)
def test_names_that_differ_are_told_apart_even_in_letters_without_a_reading(
    typed: str, elsewhere: str
) -> None:
    assert not persons(typed, "") & persons(elsewhere, "")


def test_nobody_is_nobody() -> None:
    assert persons(" ", " - ") == set()


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_files_hash_alike_byte_for_byte(one: bytes, two: bytes) -> None:
    assert (file_hash(LOOKUP, one) == file_hash(LOOKUP, two)) == (one == two)


def test_a_number_is_its_issuers_own() -> None:
    assert document_hash(LOOKUP, "EST", "AB1") == document_hash(LOOKUP, "EST", "AB1")
    assert document_hash(LOOKUP, "EST", "AB1") != document_hash(LOOKUP, "LVA", "AB1")
    assert document_hash(LOOKUP, "EST", "AB1") != document_hash(LOOKUP, "EST", "AB2")


def test_another_key_gives_other_hashes() -> None:
    assert file_hash(LOOKUP, b"x") != file_hash(OTHER_KEY, b"x")
    assert document_hash(LOOKUP, "EST", "AB1") != document_hash(OTHER_KEY, "EST", "AB1")
    assert not persons("Tamm", "Mari") & person_hashes(OTHER_KEY, "Tamm", "Mari", BORN)


@given(st.text(max_size=40))
def test_hashes_of_two_kinds_never_meet(text: str) -> None:
    digest = file_hash(LOOKUP, text.encode())
    assert digest not in {LOOKUP.hash(kind, text) for kind in ("email", "token", "seen_document")}
    assert document_hash(LOOKUP, "TAMM", BORN.isoformat()) not in persons("Tamm", "")
    assert LOOKUP.hash("seen_document", f"TAMM/{BORN.isoformat()}") not in persons("Tamm", "")


def test_a_day_later_is_another_day() -> None:
    assert not persons("Tamm", "Mari") & persons("Tamm", "Mari", BORN + timedelta(days=1))
