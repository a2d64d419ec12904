"""Owns the tests of the copy mark: it covers nothing, and it can be read at any size."""

import io
import tomllib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kyc.documents.copy_mark import LEAST_WIDTH, with_copy_mark
from kyc.documents.engine import Engine
from kyc.documents.lettering import broken, drawable, font_of
from kyc.documents.pages import CopyMark, Kind, Pixels, Redaction, Shown
from kyc.documents.reading import read, whole
from kyc.documents.redaction import redact
from kyc.policy.redaction import DATA, load_policy

MARK = CopyMark(
    ("For identity verification only", "Näidis Hosting OÜ, 2026-11-22", "Reference K7Q2-9"),
    ("COPY", "KOOPIA"),
)
WORDS = {
    name: tuple(row["copy"])
    for name, row in tomllib.loads((DATA / "countries.toml").read_text()).items()
    if isinstance(row, dict) and row["copy"]
}


def _noise(height: int, width: int) -> Pixels:
    return np.random.default_rng(5).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("size", [(1, 1), (120, 160), (900, 3), (1500, 2000)])
def test_it_covers_nothing_of_the_picture(size: tuple[int, int]) -> None:
    page = _noise(*size)
    marked = with_copy_mark(page, MARK)
    assert np.array_equal(marked[: size[0], : size[1]], page)
    assert marked.shape[1] == max(size[1], LEAST_WIDTH)


@pytest.mark.parametrize("width", [3, 240, 640, 2000])
def test_it_has_the_highest_contrast_there_is(width: int) -> None:
    strip = with_copy_mark(_noise(40, width), MARK)[40:]
    assert strip.min() == 0
    assert strip.max() == 255
    assert np.ptp(strip, axis=2).max() == 0
    assert (strip == 255).mean() > 0.7


@pytest.mark.parametrize("width", [240, 420, 1000, 2000])
def test_it_can_be_read_at_any_size(width: int, engine: Engine) -> None:
    strip = with_copy_mark(np.full((10, width, 3), 255, np.uint8), MARK)[10:]
    text = " ".join(line.text for line in read(engine, strip, whole(strip))).replace(" ", "")
    for word in ("COPY", "KOOPIA", "identity", "2026-11-22", "K7Q2-9"):
        assert word in text


@pytest.mark.parametrize("country", WORDS)
def test_the_font_has_every_word_for_a_copy(country: str) -> None:
    assert all(drawable(word) == word for word in WORDS[country])


@pytest.mark.parametrize(("country", "word"), [("GRC", "ΑΝΤΙΓΡΑΦΟ"), ("BGR", "КОПИЕ")])
def test_a_word_in_another_script_is_drawn_letter_by_letter(country: str, word: str) -> None:
    assert load_policy(country, "passport").copy_words == (word,)
    pictures = {bytes(font_of(40, bold=True).getmask(glyph)) for glyph in word}
    assert len(pictures) == len(set(word))


def test_the_word_for_a_copy_is_larger_than_the_lines() -> None:
    page = _noise(10, 1000)
    word = with_copy_mark(page, CopyMark((), ("COPY",))).shape[0]
    line = with_copy_mark(page, CopyMark(("COPY",), ())).shape[0]
    assert word > 1.3 * line - 10


def test_a_long_mark_is_broken_into_rows() -> None:
    page = np.zeros((50, 300, 3), np.uint8)
    short = with_copy_mark(page, CopyMark(("Copy",)))
    long = with_copy_mark(page, CopyMark(("Copy for one purpose only " * 6,)))
    assert long.shape[0] > short.shape[0] + 40


@given(st.text(max_size=40), st.integers(40, 400))
def test_no_row_is_wider_than_the_picture(text: str, width: int) -> None:
    rows = broken(drawable(text), font_of(14), width)
    assert all(font_of(14).getlength(row) <= width for row in rows)
    assert "".join("".join(rows).split()) == "".join(drawable(text).split())


@given(st.text(max_size=40))
def test_every_mark_can_be_drawn(text: str) -> None:
    assert drawable(drawable(text)) == drawable(text)
    assert with_copy_mark(_noise(4, 300), CopyMark((text,))).shape[0] > 4


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Łódź Õismäe Straße", "Łódź Õismäe Straße"),
        ("Ελλάς България", "Ελλάς България"),
        ("e\u0301", "é"),
        ("中文 \U0001f600", "?? ?"),
        ("a\u200bb\x00", "ab?"),
    ],
)
def test_only_what_the_font_lacks_is_replaced(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


@pytest.fixture(scope="module")
def redacted(engine: Engine, passport: Any) -> Redaction:
    out = io.BytesIO()
    passport.image.save(out, "PNG")
    return redact(
        out.getvalue(),
        engine=engine,
        kind=Kind.DOCUMENT_FRONT,
        policy=load_policy("EST", "passport"),
        mark=MARK,
        claimed=None,
    )


def test_no_field_that_was_located_lies_under_the_mark(redacted: Redaction) -> None:
    (mark,) = [region for region in redacted.shown if region.cls == Shown.COPY_MARK]
    others = [region for region in redacted.shown if region.cls != Shown.COPY_MARK]
    assert len(others) > 10
    assert max(region.quad[:, 1].max() for region in others) < mark.quad[:, 1].min()
    picture = Image.open(io.BytesIO(redacted.jpeg))
    assert mark.quad.max(axis=0).tolist() == [redacted.width, redacted.height]
    assert picture.size == (redacted.width, redacted.height)
