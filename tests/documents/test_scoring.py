"""Owns the tests of scoring redactions by labels."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kyc.documents.geometry import upright_box
from kyc.documents.pages import PolicyStamp, Redaction, Region, Size, Status
from kyc.documents.scoring import Label, parse_label, score, summary
from kyc.errors import InvalidInputError


def _label(*fields: tuple[str, str, tuple[int, int, int, int]], **more: Any) -> dict[str, Any]:
    made = [
        {"cls": cls, "kind": kind, "quad": upright_box(*box).tolist(), "ocr_text": "L898902C3"}
        for cls, kind, box in fields
    ]
    return {"file": "a.jpg", "width": 800, "height": 500, "fields": made, **more}


def _redaction(*boxes: tuple[float, float, float, float], status: Status = "complete") -> Redaction:
    return Redaction(
        jpeg=b"",
        width=800,
        height=500,
        source=Size(800, 500),
        status=status,
        reasons=(),
        regions=tuple(Region("other_number", upright_box(*box)) for box in boxes),
        facts={},
        document_number=None,
        policy=PolicyStamp("p", "1", ""),
    )


NUMBER = ("sensitive", "docno", (100, 100, 280, 130))
NAME = ("essential", "name", (100, 200, 280, 230))
PORTRAIT = ("essential", "portrait", (400, 100, 600, 350))


@pytest.mark.parametrize(
    ("box", "hidden"),
    [
        ((95, 95, 285, 135), True),
        ((100, 100, 280, 122), True),
        ((95, 95, 262, 135), False),
        ((95, 95, 285, 110), False),
        ((300, 95, 400, 135), False),
    ],
)
def test_a_number_is_hidden_when_nearly_all_of_its_characters_are(
    box: tuple[int, int, int, int], hidden: bool
) -> None:
    found = score(parse_label(_label(NUMBER)), _redaction(box))
    assert (found.hidden, found.leaked) == ((("docno",), ()) if hidden else ((), ("docno",)))


@pytest.mark.parametrize(
    ("box", "damaged"),
    [((100, 200, 170, 230), True), ((100, 226, 280, 240), False), ((0, 0, 90, 90), False)],
)
def test_a_name_is_damaged_when_characters_of_it_are_touched(
    box: tuple[int, int, int, int], damaged: bool
) -> None:
    found = score(parse_label(_label(NAME)), _redaction(box))
    assert bool(found.damaged) is damaged
    assert bool(found.kept) is not damaged


def test_a_portrait_is_damaged_when_a_twentieth_is_covered() -> None:
    label = parse_label(_label(PORTRAIT))
    assert score(label, _redaction((400, 100, 600, 120))).damaged == ("portrait",)
    assert score(label, _redaction((400, 100, 600, 105))).damaged == ()


def test_a_number_that_stands_upright_is_cut_along_its_longer_side() -> None:
    standing = ("sensitive", "vertical", (100, 100, 130, 280))
    half = score(parse_label(_label(standing)), _redaction((95, 95, 135, 190)))
    whole = score(parse_label(_label(standing)), _redaction((95, 95, 135, 285)))
    assert (half.leaked, whole.hidden) == (("vertical",), ("vertical",))


def test_the_summary_counts_leaks_that_end_complete() -> None:
    label = parse_label(_label(NUMBER, NAME, ("sensitive", "ghost", (100, 300, 200, 330))))
    silent = score(label, _redaction((95, 295, 205, 335)))
    routed = score(label, _redaction((95, 95, 285, 135), status="confirm"))
    clean = score(label, _redaction((95, 95, 285, 135), (95, 295, 205, 335), status="confirm"))
    told = "\n".join(summary([silent, routed, clean]))
    for line in (
        "pictures                          3",
        "fields covered (recall)           0.6667 (2 of 3)",
        "hard fields covered               0.6667 (2 of 3)",
        "fields to keep that were damaged  0.0000 (0 of 3)",
        "pictures with a leak              2",
        "leaks that end complete           1",
        "pictures without, sent to a person  1 of 1",
        "LEAK a.jpg COMPLETE: docno",
        "LEAK a.jpg confirm: ghost",
    ):
        assert line in told
    assert "L898902C3" not in told


def test_the_summary_of_nothing_divides_by_nothing() -> None:
    assert "none labelled" in "\n".join(summary([]))


def test_a_label_of_another_frame_is_refused() -> None:
    label = parse_label(_label(NUMBER, width=801))
    with pytest.raises(InvalidInputError, match="801 x 500"):
        score(label, _redaction((95, 95, 285, 135)))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"width": None}, "width"),
        ({"fields": [{"cls": "sensitive", "kind": "docno"}]}, "quad"),
        ({"fields": [{"cls": "secret", "kind": "docno", "quad": [[0, 0]] * 4}]}, "secret"),
        ({"fields": [{"cls": "sensitive", "kind": "docno", "quad": [[0, 0]]}]}, "four corners"),
        ({"height": "tall"}, "tall"),
    ],
)
def test_a_label_out_of_form_is_refused_by_name(change: dict[str, Any], named: str) -> None:
    raw = {key: value for key, value in {**_label(NUMBER), **change}.items() if value is not None}
    with pytest.raises(InvalidInputError, match=named):
        parse_label(raw)


def test_the_published_specimens_labels_are_in_form(specimens: Path) -> None:
    for name, fields in json.loads((specimens / "labels.json").read_text()).items():
        label = parse_label({"file": name, "width": 1, "height": 1, "fields": fields})
        assert isinstance(label, Label)
        assert all(np.isfinite(field.quad).all() for field in label.fields)
