"""Owns the tests of decoding in a child: what comes out, and what never does."""

import gc
import io
import os
import sys
import time
from collections.abc import Callable

import numpy as np
import pillow_heif
import pypdfium2
import pytest
from PIL import Image

from kyc.documents import wire
from kyc.documents.pages import Pages, Raw, Size
from kyc.documents.sandbox import Decoder
from kyc.errors import RefusedFileError

Encode = Callable[..., bytes]


def _decode(untrusted: bytes, page: int = 1) -> Pages:
    return Decoder().decode(Raw(untrusted), page)


def _code(untrusted: bytes, page: int = 1, decoder: Decoder | None = None) -> str:
    with pytest.raises(RefusedFileError) as refusal:
        (decoder or Decoder()).decode(Raw(untrusted), page)
    return refusal.value.code


def _halves() -> Image.Image:
    """Left half red, right half blue, so that a turn shows."""
    image = Image.new("RGB", (80, 40), "red")
    image.paste("blue", (40, 0, 80, 40))
    return image


def _is_red(pixel: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bool:
    return bool(pixel[0] > 180 and pixel[2] < 80)


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "heif", "pdf"])
def test_it_decodes_every_accepted_format(name: str, encoded: Encode) -> None:
    pages = _decode(encoded(name, _halves()))
    height, width = pages.page.shape[:2]
    assert _is_red(pages.page[height // 2, width // 4])
    assert not _is_red(pages.page[height // 2, 3 * width // 4])


@pytest.mark.parametrize("source", [(4032, 3024), (4080, 3060), (2016, 9000)])
def test_it_reduces_to_the_longest_side_and_remembers_the_source(
    source: tuple[int, int], encoded: Encode
) -> None:
    pages = _decode(encoded("jpeg", source))
    assert max(pages.page.shape[:2]) == wire.MAX_LONG_SIDE
    assert pages.source == Size(*source)


@pytest.mark.parametrize("source", [(4000, 3000), (3000, 4000), (3999, 2999)])
def test_half_of_a_photo_that_comes_near_the_longest_side_is_taken_as_it_is(
    source: tuple[int, int], encoded: Encode
) -> None:
    pages = _decode(encoded("jpeg", source))
    assert pages.size == Size((source[0] + 1) // 2, (source[1] + 1) // 2)
    assert pages.source == Size(*source)


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (80, 40), (20, 20)),
        (3, (80, 40), (20, 60)),
        (6, (40, 80), (20, 20)),
        (8, (40, 80), (60, 20)),
    ],
)
def test_it_turns_a_picture_upright(
    orientation: int, size: tuple[int, int], red_at: tuple[int, int], encoded: Encode
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    pages = _decode(encoded("jpeg", _halves(), exif=exif))
    assert pages.size == pages.source == Size(*size)
    assert _is_red(pages.page[red_at])


def test_it_shows_transparent_pixels_as_white(encoded: Encode) -> None:
    image = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    assert (_decode(encoded("png", image)).page == 255).all()


def test_it_decodes_sixteen_bits(encoded: Encode) -> None:
    image = Image.fromarray(np.full((8, 8), 32768, np.uint16))
    assert abs(int(_decode(encoded("png", image)).page[0, 0, 0]) - 128) <= 1


def test_it_keeps_only_the_primary_picture_of_an_mpo(encoded: Encode) -> None:
    second = Image.new("RGB", (80, 40), "green")
    pages = _decode(encoded("mpo", _halves(), save_all=True, append_images=[second]))
    assert _is_red(pages.page[20, 20])
    assert pages.count == 1


@pytest.mark.parametrize("primary", [0, 1])
def test_it_keeps_only_the_primary_picture_of_a_heic(primary: int) -> None:
    several = pillow_heif.HeifFile()
    for colour in ("red", "blue"):
        several.add_frombytes("RGB", (80, 40), Image.new("RGB", (80, 40), colour).tobytes())
    out = io.BytesIO()
    several.save(out, primary_index=primary, quality=90)
    pages = _decode(out.getvalue())
    assert _is_red(pages.page[20, 20]) is (primary == 0)
    assert pages.count == 1
    assert _code(out.getvalue(), 2) == "no_such_page"


def test_it_takes_the_chosen_page_of_a_pdf(encoded: Encode) -> None:
    other = Image.new("RGB", (80, 40), "blue")
    paper = encoded("pdf", Image.new("RGB", (80, 40), "red"), save_all=True, append_images=[other])
    assert _is_red(_decode(paper, 1).page[10, 10])
    assert not _is_red(_decode(paper, 2).page[10, 10])
    assert _decode(paper, 2).count == 2
    assert _code(paper, 3) == "no_such_page"


def test_it_refuses_a_second_page_of_a_photo(encoded: Encode) -> None:
    assert _code(encoded("jpeg"), 2) == "no_such_page"


@pytest.mark.parametrize("page", [0, -1, 70000])
def test_it_refuses_a_page_that_no_file_has(page: int, encoded: Encode) -> None:
    assert _code(encoded("pdf"), page) == "no_such_page"


def test_it_refuses_a_pdf_of_many_pages() -> None:
    document = pypdfium2.PdfDocument.new()
    for _ in range(wire.MAX_PDF_PAGES + 1):
        document.new_page(300, 200)
    out = io.BytesIO()
    document.save(out)
    document.close()
    assert _code(out.getvalue()) == "too_many_pdf_pages"


def test_it_refuses_a_pdf_page_of_absurd_size() -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(14400, 20)
    out = io.BytesIO()
    document.save(out)
    document.close()
    assert _code(out.getvalue()) == "broken"


def _locked_pdf() -> bytes:
    """The smallest document with a password that nobody knows."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>",
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"41" * 32, b"42" * 32),
    )
    out, rows = b"%PDF-1.4\n", b"0000000000 65535 f \n"
    for number, body in enumerate(objects, start=1):
        rows += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    trailer = b"<< /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [<00><00>] >>"
    end = b"trailer %s\nstartxref\n%d\n%%%%EOF\n" % (trailer, len(out))
    return out + b"xref\n0 5\n" + rows + end


def test_it_refuses_a_locked_pdf() -> None:
    assert _code(_locked_pdf()) == "encrypted_pdf"


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "heif"])
def test_it_refuses_a_truncated_file(name: str, encoded: Encode) -> None:
    whole = encoded(name, Image.effect_noise((300, 200), 90).convert("RGB"))
    assert _code(whole[: len(whole) // 2]) == "broken"


def test_it_refuses_a_heif_that_is_none() -> None:
    assert _code(b"\0\0\0\x1cftypheic" + b"\0" * 200) == "broken"


def test_it_does_not_follow_what_hides_behind_a_picture(encoded: Encode) -> None:
    pages = _decode(encoded("jpeg", _halves()) + b"PK\x03\x04" + encoded("pdf"))
    assert pages.size == Size(80, 40)


LIES = {
    "a crash": "import os; os.kill(os.getpid(), 11)",
    "silence": "import sys; sys.stdin.buffer.read()",
    "an early end": "import sys; sys.stdout.buffer.write(b'kyc!')",
    "noise": "import sys; sys.stdout.buffer.write(b'x' * 100)",
    "a foreign magic": "write(b'evil', 0, 2, 2, 2, 2, 1, b'p' * 12)",
    "an unknown verdict": "write(b'kyc!', 99, 2, 2, 2, 2, 1, b'p' * 12)",
    "no extent": "write(b'kyc!', 0, 0, 2, 2, 2, 1, b'')",
    "too wide a page": "write(b'kyc!', 0, 2017, 1, 2017, 1, 1, b'p' * 6051)",
    "too wide a source": "write(b'kyc!', 0, 2, 2, 12001, 2, 1, b'p' * 12)",
    "a source below the page": "write(b'kyc!', 0, 2, 2, 1, 1, 1, b'p' * 12)",
    "no pages": "write(b'kyc!', 0, 2, 2, 2, 2, 0, b'p' * 12)",
    "a byte too few": "write(b'kyc!', 0, 2, 2, 2, 2, 1, b'p' * 11)",
    "a byte too many": "write(b'kyc!', 0, 2, 2, 2, 2, 1, b'p' * 13)",
    "pixels after a refusal": "write(b'kyc!', 1, 0, 0, 0, 0, 0, b'p')",
}
WRITE = """
import struct, sys
def write(magic, verdict, w, h, sw, sh, count, pixels):
    sys.stdout.buffer.write(struct.pack("<4sBHHIIH", magic, verdict, w, h, sw, sh, count) + pixels)
"""


def _child(script: str, wall_seconds: float = 10) -> Decoder:
    return Decoder((sys.executable, "-I", "-S", "-c", script), wall_seconds)


@pytest.mark.parametrize("lie", LIES)
def test_it_refuses_the_file_when_the_child_answers_with(lie: str, encoded: Encode) -> None:
    assert _code(encoded("jpeg"), decoder=_child(WRITE + LIES[lie])) == "decoder_failed"


def test_it_believes_an_answer_in_form(encoded: Encode) -> None:
    truth = _child(WRITE + "write(b'kyc!', 0, 2, 2, 4, 4, 1, bytes(range(12)))")
    assert truth.decode(Raw(encoded("jpeg"))).page[1, 1].tolist() == [9, 10, 11]


def test_it_ends_a_child_that_hangs(encoded: Encode) -> None:
    start = time.monotonic()
    assert _code(encoded("jpeg"), decoder=_child("import time; time.sleep(60)", 0.5)) == (
        "decoder_failed"
    )
    assert time.monotonic() - start < 5


def test_it_ends_a_child_that_floods(encoded: Encode) -> None:
    flood = "import sys\nwhile True: sys.stdout.buffer.write(b'x' * 65536)"
    assert _code(encoded("jpeg"), decoder=_child(flood, 5)) == "decoder_failed"


def test_a_large_file_to_a_child_that_never_reads_does_not_block(encoded: Encode) -> None:
    big = encoded("jpeg") + b"\0" * 8_000_000
    assert _code(big, decoder=_child("import time; time.sleep(60)", 0.5)) == "decoder_failed"


PROCESS = """
import os
write(b'kyc!', 0, 2, 2, 2, 2, 1, os.getpid().to_bytes(12, "big"))
sys.stdin.buffer.read()
"""


def _process(decoder: Decoder, untrusted: bytes) -> int:
    """Which process decoded, as it says itself in its pixels."""
    return int.from_bytes(decoder.decode(Raw(untrusted)).page.tobytes(), "big")


def test_a_prepared_child_waits_and_takes_one_file_only(encoded: Encode) -> None:
    decoder = _child(WRITE + PROCESS)
    decoder.prepare()
    waiting = decoder.waiting[0].pid
    assert _process(decoder, encoded("jpeg")) == waiting
    assert _process(decoder, encoded("jpeg")) not in {waiting, os.getpid()}
    assert len(decoder.waiting) == 1


def test_a_child_that_died_while_it_waited_is_replaced(encoded: Encode) -> None:
    decoder = Decoder()
    decoder.prepare()
    decoder.waiting[0].kill()
    decoder.waiting[0].wait()
    assert _is_red(decoder.decode(Raw(encoded("jpeg", _halves()))).page[20, 20])


def test_a_prepared_child_decodes_what_it_did_not_expect(encoded: Encode) -> None:
    decoder = Decoder()
    decoder.prepare()
    assert _is_red(decoder.decode(Raw(encoded("heif", _halves()))).page[20, 20])


def test_a_refused_file_leaves_a_child_for_the_next(encoded: Encode) -> None:
    decoder = Decoder()
    decoder.prepare()
    assert _code(encoded("jpeg"), 2, decoder) == "no_such_page"
    assert _is_red(decoder.decode(Raw(encoded("jpeg", _halves()))).page[20, 20])


def test_no_child_outlives_its_decoder() -> None:
    decoder = _child("import time; time.sleep(60)")
    decoder.prepare()
    child = decoder.waiting[0]
    del decoder
    gc.collect()
    assert child.returncode is not None


def test_a_child_whose_parent_is_gone_ends() -> None:
    child = Decoder()._start()
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(10) != 0
    with child:
        pass


def test_what_it_decoded_cannot_be_written_over(encoded: Encode) -> None:
    page = _decode(encoded("jpeg", _halves())).page
    with pytest.raises(ValueError, match="read-only"):
        page[0, 0] = 0
