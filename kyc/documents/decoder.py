"""Owns the decoder child: one hostile file in, clean pixels or a verdict out, then it ends.

Run as `python -I -S -c "...; main()"` by kyc.documents.sandbox, which believes nothing it says.
"""

import contextlib
import importlib
import io
import os
import sys
import warnings
from types import ModuleType
from typing import TYPE_CHECKING, Any

from kyc.documents import jail, wire
from kyc.documents.formats import check_size
from kyc.errors import RefusedFileError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

PDF_DOTS_PER_POINT = 200 / 72
PDF_MIN_SIDE, PDF_MAX_SIDE = 36, 5000
NEAR = 0.98
"""A JPEG's own half or quarter that comes so near the longest side is not scaled once more."""

ORIENTATION_TAG = 0x0112
PDF_PASSWORD_NEEDED = 4

COMMON = ("PIL.Image", "PIL.ImageFile", "PIL.TiffImagePlugin")
PRELOAD = {
    "jpeg": (*COMMON, "PIL.JpegImagePlugin", "PIL.MpoImagePlugin"),
    "png": (*COMMON, "PIL.PngImagePlugin"),
    "webp": (*COMMON, "PIL.WebPImagePlugin"),
    "heif": (*COMMON, "pillow_heif.as_plugin"),
    "pdf": (*COMMON, "pypdfium2"),
}
"""Loaded before the jail closes, for afterwards no file can be opened."""

MOST_LIKELY = "jpeg"

PLUGINS = {
    "jpeg": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "png": ("PIL.PngImagePlugin", "PngImageFile"),
    "webp": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "heif": ("pillow_heif.as_plugin", "HeifImageFile"),
}


class Answer:
    """What goes back: the reduced picture, the frame it came from, the number of pages."""

    def __init__(self, picture: "Picture", source: tuple[int, int], count: int) -> None:
        self.picture, self.source, self.count = picture, source, count


def main() -> None:
    """Preload, read one request's head, enter the jail, read the file, answer, leave at once.

    What most files need is loaded before a request comes, for this child may wait for one.
    """
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    for name in PRELOAD[MOST_LIKELY]:
        importlib.import_module(name)
    magic, index, page, longest, length = wire.REQUEST.unpack(stdin.read(wire.REQUEST.size))
    if magic != wire.ASK:
        os._exit(2)
    kind = wire.FORMATS[index]
    modules = {name: importlib.import_module(name) for name in PRELOAD[kind]}
    warnings.simplefilter("ignore")
    jail.enter()
    for part in reply(modules, kind, stdin.read(length), page, longest):
        stdout.write(part)
    stdout.flush()
    os._exit(0)


def reply(
    modules: dict[str, ModuleType], kind: str, untrusted: bytes, page: int, longest: int
) -> tuple[bytes, ...]:
    """Decode, and turn every failure into one of the few verdicts that may cross.

    The header, and behind it the pixels, if there are any.
    """
    try:
        answer = decode(modules, kind, untrusted, page, longest)
        pixels = answer.picture.tobytes()
    except RefusedFileError as error:
        return (_header(error.code if error.code in wire.VERDICTS else "broken"),)
    except (MemoryError, RecursionError):
        return (_header("decoder_failed"),)
    except Exception:  # noqa: BLE001 - codecs raise anything; the file is refused all the same
        return (_header("broken"),)
    size = answer.picture.size
    return wire.REPLY.pack(wire.ANSWER, 0, *size, *answer.source, answer.count), pixels


def _header(verdict: str) -> bytes:
    return wire.REPLY.pack(wire.ANSWER, wire.VERDICTS.index(verdict), 0, 0, 0, 0, 0)


def decode(
    modules: dict[str, ModuleType], kind: str, untrusted: bytes, page: int, longest: int
) -> Answer:
    """Decode one page to upright RGB of at most `longest` px on its long side."""
    if kind == "pdf":
        return _decode_pdf(modules["pypdfium2"], untrusted, page, longest)
    if page != 1:
        raise RefusedFileError("no_such_page")
    module, plugin = PLUGINS[kind]
    picture = getattr(modules[module], plugin)(io.BytesIO(untrusted))
    return _decode_still(modules["PIL.Image"], picture, kind, longest)


def _decode_still(pil: ModuleType, picture: Any, kind: str, longest: int) -> Answer:
    check_size(*picture.size)
    if kind in ("png", "webp") and getattr(picture, "is_animated", False):
        raise RefusedFileError("animated")
    turn = _turn(pil, picture)
    source = picture.size
    target, near = _fit(source, longest), round(NEAR * longest)
    if kind == "jpeg":
        picture.draft("RGB", _fit(source, near))
    picture.load()
    flat = _flatten(pil, picture)
    if flat.size != target and not near <= max(flat.size) <= longest:
        flat = flat.resize(target, pil.Resampling.BICUBIC, reducing_gap=2.0)
    if turn is None:
        return Answer(flat, source, 1)
    upright = flat.transpose(turn)
    swapped = (upright.width > upright.height) != (flat.width > flat.height)
    return Answer(upright, source[::-1] if swapped else source, 1)


def _turn(pil: ModuleType, picture: Any) -> Any:
    """The transposition that EXIF asks for; a broken EXIF block asks for none."""
    orientation = 1
    with contextlib.suppress(Exception):
        orientation = int(picture.getexif().get(ORIENTATION_TAG, 1))
    turns = pil.Transpose
    return {
        2: turns.FLIP_LEFT_RIGHT,
        3: turns.ROTATE_180,
        4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE,
        6: turns.ROTATE_270,
        7: turns.TRANSVERSE,
        8: turns.ROTATE_90,
    }.get(orientation)


def _fit(size: tuple[int, int], longest: int) -> tuple[int, int]:
    factor = min(1.0, longest / max(size))
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def _flatten(pil: ModuleType, picture: Any) -> "Picture":
    """RGB as a viewer would show it: transparent pixels over white, never what lies under them."""
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256).convert("L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        white = pil.new("RGBA", layered.size, "white")
        flat: Picture = pil.alpha_composite(white, layered).convert("RGB")
        return flat
    rgb: Picture = picture if picture.mode == "RGB" else picture.convert("RGB")
    return rgb


def _decode_pdf(pdfium: ModuleType, untrusted: bytes, page: int, longest: int) -> Answer:
    try:
        document = pdfium.PdfDocument(untrusted)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == PDF_PASSWORD_NEEDED
        raise RefusedFileError("encrypted_pdf" if locked else "broken") from error
    count = len(document)
    if count > wire.MAX_PDF_PAGES:
        raise RefusedFileError("too_many_pdf_pages")
    if not 1 <= page <= count:
        raise RefusedFileError("no_such_page")
    sheet = document[page - 1]
    width, height = sheet.get_size()
    if not (min(width, height) >= PDF_MIN_SIDE and max(width, height) <= PDF_MAX_SIDE):
        raise RefusedFileError("broken")
    scale = min(PDF_DOTS_PER_POINT, longest / max(width, height))
    picture = sheet.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    picture = picture.crop((0, 0, min(picture.width, longest), min(picture.height, longest)))
    return Answer(picture, picture.size, count)
