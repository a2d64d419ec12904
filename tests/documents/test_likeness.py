"""Owns the tests of captions that were misread."""

import pytest

from kyc.documents.captions import Detail, labels_of, misread
from kyc.documents.pages import Line


@pytest.mark.parametrize(
    ("read", "detail"),
    [
        ("Gebursort Place or birth", Detail.BIRTHPLACE),
        ("Plase ot birth", Detail.BIRTHPLACE),
        ("ΔLEÚθuvon", Detail.ADDRESS),
        ("Tóπoς yévvnonς", Detail.BIRTHPLACE),
        ("Sunmikoht / Place", Detail.BIRTHPLACE),
    ],
)
def test_a_misread_caption_is_told_by_its_letter_pairs(read: str, detail: Detail) -> None:
    assert [caption.detail for caption in misread(read)] == [detail]


@pytest.mark.parametrize(
    "read",
    ["Dale of birth", "YORDANOVA", "LINDENSTRASSE", "RESIDENCE PERMIT", "12.08.1974", "STATUS", ""],
)
def test_other_print_is_no_caption_of_a_detail(read: str) -> None:
    assert not any(caption.detail for caption in misread(read))


def test_a_misread_caption_labels_its_line(line: object) -> None:
    assert callable(line)
    found: Line = line("Gebursort Place or birth", 100, 100)
    assert [label.detail for label in labels_of([found])] == [Detail.BIRTHPLACE]
    assert list(labels_of([line("Geburtstag / Date of birth", 100, 100)])) == []
