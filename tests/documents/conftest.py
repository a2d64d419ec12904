"""Owns what the document tests share: a warm engine, drawn documents, files in every format."""

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageDraw, ImageFont

from kyc.documents.coverage import RedactionPolicy
from kyc.documents.engine import Engine
from kyc.documents.pages import Line
from kyc.policy.redaction import load_policy

TD3 = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)

Encode = Callable[..., bytes]


@dataclass(frozen=True)
class Drawn:
    """A drawn page and where its texts stand: text -> x0, y0, x1, y1."""

    image: Image.Image
    places: dict[str, tuple[float, float, float, float]]

    def ink(self, jpeg: bytes, text: str) -> float:
        """Brightest value under a text in a redacted picture; 0 to about 20 means covered."""
        pixels = np.asarray(Image.open(io.BytesIO(jpeg)).convert("L"))
        x0, y0, x1, y1 = (round(value) for value in self.places[text])
        return float(pixels[y0:y1, x0:x1].max())


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine.load(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def policy() -> RedactionPolicy:
    return load_policy("", "")


@pytest.fixture
def encoded() -> Encode:
    """Encode a picture (or a noisy one of a size) as jpeg, png, webp, heif or pdf."""

    def encode(name: str, image: Image.Image | tuple[int, int] = (64, 48), **options: Any) -> bytes:
        if isinstance(image, tuple):
            image = Image.linear_gradient("L").resize(image).convert("RGB")
        out = io.BytesIO()
        if name == "heif":
            pillow_heif.from_pillow(image).save(out, quality=90, **options)
        else:
            image.save(out, name.upper(), **options)
        return out.getvalue()

    return encode


@pytest.fixture
def png_claiming() -> Callable[[int, int], bytes]:
    """A small PNG whose header claims another size."""

    def make(width: int, height: int) -> bytes:
        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for name, data in chunks
        )

    return make


@pytest.fixture
def line() -> Callable[..., Line]:
    """A line of text at x, y with 20 px height and 10 px a character."""

    def make(text: str, x: float = 0, y: float = 0, score: float = 1.0) -> Line:
        width = 10 * len(text)
        quad = np.array([[x, y], [x + width, y], [x + width, y + 20], [x, y + 20]], float)
        positions = tuple((at + 0.5) / len(text) for at in range(len(text)))
        return Line(quad, text, positions, score)

    return make


@pytest.fixture(scope="session")
def draw() -> Callable[..., Drawn]:
    """Draw texts at places on a light page: rows of (x, y, size, text)."""

    def make(rows: list[tuple[int, int, int, str]], size: tuple[int, int] = (1200, 800)) -> Drawn:
        image = Image.new("RGB", size, (225, 232, 228))
        pen = ImageDraw.Draw(image)
        places = {}
        for x, y, points, text in rows:
            font = ImageFont.load_default(points)
            pen.text((x, y), text, fill=(20, 20, 30), font=font)
            places[text] = pen.textbbox((x, y), text, font=font)
        return Drawn(image, places)

    return make


@pytest.fixture(scope="session")
def passport(draw: Callable[..., Drawn]) -> Drawn:
    """An invented passport page of Utopia with the zone of ICAO 9303 part 4, appendix B."""
    return draw(
        [
            (40, 30, 34, "UTOPIA"),
            (480, 40, 24, "Passport No"),
            (480, 75, 34, "L898902C3"),
            (480, 150, 24, "Surname"),
            (480, 185, 34, "ERIKSSON"),
            (480, 250, 34, "ANNA MARIA"),
            (480, 320, 24, "Date of birth"),
            (480, 355, 34, "12.08.1974"),
            (800, 320, 24, "Personal No"),
            (800, 355, 34, "ZE184226B"),
            (480, 430, 24, "Date of expiry"),
            (480, 465, 34, "15.04.2012"),
            (40, 650, 36, TD3[0]),
            (40, 710, 36, TD3[1]),
        ]
    )


@pytest.fixture(scope="session")
def specimens() -> Path:
    return Path(__file__).parent / "specimens"
