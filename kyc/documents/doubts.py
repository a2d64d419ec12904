"""Owns the doubts about a page, for each of which a person has to look."""

from collections.abc import Iterator, Sequence

from kyc.documents.big_words import is_overwritten
from kyc.documents.captions import is_caption
from kyc.documents.faint import Faint
from kyc.documents.labelled import Found
from kyc.documents.look import Look
from kyc.documents.mrz.parse import Mrz
from kyc.documents.pages import Cls, Kind, Line, Pixels, Region
from kyc.documents.punched import Punched
from kyc.documents.quality import Measures, judged
from kyc.documents.repeats import shows_several_pages
from kyc.documents.task import Task
from kyc.documents.unexplained import Unexplained


def reasons(
    task: Task, first: Look, late: Sequence[Region], details: Found, measures: Measures
) -> Iterator[str]:
    """Why a person has to look; no reason means complete."""
    if task.policy.covers_numbers and not first.regions and not late:
        yield "nothing_found"
    if task.kind in task.policy.mrz_expected_on and not first.rows:
        yield "mrz_missing"
    if any(not details.explains(one) for one in late):
        yield "still_readable"
    yield from judged(measures)
    yield from first.doubts
    if is_missed(first.details, details, task):
        yield "field_not_located"


def unread(faint: Faint, punched: Punched, task: Task) -> Iterator[str]:
    """A long box without anything to read may be a number in holes; other holes may be more."""
    if (faint.unread or punched.is_unsure) and task.policy.covers_numbers:
        yield "perforated"


def uncaptioned(first: Look, later: Sequence[Line], task: Task) -> Iterator[str]:
    """Beside a zone stand captions. Where none was read, their small print was lost, and with it
    what tells an address or a height from other words.
    """
    if first.mrz is None or task.kind is Kind.SELFIE_STATEMENT:
        return
    if not task.policy.covers(Cls.PERSONAL_DETAIL):
        return
    if not any(is_caption(line.text) for line in (*first.lines, *later)):
        yield "field_not_located"


def hiding(page: Pixels, first: Look, task: Task, names: frozenset[str]) -> Iterator[str]:
    """A selfie's statement is in big letters, and nothing lies under it."""
    if task.kind is Kind.SELFIE_STATEMENT or not task.policy.covers_numbers:
        return
    if is_overwritten(page, first.lines, names):
        yield "overwritten"


def is_loose(loose: Unexplained, task: Task) -> bool:
    """Without a name on the page such words may be the name, and unread ones anything."""
    doubtful = loose.unread or loose.unsure or (bool(loose.quads) and not loose.named)
    return doubtful and task.policy.covers(Cls.PERSONAL_DETAIL)


def is_montage(lines: Sequence[Line], mrz: Mrz | None, task: Task, before: Look | None) -> bool:
    """Several pages in one picture are smaller each; a selfie's card and paper are no pages."""
    if before is not None or task.kind is Kind.SELFIE_STATEMENT:
        return False
    return shows_several_pages(lines, mrz)


def is_missed(details: Found, later: Found, task: Task) -> bool:
    """Whether one look found a caption without its value, and a `later` one no value either.

    In a selfie the card is too small for a caption without a value to mean anything.
    """
    missed = details.missed - later.located
    covered = any(task.policy.covers(detail.cls) for detail in missed)
    return covered and task.kind is not Kind.SELFIE_STATEMENT
