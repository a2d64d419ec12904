"""Owns the tests of what a second look searches for again, and in how many pixels."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import zxingcpp

from kyc.documents.codes import Code
from kyc.documents.geometry import upright_box
from kyc.documents.looks import CLOSE_SIDE, look_twice
from kyc.documents.pages import Kind, Line, Pixels, Quad
from kyc.documents.reading import Frame, whole
from kyc.documents.sight import Sight, see
from kyc.documents.task import Task
from kyc.documents.text_boxes import SIDE
from kyc.policy.redaction import load_policy

PLACE = upright_box(300, 200, 500, 400)


@dataclass
class Reader:
    """Stands for both models: finds and reads the same lines in every view."""

    aside: ThreadPoolExecutor
    read_lines: list[Line] = field(default_factory=list)
    sides: list[int] = field(default_factory=list)

    @property
    def boxes(self) -> "Reader":
        return self

    @property
    def lines(self) -> "Reader":
        return self

    def find(self, _bgr: Pixels, side: int) -> list[Quad]:
        self.sides.append(side)
        return [line.quad for line in self.read_lines]

    def read(self, _view: Pixels, *_quads: Sequence[Quad]) -> list[Line]:
        return self.read_lines


@pytest.fixture
def reader() -> Iterator[Any]:
    with ThreadPoolExecutor(1) as aside:
        yield Reader(aside)


@pytest.fixture
def coded() -> Pixels:
    """A page with a code that nothing covers."""
    page = np.full((800, 1200, 3), 230, np.uint8)
    made = zxingcpp.create_barcode("UTO L898902C3", zxingcpp.BarcodeFormat.QRCode)
    code = np.array(made.to_image(scale=6), np.uint8)
    page[200 : 200 + code.shape[0], 300 : 300 + code.shape[1]] = code[:, :, None]
    return page


def _before(codes: tuple[Code, ...] = ()) -> Sight:
    return Sight((), codes, growth=1.0)


def test_a_first_look_searches_for_everything(reader: Any, coded: Pixels) -> None:
    assert [code.decoded for code in see(reader, coded, whole(coded)).codes] == [True]


def test_a_code_that_is_left_is_seen_again(reader: Any, coded: Pixels) -> None:
    before = _before(codes=(Code(PLACE, decoded=True),))
    assert see(reader, coded, whole(coded), before=before).codes


def test_a_search_that_found_nothing_is_not_repeated_at_the_same_scale(
    reader: Any, coded: Pixels
) -> None:
    assert see(reader, coded, whole(coded), before=_before()).codes == ()


def test_a_much_closer_frame_is_searched_though_nothing_was_found(
    reader: Any, coded: Pixels
) -> None:
    closer = see(reader, coded, Frame(250, 150, 750, 600), before=_before())
    assert len(closer.codes) == 1
    assert closer.codes[0].quad.min() > 190


@pytest.mark.parametrize(("height", "side"), [(20, CLOSE_SIDE), (60, SIDE)])
def test_small_print_is_looked_at_in_more_pixels(
    height: int, side: int, reader: Any, line: Callable[..., Line]
) -> None:
    page = np.full((1000, 1400, 3), 230, np.uint8)
    wide = upright_box(10, 10, 1390, 10 + height)
    low = upright_box(10, 980 - height, 1390, 980)
    read = line("ERIKSSON")
    reader.read_lines = [Line(quad, read.text, read.positions, 1.0) for quad in (wide, low)]
    task = Task(Kind.DOCUMENT_FRONT, load_policy("", ""), None, (), None)
    look_twice(page, task, reader)
    assert reader.sides[:2] == [SIDE, side]
