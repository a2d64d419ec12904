"""Owns the cut of the recogniser's output head to the scripts that European documents use."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

PUNCTUATION = frozenset("«»‹›–—‘’“”„…•№€£")
WIDE_HEAD = 5000


def is_kept(glyph: str) -> bool:
    """Latin with its extensions, Greek, Cyrillic (this model has none) and their punctuation."""
    if len(glyph) != 1:
        return False
    code = ord(glyph)
    if code < 0x250 or 0x370 <= code < 0x530 or 0x1E00 <= code < 0x1F00:
        return True
    return glyph in PUNCTUATION


def cut_head(recogniser: bytes) -> bytes:
    """Drop from the last layer every class that is no kept glyph.

    Class 0 is the CTC blank; the model lists its characters, one a line, in its metadata.
    Without the other 18,000 classes the model needs 300 MB less and `<` is not read as CJK.
    """
    model = onnx.load(io.BytesIO(recogniser))
    listed = next(entry for entry in model.metadata_props if entry.key == "character")
    weight, bias = _head(model.graph.initializer)
    classes = weight.dims[-1]
    glyphs = ["", *listed.value.split("\n")]
    glyphs += [" "] * (classes - len(glyphs))
    kept = [0, *(at for at in range(1, classes) if is_kept(glyphs[at]))]
    _replace(weight, numpy_helper.to_array(weight)[:, kept])
    _replace(bias, numpy_helper.to_array(bias)[kept])
    listed.value = "\n".join(glyphs[at] for at in kept[1:])
    _forget_shape(model.graph.output[0])
    cut: bytes = model.SerializeToString()
    return cut


def _head(initializers: Sequence[Any]) -> tuple[Any, Any]:
    by_name = {tensor.name: tensor for tensor in initializers}
    weight = next(
        tensor
        for name, tensor in by_name.items()
        if name.startswith("linear") and name.endswith(".w_0") and tensor.dims[-1] > WIDE_HEAD
    )
    return weight, by_name[weight.name.removesuffix(".w_0") + ".b_0"]


def _replace(tensor: Any, values: Any) -> None:
    tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values), tensor.name))


def _forget_shape(output: Any) -> None:
    dimensions = output.type.tensor_type.shape.dim
    del dimensions[:]
    for name in ("batch", "steps", "classes"):
        dimensions.add().dim_param = name
