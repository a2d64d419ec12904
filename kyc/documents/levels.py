"""Owns the grey values of a place, and percentiles, which are counted: there are only 256."""

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.geometry import mask_of
from kyc.documents.pages import Quad

Grey = npt.NDArray[np.uint8]


def percentile(values: Grey, share: float) -> float:
    """The value below which `share` percent lie, between two neighbours in proportion.

    The same as `numpy.percentile`, in a small part of its time. Raises ValueError for no values.
    """
    if values.size == 0:
        raise ValueError("there is no percentile of nothing")
    below = np.cumsum(cv2.calcHist([values], [0], None, [256], [0, 256]))
    place = (values.size - 1) * share / 100
    low, high = np.searchsorted(below, [int(place), min(int(place) + 1, values.size - 1)], "right")
    return float(low + (high - low) * (place - int(place)))


def cut(quad: Quad, picture: Grey) -> tuple[Grey, npt.NDArray[np.int_]]:
    """The part of a picture around a quad, at least one pixel, and its upper left corner."""
    height, width = picture.shape[:2]
    low = np.clip(np.floor(quad.min(axis=0)).astype(int), 0, (width - 1, height - 1))
    high = np.maximum(np.ceil(quad.max(axis=0)).astype(int), low) + 1
    return picture[low[1] : high[1], low[0] : high[0]], low


def values_in(quad: Quad, picture: Grey) -> Grey:
    """The values, or rows of channels, of the pixels under a quad; at least those of one pixel."""
    view, low = cut(quad, picture)
    inside = view[mask_of([quad - low], *view.shape[:2]) > 0]
    return inside if len(inside) else view[0, :1]
