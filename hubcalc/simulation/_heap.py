"""The events ahead, earliest first: a binary heap in two arrays, the times and the codes.

A code holds the number in the order of setting, then the kind of event, then what it concerns; so events of the same
time come in the order in which they were set.
"""

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper
from hubcalc.simulation._layout import HEAP_SIZE, SEQUENCE

IntArray = NDArray[np.int64]

KIND_SHIFT = 24
SEQUENCE_SHIFT = 28
CONCERNS_MASK = (1 << KIND_SHIFT) - 1
KIND_MASK = 15
MOST_SEQUENCE = 1 << 34
"""Numbers that fit into a code."""


@helper(inline=True)
def set_event(times: FloatArray, codes: IntArray, counts: IntArray, time: float, kind: int, concerns: int) -> None:
    """Set an event."""
    code = (counts[SEQUENCE] << SEQUENCE_SHIFT) | (kind << KIND_SHIFT) | concerns
    counts[SEQUENCE] += 1
    i = counts[HEAP_SIZE]
    counts[HEAP_SIZE] = i + 1
    while i > 0:  # a new code is greater than all others, so it rises only above later times
        parent = (i - 1) >> 1
        if times[parent] <= time:
            break
        times[i] = times[parent]
        codes[i] = codes[parent]
        i = parent
    times[i] = time
    codes[i] = code


@helper(inline=True)
def take_event(times: FloatArray, codes: IntArray, counts: IntArray) -> int:
    """Take the earliest event off; return its code."""
    taken = codes[0]
    size = counts[HEAP_SIZE] - 1
    counts[HEAP_SIZE] = size
    time, code = times[size], codes[size]
    i, child = 0, 1
    while child < size:
        right = child + 1
        if right < size and (
            times[right] < times[child] or (times[right] == times[child] and codes[right] < codes[child])
        ):
            child = right
        if times[child] > time or (times[child] == time and codes[child] > code):
            break
        times[i] = times[child]
        codes[i] = codes[child]
        i = child
        child = 2 * i + 1
    times[i] = time
    codes[i] = code
    return int(taken)
