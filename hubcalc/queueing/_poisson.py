"""The Poisson probability, to full relative accuracy also far from its mean.

References
----------
.. [1] C. Loader (2000), "Fast and accurate computation of binomial probabilities", Bell Laboratories,
   sections 3-4 (saddle-point expansion).
"""

import numpy as np
from scipy import special

from hubcalc.arguments import FloatArray

_HALF_LOG_TWO_PI = 0.5 * np.log(2.0 * np.pi)
_STIRLING_FROM = 16.0


def _stirling_error(count: FloatArray) -> FloatArray:
    """Return log(n!) minus Stirling's formula, log(sqrt(2 pi n) (n/e)^n), for n >= 1."""
    small = np.minimum(count, _STIRLING_FROM)
    exact = special.gammaln(small + 1.0) - (small + 0.5) * np.log(small) + small - _HALF_LOG_TWO_PI
    inverse = 1.0 / np.maximum(count, _STIRLING_FROM)
    square = inverse * inverse
    series = 1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - square * (691 / 360360 - square / 156)))
    return np.where(count < _STIRLING_FROM, exact, inverse * (1 / 12 - square * (1 / 360 - square * series)))


def _deviance(count: FloatArray, mean: FloatArray) -> FloatArray:
    """Return n log(n/m) + m - n without cancellation ([1]_, eq. 5: a series in (n-m)/(n+m))."""
    ratio = (count - mean) / (count + mean)
    near = np.abs(ratio) < 0.3
    v = np.where(near, ratio, 0.0)
    square = v * v
    tail = np.zeros_like(v)
    for odd in range(35, 1, -2):
        tail = square * (1.0 / odd + tail)
    series = (count - mean) * v + 2.0 * count * v * tail
    return np.where(near, series, count * (np.log(count) - np.log(mean)) + mean - count)


def poisson_probability(count: FloatArray, mean: FloatArray) -> FloatArray:
    """Return the probability of `count` >= 1 events, where `mean` > 0 are expected."""
    exponent = -_stirling_error(count) - _deviance(count, mean)
    with np.errstate(under="ignore"):
        return np.asarray(np.exp(exponent) / np.sqrt(2.0 * np.pi * count), dtype=np.float64)
