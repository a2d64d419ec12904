"""Owns the numbers that tell certain from doubtful; benchmarks/bench_recall.py chooses them.

`--cross-validate` measures each choice on an issuer whose documents had no part in it.
"""

LEAST_TEXT_HEIGHT = 14.0
"""Median height in pixels of the lines' quads; a document that fills a photo has 25 or more."""

LEAST_SCORE = 0.8
"""Mean confidence by character; sharp specimens have 0.95."""

LEAST_STEEPNESS = 0.145
"""Steepest step between neighbouring pixels of a line 48 px high, by its contrast."""

CAPTION_LIKENESS = 0.6
"""Share of letter pairs that a misread caption has in common with the printed one."""
