"""Compiled loops of the G/G/c recursion: random numbers, service, histogram; sixteen replications side by side.

The innermost loop always runs over the lanes, independent replications whose operations are the same, so that the
processor's vector instructions do several at once.

References
----------
.. [1] C. Doty-Humphrey (2014), PractRand 0.94, generator sfc64 (three mixed words and a counter).
.. [2] J. Kiefer, J. Wolfowitz (1955), "On the theory of queues with many servers", Transactions of the American
   Mathematical Society 78(1), 1-18, doi:10.1090/S0002-9947-1955-0066587-3.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel

LANES = 16
WAIT_BINS = 2_000
WAIT_RATIO = 1.01
"""Bins of waits: bin 0 below the least, then bin k from least * ratio^(k - 1); the last takes all above."""

Words = NDArray[np.uint64]
_ROOT = 0x3FE6A09E667F3BCD
"""The bits of the square root of 1/2."""
_FRACTION = 0x3FF0000000000000
"""The bits of 1: with others in their last 52, a number from 1 to below 2."""
_WHOLE = 0x4330000000000000
"""The bits of 2^52, to which a whole number in the last bits adds itself."""


def seeded_words(*key: int) -> Words:
    """Make the states of the generators, [word, lane], from a seed and the number of a stream."""
    words = np.ones((4, LANES), dtype=np.uint64)  # the last is the counter
    words[:3] = np.random.SeedSequence(key).generate_state(3 * LANES, np.uint64).reshape(3, LANES)
    draw_uniforms(words, np.empty((16, LANES)))  # mix
    return words


@kernel("void(u8[:, ::1], f8[:, ::1])")
def draw_uniforms(words: Words, out: FloatArray) -> None:
    """Draw numbers above 0 and below 1, with 52 random bits, by sfc64 [1]."""
    first, second, third, counter = words[0], words[1], words[2], words[3]
    for i in range(out.shape[0]):
        row = out[i]
        for lane in range(LANES):
            word = first[lane] + second[lane] + counter[lane]
            counter[lane] += np.uint64(1)
            first[lane] = second[lane] ^ (second[lane] >> np.uint64(11))
            second[lane] = third[lane] + (third[lane] << np.uint64(3))
            third[lane] = ((third[lane] << np.uint64(24)) | (third[lane] >> np.uint64(40))) + word
            bits = np.uint64((word >> np.uint64(12)) | np.uint64(_FRACTION))
            row[lane] = bits.view(np.float64) - (1.0 - 2.0**-53)


@helper
def negative_logarithm(number: float) -> Any:
    """Compute -log(x) of a positive normal number, to about 1e-15, without a branch.

    x = 2^k m with m from sqrt(1/2) to sqrt(2), and log m = 2 artanh((m - 1) / (m + 1)) as a power series.
    """
    bits = np.float64(number).view(np.uint64)
    power = (bits - np.uint64(_ROOT) + np.uint64(1 << 62)) >> np.uint64(52)  # k + 1024
    small = np.uint64(bits - ((power - np.uint64(1024)) << np.uint64(52))).view(np.float64)
    exponent = np.uint64(power | np.uint64(_WHOLE)).view(np.float64) - (2.0**52 + 1024.0)
    part = (small - 1.0) / (small + 1.0)
    square = part * part
    series = 1.0 / 17.0
    series = series * square + 1.0 / 15.0
    series = series * square + 1.0 / 13.0
    series = series * square + 1.0 / 11.0
    series = series * square + 1.0 / 9.0
    series = series * square + 1.0 / 7.0
    series = series * square + 1.0 / 5.0
    series = series * square + 1.0 / 3.0
    series = series * square + 1.0
    return -(exponent * 0.6931471805599453 + 2.0 * part * series)


@kernel("void(f8[::1], f8, f8)")
def to_exponential(line: FloatArray, mean: float, shift: float) -> None:
    """Turn uniform numbers into exponential ones, above a shift; products of k uniform ones into Erlang's."""
    for i in range(line.size):
        line[i] = shift + mean * negative_logarithm(line[i])


@kernel("void(f8[::1], f8, f8, f8, f8)")
def to_hyperexponential(line: FloatArray, share: float, first_mean: float, second_mean: float, shift: float) -> None:
    """Turn uniform numbers into a mix of two exponential laws: a number tells the law, and its rest is used again."""
    for i in range(line.size):
        uniform = line[i]
        rest = uniform / share if uniform < share else (uniform - share) / (1.0 - share)
        mean = first_mean if uniform < share else second_mean
        line[i] = shift + mean * negative_logarithm(max(rest, 1e-18))


@kernel("void(f8[:, ::1], f8[:, ::1], f8[:, ::1], f8[::1], f8[::1])")
def serve(gaps: FloatArray, works: FloatArray, left: FloatArray, waits: FloatArray, waiting: FloatArray) -> None:
    """Serve customers by the recursion of [2]; each comes before a gap passes, and its wait is written over the gap.

    `left` is the work at each server [server, lane] in ascending order: a customer waits for the least and adds its
    work there; it is put in its place by exchanges with its neighbors.
    """
    if left.shape[0] == 1:
        serve_one(gaps, works, left, waits, waiting)
    elif left.shape[0] == 2:
        serve_two(gaps, works, left, waits, waiting)
    elif left.shape[0] == 3:
        serve_three(gaps, works, left, waits, waiting)
    else:
        serve_many(gaps, works, left, waits, waiting)


@helper
def serve_one(gaps: FloatArray, works: FloatArray, left: FloatArray, waits: FloatArray, waiting: FloatArray) -> None:
    """Serve by one server (Lindley's recursion)."""
    first = left[0]
    for i in range(gaps.shape[0]):
        gap, work = gaps[i], works[i]
        for lane in range(LANES):
            wait = first[lane]
            rest = wait + work[lane] - gap[lane]
            waits[lane] += wait
            waiting[lane] += 1.0 if wait > 0.0 else 0.0
            gap[lane] = wait
            first[lane] = rest if rest > 0.0 else 0.0


@helper
def serve_two(gaps: FloatArray, works: FloatArray, left: FloatArray, waits: FloatArray, waiting: FloatArray) -> None:
    """Serve by two servers."""
    first, second = left[0], left[1]
    for i in range(gaps.shape[0]):
        gap, work = gaps[i], works[i]
        for lane in range(LANES):
            wait, other, passed = first[lane], second[lane], gap[lane]
            until = wait + work[lane]
            low = (until if until < other else other) - passed
            high = (other if until < other else until) - passed
            waits[lane] += wait
            waiting[lane] += 1.0 if wait > 0.0 else 0.0
            gap[lane] = wait
            first[lane] = low if low > 0.0 else 0.0
            second[lane] = high if high > 0.0 else 0.0


@helper
def serve_three(gaps: FloatArray, works: FloatArray, left: FloatArray, waits: FloatArray, waiting: FloatArray) -> None:
    """Serve by three servers."""
    first, second, third = left[0], left[1], left[2]
    for i in range(gaps.shape[0]):
        gap, work = gaps[i], works[i]
        for lane in range(LANES):
            wait, middle, last, passed = first[lane], second[lane], third[lane], gap[lane]
            until = wait + work[lane]
            low = (until if until < middle else middle) - passed
            later = middle if until < middle else until
            between = (later if later < last else last) - passed
            high = (last if later < last else later) - passed
            waits[lane] += wait
            waiting[lane] += 1.0 if wait > 0.0 else 0.0
            gap[lane] = wait
            first[lane] = low if low > 0.0 else 0.0
            second[lane] = between if between > 0.0 else 0.0
            third[lane] = high if high > 0.0 else 0.0


@helper
def serve_many(gaps: FloatArray, works: FloatArray, left: FloatArray, waits: FloatArray, waiting: FloatArray) -> None:
    """Serve by any number of servers."""
    servers = left.shape[0]
    carried, passed = np.empty(LANES), np.empty(LANES)
    for i in range(gaps.shape[0]):
        gap, work, first = gaps[i], works[i], left[0]
        for lane in range(LANES):
            wait = first[lane]
            carried[lane] = wait + work[lane]
            passed[lane] = gap[lane]
            gap[lane] = wait
            waits[lane] += wait
            waiting[lane] += 1.0 if wait > 0.0 else 0.0
        for place in range(1, servers):
            here, before = left[place], left[place - 1]
            for lane in range(LANES):
                until, other = carried[lane], here[lane]
                low = (until if until < other else other) - passed[lane]
                carried[lane] = other if until < other else until
                before[lane] = low if low > 0.0 else 0.0
        for lane in range(LANES):
            high = carried[lane] - passed[lane]
            left[servers - 1][lane] = high if high > 0.0 else 0.0


@kernel("void(f8[:, ::1], f8, f8[:, ::1])")
def count_waits(waits: FloatArray, least: float, counts: FloatArray) -> None:
    """Count waits, [customer, lane], in bins of a constant ratio, [lane, bin]."""
    bins = counts.shape[1]
    scale = 1.0 / np.log(WAIT_RATIO)
    start = np.log(least) * scale - 1.0
    places = np.empty(LANES)
    for i in range(waits.shape[0]):
        row = waits[i]
        for lane in range(LANES):
            wait = row[lane] if row[lane] > least else least
            places[lane] = -negative_logarithm(wait) * scale - start
        for lane in range(LANES):
            place = 0 if row[lane] < least else min(max(int(places[lane]), 1), bins - 1)
            counts[lane, place] += 1.0
