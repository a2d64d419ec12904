"""Owns the numbers that tell certain from doubtful, as benchmarks.bench_recall chooses them.

`--cross-validate` measures each choice on an issuer whose documents had no part in it.
"""

LEAST_TEXT_HEIGHT = 14.0
"""Median height in pixels of the lines' quads; a document that fills a photo has 25 or more."""

LEAST_SMALL_PRINT = 0.0
"""Height in pixels below which the smallest sixth of a page's print, its captions, is lost."""

LEAST_SCORE = 0.8
"""Mean confidence by character; sharp specimens have 0.95."""

SURE_LINE = 0.8
MOST_UNSURE = 0.15
"""A line is sure from a confidence of the first; the second is the share that may be unsure."""

LEAST_STEEPNESS = 0.16
"""Steepest step between neighbouring pixels of a line 48 px high, by its contrast.

Measured: sharp specimens 0.2 to 0.45, motion over 11 px 0.09 to 0.14 along the motion.
"""

LEAST_SOFT_STEEPNESS = 0.0
"""The same for the softest quarter of the lines: a page is often sharp in one part only."""

GLARE_SHARE = 0.02
"""The biggest burnt-out spot's share of the text's hull."""

CAPTION_LIKENESS = 0.6
"""Share of letter pairs that a misread caption has in common with the printed one."""

FAINT_SCORE = 0.6
"""Confidence of a line that only a view with more contrast shows."""

SCREEN_PEAK = 3.8
"""How far one frequency stands out, as a logarithm: paper at most 3.0, screens from 4.6."""
