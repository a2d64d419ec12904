"""Owns what a file claims to be: magic bytes and headers, read without decoding a pixel."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from kyc.errors import RefusedFileError

MAX_BYTES = 15_000_000
MAX_PIXELS = 64_000_000
MAX_SIDE = 12_000

HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"MiHE", b"MiHB"})
SEQUENCE_BRANDS = frozenset({b"msf1", b"hevc", b"hevx", b"hevm", b"hevs", b"avis"})
OTHER_IMAGES = (b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"II+\x00", b"8BPS", b"\x00\x00\x01\x00")
OTHER_MORE = (b"\xff\x0a", b"\x00\x00\x00\x0cJXL ", b"\x00\x00\x00\x0cjP  ", b"<svg", b"<?xml")
START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})


class Format(StrEnum):
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIF = "heif"
    PDF = "pdf"


class FileType(NamedTuple):
    """A file that passed the header gate; width and height are 0 where only decoding can tell.

    No dataclass: the decoder child imports this file, and `dataclasses` takes a tenth of its start.
    """

    format: Format
    width: int
    height: int
    length: int


def inspect(untrusted: bytes) -> FileType:
    """Let a file through by its magic bytes and header, or raise RefusedFileError.

    The name and the declared content type are not consulted. Codes: too_large, not_an_image,
    unsupported_type, too_many_pixels, animated, broken.
    """
    if len(untrusted) > MAX_BYTES:
        raise RefusedFileError("too_large")
    kind = sniff(untrusted)
    width, height = _HEADERS[kind](untrusted)
    check_size(width, height)
    return FileType(kind, width, height, len(untrusted))


def check_size(width: int, height: int) -> None:
    """Refuse more than 64 megapixels or a side above 12,000 px, before any pixel exists."""
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise RefusedFileError("too_many_pixels")


def sniff(untrusted: bytes) -> Format:
    """Name the format by its first bytes."""
    head = untrusted[:16]
    if head.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Format.PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Format.WEBP
    if head.startswith(b"%PDF-"):
        return Format.PDF
    if head[4:8] == b"ftyp":
        return _sniff_brand(head[8:12])
    if head.lstrip().startswith(OTHER_IMAGES + OTHER_MORE):
        raise RefusedFileError("unsupported_type")
    raise RefusedFileError("not_an_image")


def _sniff_brand(brand: bytes) -> Format:
    if brand in HEIC_BRANDS:
        return Format.HEIF
    if brand in SEQUENCE_BRANDS:
        raise RefusedFileError("animated")
    raise RefusedFileError("unsupported_type")


def _jpeg(untrusted: bytes) -> tuple[int, int]:
    """Walk the markers up to the first start of frame (ITU-T T.81, annex B)."""
    at = 2
    while at + 9 <= len(untrusted):
        if untrusted[at] != 0xFF:
            raise RefusedFileError("broken")
        marker = untrusted[at + 1]
        if marker == 0xFF or marker in STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in START_OF_FRAME:
            return _nonzero(_big(untrusted, at + 7, 2), _big(untrusted, at + 5, 2))
        at += 2 + _big(untrusted, at + 2, 2)
    raise RefusedFileError("broken")


def _png(untrusted: bytes) -> tuple[int, int]:
    if untrusted[12:16] != b"IHDR" or len(untrusted) < 33:
        raise RefusedFileError("broken")
    for name in _png_chunks(untrusted):
        if name == b"acTL":
            raise RefusedFileError("animated")
        if name == b"IDAT":
            break
    return _nonzero(_big(untrusted, 16, 4), _big(untrusted, 20, 4))


def _png_chunks(untrusted: bytes) -> Iterator[bytes]:
    at = 8
    while at + 8 <= len(untrusted):
        yield untrusted[at + 4 : at + 8]
        at += 12 + _big(untrusted, at, 4)


def _webp(untrusted: bytes) -> tuple[int, int]:
    """Read the first chunk of the container (RFC 9649, section 2)."""
    if len(untrusted) < 30:
        raise RefusedFileError("broken")
    chunk = untrusted[12:16]
    if chunk == b"VP8X":
        if untrusted[20] & 0x02:
            raise RefusedFileError("animated")
        return 1 + _little(untrusted, 24, 3), 1 + _little(untrusted, 27, 3)
    if chunk == b"VP8L":
        bits = _little(untrusted, 21, 4)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        return _nonzero(_little(untrusted, 26, 2) & 0x3FFF, _little(untrusted, 28, 2) & 0x3FFF)
    raise RefusedFileError("broken")


def _unknown(_untrusted: bytes) -> tuple[int, int]:
    """HEIF and PDF tell their size only to a parser, which runs in the decoder child."""
    return 0, 0


def _big(data: bytes, at: int, length: int) -> int:
    return int.from_bytes(data[at : at + length], "big")


def _little(data: bytes, at: int, length: int) -> int:
    return int.from_bytes(data[at : at + length], "little")


def _nonzero(width: int, height: int) -> tuple[int, int]:
    if width < 1 or height < 1:
        raise RefusedFileError("broken")
    return width, height


_HEADERS = {
    Format.JPEG: _jpeg,
    Format.PNG: _png,
    Format.WEBP: _webp,
    Format.HEIF: _unknown,
    Format.PDF: _unknown,
}
