"""Owns what `python -m kyc.specimens` writes."""

import json
import subprocess
import sys
from pathlib import Path

from PIL import Image


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
