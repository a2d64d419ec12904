"""Owns the check of an exported audit log. Needs this file, the export and the public key:

    python verify.py EXPORT_DIR PUBLIC_KEY [KEPT_CHECKPOINT ...]

EXPORT_DIR holds events-*.jsonl, checkpoints.jsonl and `checkpoint`; PUBLIC_KEY is a file of C2SP
verifier keys, one a line; each KEPT_CHECKPOINT is a copy of an earlier `checkpoint`, kept where the
log's keeper cannot reach it. Exit status 0: sound; 1: findings, each with its place; 2: unusable.
The format is described in docs/formats/audit-log.md. This file imports nothing of the program and
is long for one of its files, because an auditor should need to read and carry one only.
"""

import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

GENESIS = bytes(32)  # what the first event follows
LINE = re.compile(rb'\{"event":(\{.*\}),"hash":"([0-9a-f]{64})","pos":([1-9][0-9]{0,17})\}')
NOTE = re.compile(r"(.+)\n(0|[1-9]\d{0,17})\n([0-9A-Za-z+/]{43}=)\n(?:.+\n)*", re.ASCII)
# The usual event. Strings without escapes, plain integers and this order of members have one form
# only, so what matches is canonical once the members of `detail` are in order: no need to parse.
WORD = rb'"[ !#-\[\]-~]*"'
VALUE = rb"(?:%b|0|[1-9][0-9]{0,14}|true|false|\[(?:%b(?:,%b)*)?\])" % (WORD, WORD, WORD)
MEMBER = rb'"[a-z_]+":' + VALUE
USUAL = re.compile(
    rb'\{"action":%b,"actor":%b,"at":%b,"case":(?:%b|null),"detail":\{((?:%b(?:,%b)*)?)\},'
    rb'"object":(?:%b|null),"v":1\}' % (WORD, WORD, WORD, WORD, MEMBER, MEMBER, WORD)
)
KEYS = re.compile(rb'"([a-z_]+)":')
MOST_FINDINGS = 100
ED25519 = b"\x01"  # the signature type of C2SP signed-note


class MalformedError(ValueError):
    """Bytes that are not what the format says; the text says which."""


@dataclass(frozen=True)
class Finding:
    """Something wrong between the positions `first` and `last`, both included, counted from 1."""

    kind: str
    first: int
    last: int
    text: str

    def __str__(self) -> str:
        place = f"event {self.first}" if self.first == self.last else f"{self.first}..{self.last}"
        return f"{self.kind} at {place}: {self.text}"


@dataclass(frozen=True)
class Report:
    """What was read: `events` in the chain, of which the first `signed` stand under a signature."""

    events: int
    signed: int
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        return not self.findings


@dataclass(frozen=True)
class Checkpoint:
    size: int
    root: bytes


@dataclass(frozen=True)
class PublicKey:
    """A C2SP verifier key: name+keyid+base64(type | key)."""

    name: str
    raw: bytes

    @classmethod
    def parse(cls, untrusted: str) -> "PublicKey":
        name, _, rest = untrusted.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = _base64(encoded)
        if not name or len(raw) != 33 or raw[:1] != ED25519:
            raise MalformedError("this is no Ed25519 verifier key of the C2SP note form")
        key = cls(name, raw[1:])
        if key.key_id.hex() != key_id:
            raise MalformedError("the verifier key's id does not match the key")
        return key

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.raw).decode()}"


class Tree:
    """The RFC 6962 tree over the chain's hashes, which have the form of its leaf hashes."""

    def __init__(self, size: int = 0, frontier: Sequence[bytes] = ()) -> None:
        self.size, self.frontier = size, list(frontier)
        if size.bit_count() != len(self.frontier):
            raise MalformedError("the frontier does not fit the size of the tree")

    def append(self, leaf: bytes) -> None:
        carry = self.size = self.size + 1
        while not carry & 1:
            leaf = hashlib.sha256(b"\x01" + self.frontier.pop() + leaf).digest()
            carry >>= 1
        self.frontier.append(leaf)

    def root(self) -> bytes:
        if not self.frontier:
            return hashlib.sha256(b"").digest()
        node = self.frontier[-1]
        for left in reversed(self.frontier[:-1]):
            node = hashlib.sha256(b"\x01" + left + node).digest()
        return node


def link(prev: bytes, body: bytes) -> bytes:
    """The hash of an event: also the RFC 6962 leaf hash of its predecessor's hash and its body."""
    return hashlib.sha256(b"\x00" + prev + body).digest()


def is_canonical(untrusted: bytes) -> bool:
    """Whether these bytes are the one RFC 8785 form of what they say."""
    usual = USUAL.fullmatch(untrusted)
    if usual is not None:
        keys = KEYS.findall(usual[1])
        return len(keys) < 2 or keys == sorted(set(keys))
    try:
        return rfc8785.dumps(json.loads(untrusted)) == untrusted
    except (ValueError, RecursionError):
        return False


def open_note(untrusted: str, keys: Iterable[PublicKey]) -> Checkpoint:
    """The checkpoint of a signed note. Raises MalformedError unless one of `keys` signed it."""
    text, _, signatures = untrusted.partition("\n\n")
    text += "\n"
    match = NOTE.fullmatch(text)
    if match is None:
        raise MalformedError("no checkpoint of the C2SP form")
    for key in keys:
        if key.name == match[1] and _signed_by(key, text, signatures):
            return Checkpoint(int(match[2]), _base64(match[3]))
    raise MalformedError("not signed by a key that is trusted here")


class Walk:
    """Goes through the events once, in stored order, and notes what does not fit."""

    def __init__(self, checkpoints: Iterable[Checkpoint]) -> None:
        self.findings: list[Finding] = []
        self._due = sorted(checkpoints, key=lambda c: c.size, reverse=True)
        self._signed = self._due[0].size if self._due else 0
        self._good = self._pos = 0
        self._prev = self._before = GENESIS
        self._tree = Tree()
        self._whole = True  # no gap so far, so that roots can be compared

    def note(self, kind: str, first: int, last: int, text: str) -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(kind, max(first, 1), max(last, 1), text))

    def line(self, untrusted: bytes) -> None:
        match = LINE.fullmatch(untrusted)
        if match is None:
            self.note("unreadable", self._pos + 1, self._pos + 1, "not a line of an export")
            return
        self.event(int(match[3]), bytes.fromhex(match[2].decode()), match[1])

    def event(self, pos: int, stored: bytes, body: bytes) -> None:
        if not is_canonical(body):
            self.note("unreadable", pos, pos, "the event is not canonical JSON")
        if pos != self._pos + 1 and not self._placed(pos, stored, body):
            return
        if pos == self._pos + 1 and link(self._prev, body) != stored:
            self.note("broken", pos - 1, pos, "the event does not follow the one before it")
        self._before, self._prev, self._pos = self._prev, stored, pos
        self._tree.append(stored)
        if self._due and self._due[-1].size <= pos:
            self._compare()

    def finish(self, *, tail_allowed: bool) -> Report:
        """The report. `tail_allowed` where newer events may stand, unsigned as yet."""
        if self._pos < self._signed:
            self.note("truncated", self._pos + 1, self._signed, "signed events are not there")
            if self._whole and self._good < self._pos:
                self.note("unconfirmed", self._good + 1, self._pos, "the signature needs the rest")
        if self._pos > self._signed and not tail_allowed:
            self.note("unsigned", self._signed + 1, self._pos, "no checkpoint covers these events")
        return Report(self._pos, min(self._signed, self._pos), tuple(self.findings))

    def _placed(self, pos: int, stored: bytes, body: bytes) -> bool:
        """Whether an event out of its place carries the walk onward (after a gap it does)."""
        if pos > self._pos + 1:
            self.note("missing", self._pos + 1, pos - 1, "no event holds this position")
            self._whole = False
            return True
        if pos == self._pos and link(self._before, body) == stored:
            self.note("fork", pos, pos, "two events follow the same one")
        else:
            self.note("disordered", pos, self._pos + 1, "an event stands behind its place")
        return False

    def _compare(self) -> None:
        while self._due and self._due[-1].size <= self._pos:
            checkpoint = self._due.pop()
            if not self._whole or checkpoint.size != self._pos:
                continue
            if self._tree.root() == checkpoint.root:
                self._good = checkpoint.size
            else:
                self.note(
                    "rewritten", self._good + 1, checkpoint.size, "differs from what was signed"
                )
                self._whole = False


def verify_export(directory: Path, keys: Sequence[PublicKey], kept: Sequence[str] = ()) -> Report:
    """Check an export; `kept` are the texts of checkpoints copied elsewhere earlier."""
    checkpoints, bad = _checkpoints([*_notes(directory), *kept], keys)
    walk = Walk(checkpoints)
    for text in bad:
        walk.note("checkpoint", 1, max((c.size for c in checkpoints), default=1), text)
    for file in sorted(directory.glob("events-*.jsonl")):
        with file.open("rb") as lines:
            for line in lines:
                walk.line(line[:-1] if line.endswith(b"\n") else line + b" ")
    return walk.finish(tail_allowed=False)


def _checkpoints(
    notes: Iterable[str], keys: Sequence[PublicKey]
) -> tuple[list[Checkpoint], list[str]]:
    good, bad = [], []
    for note in notes:
        try:
            good.append(open_note(note, keys))
        except MalformedError as error:
            bad.append(str(error))
    return good, bad


def _notes(directory: Path) -> Iterator[str]:
    yield (directory / "checkpoint").read_text(encoding="utf-8")
    with (directory / "checkpoints.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            try:
                yield str(json.loads(line))
            except ValueError:
                yield ""


def _signed_by(key: PublicKey, text: str, signatures: str) -> bool:
    for line in signatures.split("\n"):
        dash, name, encoded = (*line.split(" "), "", "", "")[:3]
        if (dash, name) != ("—", key.name):
            continue
        signature = _base64(encoded)
        if signature[:4] != key.key_id:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.raw).verify(signature[4:], text.encode())
        except InvalidSignature:
            return False
        return True
    return False


def _base64(untrusted: str) -> bytes:
    try:
        return base64.b64decode(untrusted, validate=True)
    except ValueError as error:
        raise MalformedError("not base64") from error


def main(arguments: Sequence[str]) -> int:
    if len(arguments) < 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    directory, key_file, *kept = map(Path, arguments)
    try:
        keys = [PublicKey.parse(line) for line in key_file.read_text("utf-8").splitlines() if line]
        if not keys:
            raise MalformedError(f"{key_file} holds no public key")
        report = verify_export(directory, keys, [path.read_text("utf-8") for path in kept])
    except (OSError, UnicodeError, MalformedError) as error:
        sys.stderr.write(f"cannot check: {error}\n")
        return 2
    for finding in report.findings:
        sys.stdout.write(f"{finding}\n")
    verdict = "sound" if report.is_sound else "NOT SOUND"
    sys.stdout.write(f"{verdict}: {report.events} events, {report.signed} signed\n")
    return 0 if report.is_sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
