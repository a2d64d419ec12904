"""Owns the property that whatever is done to a signed log is found, and at its place (AUD-05)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kyc.audit.verify import GENESIS, Finding, Report, Walk, link, open_note

Lines = list[bytes]
MakeLog = Callable[[int, list[int]], Any]


def line(pos: int, body: bytes, digest: bytes) -> bytes:
    return b'{"event":%s,"hash":"%s","pos":%d}' % (body, digest.hex().encode(), pos)


def numbered(bodies: Lines, hashes: Lines) -> Lines:
    return [line(n, *pair) for n, pair in enumerate(zip(bodies, hashes, strict=True), 1)]


def chained(bodies: Lines) -> Lines:
    hashes, prev = [], GENESIS
    for body in bodies:
        prev = link(prev, body)
        hashes.append(prev)
    return hashes


def other(body: bytes) -> bytes:
    return body.replace(b'"v":1', b'"v":2')


# Each takes the log's bodies, its hashes and a place (from 0), and returns the spoilt lines.
# Bodies and hashes are copies of their own.


def edit(bodies: Lines, hashes: Lines, at: int, _: int) -> Lines:
    bodies[at] = other(bodies[at])
    return numbered(bodies, hashes)


def edit_with_its_hash(bodies: Lines, hashes: Lines, at: int, _: int) -> Lines:
    bodies[at] = other(bodies[at])
    hashes[at] = link(hashes[at - 1] if at else GENESIS, bodies[at])
    return numbered(bodies, hashes)


def edit_of_a_hash(bodies: Lines, hashes: Lines, at: int, _: int) -> Lines:
    hashes[at] = bytes(32)
    return numbered(bodies, hashes)


def delete(bodies: Lines, hashes: Lines, at: int, _: int) -> Lines:
    lines = numbered(bodies, hashes)
    del lines[at]
    return lines


def delete_and_renumber(bodies: Lines, hashes: Lines, at: int, _: int) -> Lines:
    del bodies[at], hashes[at]
    return numbered(bodies, hashes)


def delete_and_rechain(bodies: Lines, hashes: Lines, at: int, _: int) -> Lines:
    del bodies[at]
    return numbered(bodies, chained(bodies))


def insert_and_renumber(bodies: Lines, hashes: Lines, at: int, _: int) -> Lines:
    body = other(bodies[at])
    bodies.insert(at, body)
    hashes.insert(at, link(hashes[at - 1] if at else GENESIS, body))
    return numbered(bodies, hashes)


def insert_and_rechain(bodies: Lines, hashes: Lines, at: int, _: int) -> Lines:
    bodies.insert(at, other(bodies[at]))
    return numbered(bodies, chained(bodies))


def repeat(bodies: Lines, hashes: Lines, at: int, _: int) -> Lines:
    lines = numbered(bodies, hashes)
    lines.insert(at, lines[at])
    return lines


def fork(bodies: Lines, hashes: Lines, at: int, _: int) -> Lines:
    lines = numbered(bodies, hashes)
    body = other(bodies[at])
    before = hashes[at - 1] if at else GENESIS
    lines.insert(at + 1, line(at + 1, body, link(before, body)))
    return lines


def swap_lines(bodies: Lines, hashes: Lines, at: int, to: int) -> Lines:
    lines = numbered(bodies, hashes)
    lines[at], lines[to] = lines[to], lines[at]
    return lines


def swap_events(bodies: Lines, hashes: Lines, at: int, to: int) -> Lines:
    bodies[at], bodies[to] = bodies[to], bodies[at]
    return numbered(bodies, hashes)


def swap_and_rechain(bodies: Lines, hashes: Lines, at: int, to: int) -> Lines:
    bodies[at], bodies[to] = bodies[to], bodies[at]
    return numbered(bodies, chained(bodies))


def edit_and_rechain(bodies: Lines, hashes: Lines, at: int, _: int) -> Lines:
    bodies[at] = other(bodies[at])
    return numbered(bodies, chained(bodies))


def truncate(bodies: Lines, hashes: Lines, at: int, _: int) -> Lines:
    return numbered(bodies, hashes)[:at]


TAMPERINGS = [
    edit, edit_with_its_hash, edit_of_a_hash, edit_and_rechain, delete, delete_and_renumber,
    delete_and_rechain, insert_and_renumber, insert_and_rechain, repeat, fork, swap_lines,
    swap_events, swap_and_rechain, truncate,
]  # fmt: skip
# Where only a signature tells, the place is known as far as the checkpoints are apart.
BY_SIGNATURE = {
    edit_and_rechain, delete_and_rechain, insert_and_rechain, swap_and_rechain,
}  # fmt: skip


def checked(log: Any, lines: Lines) -> Report:
    walk = Walk(open_note(note, log.signer.trusted) for note in log.notes)
    for untrusted in lines:
        walk.line(untrusted)
    return walk.finish(tail_allowed=False)


def drawn(data: st.DataObject, make_log: MakeLog) -> Any:
    size = data.draw(st.integers(2, 1000))
    cuts = data.draw(st.sets(st.integers(1, size), max_size=4))
    return make_log(size, sorted(cuts | {size}))


def interval(log: Any, at: int) -> tuple[int, int]:
    """The positions between the signatures on either side of place `at` (from 0)."""
    cut = next(cut for cut in log.cuts if cut > at)
    return max((c for c in log.cuts if c <= at), default=0) + 1, cut


def covers(finding: Finding, at: int) -> bool:
    return finding.first <= at + 1 <= finding.last


@settings(max_examples=20, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_it_finds_and_places(
    make_log: MakeLog, tampering: Callable[..., Lines], data: st.DataObject
) -> None:
    log = drawn(data, make_log)
    size = len(log.bodies)
    at = data.draw(st.integers(0, size - 2))
    to = data.draw(st.integers(at + 1, size - 1))
    report = checked(log, tampering(list(log.bodies), list(log.hashes), at, to))
    assert not report.is_sound
    first, last = interval(log, at)
    found = report.findings[0]
    if tampering is truncate:
        assert (found.kind, found.first, found.last) == ("truncated", at + 1, size)
    elif tampering in BY_SIGNATURE or (found.kind == "rewritten"):
        assert any(covers(f, at) and first <= f.first and f.last <= last for f in report.findings)
    else:
        assert covers(found, at)
        assert found.last - found.first <= (1 if tampering is not swap_lines else to - at)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_it_finds_and_places_any_changed_byte(make_log: MakeLog, data: st.DataObject) -> None:
    log = drawn(data, make_log)
    lines = numbered(log.bodies, log.hashes)
    at = data.draw(st.integers(0, len(lines) - 1))
    spoilt = bytearray(lines[at])
    spoilt[data.draw(st.integers(0, len(spoilt) - 1))] ^= data.draw(st.integers(1, 255))
    lines[at] = bytes(spoilt)
    report = checked(log, lines)
    assert any(covers(finding, at) for finding in report.findings)


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_an_untouched_log_is_sound(make_log: MakeLog, data: st.DataObject) -> None:
    log = drawn(data, make_log)
    size = len(log.bodies)
    assert checked(log, numbered(log.bodies, log.hashes)) == Report(size, size, ())


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_a_rollback_to_an_earlier_signature_needs_a_kept_checkpoint(
    make_log: MakeLog, data: st.DataObject
) -> None:
    log = drawn(data, make_log)
    cut, last = log.cuts[0], log.notes[-1]
    lines = numbered(log.bodies, log.hashes)[:cut]
    log.notes = log.notes[:1]
    assert checked(log, lines).is_sound  # what the export alone cannot show
    log.notes.append(last)
    assert checked(log, lines).is_sound == (cut == len(log.bodies))


def test_the_findings_of_a_wholly_spoilt_log_stay_few(make_log: MakeLog) -> None:
    log = make_log(1000, [1000])
    assert len(checked(log, [b"nonsense"] * 1000).findings) == 100
