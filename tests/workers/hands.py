"""Owns what the worker tests work with: a house with a plain engine, and a fuse that kills."""

import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from sqlalchemy import event
from sqlalchemy.orm import Session

from kyc.audit.signer import load_or_make_signer
from kyc.delivery.composing import Letter
from kyc.documents.engine import Engine
from kyc.documents.formats import inspect
from kyc.documents.pages import Line, Pages, Pixels, Quad, Raw, Size
from kyc.documents.sandbox import Decoder
from kyc.documents.text_boxes import TextBoxes
from kyc.documents.text_lines import TextLines
from kyc.intake.receiving import UntrustedFile, acknowledge_upload, announce_upload
from kyc.leases import SPAN
from kyc.lifecycle import ItemKind
from kyc.models import VerificationSession
from storage.memory import MemoryObjects
from storage.objects import Absence
from tests.core.kit import LIMITS, Kit, Make, jpeg
from workers.house import House
from workers.owed import run
from workers.periodic import sweep
from workers.purging import purge


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


@dataclass
class Fuse:
    """Counts the steps and, when set, kills at one of them."""

    blows_at: int = 0
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.blows_at:
            raise Killed


class FusedObjects(MemoryObjects):
    """A store before and after each of whose writes the process may die."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self._fuse = fuse

    def put(self, name: str, data: bytes) -> None:
        self._fuse.step()
        super().put(name, data)
        self._fuse.step()

    def shred(self, name: str) -> Absence:
        self._fuse.step()
        absence = super().shred(name)
        self._fuse.step()
        return absence


@dataclass
class Outbox:
    """Takes letters; `failure` is raised instead."""

    fuse: Fuse = field(default_factory=Fuse)
    failure: Exception | None = None
    letters: list[tuple[Letter, str]] = field(default_factory=list)

    def send(self, letter: Letter, sender: str, message_id: str) -> None:
        assert sender
        self.fuse.step()
        if self.failure is not None:
            raise self.failure
        self.letters.append((letter, message_id))
        self.fuse.step()


class PlainDecoder(Decoder):
    """Decodes in this process: the tests of kyc.documents look at the jailed one."""

    def decode(self, raw: Raw, page: int = 1) -> Pages:
        assert page == 1
        inspect(raw.untrusted)
        picture = np.asarray(Image.open(io.BytesIO(raw.untrusted)).convert("RGB"), np.uint8)
        return Pages(picture, 1, Size(picture.shape[1], picture.shape[0]))


class NoBoxes(TextBoxes):
    """Finds no text."""

    def __init__(self) -> None:
        super().__init__(None)

    def find(self, bgr: Pixels, side: int = 0) -> list[Quad]:
        assert bgr.size
        assert side >= 0
        return []


class NoLines(TextLines):
    """Has nothing to read."""

    def __init__(self) -> None:
        """Without models."""

    def read(self, bgr: Pixels, quads: object, alike: object = ()) -> list[Line]:
        assert bgr.size
        assert not quads
        assert not alike
        return []


def plain_engine() -> Engine:
    return Engine(PlainDecoder(), NoBoxes(), NoLines())


def open_house(kit: Kit, directory: Path, post: Outbox, engine: Engine | None = None) -> House:
    signer = load_or_make_signer(directory / "audit.pem")
    return House(kit.runtime, engine or plain_engine(), post, signer)


def arm(kit: Kit, fuse: Fuse) -> None:
    """From now on the process may die before and after each commit."""

    def step(_db: Session) -> None:
        fuse.step()

    event.listen(kit.runtime.sessions, "before_commit", step)
    event.listen(kit.runtime.sessions, "after_commit", step)


def send_picture(
    kit: Kit,
    session_id: str,
    content: bytes | None = None,
    kind: ItemKind = ItemKind.DOCUMENT_FRONT,
) -> str:
    """An acknowledged upload; its redaction is owed."""
    with kit.transaction() as db:
        upload, announced = announce_upload(
            db,
            kit.intake,
            kit.lookup,
            db.get_one(VerificationSession, session_id),
            kind=kind,
            file=UntrustedFile(content or jpeg(), "jpeg"),
            limits=LIMITS,
            now=kit.now,
        )
    kit.vault.store(announced.object_name, announced.ciphertext)
    with kit.transaction() as db:
        acknowledge_upload(db, upload.id, kit.now)
    return upload.id


def new_upload(kit: Kit, content: bytes | None = None) -> str:
    with kit.transaction() as db:
        session_id = Make(kit).ready(db).id
    return send_picture(kit, session_id, content)


def work_off(kit: Kit, house: House) -> None:
    """What workers and ticker do in the next hours."""
    for _ in range(4):
        kit.moment += SPAN
        sweep(house)
        while kit.woken:
            run(house, kit.woken.pop())
    kit.later(hours=2)
    purge(house)
