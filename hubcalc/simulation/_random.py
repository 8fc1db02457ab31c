"""Random numbers in machine code: independent streams of SFC64 [1]_, and the laws of times drawn from them.

References
----------
.. [1] Doty-Humphrey, C. (2010). PractRand, a test suite of random number generators; the generator sfc64.
.. [2] Marsaglia, G. and Tsang, W. W. (2000). A simple method for generating gamma variables. ACM Transactions on
   Mathematical Software 26(3), 363-372. https://doi.org/10.1145/358407.358414
.. [3] Marsaglia, G. and Bray, T. A. (1964). A convenient method for generating normal variables. SIAM Review 6(3),
   260-264. https://doi.org/10.1137/1006063
"""

import math

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper
from hubcalc.simulation._layout import FIRST, FOURTH, KIND, SECOND, SHIFT, THIRD
from hubcalc.simulation.laws import LawKind

Streams = NDArray[np.uint64]

CONSTANT = int(LawKind.CONSTANT)
EXPONENTIAL = int(LawKind.EXPONENTIAL)
GAMMA = int(LawKind.GAMMA)
LOGNORMAL = int(LawKind.LOGNORMAL)
HYPEREXPONENTIAL = int(LawKind.HYPEREXPONENTIAL)
TRIANGULAR = int(LawKind.TRIANGULAR)

_STEP = 2.0**-53


def stream_states(seed: int, replication: int, names: list[tuple[int, int]]) -> Streams:
    """Give the first states of independent streams, one for each name: what it is for, and its position there.

    A stream depends on nothing but the seed, the replication and its name, so that scenarios of one structure share
    their random numbers.
    """
    states = np.zeros((len(names), 4), dtype=np.uint64)
    for i, name in enumerate(names):
        sequence = np.random.SeedSequence(seed, spawn_key=(replication, *name))
        states[i] = np.random.SFC64(sequence).state["state"]["state"]
    return states


@helper(inline=True)
def random_bits(streams: Streams, i: int) -> np.uint64:
    """Draw 64 random bits."""
    a, b, c, counter = streams[i, 0], streams[i, 1], streams[i, 2], streams[i, 3]
    drawn: np.uint64 = a + b + counter
    streams[i, 3] = counter + np.uint64(1)
    streams[i, 0] = b ^ (b >> np.uint64(11))
    streams[i, 1] = c + (c << np.uint64(3))
    streams[i, 2] = ((c << np.uint64(24)) | (c >> np.uint64(40))) + drawn
    return drawn


@helper(inline=True)
def uniform(streams: Streams, i: int) -> float:
    """Draw from 0, included, to 1, excluded, with 53 bits."""
    return np.float64(random_bits(streams, i) >> np.uint64(11)) * _STEP


@helper
def exponential(streams: Streams, i: int) -> float:
    """Draw an exponential number of mean 1."""
    return -math.log(1.0 - uniform(streams, i))


@helper
def normal(streams: Streams, i: int) -> float:
    """Draw a standard normal number: the polar method [3]_."""
    while True:
        x = 2.0 * uniform(streams, i) - 1.0
        y = 2.0 * uniform(streams, i) - 1.0
        square = x * x + y * y
        if 0.0 < square < 1.0:
            return x * math.sqrt(-2.0 * math.log(square) / square)


@helper
def standard_gamma(streams: Streams, i: int, shape: float) -> float:
    """Draw a gamma number of scale 1 [2]_."""
    boost = 1.0
    if shape < 1.0:  # section 6 of [2]
        boost = (1.0 - uniform(streams, i)) ** (1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = normal(streams, i)
        root = 1.0 + c * x
        if root <= 0.0:
            continue
        v = root * root * root
        u = 1.0 - uniform(streams, i)
        if u < 1.0 - 0.0331 * x * x * x * x or math.log(u) < 0.5 * x * x + d * (1.0 - v + math.log(v)):
            return boost * d * v


@helper
def _triangular(low: float, mode: float, high: float, u: float) -> float:
    """Invert the triangular distribution function."""
    if high <= low:
        return low
    if u * (high - low) < mode - low:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - mode))


@helper
def _between_quantiles(table: FloatArray, first: int, count: int, u: float) -> float:
    """Invert a distribution function that is straight between its points."""
    low, high = 0, count - 1
    while high - low > 1:
        middle = (low + high) // 2
        if table[first + middle] <= u:
            low = middle
        else:
            high = middle
    p, q = table[first + low], table[first + high]
    x, y = table[first + count + low], table[first + count + high]
    return float(x + (y - x) * (u - p) / (q - p))


@helper
def _draw_rare(laws: FloatArray, table: FloatArray, law: int, streams: Streams, i: int) -> float:
    """Draw a time of a law that is neither constant nor exponential, without its shift."""
    kind = int(laws[law, KIND])
    if kind == GAMMA:  # shape and scale
        return float(standard_gamma(streams, i, laws[law, FIRST]) * laws[law, SECOND])
    if kind == LOGNORMAL:  # mean and deviation of the logarithm
        return math.exp(laws[law, FIRST] + laws[law, SECOND] * normal(streams, i))
    if kind == HYPEREXPONENTIAL:  # a probability and two means
        mean = laws[law, SECOND] if uniform(streams, i) < laws[law, FIRST] else laws[law, THIRD]
        return float(mean * exponential(streams, i))
    u = uniform(streams, i)
    if kind == TRIANGULAR:
        return _triangular(laws[law, FIRST], laws[law, SECOND], laws[law, THIRD], u)
    return _between_quantiles(table, int(laws[law, FIRST]), int(laws[law, FOURTH]), u)


@helper(inline=True)
def draw(laws: FloatArray, table: FloatArray, law: int, streams: Streams, i: int) -> float:
    """Draw a time of a law [h]."""
    kind = int(laws[law, KIND])
    shift = laws[law, SHIFT]
    if kind == CONSTANT:
        return float(shift)
    if kind == EXPONENTIAL:
        return float(shift + laws[law, FIRST] * exponential(streams, i))
    return float(shift + _draw_rare(laws, table, law, streams, i))


@helper
def poisson(streams: Streams, i: int, mean: float) -> int:
    """Draw how many points of a Poisson process of rate 1 lie before `mean`."""
    count, reached = 0, exponential(streams, i)
    while reached < mean:
        count += 1
        reached += exponential(streams, i)
    return count
