"""Owns the bytes that the decoder child and its parent exchange; nothing else crosses."""

import struct

MAX_LONG_SIDE = 2016
"""Half of 4,032, the long side of most cameras' 12 megapixels: a JPEG decodes straight to it."""

MAX_PDF_PAGES = 10

REQUEST = struct.Struct("<4sBHHI")
"""magic, format index, page (from 1), longest side of the answer, length of the file."""

REPLY = struct.Struct("<4sBHHIIH")
"""magic, verdict index, width, height, source width, source height, page count."""

ASK, ANSWER = b"kyc?", b"kyc!"

FORMATS = ("jpeg", "png", "webp", "heif", "pdf")

VERDICTS = (
    "accepted",
    "broken",
    "animated",
    "too_many_pixels",
    "encrypted_pdf",
    "no_such_page",
    "too_many_pdf_pages",
    "decoder_failed",
)
"""The child can say only these; the first means that width x height x 3 bytes follow."""
