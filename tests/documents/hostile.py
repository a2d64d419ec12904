"""Owns hostile files: drawn from a seed, or any directory's, and what decoding makes of them.

    python -m tests.documents.hostile DIRECTORY
    python -m tests.documents.hostile --count 500 --seed 7

prints how many files ended how, what they took, and every outcome that must not be; its exit
status is 1 when there is one.
"""

import argparse
import io
import struct
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random

import pillow_heif
from PIL import Image

from kyc.documents import wire
from kyc.documents.pages import Raw
from kyc.documents.sandbox import Decoder
from kyc.errors import RefusedFileError

REFUSALS = {
    *("too_large", "not_an_image", "unsupported_type", "too_many_pixels", "animated", "broken"),
    *("encrypted_pdf", "no_such_page", "too_many_pdf_pages", "decoder_failed"),
}
MOST_SECONDS = 20.0
FORMATS = ("jpeg", "png", "webp", "heif", "pdf")


def sound(name: str, seed: int) -> bytes:
    """A small file of a format that decodes."""
    throw = Random(f"sound:{name}:{seed}")  # noqa: S311 - drawn again from its seed
    size = throw.randrange(40, 200), throw.randrange(40, 200)
    image = Image.effect_noise(size, throw.randrange(10, 100)).convert("RGB")
    out = io.BytesIO()
    if name == "heif":
        pillow_heif.from_pillow(image).save(out, quality=70)
    else:
        options = {"progressive": throw.random() < 0.5} if name == "jpeg" else {}
        image.save(out, name.upper(), **options)
    return out.getvalue()


def _cut(whole: bytes, throw: Random) -> bytes:
    return whole[: throw.randrange(12, len(whole))]


def _flipped(whole: bytes, throw: Random) -> bytes:
    """Some bits, anywhere behind the magic bytes."""
    spoilt = bytearray(whole)
    for _ in range(throw.randrange(1, 60)):
        spoilt[throw.randrange(12, len(spoilt))] ^= 1 << throw.randrange(8)
    return bytes(spoilt)


def _exaggerated(whole: bytes, throw: Random) -> bytes:
    """Four bytes of a header that now claim as much as four bytes can."""
    spoilt = bytearray(whole)
    for _ in range(throw.randrange(1, 4)):
        at = throw.randrange(12, min(len(spoilt) - 4, 400))
        spoilt[at : at + 4] = throw.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0"))
    return bytes(spoilt)


def _emptied(whole: bytes, throw: Random) -> bytes:
    at = throw.randrange(12, len(whole))
    return whole[:at] + bytes(throw.randrange(1, 400)) + whole[at:]


def _repeated(whole: bytes, throw: Random) -> bytes:
    """A stretch many times over, as chunks and segments that never end."""
    start = throw.randrange(12, len(whole) - 1)
    end = min(len(whole), start + throw.randrange(1, 300))
    return whole[:end] + whole[start:end] * throw.randrange(10, 400) + whole[end:]


def _headed(whole: bytes, throw: Random) -> bytes:
    """A true beginning and noise."""
    return whole[: throw.randrange(12, min(200, len(whole)))] + throw.randbytes(4000)


def _glued(whole: bytes, throw: Random) -> bytes:
    """One format's beginning, another's body."""
    other = sound(throw.choice(FORMATS), throw.randrange(1000))
    return whole[: throw.randrange(12, len(whole))] + other


SPOILING: tuple[Callable[[bytes, Random], bytes], ...] = (
    *(_cut, _flipped, _exaggerated, _emptied, _repeated, _headed, _glued),
)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _png_bomb() -> bytes:
    """Rows of 64 megapixels out of 190 kilobytes, behind text of 100 megabytes out of as few."""
    text = b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9)
    header = struct.pack(">IIBBBBB", 8000, 8000, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(8000 * 24001), 9)
    body = _chunk(b"IHDR", header) + _chunk(b"zTXt", text) + _chunk(b"IDAT", rows)
    return b"\x89PNG\r\n\x1a\n" + body + _chunk(b"IEND", b"")


def _many_scans() -> bytes:
    """A progressive JPEG of 12 megapixels whose last scan is there five hundred times."""
    whole = io.BytesIO()
    Image.new("L", (4000, 3000), 90).save(whole, "JPEG", progressive=True)
    data = whole.getvalue()
    scan = data[data.rindex(b"\xff\xda") : -2]
    return (data[:-2] + scan * 500)[:14_000_000] + b"\xff\xd9"


def _looped_pdf() -> bytes:
    """Pages that are their own parents, and a program to be run when the paper is opened."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction"
        b"<</S/JavaScript/JS(app.launchURL('http://127.0.0.1/'))>>>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2/Parent 2 0 R>>endobj\n"
        b"trailer<</Root 1 0 R/Size 3>>\n%%EOF\n"
    )


def _painted_pdf() -> bytes:
    """One page that draws a form, which draws two, which draw four, thirty deep."""
    parts = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R"
        b"/Resources<</XObject<</F 5 0 R>>>>>>endobj\n",
        b"4 0 obj<</Length 5>>stream\n/F Do\nendstream endobj\n",
    ]
    for number in range(5, 35):
        inner = b"/XObject<</F %d 0 R>>" % (number + 1)
        parts.append(
            b"%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 300 200]/Resources<<%s>>/Length 12>>"
            b"stream\n/F Do /F Do \nendstream endobj\n" % (number, inner)
        )
    return b"%PDF-1.7\n" + b"".join(parts) + b"trailer<</Root 1 0 R/Size 35>>\n%%EOF\n"


BOMBS: dict[str, Callable[[], bytes]] = {
    "png_bomb": _png_bomb,
    "jpeg_of_many_scans": _many_scans,
    "looped_pdf": _looped_pdf,
    "painted_pdf": _painted_pdf,
}


def drawn(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Spoilt files by turns of format and way; the same for the same seed."""
    for number in range(count):
        name = FORMATS[number % len(FORMATS)]
        spoil = SPOILING[number // len(FORMATS) % len(SPOILING)]
        throw = Random(f"{seed}:{number}")  # noqa: S311 - drawn again from its seed
        yield f"{number:04}_{name}{spoil.__name__}", spoil(sound(name, seed + number), throw)


def outcome(decoder: Decoder, untrusted: bytes) -> str:
    """`accepted`, or the refusal's code; anything else is told as what must not be."""
    start = time.monotonic()
    try:
        page = decoder.decode(Raw(untrusted)).page
    except RefusedFileError as refusal:
        said = refusal.code
    except Exception as error:  # noqa: BLE001 - what it would do to a worker is the question
        return f"raised {error!r}"
    else:
        fits = page.ndim == 3 and page.shape[2] == 3 and max(page.shape[:2]) <= wire.MAX_LONG_SIDE
        said = "accepted" if fits else f"gave pixels of {page.shape}"
    took = time.monotonic() - start
    return said if took <= MOST_SECONDS else f"took {took:.0f} s"


def is_sound(said: str) -> bool:
    return said == "accepted" or said in REFUSALS


def _files(directory: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()


def told(files: Iterable[tuple[str, bytes]]) -> bool:
    """Decode them all and print what came of it; False when something must not be."""
    decoder, counts, slowest, wrong = Decoder(), Counter[str](), 0.0, []
    for name, untrusted in files:
        start = time.monotonic()
        said = outcome(decoder, untrusted)
        slowest = max(slowest, time.monotonic() - start)
        counts[said] += 1
        if not is_sound(said):
            wrong.append(f"{name}: {said}")
    rows = [f"{counts.total()} files, the slowest {slowest:.1f} s"]
    rows += [f"  {code}: {count}" for code, count in counts.most_common()]
    sys.stdout.write("\n".join([*rows, *wrong, ""]))
    return not wrong


def main() -> None:
    parser = argparse.ArgumentParser(description="Decode hostile files.")
    parser.add_argument("directory", type=Path, nargs="?", help="else files are drawn")
    parser.add_argument("--count", type=int, default=350)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    files: Iterator[tuple[str, bytes]]
    if arguments.directory:
        files = _files(arguments.directory)
    else:
        bombs = ((name, draw()) for name, draw in BOMBS.items())
        files = (pair for part in (bombs, drawn(arguments.count, arguments.seed)) for pair in part)
    sys.exit(0 if told(files) else 1)


if __name__ == "__main__":
    main()
