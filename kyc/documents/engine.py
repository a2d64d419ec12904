"""Owns the warm parts: the decoder's command and the OCR models, loaded once a process."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2

from kyc.documents.model_files import model_files
from kyc.documents.sandbox import Decoder
from kyc.documents.text_boxes import TextBoxes
from kyc.documents.text_lines import TextLines
from kyc.settings import refuse_telemetry


@dataclass(frozen=True)
class Engine:
    """Everything `redact` needs warm. Load it after a fork: its threads do not survive one."""

    decoder: Decoder = field(repr=False)
    boxes: TextBoxes = field(repr=False)
    lines: TextLines = field(repr=False)
    aside: ThreadPoolExecutor = field(repr=False, default_factory=lambda: _one_thread("aside"))
    """For what needs no model and can be done while the models run."""

    @classmethod
    def load(cls, models_dir: Path, threads: int = 2) -> "Engine":
        """Check and load the models; the first call cuts the recogniser's head into models_dir.

        Raises ConfigurationError when a model is missing or is not the pinned one. OpenCV's own
        threads are left out: they wait in loops for work, beside models that have use for them.
        """
        cv2.setNumThreads(1)
        files = model_files(models_dir)
        decoder = Decoder()
        decoder.prepare()
        with ThreadPoolExecutor(2) as loading:
            detector = loading.submit(_session, files.detector, threads)
            recogniser = loading.submit(_session, files.recogniser, 1)
            turner = _session(files.turner, 1)
        return cls(
            decoder=decoder,
            boxes=TextBoxes(detector.result()),
            lines=TextLines(recogniser.result(), turner, threads),
        )


def _one_thread(name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix=name)


def _session(path: Path, threads: int) -> Any:
    """A model. Memory patterns keep a block for each shape of input, and no two pictures are alike.

    Without them the detector needs 200 MiB less and is no slower.
    """
    refuse_telemetry()
    import onnxruntime  # noqa: PLC0415 - web processes load no model; and telemetry is off by now

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
