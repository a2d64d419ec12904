"""Owns what `python -m kyc.specimens` writes."""

import json
import subprocess
import sys
from pathlib import Path

from PIL import Image

from kyc.specimens.sets import CONDITIONS, write_set


def test_it_writes_images_with_labels_of_the_same_frame(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kyc.specimens", str(tmp_path), "--count", "8", "--seed", "3"]
    subprocess.run(command, check=True, timeout=120)
    labels = sorted((tmp_path / "labels").iterdir())
    assert len(labels) == 8
    for path in labels:
        label = json.loads(path.read_text())
        with Image.open(tmp_path / "images" / label["file"]) as image:
            assert image.size == (label["width"], label["height"])
        assert label["fields"]


def test_each_picture_of_a_layout_can_have_a_condition_of_its_own(tmp_path: Path) -> None:
    write_set(tmp_path, 3, 5, layout="id_front", in_a_row=1)
    taken = [json.loads(path.read_text()) for path in sorted((tmp_path / "labels").iterdir())]
    assert [label["condition"] for label in taken] == list(CONDITIONS)[:3]
    assert {label["layout"] for label in taken} == {"id_front"}
