"""Owns the tests of the whole way: a file in, a redacted picture and its report out."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from kyc.documents.coverage import RedactionPolicy
from kyc.documents.engine import Engine
from kyc.documents.geometry import share_covered
from kyc.documents.pages import Claimed, CopyMark, Kind, Redaction
from kyc.documents.redaction import redact
from kyc.documents.report import as_report
from kyc.errors import RefusedFileError
from kyc.policy.redaction import load_policy

SENSITIVE = ["L898902C3", "ZE184226B"]
ESSENTIAL = ["ERIKSSON", "ANNA MARIA", "12.08.1974", "15.04.2012"]
COVERED, READABLE = 40, 150
TODAY = date(2026, 11, 22)


def _redact(engine: Engine, untrusted: bytes, **options: Any) -> Redaction:
    chosen = {
        "kind": Kind.DOCUMENT_FRONT,
        "policy": load_policy("", ""),
        "mark": None,
        "claimed": None,
        "today": TODAY,
        **options,
    }
    return redact(untrusted, engine=engine, **chosen)


@pytest.fixture(scope="module")
def redacted(engine: Engine, passport: Any) -> Redaction:
    out = io.BytesIO()
    passport.image.save(out, "JPEG", quality=92)
    claimed = Claimed("Eriksson", "Anna Maria", "1974-08-12")
    return _redact(engine, out.getvalue(), claimed=claimed)


@pytest.mark.parametrize("text", SENSITIVE)
def test_it_covers_a_number(text: str, redacted: Redaction, passport: Any) -> None:
    assert passport.ink(redacted.jpeg, text) < COVERED


def test_it_covers_every_row_of_the_zone(redacted: Redaction, passport: Any) -> None:
    for text in list(passport.places)[-2:]:
        assert passport.ink(redacted.jpeg, text) < COVERED


@pytest.mark.parametrize("text", ESSENTIAL)
def test_it_keeps_what_staff_compare(text: str, redacted: Redaction, passport: Any) -> None:
    assert passport.ink(redacted.jpeg, text) > READABLE
    x0, y0, x1, y1 = passport.places[text]
    box = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], float)
    assert share_covered(box, [region.quad for region in redacted.regions]) < 0.05


def test_it_is_complete_when_nothing_is_doubtful(redacted: Redaction) -> None:
    assert (redacted.status, redacted.reasons) == ("complete", ())


def test_it_states_facts(redacted: Redaction) -> None:
    assert redacted.facts == {
        "mrz_check_digits": True,
        "mrz_name_agrees": True,
        "mrz_birth_date_agrees": True,
        "printed_name_agrees": True,
        "printed_birth_date_agrees": True,
        "printed_expiry_agrees": True,
        "issuing_state_agrees": None,
        "document_type_agrees": None,
        "expired": True,
        "expires_on": "2012-04-15",
        "issuing_state": "UTO",
        "nationality": "UTO",
        "document_type": "passport",
    }


def test_the_number_is_for_the_caller_and_for_no_log(redacted: Redaction) -> None:
    assert redacted.document_number == "L898902C3"
    assert "L898902C3" not in repr(redacted)
    assert "L898902C3" not in str(as_report(redacted))


def test_the_report_names_places_and_no_text(redacted: Redaction, passport: Any) -> None:
    report = as_report(redacted)
    assert json.loads(json.dumps(report)) == report
    assert set(report) == {"source", "status", "reasons", "policy", "regions", "facts"}
    assert report["source"] == {"width": 1200, "height": 800}
    assert {"mrz", "document_number", "personal_number"} <= {r["class"] for r in report["regions"]}
    assert not any(text in json.dumps(report) for text in passport.places if text != "UTOPIA")


def test_an_unread_page_is_never_finished(engine: Engine, encoded: Callable[..., bytes]) -> None:
    done = _redact(engine, encoded("png", Image.new("RGB", (800, 500), "white")))
    assert (done.status, done.reasons) == ("confirm", ("nothing_found",))


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (31, 33)])
def test_a_picture_of_odd_shape_is_taken_without_an_accident(
    size: tuple[int, int], engine: Engine, encoded: Callable[..., bytes]
) -> None:
    done = _redact(engine, encoded("png", size))
    assert (done.width, done.height, done.status) == (*size, "confirm")


def test_a_passport_without_its_zone_is_confirmed(
    engine: Engine, draw: Callable[..., Any], encoded: Callable[..., bytes]
) -> None:
    page = draw([(100, 100, 40, "Passport No"), (100, 160, 40, "L898902C3")])
    done = _redact(engine, encoded("png", page.image), policy=load_policy("UTO", "passport"))
    assert "mrz_missing" in done.reasons
    assert page.ink(done.jpeg, "L898902C3") < COVERED


def test_the_copy_mark_stands_below(
    engine: Engine, passport: Any, encoded: Callable[..., bytes]
) -> None:
    mark = CopyMark(("Copy for Example Hosting", "identity check, 2026-11-22, K7Q2"))
    done = _redact(engine, encoded("png", passport.image), mark=mark)
    assert Image.open(io.BytesIO(done.jpeg)).size == (done.width, done.height)
    assert (done.width, done.source.height) == (1200, 800)
    assert done.height > 830


def test_the_result_does_not_depend_on_the_numbers(
    engine: Engine, draw: Callable[..., Any], encoded: Callable[..., bytes]
) -> None:
    pages = [
        draw([(100, 100, 40, "SURNAME"), (100, 300, 40, number)]) for number in ("811811", "118118")
    ]
    boxes = [page.places[number] for page, number in zip(pages, ("811811", "118118"), strict=True)]
    first, second = (_redact(engine, encoded("png", page.image)) for page in pages)
    pixels = [np.asarray(Image.open(io.BytesIO(done.jpeg))).astype(int) for done in (first, second)]
    low, high = int(min(box[1] for box in boxes)) - 40, int(max(box[3] for box in boxes)) + 40
    assert np.array_equal(pixels[0][:low], pixels[1][:low])
    for page, done in zip(pages, (first, second), strict=True):
        assert page.ink(done.jpeg, list(page.places)[1]) < COVERED
    assert high < 800


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_it_covers_on_a_turned_page(
    turns: int, engine: Engine, passport: Any, encoded: Callable[..., bytes]
) -> None:
    turned = passport.image.rotate(90 * turns, expand=True)
    done = _redact(engine, encoded("png", turned))
    upright = Image.open(io.BytesIO(done.jpeg)).rotate(-90 * turns, expand=True)
    again = encoded("png", upright)
    for text in (*SENSITIVE, *list(passport.places)[-2:]):
        assert passport.ink(again, text) < COVERED
    for text in ESSENTIAL:
        assert passport.ink(again, text) > READABLE


def test_a_selfie_keeps_its_statement_and_loses_the_numbers(
    engine: Engine, draw: Callable[..., Any], encoded: Callable[..., bytes]
) -> None:
    statement = ("Example Hosting", "22.11.2026", "QKXRB 48 ZLTMA")
    rows = [(100, 60 + 70 * at, 44, text) for at, text in enumerate(statement)]
    page = draw([*rows, (600, 500, 30, "AB1234567")])
    options = {"kind": Kind.SELFIE_STATEMENT, "statement": statement}
    done = _redact(engine, encoded("png", page.image), **options)
    assert page.ink(done.jpeg, "AB1234567") < COVERED
    for text in statement:
        assert page.ink(done.jpeg, text) > READABLE


def test_a_small_code_on_a_card_in_the_hand_is_covered(
    engine: Engine, draw: Callable[..., Any], encoded: Callable[..., bytes]
) -> None:
    page = draw([(1100, 900, 26, "AB1234567"), (1100, 960, 26, "ERIKSSON")], (2000, 1500))
    code = zxingcpp.create_barcode("UTO L898902C3 7408122", zxingcpp.BarcodeFormat.PDF417)
    bars = Image.fromarray(np.array(code.to_image(scale=1), np.uint8))
    page.image.paste(bars, (1100, 800))
    done = _redact(engine, encoded("png", page.image), kind=Kind.SELFIE_STATEMENT)
    x, y, width, height = 1100, 800, *bars.size
    box = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], float)
    assert share_covered(box, [region.quad for region in done.regions]) > 0.8


def test_a_class_that_the_policy_keeps_stays(
    engine: Engine, draw: Callable[..., Any], encoded: Callable[..., bytes]
) -> None:
    page = draw([(100, 100, 40, "Passport No"), (100, 160, 40, "L898902C3")])
    known = load_policy("", "")
    rules = {**known.rules, "document_number": known.rules["portrait"]}
    lenient = RedactionPolicy("test", "1", "", rules)
    done = _redact(engine, encoded("png", page.image), policy=lenient)
    assert page.ink(done.jpeg, "L898902C3") > READABLE
    assert done.reasons == ("nothing_found",)


def test_a_canary_in_the_metadata_is_nowhere_in_the_result(
    engine: Engine, passport: Any, encoded: Callable[..., bytes]
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "CANARY-7351"
    options = {"exif": exif, "comment": b"CANARY-7351", "icc_profile": b"CANARY-7351" * 20}
    upload = encoded("jpeg", passport.image, **options) + b"CANARY-7351"
    done = _redact(engine, upload)
    assert b"CANARY" not in done.jpeg
    assert not Image.open(io.BytesIO(done.jpeg)).getexif()


def test_a_refused_file_says_why(engine: Engine) -> None:
    with pytest.raises(RefusedFileError, match="not_an_image"):
        _redact(engine, b"no picture")


def _labelled() -> list[str]:
    directory = Path(__file__).parent / "specimens"
    return sorted(json.loads((directory / "labels.json").read_text()))


@pytest.mark.parametrize("name", _labelled())
def test_it_redacts_a_specimen(name: str, engine: Engine, specimens: Path) -> None:
    done = _redact(engine, (specimens / name).read_bytes())
    covered = [region.quad for region in done.regions]
    for field in json.loads((specimens / "labels.json").read_text())[name]:
        share = share_covered(np.array(field["quad"], float), covered)
        if field["cls"] == "sensitive":
            assert share > 0.8, field["kind"]
        else:
            assert share < 0.25, field["kind"]
