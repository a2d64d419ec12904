"""Owns the zip of a bundle: pictures one after the other, then what is said of them."""

import io
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from kyc.desk.bundle_contents import picture
from kyc.models import Artifact
from kyc.resources import schema_of_bundles

Opener = Callable[[Artifact], bytes | None]
_EXTENSION = {"image/jpeg": "jpg", "image/png": "png"}


def zipped(
    contents: dict[str, Any], pictures: Iterable[Artifact], opened: Opener, now: datetime
) -> bytes:
    """In memory alone: plain pictures touch no disk. One picture is open at a time.

    So it needs the size of the zip, twice while it is sealed, and one picture more. `opened` says
    None for a picture that cannot be shown; then the list says so.
    """
    out, listed = io.BytesIO(), []
    with ZipFile(out, "w") as file:
        for number, artifact in enumerate(pictures, start=1):
            plain = opened(artifact)
            name = None
            if plain is not None:
                extension = _EXTENSION.get(artifact.content_type, "bin")
                name = f"pictures/{number:02}-{artifact.kind}.{extension}"
                file.writestr(_entry(name, now, ZIP_STORED), plain)
            listed.append(picture(artifact, name))
            del plain
        said = json.dumps({**contents, "pictures": listed}, ensure_ascii=False, indent=2)
        file.writestr(_entry("data.json", now, ZIP_DEFLATED), said + "\n")
        file.writestr(_entry("schema.json", now, ZIP_DEFLATED), schema_of_bundles())
        if "information" in contents:
            text = _as_text(contents["information"])
            file.writestr(_entry("information.txt", now, ZIP_DEFLATED), text)
    return out.getvalue()


def _entry(name: str, now: datetime, how: int) -> ZipInfo:
    entry = ZipInfo(name, now.timetuple()[:6])
    entry.compress_type = how
    entry.external_attr = 0o600 << 16
    return entry


def _as_text(information: dict[str, Any]) -> str:
    parts = []
    for section in information["sections"]:
        parts.append(section["title"] + "\n" + "\n".join(section["text"]))
    return "\n\n".join(parts) + "\n"
