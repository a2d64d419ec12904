"""Owns the tests of the header gate."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kyc.documents.formats import MAX_BYTES, Format, check_size, inspect
from kyc.errors import RefusedFileError


def _code(untrusted: bytes) -> str:
    with pytest.raises(RefusedFileError) as refusal:
        inspect(untrusted)
    return refusal.value.code


@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_it_reads_the_size_from_the_header(name: str, encoded: Callable[..., bytes]) -> None:
    found = inspect(encoded(name, (320, 200)))
    assert (found.format, found.width, found.height) == (Format(name), 320, 200)


def test_it_reads_the_size_of_a_lossless_webp(encoded: Callable[..., bytes]) -> None:
    found = inspect(encoded("webp", (321, 201), lossless=True))
    assert (found.width, found.height) == (321, 201)


@pytest.mark.parametrize("name", ["heif", "pdf"])
def test_it_lets_heif_and_pdf_through_to_the_decoder(
    name: str, encoded: Callable[..., bytes]
) -> None:
    assert inspect(encoded(name)).format == Format(name)


@pytest.mark.parametrize(
    ("untrusted", "code"),
    [
        (b"", "not_an_image"),
        (b"hello", "not_an_image"),
        (b"MZ\x90\x00" + b"\0" * 64, "not_an_image"),
        (b"GIF89a" + b"\0" * 64, "unsupported_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_type"),
        (b"  \n<?xml version='1.0'?><svg/>", "unsupported_type"),
        (b"II*\x00" + b"\0" * 64, "unsupported_type"),
        (b"BM" + b"\0" * 64, "unsupported_type"),
        (b"\0\0\0\x1cftypavif" + b"\0" * 64, "unsupported_type"),
        (b"\0\0\0\x1cftypmsf1" + b"\0" * 64, "animated"),
        (b"\xff\xd8\xff\xe0", "broken"),
        (b"\xff\xd8\xff\xe0\x00\x10" + b"\0" * 32, "broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 8, "broken"),
        (b"RIFF\x10\0\0\0WEBPVP8X", "broken"),
        (b"RIFF\x10\0\0\0WEBPJUNK" + b"\0" * 32, "broken"),
    ],
)
def test_it_refuses_what_is_no_accepted_picture(untrusted: bytes, code: str) -> None:
    assert _code(untrusted) == code


def test_it_refuses_a_body_over_the_limit() -> None:
    assert _code(b"\xff\xd8\xff" + b"\0" * MAX_BYTES) == "too_large"


@pytest.mark.parametrize("size", [(65535, 65535), (12001, 10), (10, 12001), (8001, 8000)])
def test_it_refuses_a_header_bomb(
    size: tuple[int, int], png_claiming: Callable[[int, int], bytes]
) -> None:
    assert _code(png_claiming(*size)) == "too_many_pixels"


def test_it_refuses_a_jpeg_header_bomb(encoded: Callable[..., bytes]) -> None:
    jpeg = bytearray(encoded("jpeg"))
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = b"\xff\xff\xff\xff"
    assert _code(bytes(jpeg)) == "too_many_pixels"


def test_it_refuses_a_picture_without_extent(png_claiming: Callable[[int, int], bytes]) -> None:
    assert _code(png_claiming(0, 10)) == "broken"


def test_it_accepts_exactly_the_limits() -> None:
    check_size(12_000, 5_333)
    check_size(8_000, 8_000)


@pytest.mark.parametrize("name", ["webp", "png"])
def test_it_refuses_an_animation(name: str, encoded: Callable[..., bytes]) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    moving = encoded(name, frames[0], save_all=True, append_images=frames[1:], duration=50)
    assert _code(moving) == "animated"


CODES = {"not_an_image", "unsupported_type", "broken", "animated", "too_many_pixels"}


@given(st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_it_only_ever_refuses_with_a_code(tail: bytes, head: bytes) -> None:
    code = ""
    try:
        inspect(head + tail)
    except RefusedFileError as refusal:
        code = refusal.code
    assert code in CODES | {""}
