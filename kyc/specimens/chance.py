"""Owns chance: every choice in a drawing comes from a seed and a topic, so that drawings repeat."""

import zlib
from random import Random

import numpy as np


def dice(seed: int, topic: str) -> Random:
    """Scalar choices; one topic's throws never shift another's."""
    return Random(f"{topic}:{seed}")


def grain(seed: int, topic: str) -> np.random.Generator:
    """Choices by the million, for noise and textures."""
    return np.random.default_rng([zlib.crc32(topic.encode()), seed & 0xFFFFFFFF])
