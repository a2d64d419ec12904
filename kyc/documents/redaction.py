"""Owns the one way from untrusted bytes to a redacted picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kyc.documents.burn import burn, encode, padded
from kyc.documents.codes import find_codes
from kyc.documents.copy_mark import with_copy_mark
from kyc.documents.coverage import RedactionPolicy
from kyc.documents.engine import Engine
from kyc.documents.facts import document_number, facts_of
from kyc.documents.find import Context, find_text
from kyc.documents.formats import FileType, inspect
from kyc.documents.mrz.parse import Mrz, parse
from kyc.documents.mrz_rows import find_rows, top_down
from kyc.documents.pages import (
    Box,
    Claimed,
    Cls,
    CopyMark,
    Findings,
    Kind,
    Line,
    Pages,
    Pixels,
    Raw,
    Redaction,
    Region,
)
from kyc.documents.quality import doubts
from kyc.documents.reading import around, read, whole
from kyc.documents.stored import cover, for_screen

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

CHECK_SIDE = 1280


@dataclass(frozen=True)
class Task:
    """What the caller knows about the picture, besides its bytes."""

    kind: Kind
    policy: RedactionPolicy
    claimed: Claimed | None
    statement: tuple[str, ...]
    today: date | None


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
    engine: Engine,
) -> Redaction:
    """Decode, read, cover, check and encode one picture.

    `statement` are the lines that a selfie's paper is expected to show; they stay readable.
    Without `today` the fact `expired` is None. Raises RefusedFileError with one of the codes
    too_large, not_an_image, unsupported_type, too_many_pixels, animated, broken, encrypted_pdf,
    no_such_page, too_many_pdf_pages, decoder_failed. A status `confirm` asks a person to look.
    """
    task = Task(kind, policy, claimed, statement, today)
    pages = engine.decoder.decode(Raw(untrusted), page)
    findings = find(pages, task, engine)
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
    )


def find(pages: Pages, task: Task, engine: Engine) -> Findings:
    """Look, cover, look again at what is left; what the second look finds is covered as well."""
    page = pages.page
    lines = read(engine, page, whole(page))
    rows = find_rows(lines)
    mrz = parse([row.text for row in top_down(rows)])
    context = Context(tuple(rows), _known(mrz), task.statement)
    first = _regions(page, lines, context, task.policy)
    second = _second_look(page, lines, first, task, engine)
    reasons = [*doubts(page, lines)]
    if second:
        reasons.append("still_readable")
    if not first and not second:
        reasons.append("nothing_found")
    if task.kind in task.policy.mrz_expected_on and not rows:
        reasons.append("mrz_missing")
    return Findings(
        (*first, *second),
        tuple(reasons),
        facts_of(mrz, task.claimed, task.today),
        document_number(mrz),
    )


def _known(mrz: Mrz | None) -> tuple[tuple[Cls, str], ...]:
    """Numbers that the zone holds, so that their repeats elsewhere are recognised."""
    if mrz is None:
        return ()
    personal = tuple((Cls.PERSONAL_NUMBER, part) for part in mrz.optional)
    return ((Cls.DOCUMENT_NUMBER, mrz.number), *personal)


def _regions(
    page: Pixels, lines: Sequence[Line], context: Context, policy: RedactionPolicy
) -> list[Region]:
    found = find_text(lines, context)
    found += [Region(Cls.BARCODE, quad) for quad in find_codes(page, lines)]
    return [padded(region) for region in found if policy.covers(region.cls)]


def _second_look(
    page: Pixels, lines: Sequence[Line], first: Sequence[Region], task: Task, engine: Engine
) -> list[Region]:
    burnt = burn(page, first).page
    frame = around(page, lines, [region.quad for region in first])
    clean = [line for line in lines if not find_text([line], Context())]
    again = read(engine, burnt, frame, CHECK_SIDE, clean)
    context = Context(tuple(find_rows(again)), (), task.statement)
    return _regions(burnt, again, context, task.policy)
