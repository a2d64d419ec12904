"""Owns the one way from untrusted bytes to a redacted picture."""

from collections.abc import Iterator
from datetime import date

from kyc.documents.burn import burn, encode
from kyc.documents.copy_mark import with_copy_mark
from kyc.documents.coverage import RedactionPolicy
from kyc.documents.engine import Engine
from kyc.documents.formats import FileType, inspect
from kyc.documents.geometry import upright_box
from kyc.documents.known_numbers import NumberKnown
from kyc.documents.looks import look_twice
from kyc.documents.pages import (
    Box,
    Claimed,
    CopyMark,
    Kind,
    Pixels,
    Raw,
    Redaction,
    Region,
    Shown,
)
from kyc.documents.stored import cover, for_screen
from kyc.documents.task import Task

__all__ = [
    "Box",
    "Claimed",
    "CopyMark",
    "Engine",
    "FileType",
    "Kind",
    "Redaction",
    "RedactionPolicy",
    "cover",
    "for_screen",
    "inspect",
    "redact",
]


def redact(  # noqa: PLR0913 - each is a fact about one picture, named at the call
    untrusted: bytes,
    *,
    kind: Kind,
    policy: RedactionPolicy,
    mark: CopyMark | None,
    claimed: Claimed | None,
    statement: tuple[str, ...] = (),
    page: int = 1,
    today: date | None = None,
    number_known: NumberKnown | None = None,
    engine: Engine,
) -> Redaction:
    """Decode, read, cover, check and encode one picture.

    `statement` are the lines that a selfie's paper is expected to show; they stay readable.
    Without `today` the fact `expired` is None. What `number_known` says yes to is covered as a
    document number, however it looks. Raises RefusedFileError with one of the codes too_large,
    not_an_image, unsupported_type, too_many_pixels, animated, broken, encrypted_pdf, no_such_page,
    too_many_pdf_pages, decoder_failed. A status `confirm` asks a person to look.
    """
    pages = engine.decoder.decode(Raw(untrusted), page)
    task = Task(kind, policy, claimed, statement, today, number_known)
    findings = look_twice(pages.page, task, engine)
    done = burn(pages.page, findings.regions)
    stamped = with_copy_mark(done.page, mark) if mark else done.page
    return Redaction(
        jpeg=encode(stamped),
        width=stamped.shape[1],
        height=stamped.shape[0],
        source=pages.source,
        status="confirm" if findings.reasons else "complete",
        reasons=findings.reasons,
        regions=tuple(region.scaled(pages.scale) for region in done.regions),
        facts=findings.facts,
        document_number=findings.document_number,
        policy=policy.stamp,
        shown=(*findings.shown, *_marked(done.page, stamped)),
        scale=pages.scale,
    )


def _marked(page: Pixels, stamped: Pixels) -> Iterator[Region]:
    """Where the copy mark stands below the page."""
    top, (bottom, width) = page.shape[0], stamped.shape[:2]
    if bottom > top:
        yield Region(Shown.COPY_MARK, upright_box(0, top, width, bottom))
