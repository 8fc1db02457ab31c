"""Law of the units in a yard that batches fill, by the inversion of its generating function.

References
----------
.. [1] Adan, I., van Eenige, M. & Resing, J. (1995). Fitting discrete distributions on the first two moments.
       Probability in the Engineering and Informational Sciences 9(4), 623-632.
.. [2] Abate, J. & Whitt, W. (1992). Numerical inversion of probability generating functions. Operations Research
       Letters 12(4), 245-251. doi:10.1016/0167-6377(92)90050-D
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray

ComplexArray = NDArray[np.complex128]

MOST_STATES = 2**16
"""Up to so many states the law of the occupancy is inverted; beyond, a gamma law stands in for it."""
MOST_WORK = 5_000_000
"""Up to so many terms the same: states on half a circle times ages of a batch, where there is no closed form."""
_DAMPING = 1e-6
"""Power M of the radius on whose circle a generating function is inverted by M points: what is folded back shrinks."""
_POISSON = 1e-9
CONSTANT = 1e-12
"""Squared coefficient of variation up to which a dwell is constant."""
TOLERANCE = 1e-9
"""Probability, or relative excess over a whole number, that is taken for rounding."""


class Law:
    """Law of the units that batches leave in a yard; `span` units always come and go together."""

    def __init__(self, size: float, size_scv: float, dwell_scv: float, share: float) -> None:
        whole = dwell_scv == 0.0 and size_scv == 0.0 and share == 1.0 and size == int(size)
        self.span = size if whole else 1.0
        self.key = (1.0 if whole else size, size_scv, dwell_scv, share)

    def states(self, mean: float, variance: float) -> int:
        """Give the points of the inversion: ten standard deviations of the occupancy and of a batch beyond the mean."""
        size, scv, _, share = self.key
        batch = size * share + np.sqrt(size * share + scv * (size * share) ** 2)
        most = (mean + 10.0 * np.sqrt(variance)) / self.span + 10.0 * batch + 64.0
        return int(2 ** np.ceil(np.log2(most)))

    def is_inverted(self, states: int) -> bool:
        """Tell whether the law is inverted, or would take too long."""
        size, _, dwell_scv, _ = self.key
        if dwell_scv <= CONSTANT or dwell_scv == 1.0:
            return states <= MOST_STATES
        return states <= MOST_STATES and states // 2 * _ages(dwell_scv, size)[0].size <= MOST_WORK

    def cumulative(self, load: float, states: int) -> FloatArray:
        """Give the probabilities of at most so many spans, `load` batches coming in the time of a dwell."""
        chances = np.fft.irfft(np.exp(load * _exponent(*self.key, states)), states)
        return np.asarray(np.cumsum(chances * _DAMPING ** (-np.arange(states) / states)))

    def chance(self, most: int, states: int) -> Callable[[float], float]:
        """Give the probability of at most so many spans, by the load."""
        exponent, turns = _exponent(*self.key, states), 1.0 / _circle(states)
        weights = (1.0 - turns ** (most + 1.0)) / (1.0 - turns) / states
        weights[1:-1] *= 2.0  # the other half of the circle is its mirror image
        return lambda load: float((np.exp(load * exponent) * weights).real.sum())


def _circle(states: int) -> ComplexArray:
    """Give the half of a circle within the unit circle on which generating functions are inverted."""
    return np.asarray(_DAMPING ** (1.0 / states) * np.exp(-2j * np.pi * np.arange(states // 2 + 1) / states))


@lru_cache(maxsize=64)
def _exponent(size: float, size_scv: float, dwell_scv: float, share: float, states: int) -> ComplexArray:
    """Give the integral of X(1 - s(t) (1 - z)) - 1 over the time in dwells, on the circle."""
    batch, z = _batch(size, size_scv), _circle(states)
    if dwell_scv <= CONSTANT:
        return np.asarray(batch(1.0 - share * (1.0 - z)) - 1.0)
    if dwell_scv == 1.0:
        # s falls at the rate s, and the integral of P(Bin(n, s) = k) ds / s is 1/k up to n: P(X >= k) / k in all
        units = np.exp(-2j * np.pi * np.arange(states // 2 + 1) / states)
        sizes = np.fft.irfft(batch(1.0 - share * (1.0 - units)), states)
        left = np.maximum(1.0 - np.cumsum(sizes), 0.0)[:-1] / np.arange(1, states)
        damped = np.concatenate(([0.0], left * _DAMPING ** (np.arange(1, states) / states)))
        return np.asarray(np.fft.rfft(damped) - left.sum())
    times, stays = _ages(dwell_scv, size)
    total = np.zeros(z.shape, np.complex128)
    for weight, stay in zip(times, stays, strict=True):
        total += weight * (batch(1.0 - share * stay * (1.0 - z)) - 1.0)
    return total


@lru_cache(maxsize=64)
def _ages(dwell_scv: float, size: float) -> tuple[FloatArray, FloatArray]:
    """Give weights [dwells] and probabilities to be still there: Gauss-Legendre panels between quantiles of the dwell.

    The panels are as wide as the spread of the share that is left of a batch, which is binomial at each age.
    """
    from scipy import special

    shape, count = 1.0 / dwell_scv, max(12, int(np.ceil(1.6 * np.sqrt(size))))
    middle = np.sin(0.5 * np.pi * np.arange(1, count) / count) ** 2
    tail = middle[0] * 0.1 ** np.arange(10.0, 0.0, -1.0)
    early = special.gammaincinv(shape, np.concatenate((tail, middle)))
    ends = np.concatenate((early, special.gammainccinv(shape, tail))) / shape
    if shape < 1.0:  # many dwells are short: the panels must narrow toward 0 in time, too
        ends = np.concatenate((ends, np.geomspace(1e-9, max(ends.max(), 1.0), 24)))
    ends = np.unique(np.concatenate(([0.0], ends)))
    nodes, weights = np.polynomial.legendre.leggauss(8)
    half = 0.5 * np.diff(ends)
    times = (ends[:-1] + half)[:, np.newaxis] + half[:, np.newaxis] * nodes
    stays: FloatArray = np.asarray(special.gammaincc(shape, shape * times.ravel()), dtype=np.float64)
    return (half[:, np.newaxis] * weights).ravel(), stays


def _batch(mean: float, scv: float) -> Callable[[ComplexArray], ComplexArray]:
    """Give the generating function of a batch: two binomial laws mixed, Poisson, or negative binomial [1]."""
    part = mean - int(mean)
    variance = max(mean**2 * scv, part * (1.0 - part))  # whole numbers cannot vary less
    excess = (variance / mean - 1.0) / mean
    if excess > _POISSON:
        return lambda z: (1.0 + excess * mean * (1.0 - z)) ** (-1.0 / excess)
    if excess >= -_POISSON:
        return lambda z: np.exp(mean * (z - 1.0))
    if excess <= -1.0 + TOLERANCE:  # a single unit
        return lambda z: z
    least = float(int(-1.0 / excess * (1.0 + TOLERANCE)))
    root = np.sqrt(max(-excess * least * (1.0 + least) - least, 0.0))
    fewer = (1.0 + excess * (1.0 + least) + root) / (1.0 + excess)
    chance = min(mean / (least + 1.0 - fewer), 1.0)

    def mixed(z: ComplexArray) -> ComplexArray:
        each = 1.0 - chance * (1.0 - z)
        return np.asarray(each**least * (fewer + (1.0 - fewer) * each))

    return mixed
