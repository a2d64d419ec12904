"""Owns the pictures that tests send, and the form that carries one."""

import io
from typing import Any

from PIL import Image

from kyc.documents.pages import PolicyStamp, Redaction, Size

MULTIPART = "multipart/form-data; boundary=-part-"


def multipart(content: bytes, name: str, **fields: str) -> bytes:
    """The body of a form with a file, made in memory: the test client's own goes to a file."""
    head = 'Content-Disposition: form-data; name="{}"'
    parts = [f"{head.format(key)}\r\n\r\n{value}".encode() for key, value in fields.items()]
    file = f'{head.format("file")}; filename="{name}"\r\nContent-Type: image/jpeg\r\n\r\n'
    parts.append(file.encode() + content)
    return b"".join(b"---part-\r\n" + part + b"\r\n" for part in parts) + b"---part---\r\n"


def picture(width: int = 320, height: int = 200, form: str = "JPEG", **options: Any) -> bytes:
    """A small picture that shows nothing."""
    kept = io.BytesIO()
    Image.new("RGB", (width, height), (214, 220, 226)).save(kept, form, **options)
    return kept.getvalue()


def redacted(reasons: tuple[str, ...] = (), *, width: int = 900, height: int = 600) -> Redaction:
    return Redaction(
        jpeg=picture(width, height),
        width=width,
        height=height,
        source=Size(width, height),
        status="confirm" if reasons else "complete",
        reasons=reasons,
        regions=(),
        facts={},
        document_number=None,
        policy=PolicyStamp("test", "1", "0" * 64),
    )
