"""Quantiles of the gamma law from polynomials, point by point in machine code."""

import math

from hubcalc.arguments import FloatArray
from hubcalc.compiled import kernel
from hubcalc.queueing._horner import horner

MOST_ROOT = 8.0
"""Largest coefficient of variation in the table."""
SEGMENTS_PER_UNIT = 4.0


@kernel("void(f8[:, ::1], f8[::1], f8[::1])")
def read_segments(table: FloatArray, shapes: FloatArray, quantiles: FloatArray) -> None:
    """Set the quantile over the mean; NaN where the law varies more than the table knows."""
    for i in range(shapes.size):
        place = SEGMENTS_PER_UNIT / math.sqrt(shapes[i])
        segment = int(min(place, 1e6))
        if segment >= table.shape[0]:
            quantiles[i] = math.nan
            continue
        x = 2.0 * (place - segment) - 1.0
        quantiles[i] = math.exp(horner(table[segment], x))
