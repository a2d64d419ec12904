"""Owns the drawn photo of a figure that holds a document and a handwritten statement."""

from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from kyc.specimens.chance import dice, grain
from kyc.specimens.drawing import Drawing, Field
from kyc.specimens.figures import Looks, figure, looks_of, shade
from kyc.specimens.handwriting import write_page
from kyc.specimens.pen import Colour
from kyc.specimens.people import Person
from kyc.specimens.photographs import Matrix, blended, laid_over, moved, shaded
from kyc.specimens.tables import Pixels

SIZE = (1600, 1200)
_CARD_LEFT, _CARD_BOTTOM, _CARD_WIDTH = 70, 1090, 690
_PAPER = np.array([[846, 612], [1508, 560], [1550, 1084], [886, 1130]], np.float64)
_COVERED_OF_A_SELFIE = {"docno", "pno", "mrz", "barcode", "can", "address"}


def draw_selfie(
    person: Person, document: Drawing, statement: tuple[str, ...], *, seed: int
) -> Drawing:
    """A figure of shapes, the card in one hand, the written paper in the other; 1600 by 1200.

    Labels: what is sensitive on the card, the portraits, one `statement` a line.
    """
    throw = dice(seed, f"selfie:{person.surname}")
    looks = looks_of(person.document_number)
    scene, head = _scene(throw, looks)
    page = write_page(statement, (662, 530), throw)
    card = _card_corners(document.image, throw)
    picture, fields = np.asarray(scene), [head]
    for drawing, corners in ((document, card), (page, _PAPER)):
        picture = _held(picture, drawing.image, corners)
        fields += moved(_shown(drawing), _transform(drawing.image, corners))
    hands = Image.fromarray(picture)
    _hands(hands, card, looks.skin)
    return Drawing(_taken(hands, seed), tuple(fields))


def _shown(drawing: Drawing) -> tuple[Field, ...]:
    kept = {"portrait", "statement"}
    return tuple(f for f in drawing.fields if f.kind in _COVERED_OF_A_SELFIE | kept)


def _scene(throw: Random, looks: Looks) -> tuple[Image.Image, Field]:
    """The room and the figure, drawn twice as large for smooth edges."""
    width, height = SIZE[0] * 2, SIZE[1] * 2
    wall: Colour = (throw.randint(188, 222), throw.randint(192, 220), throw.randint(190, 218))
    room = Image.new("RGB", (width, height), wall)
    draw = ImageDraw.Draw(room)
    _furniture(draw, wall, throw)
    x, y, r = 800 * 2, 330 * 2, 190 * 2
    for side in (-1, 1):
        arm = [(x + side * 1.5 * r, y + 2.3 * r), (x + side * 2.55 * r, y + 3.2 * r),
               (x + side * 2.1 * r, y + 4.8 * r), (x + side * 1.0 * r, y + 4.6 * r)]  # fmt: skip
        draw.polygon(arm, fill=shade(looks.cloth, 0.9))
    figure(draw, (x, y), r, looks)
    face = ((x - 0.9 * r) / 2, (y - 1.05 * r) / 2, (x + 0.9 * r) / 2, (y + 1.1 * r) / 2)
    left, top, right, bottom = face
    quad = ((left, top), (right, top), (right, bottom), (left, bottom))
    return room.resize(SIZE, Image.Resampling.BOX), Field("essential", "portrait", quad)


def _furniture(draw: ImageDraw.ImageDraw, wall: Colour, throw: Random) -> None:
    draw.rectangle((0, 1760, 3200, 2400), fill=shade(wall, 0.8))
    left = throw.randint(120, 260)
    draw.rectangle(
        (left, 160, left + 620, 960), fill=(208, 226, 238), outline=(246, 246, 244), width=28
    )
    draw.line((left + 310, 160, left + 310, 960), fill=(246, 246, 244), width=20)
    draw.rectangle((2380, 620, 3060, 652), fill=(150, 116, 84))
    x = 2420
    while x < 2960:
        wide, tall = throw.randint(36, 74), throw.randint(200, 330)
        book: Colour = (throw.randint(90, 190), throw.randint(90, 170), throw.randint(90, 180))
        draw.rectangle((x, 620 - tall, x + wide, 620), fill=book)
        x += wide + 6


def _card_corners(image: Image.Image, throw: Random) -> Matrix:
    width = _CARD_WIDTH
    height = width * image.height / image.width
    lean = throw.uniform(12, 34)
    left, top = _CARD_LEFT, _CARD_BOTTOM - height
    return np.array(
        [[left, top + lean], [left + width, top - lean * 0.4],
         [left + width + 14, top + height - lean * 0.3], [left + 12, top + height + lean]],
        np.float64,
    )  # fmt: skip


def _transform(image: Image.Image, corners: Matrix) -> Matrix:
    width, height = image.size
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(flat, corners.astype(np.float32)), np.float64)


def _held(picture: Pixels, source: Image.Image, corners: Matrix) -> Pixels:
    warped, mask = laid_over(picture, source, corners)
    soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), 9), np.uint8)
    return blended(warped, shaded(picture, soft, 0.35), mask)


def _hands(picture: Image.Image, card: Matrix, skin: Colour) -> None:
    """Below the card's and the paper's outer corners: thumbs over the edge, no text under them."""
    for (x, y), way in ((card[3] + (96, 0), 1), (_PAPER[2] + (-110, 8), -1)):
        box = (int(x) - 110, int(y) - 70, int(x) + 110, min(SIZE[1], int(y) + 130))
        part = picture.crop(box)
        large = part.resize((part.width * 2, part.height * 2))
        _hand(ImageDraw.Draw(large), way, skin)
        picture.paste(large.resize(part.size, Image.Resampling.BOX), box[:2])


def _hand(draw: ImageDraw.ImageDraw, way: int, skin: Colour) -> None:
    middle = 220
    draw.ellipse((middle - 150, 130, middle + 150, 480), fill=skin)
    thumb = (middle + way * 20, 60)
    draw.rounded_rectangle(
        (thumb[0] - 42, thumb[1], thumb[0] + 42, thumb[1] + 190), 42, shade(skin, 1.04)
    )
    draw.arc(
        (thumb[0] - 26, thumb[1] + 10, thumb[0] + 26, thumb[1] + 62), 180, 360, shade(skin, 0.82), 4
    )
    for i in range(1, 4):
        x = middle - way * (20 + i * 34)
        draw.line((x, 190, x - way * 4, 260), fill=shade(skin, 0.86), width=4)


def _taken(picture: Image.Image, seed: int) -> Image.Image:
    """What a phone's front camera adds: a little softness and grain."""
    soft = cv2.GaussianBlur(np.asarray(picture), (0, 0), 0.6)
    noise = grain(seed, "selfie").standard_normal((SIZE[1], SIZE[0]), np.float32) * 3 + 128
    level = np.clip(noise, 0, 255).astype(np.uint8)
    return Image.fromarray(cv2.addWeighted(soft, 1, cv2.merge([level] * 3), 1, -128))
