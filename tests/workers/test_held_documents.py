"""Owns the tests that a selfie's document is told by the hash that its own pictures left."""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kyc.documents.engine import Engine
from kyc.documents.geometry import upright_box
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.text_boxes import TextBoxes
from kyc.documents.text_lines import TextLines
from kyc.lifecycle import ItemKind, UploadState
from kyc.models import Artifact, SeenHash, Upload
from kyc.specimens.mrz import Zone, zone_td3
from kyc.tokens import Lookup
from tests.core.kit import Make, dump, jpeg
from tests.workers.hands import Outbox, PlainDecoder, open_house, send_picture
from workers.owed import run

if TYPE_CHECKING:
    from tests.core.kit import Kit
    from workers.house import House

NUMBER = "KARLAMN"
"""Letters alone, in one word: no pattern takes it for a number."""

ZONE = zone_td3(
    Zone("P", "EST", "TAMMSAAR", "LEELO", NUMBER, "EST", date(1987, 4, 23), "F", date(2033, 4, 22))
)
SIDE = 640
SELFIE, FRONT = ItemKind.SELFIE_STATEMENT, ItemKind.DOCUMENT_FRONT


@dataclass
class Sheet(TextBoxes, TextLines):
    """Stands for both models: the texts that were laid on it, one below the other."""

    texts: tuple[str, ...] = ()
    read_lines: list[Line] = field(default_factory=list)

    def lay(self, *texts: str) -> None:
        self.read_lines = [_line(text, 40 + 60 * at) for at, text in enumerate(texts)]

    def find(self, bgr: Pixels, side: int = 0) -> list[Quad]:
        assert bgr.size
        assert side >= 0
        return [line.quad for line in self.read_lines]

    def read(self, bgr: Pixels, quads: object, alike: object = ()) -> list[Line]:
        assert bgr.size
        assert quads is not alike
        return self.read_lines


def _line(text: str, y: float) -> Line:
    positions = tuple((at + 0.5) / len(text) for at in range(len(text)))
    return Line(upright_box(20, y, 20 + 12 * len(text), y + 24), text, positions, 0.99)


@pytest.fixture
def sheet() -> Sheet:
    return Sheet()


@pytest.fixture
def at_work(kit: "Kit", tmp_path: Path, sheet: Sheet) -> "House":
    return open_house(kit, tmp_path, Outbox(), Engine(PlainDecoder(), sheet, sheet))


@pytest.fixture
def case(kit: "Kit") -> str:
    with kit.transaction() as db:
        return Make(kit).ready(db, document="identity_card").id


def _redacted(house: "House", kit: "Kit", case: str, kind: ItemKind) -> Upload:
    shade = 200 + len(kit.all(Upload))
    upload_id = send_picture(kit, case, jpeg((shade, 210, 220), SIDE), kind)
    while kit.woken:
        run(house, kit.woken.pop(0))
    upload = kit.get(Upload, upload_id)
    assert upload.state in {UploadState.READY, UploadState.CONFIRM}
    return upload


def _regions(kit: "Kit", upload: Upload) -> list[Any]:
    covered = kit.get(Artifact, str(upload.artifact_id)).regions
    return [one for one in covered if one["class"] == "document_number"]


def test_the_number_of_the_documents_picture_is_covered_in_the_selfie(
    kit: "Kit", at_work: "House", sheet: Sheet, case: str
) -> None:
    sheet.lay(*ZONE)
    _redacted(at_work, kit, case, FRONT)
    sheet.lay("TAMMSAAR", NUMBER)
    assert _regions(kit, _redacted(at_work, kit, case, SELFIE))


def test_a_selfie_that_comes_first_waits_for_no_document(
    kit: "Kit", at_work: "House", sheet: Sheet, case: str
) -> None:
    sheet.lay("TAMMSAAR", NUMBER)
    assert _regions(kit, _redacted(at_work, kit, case, SELFIE)) == []


def test_the_number_of_another_case_is_none_of_this_one(
    kit: "Kit", at_work: "House", sheet: Sheet, case: str
) -> None:
    with kit.transaction() as db:
        other = Make(kit).ready(db).id
    sheet.lay(*ZONE)
    _redacted(at_work, kit, other, FRONT)
    sheet.lay("TAMMSAAR", NUMBER)
    assert _regions(kit, _redacted(at_work, kit, case, SELFIE)) == []


def test_with_another_key_the_hash_tells_nothing(
    kit: "Kit", at_work: "House", sheet: Sheet, case: str
) -> None:
    sheet.lay(*ZONE)
    _redacted(at_work, kit, case, FRONT)
    sheet.lay("TAMMSAAR", NUMBER)
    stranger = replace(at_work, runtime=replace(kit.runtime, lookup=Lookup(b"another key")))
    assert _regions(kit, _redacted(stranger, kit, case, SELFIE)) == []


def test_the_documents_own_picture_is_not_asked_about_by_hash(
    kit: "Kit", at_work: "House", sheet: Sheet, case: str
) -> None:
    sheet.lay(*ZONE)
    _redacted(at_work, kit, case, FRONT)
    sheet.lay("TAMMSAAR", NUMBER)
    assert _regions(kit, _redacted(at_work, kit, case, ItemKind.DOCUMENT_BACK)) == []


def test_nothing_that_was_recognised_is_stored(
    kit: "Kit", at_work: "House", sheet: Sheet, case: str
) -> None:
    sheet.lay(*ZONE)
    _redacted(at_work, kit, case, FRONT)
    before = [(row.kind, row.source, row.hash) for row in kit.all(SeenHash)]
    sheet.lay("TAMMSAAR", NUMBER)
    selfie = _redacted(at_work, kit, case, SELFIE)
    after = [(row.kind, row.source, row.hash) for row in kit.all(SeenHash)]
    assert {row for row in after if row[1] == selfie.id} == {
        row for row in after if row not in before and row[0] == "file"
    }
    assert NUMBER.encode() not in dump(kit.engine)
