r"""The backlog before midnight where N permits come a day and arrivals are Poisson, by the factors of Wiener and Hopf.

With a arrivals a day, the backlog is the maximum of a random walk of steps A - N. Its generating function is
:math:`\exp \sum_{n > 0} p_n (z^n - 1)`, with :math:`p_n` the coefficients of :math:`-\log(1 - \phi(z))` and
:math:`\phi(z) = z^{-N} e^{a (z - 1)}` [1]_. They are found by a fast Fourier transform on the circle of radius N / a,
where :math:`\phi` is smallest, after the zeros at 1 and at the real :math:`\sigma > 1` are divided out. The others are
farther from the circle than about :math:`\sqrt{2 \pi / N}` times the radius, at any utilization.

References
----------
.. [1] F. Spitzer (1956), "A combinatorial lemma and its application to probability theory", Transactions of the
   American Mathematical Society 82(2), 323-339, doi:10.1090/S0002-9947-1956-0079851-X.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.cached import cached

_POINTS_PER_ROOT = 44.0  # of the permits; then what is left out is below 1e-15
_FEWEST_POINTS = 64
_SERIES_BELOW = 0.02
_TERMS = 12
_NEWTON_STEPS = 60


@dataclass(frozen=True)
class DailyBacklog:
    """Law of the backlog, a row for each pair of arrivals and permits a day; rows are of similar size."""

    arrivals: FloatArray
    permits: FloatArray
    excess: FloatArray
    """The real root outside the unit circle, less 1: beyond the explicit law, it falls by 1 + excess at each step."""
    law: FloatArray
    """Probabilities of 0, 1, ..., a row each."""

    @cached
    def _tail(self) -> FloatArray:
        """Probabilities of as many as 0, 1, ... or more."""
        tail = np.cumsum(self.law[:, ::-1], axis=1)[:, ::-1] + self.law[:, -1:] / self.excess[:, None]
        tail[:, 0] = 1.0
        return tail

    @property
    def explicit(self) -> int:
        """How many probabilities are given one by one."""
        return int(self.law.shape[1])

    def probability(self, number: NDArray[np.int64]) -> FloatArray:
        """Give the probability of these numbers, a row each; 0 of negative ones."""
        return self._gathered(self.law, number, 1.0)

    def at_least(self, number: NDArray[np.int64]) -> FloatArray:
        """Give the probability of as many or more."""
        return self._gathered(self._tail, np.maximum(number, 0), 1.0 + 1.0 / self.excess[:, None])

    def _gathered(self, values: FloatArray, number: NDArray[np.int64], tail: FloatArray | float) -> FloatArray:
        """Look up what is explicit; beyond, it falls geometrically from the last probability."""
        inside = np.take_along_axis(values, np.clip(number, 0, self.explicit - 1), axis=1)
        if number.size and number.max() >= self.explicit:
            beyond = np.maximum(number - (self.explicit - 1), 0)
            far = self.law[:, -1:] * tail * np.exp(-beyond * np.log1p(self.excess)[:, None])
            inside = np.where(beyond > 0, far, inside)
        return np.where(number < 0, 0.0, inside)


def points(permits: FloatArray) -> NDArray[np.int64]:
    """Give the points of the circle that these permits need, a power of 2."""
    needed = np.maximum(_POINTS_PER_ROOT * np.sqrt(permits), _FEWEST_POINTS)
    return np.asarray(2 ** np.ceil(np.log2(needed)), np.int64)


def solve_backlog(arrivals: FloatArray, permits: FloatArray) -> DailyBacklog:
    """Solve rows that need the same number of points, with fewer arrivals than permits, and some."""
    number = int(points(permits).max())
    load = (arrivals / permits)[:, None]
    spare = ((permits - arrivals) / permits)[:, None]
    excess = _root(spare)
    radius = 1.0 / load
    ratio = radius / (1.0 + excess)  # of the circle to the root
    away = (excess - spare / load) / (1.0 + excess)  # 1 - ratio
    angle = np.arange(number // 2 + 1) * (2.0 * np.pi / number)
    less = 2.0 * np.sin(angle / 2.0) ** 2 - 1j * np.sin(angle)  # 1 - exp(i angle)
    count = permits[:, None]
    walk = count * _log_less(-spare) - count * (less.real + 1j * (angle - np.sin(angle)))
    logs = np.log(-np.expm1(walk)) - np.log(spare + load * less.conj()) - np.log(away + ratio * less)
    factors = np.fft.irfft(logs.conj(), number, axis=1)
    factors[:, 0] = factors[:, number // 2 :] = 0.0
    shrink = np.exp(-np.log(radius) * np.arange(number // 2))
    inner = np.exp(-np.fft.rfft(factors, axis=1).conj() + (factors[:, : number // 2] * shrink).sum(axis=1)[:, None])
    rest = np.fft.irfft(inner.conj(), number, axis=1)[:, : number // 2]
    law = _geometric(rest, ratio) * shrink * (excess / (1.0 + excess))
    return DailyBacklog(arrivals, permits, excess[:, 0], np.maximum(law, 0.0))


def _geometric(values: FloatArray, ratio: FloatArray) -> FloatArray:
    """Convolve rows with 1, ratio, ratio^2, ..., as the product of 1 + ratio^k x^k for k = 1, 2, 4, ..."""
    shift = 1
    found = values.copy()
    while shift < values.shape[1]:
        found[:, shift:] = found[:, shift:] + ratio**shift * found[:, :-shift]
        shift *= 2
    return found


def _root(spare: FloatArray) -> FloatArray:
    """Give x > 0 with log(1 + x) = (1 - spare) x."""
    load = 1.0 - spare
    # a start beyond the root, from where Newton's steps fall towards it
    found = np.where(load > 0.3, 2.0 * spare / load, 2.0 * np.maximum(-np.log(load), 1.0) / load)
    for _ in range(_NEWTON_STEPS):
        value = _log_less(found) + spare * found
        slope = spare - found / (1.0 + found)
        found, before = found - value / slope, found
        if np.all(np.abs(found - before) <= 1e-15 * found):
            break
    return found


def _log_less(x: FloatArray) -> FloatArray:
    """Give log(1 + x) - x, with all digits near 0."""
    small = np.where(np.abs(x) < _SERIES_BELOW, x, 0.0)
    series = np.zeros_like(small)
    for power in range(_TERMS, 1, -1):
        series = small * (series + (-1.0) ** (power + 1) / power)
    return np.where(np.abs(x) < _SERIES_BELOW, series * small, np.log1p(x) - x)
