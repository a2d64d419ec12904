"""Owns looking at a page twice: what the second look still finds is covered and told."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from kyc.documents.booklets import booklet_of
from kyc.documents.burn import burn
from kyc.documents.coverage import RedactionPolicy
from kyc.documents.cut_off import followed
from kyc.documents.doubts import hiding, is_loose, is_montage, reasons, uncaptioned, unread
from kyc.documents.engine import Engine
from kyc.documents.facts import document_number, facts_of
from kyc.documents.faint import Faint, Seen, may_be_number, see_faint
from kyc.documents.find import Context, find_text, is_stated
from kyc.documents.geometry import axis, share_covered
from kyc.documents.known_dates import days_of
from kyc.documents.known_numbers import find_known
from kyc.documents.labelled import Found, find_details, words_of
from kyc.documents.labels import number_label
from kyc.documents.look import Look
from kyc.documents.mrz.names import transliterations
from kyc.documents.mrz.parse import Mrz, parse
from kyc.documents.mrz_rows import Row, find_rows, top_down
from kyc.documents.outweighed import believed
from kyc.documents.pages import Cls, Findings, Kind, Line, Pixels, Quad, Region
from kyc.documents.partly import hidden, settled
from kyc.documents.punched import Passport, Punched, find_punched
from kyc.documents.quality import measure
from kyc.documents.reading import Frame, around, whole
from kyc.documents.remembered import remembering
from kyc.documents.repeats import (
    completed,
    completions,
    is_repeat,
    likely_punched,
    not_repeats,
    numbers_of,
)
from kyc.documents.shown import Expected, find_shown
from kyc.documents.sight import READ_SHARE, Sight, see
from kyc.documents.steadied import see_steadied
from kyc.documents.task import Task
from kyc.documents.text_boxes import SIDE
from kyc.documents.thresholds import FAINT_SCORE
from kyc.documents.turned import see_upright, turn_of
from kyc.documents.unexplained import Unexplained, find_unexplained, is_named

CLOSE_SIDE, TALL_ENOUGH = 1280, 20.0
"""The detector's side for small print, and the median height in pixels that needs no such side."""

TEXT_MARGIN, CARD_MARGIN = 0.04, 0.5
HIDDEN_ALREADY, WHOLLY = 0.75, 0.97
"""A fill's own edges can look like bars; what lies under a fill needs no second one.

The place of a number in holes is known to its ends: what is left of it is covered too.
"""

LEAST_LEGIBLE = 3
"""Of characters in a view for faint print: one or two may be a curve of a picture."""


@remembering()
def look_twice(page: Pixels, task: Task, engine: Engine) -> Findings:
    """Look, cover, look closer at the result; anything found then makes a person look too."""
    glance = see(engine, page, whole(page))
    turn = turn_of(page, glance.lines)
    if turn is None:
        return _looked_at(page, glance, task, engine)
    upright = turn.of(page)
    seen = see_upright(engine, upright, turn, glance)
    return turn.undone(_looked_at(upright, seen, task, engine))


def _looked_at(page: Pixels, glance: Sight, task: Task, engine: Engine) -> Findings:
    view, sight = see_steadied(engine, page, glance)
    first = _look(replace(sight, lines=tuple(followed(view, sight.lines))), task)
    covered = [region.quad for region in first.regions]
    measured = engine.aside.submit(measure, page, first.lines, covered)
    burnt = burn(view, first.regions).page
    clean = _clean(first, task.policy)
    frame = _closer(page, first, task)
    closer = see(engine, burnt, frame, side=_side(frame, first), known=clean, before=first.sight)
    seen = _seen(first)
    new = seen.has_not(closer.lines)
    faint = see_faint(engine, page, frame, seen, new)
    names = _names(first.mrz, task)
    nearer, fainter = _believed(first, closer, faint, names)
    later = (*nearer, *fainter)
    second = _look(replace(closer, lines=later), task, clean, first)
    numbers = _faint_numbers(fainter, first, task)
    mrz = first.mrz or second.mrz
    punched = _punched(engine, page, first, faint, mrz, closer.lines)
    holes = _covered([Region(Cls.DOCUMENT_NUMBER, quad) for quad in punched.quads], task)
    seen_late = [punched.narrowed(one) for one in (*second.regions, *numbers)]
    late = _uncovered((*seen_late, *holes), first.regions)
    rest = _uncovered(holes, (*first.regions, *late), WHOLLY)
    measures = measured.result()
    known = numbers_of(first.lines, mrz)
    doubts = (
        *reasons(task, first, not_repeats(late, later, known), second.details, measures),
        *unread(faint, punched, task),
        *uncaptioned(first, closer.lines, task),
        *hiding(page, first, task, names),
    )
    return Findings(
        regions=(*first.regions, *late, *rest),
        reasons=tuple(dict.fromkeys(doubts)),
        facts=facts_of(mrz, task.claimed, task.today, _naming(first, task)),
        document_number=document_number(mrz),
        measures=measures,
        shown=find_shown(first.lines, first.rows, Expected(_names(mrz, task), task.statement)),
    )


def _believed(
    first: Look, closer: Sight, faint: Faint, names: frozenset[str]
) -> tuple[list[Line], list[Line]]:
    """What the closer look and the views for faint print tell, where the first knew no better."""
    nearer = [line for line in closer.lines if line.score >= FAINT_SCORE]
    legible = [line for line in faint.lines if len(line.text.strip()) >= LEAST_LEGIBLE]
    return (
        believed(nearer, first.lines, faint.lines, names),
        believed(legible, first.lines, nearer, names),
    )


def _naming(look: Look, task: Task) -> list[Line]:
    """The lines beside the zone of a side that names the person: a back does not."""
    if task.kind is not Kind.DOCUMENT_FRONT:
        return []
    in_rows = {id(fragment) for row in look.rows for fragment in row.fragments}
    return [line for line in look.lines if id(line) not in in_rows]


def _seen(look: Look) -> Seen:
    read = tuple(line.quad for line in look.lines)
    return Seen(read, tuple(region.quad for region in look.regions))


def _faint_numbers(lines: Sequence[Line], first: Look, task: Task) -> list[Region]:
    """Numbers in lines that the first look did not see; a part of one that is known is completed.

    As few as four characters may be what could be read of a number.
    """
    known = numbers_of(first.lines, first.mrz)
    context = _context((), first.mrz, task, first.lines)
    names = _names(first.mrz, task)
    regions: list[Region] = []
    for line in lines:
        if is_named(line.text, names):
            continue
        found = find_text([line], context)
        whole = None if is_repeat(line.text, known) else completed(line, known)
        if whole is not None:
            found.append(Region(Cls.DOCUMENT_NUMBER, whole))
        if not found and may_be_number(line.text):
            found.append(Region(Cls.OTHER_NUMBER, line.quad))
        regions += _covered(found, task)
    return regions


def _punched(
    engine: Engine, page: Pixels, first: Look, faint: Faint, mrz: Mrz | None, closer: Sequence[Line]
) -> Punched:
    booklet, rough = booklet_of(first.rows, mrz), faint.rough
    if booklet is None or rough is None:
        return Punched()
    lines, numbers = (*first.lines, *closer, *faint.lines), likely_punched(first.lines, mrz)
    return find_punched(engine, Passport(page, rough, booklet, tuple(numbers), lines))


def _covered(found: Sequence[Region], task: Task) -> list[Region]:
    return [hidden(one, task.policy) for one in found if task.policy.covers(one.cls)]


def _closer(page: Pixels, first: Look, task: Task) -> Frame:
    """Where to look again: at all text, or in a selfie at the card in the hand."""
    covered = [region.quad for region in first.regions]
    if task.kind is Kind.SELFIE_STATEMENT:
        return around(page, covered, CARD_MARGIN)
    return around(page, [*covered, *(line.quad for line in first.lines)], TEXT_MARGIN)


def _side(frame: Frame, first: Look) -> int:
    """The detector's side for the second look: small print is looked at in more pixels."""
    heights = [axis(line.quad).height for line in first.lines]
    tall = bool(heights) and median(heights) * SIDE >= TALL_ENOUGH * frame.side
    return SIDE if tall else CLOSE_SIDE


def _clean(look: Look, policy: RedactionPolicy) -> list[Line]:
    """Lines in which there was nothing to cover: reading them again would tell nothing new."""
    context = Context(labels=tuple(line for line in look.lines if number_label(line.text)))
    return [
        line
        for line in look.lines
        if not any(policy.covers(region.cls) for region in find_text([line], context))
    ]


def _look(
    sight: Sight, task: Task, labels: Sequence[Line] = (), before: Look | None = None
) -> Look:
    """What one look tells; `labels` are lines of the one `before` that may announce its lines."""
    lines = sight.lines
    rows = tuple(find_rows(lines))
    mrz = parse([row.text for row in top_down(rows)])
    named = mrz or (before.mrz if before else None)
    details = _details((*lines, *labels), rows, named, task, before)
    found = [
        *details.regions,
        *find_text(lines, _context(rows, named, task, labels)),
        *(Region(Cls.DOCUMENT_NUMBER, quad) for quad in _completed(lines, named, before)),
        *(Region(Cls.BARCODE, code.quad) for code in sight.codes),
        *find_known(lines, task.number_known, task.statement),
    ]
    loose = _unexplained((*lines, *labels), found, rows, named, task, before)
    if loose.named:
        found += [Region(Cls.PERSONAL_DETAIL, quad) for quad in loose.quads]
    kept = tuple(_covered(found, task))
    doubtful = [
        *(["undecodable_code"] if any(code.is_doubtful for code in sight.codes) else []),
        *(["several_documents"] if is_montage(lines, mrz, task, before) else []),
        *(["field_not_located"] if is_loose(loose, task) else []),
    ]
    return Look(sight, rows, mrz, kept, tuple(doubtful), details)


def _completed(lines: Sequence[Line], mrz: Mrz | None, before: Look | None) -> Iterator[Quad]:
    return completions(lines, mrz, before.lines if before else ())


def _details(
    lines: Sequence[Line], rows: Sequence[Row], mrz: Mrz | None, task: Task, before: Look | None
) -> Found:
    """Captioned details among the lines that are still shown and whose values were not found."""
    in_rows = {id(fragment) for row in rows for fragment in row.fragments}
    settled = [
        *(region.quad for region in (before.regions if before else ())),
        *(before.details.at if before else ()),
    ]
    shown = [
        line
        for line in lines
        if id(line) not in in_rows
        and not is_stated(line, task.statement)
        and share_covered(line.quad, settled) < READ_SHARE
    ]
    covered = [region.quad for region in before.regions] if before else []
    return find_details(shown, _names(mrz, task), covered)


def _names(mrz: Mrz | None, task: Task) -> frozenset[str]:
    """The person's names, as the zone and the customer spell them; a zone may hold half of them."""
    names = [f"{mrz.surname} {mrz.given_names}"] if mrz and mrz.given_names else []
    if task.claimed:
        names.append(f"{task.claimed.surname} {task.claimed.given_names}")
    spelled = {other for name in names for word in name.split() for other in transliterations(word)}
    return words_of(" ".join([*names, *sorted(spelled)]))


def _unexplained(
    lines: Sequence[Line],
    found: Sequence[Region],
    rows: Sequence[Row],
    mrz: Mrz | None,
    task: Task,
    before: Look | None,
) -> Unexplained:
    """What is left when all rules are through; a selfie's paper has words of any kind."""
    if task.kind is Kind.SELFIE_STATEMENT:
        return Unexplained()
    in_rows = {id(fragment) for row in rows for fragment in row.fragments}
    hidden = [region.quad for region in (*found, *(before.regions if before else ()))]
    text = [line for line in lines if id(line) not in in_rows]
    covered = [line for line in text if share_covered(line.quad, hidden) >= READ_SHARE]
    return find_unexplained(text, _names(mrz, task), covered)


def _context(rows: Sequence[Row], mrz: Mrz | None, task: Task, labels: Sequence[Line]) -> Context:
    days = days_of(mrz, task.claimed)
    return Context(tuple(rows), _known(mrz), task.statement, tuple(labels), days)


def _known(mrz: Mrz | None) -> tuple[tuple[Cls, str], ...]:
    """Numbers that the zone holds, so that their repeats elsewhere are recognised."""
    if mrz is None:
        return ()
    personal = tuple((Cls.PERSONAL_NUMBER, part) for part in mrz.optional)
    return ((Cls.DOCUMENT_NUMBER, mrz.number), *personal)


def _uncovered(
    found: Sequence[Region], covered: Sequence[Region], most: float = HIDDEN_ALREADY
) -> tuple[Region, ...]:
    done = settled(covered)
    return tuple(r for r in found if share_covered(r.quad, done) < most)
