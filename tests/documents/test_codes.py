"""Owns the tests of finding codes, decodable or not."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from kyc.documents.codes import Code, Suspects, codes_among, find_codes
from kyc.documents.geometry import share_covered, upright_box
from kyc.documents.pages import Line, Pixels
from kyc.documents.patterns import Relief, busy_places

FORMATS = ["QRCode", "PDF417", "Aztec", "DataMatrix", "Code128", "ITF"]


def _page() -> Pixels:
    return np.full((700, 1000, 3), 230, np.uint8)


def _code(name: str, scale: int = 4) -> Pixels:
    text = "1234567890123456" if name == "ITF" else "UTO L898902C3 7408122 1204159"
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, name))
    grey = np.array(made.to_image(scale=scale), np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def _with(code: Pixels, x: int = 200, y: int = 250) -> tuple[Pixels, float, float, float, float]:
    page = _page()
    height, width = code.shape[:2]
    page[y : y + height, x : x + width] = code
    return page, x, y, x + width, y + height


def _share(found: list[Code], *box: float) -> float:
    x0, y0, x1, y1 = box
    inner = upright_box(x0 + 12, y0 + 12, x1 - 12, y1 - 12)
    return share_covered(inner, [code.quad for code in found])


@pytest.mark.parametrize("name", FORMATS)
def test_it_finds_and_decodes(name: str) -> None:
    scale = 2 if name in ("PDF417", "Code128", "ITF") else 5
    page, *box = _with(_code(name, scale))
    found = find_codes(page, [])
    assert any(code.decoded for code in found)
    assert _share(found, *box) > 0.85


@pytest.mark.parametrize("angle", [90, 180, 270])
@pytest.mark.parametrize("name", FORMATS)
def test_it_decodes_what_lies_turned(name: str, angle: int) -> None:
    code = _code(name, 2 if name in ("PDF417", "Code128", "ITF") else 4)
    height, width = code.shape[:2]
    page = np.full((1100, 1100, 3), 230, np.uint8)
    top, left = (1100 - height) // 2, (1100 - width) // 2
    page[top : top + height, left : left + width] = code
    turn = cv2.getRotationMatrix2D((550, 550), angle, 1)
    turned = cv2.warpAffine(page, turn, (1100, 1100), borderValue=(230, 230, 230))
    decoded = [one.quad for one in find_codes(np.asarray(turned, np.uint8), []) if one.decoded]
    place = upright_box(left, top, left + width, top + height)
    assert share_covered(cv2.transform(place[None], turn)[0], decoded) > 0.5


def test_it_finds_bars_that_no_reader_knows() -> None:
    rng = np.random.default_rng(5)
    bars = np.repeat(rng.integers(0, 2, 130) * 255, 4).astype(np.uint8)
    band = np.repeat(np.tile(bars, (60, 1))[:, :, None], 3, axis=2)
    page, *box = _with(band)
    found = find_codes(page, [])
    assert [code.decoded for code in found] == [False]
    assert _share(found, *box) > 0.9


def test_it_finds_bars_that_stand_upright() -> None:
    rng = np.random.default_rng(6)
    bars = np.repeat(rng.integers(0, 2, 110) * 255, 4).astype(np.uint8)
    band = np.repeat(np.tile(bars, (60, 1)).T[:, :, None], 3, axis=2)
    page, *box = _with(band, 300, 120)
    assert _share(find_codes(page, []), *box) > 0.9


@pytest.mark.parametrize("tilt", [0.0, 4.0])
def test_it_finds_bars_out_of_focus_with_scratches(tilt: float) -> None:
    code = cv2.resize(_code("Code128", 3), (420, 120))
    page, *_ = _with(code, 290, 290)
    for x in (330, 470, 600):
        cv2.line(page, (x, 285), (x + 60, 415), (206, 206, 204), 6)
    turn = cv2.getRotationMatrix2D((500, 350), tilt, 1)
    tilted = cv2.warpAffine(page, turn, (1000, 700), borderValue=(230, 230, 230))
    found = find_codes(np.asarray(cv2.GaussianBlur(tilted, (0, 0), 2.6), np.uint8), [])
    assert _share(found, 300, 310, 700, 395) > 0.9


@pytest.mark.parametrize(
    ("ink", "light", "is_one"),
    [
        ((30, 28, 26), (255, 255, 255), True),
        ((30, 28, 26), (255, 190, 120), True),
        ((190, 40, 50), (255, 255, 255), False),
    ],
)
def test_bars_are_black_in_light_of_any_colour(
    ink: tuple[int, int, int], light: tuple[int, int, int], is_one: bool
) -> None:
    rng = np.random.default_rng(8)
    page, x = _page(), 250
    while x < 750:
        x += int(rng.integers(5, 10))
        bar = int(rng.integers(4, 9))
        page[200:300, x : x + bar] = ink
        x += bar
    lit = (page * (np.array(light) / 255)).astype(np.uint8)
    assert bool(find_codes(lit, [])) is is_one


def test_it_finds_a_small_matrix_by_looking_closer() -> None:
    small = cv2.resize(_code("QRCode", 4), (70, 70), interpolation=cv2.INTER_AREA)
    page = np.full((1200, 1600, 3), 230, np.uint8)
    page[500:570, 700:770] = small
    soft = np.asarray(cv2.GaussianBlur(page, (0, 0), 0.9), np.uint8)
    assert _share(find_codes(soft, []), 700, 500, 770, 570) > 0.9


def test_it_finds_a_matrix_that_no_reader_knows() -> None:
    rng = np.random.default_rng(7)
    matrix = np.kron(rng.integers(0, 2, (40, 40)) * 255, np.ones((5, 5))).astype(np.uint8)
    page, *box = _with(np.repeat(matrix[:, :, None], 3, axis=2))
    assert _share(find_codes(page, []), *box) > 0.8


def test_what_holds_print_is_no_code_that_does_not_decode(line: Callable[..., Line]) -> None:
    pattern = Code(upright_box(100, 100, 600, 400), decoded=False)
    inside = [line("ERIKSSON", 150, 150), line("12.08.1974", 150, 250)]
    assert codes_among(Suspects((pattern,)), inside) == []
    assert codes_among(Suspects((), (pattern.quad,)), inside) == []
    assert codes_among(Suspects((pattern,)), inside[:1]) == [pattern]
    sure = Code(pattern.quad, decoded=True)
    assert codes_among(Suspects((sure,)), inside) == [sure]


def test_it_takes_no_text_for_a_code() -> None:
    image = Image.fromarray(_page())
    pen = ImageDraw.Draw(image)
    for row in range(16):
        pen.text(
            (40, 30 + 40 * row), "Republic of Utopia " * 3, "black", ImageFont.load_default(28)
        )
    assert find_codes(np.asarray(image), []) == []


def test_it_finds_nothing_on_a_plain_page() -> None:
    assert find_codes(_page(), []) == []


def test_it_finds_a_code_that_is_out_of_focus() -> None:
    page, *box = _with(_code("PDF417", 3))
    found = find_codes(cv2.GaussianBlur(page, (0, 0), 3.0), [])
    assert {code.decoded for code in found} == {False}
    assert _share(found, *box) > 0.8


@pytest.mark.parametrize("side", [900, 1600])
def test_it_finds_a_small_matrix_that_is_out_of_focus_and_scratched(side: int) -> None:
    page = np.full((side * 3 // 4, side, 3), 230, np.uint8)
    page[100:208, 300:408] = cv2.resize(_code("QRCode", 4), (108, 108))
    for x in (310, 340, 370):
        cv2.line(page, (x, 95), (x + 40, 215), (206, 206, 204), 5)
    soft = np.asarray(cv2.GaussianBlur(page, (0, 0), 2.0), np.uint8)
    assert _share(find_codes(soft, []), 300, 100, 408, 208) > 0.9


def test_a_picture_with_places_of_one_shade_is_no_code_out_of_focus() -> None:
    modules = np.random.default_rng(5).integers(0, 2, (80, 80)).repeat(4, 0).repeat(4, 1)
    even = 20 + 220 * modules
    halves = np.where(np.arange(320) < 160, 20 + 70 * modules, 170 + 70 * modules)
    soft = (cv2.GaussianBlur(one.astype(np.uint8), (0, 0), 1.5) for one in (even, halves))
    code, picture = (_with(np.repeat(one[:, :, None], 3, axis=2)) for one in soft)
    assert _share(find_codes(code[0], []), *code[1:]) > 0.85
    assert find_codes(picture[0], []) == []


def test_a_coloured_pattern_is_no_code_out_of_focus() -> None:
    rng = np.random.default_rng(9)
    matrix = np.kron(rng.integers(0, 2, (30, 30)), np.ones((7, 7))).astype(bool)
    page = _page()
    page[200:410, 300:510][matrix] = (250, 60, 40)
    assert find_codes(cv2.GaussianBlur(page, (0, 0), 4.0), []) == []


def test_a_ground_of_thin_lines_is_no_place_for_a_code() -> None:
    image = Image.fromarray(_page())
    pen = ImageDraw.Draw(image)
    for at in range(90, 900, 90):
        pen.line((at, 80, at + 40, 620), "black", 2)
    assert list(busy_places(Relief.of(np.asarray(image.convert("L"))))) == []


@pytest.mark.parametrize("scale", [2, 4, 12])
def test_the_place_of_a_code_has_all_of_it_in_the_shade_too(scale: int) -> None:
    page, *box = _with(_code("QRCode", scale))
    shaded = (page[:, :, 0] * 0.5).astype(np.uint8)
    places = [
        upright_box(columns.start, rows.start, columns.stop, rows.stop)
        for rows, columns in busy_places(Relief.of(shaded))
    ]
    assert share_covered(upright_box(*box), places) == 1
