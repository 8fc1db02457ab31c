"""The largest of several gamma times of mean 1, and of what is left of them at a random moment.

Up to a thousand times, both are read from a polynomial in the logarithm of their number and in the coefficient of
variation, made once from the integrals. It misses the mean of the largest by less than 1e-10, the residual by less
than 1e-3, up to 64 times by less than 1e-4.
"""

from collections.abc import Callable
from functools import cache

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import flat
from hubcalc.queueing._fused import lines
from hubcalc.queueing._gamma_extremes_kernel import read_polynomial

_FARTHEST, _STEP = 36.0, 1.0
_POINTS, _REST, _LEAST_SCV = 48, 1e-14, 1e-4
_MOST_AT_ONCE = 4_000
_NUMBERS, _VARIATIONS = 28, 24  # terms of the polynomial
_MOST = 1_000.0

Integral = Callable[[FloatArray, FloatArray], FloatArray]


def largest(count: FloatArray, scv: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give mean and variance of the largest of so many; above an scv of 1 the variance is in proportion to it."""
    shape, (number, spread) = lines(count=count, scv=scv)
    if (spread > 0).all() and (spread < 1).all():
        mean, variance = _either(_scaled_largest, number, spread)
        mean = 1 + mean * np.sqrt(spread)
    else:
        number, spread = np.broadcast_arrays(number, spread)
        mean, variance = _of_any_law(number, spread)
    one = number == 1
    mean, variance = np.where(one, 1.0, mean), np.where(one, spread, spread * variance)
    return mean.reshape(shape), variance.reshape(shape)


def _of_any_law(number: FloatArray, spread: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the mean, and the variance over the scv, also for constant times and for an scv of 1 and more."""
    from scipy import special

    mean, variance = np.ones((2, number.size))
    between = (spread > 0) & (spread < 1)
    if between.any():
        mean[between], variance[between] = _either(_scaled_largest, number[between], spread[between])
        mean[between] = 1 + mean[between] * np.sqrt(spread[between])
    rest = spread >= 1
    if rest.any():
        mean[rest] = special.digamma(number[rest] + 1) + np.euler_gamma  # the sum of 1/j, also between whole numbers
        variance[rest] = np.pi**2 / 6 - special.polygamma(1, number[rest] + 1)  # of 1/j^2
    return mean, variance


def largest_residual(count: FloatArray, scv: FloatArray) -> FloatArray:
    """Give the mean of the largest residual of so many times that are renewed for ever."""
    shape, (number, spread) = lines(count=count, scv=np.maximum(scv, _LEAST_SCV))
    return np.asarray(_either(_residual, number, spread)[0].reshape(shape))


def _either(integral: Integral, number: FloatArray, scv: FloatArray) -> FloatArray:
    """Read the polynomial, or integrate where there are too many for it; so few at once that memory stays small."""
    table = _polynomial(integral)
    found = np.empty((table.shape[0], np.broadcast(number, scv).size))
    numbers, scvs = flat(number, scv)
    read_polynomial(table, _MOST, numbers, scvs, found)
    if np.any(number > _MOST):
        number, scv = np.broadcast_arrays(number, scv)
        rest = np.flatnonzero(number > _MOST)
        for start in range(0, rest.size, _MOST_AT_ONCE):
            rows = rest[start : start + _MOST_AT_ONCE]
            found[:, rows] = integral(number[rows], scv[rows])
    return found


@cache
def _polynomial(integral: Integral) -> FloatArray:
    """Give coefficients of Chebyshev polynomials in the number and of powers of the variation, from values at nodes.

    Those of Chebyshev polynomials in the variation fall so fast that powers lose no digits that count.
    """
    (x, to_number), (y, to_variation) = (_nodes(count) for count in (_NUMBERS, _VARIATIONS))
    number, variation = np.meshgrid(_MOST ** ((x + 1) / 2), (y + 1) / 2, indexing="ij")
    values = integral(number.ravel(), variation.ravel() ** 2).reshape(-1, *number.shape)
    to_powers = [np.polynomial.chebyshev.cheb2poly(row) for row in np.eye(_VARIATIONS)]
    terms = (
        to_number @ values @ to_variation.T
    )  # first: values times the large coefficients of powers would lose digits
    powers = terms @ np.array([np.pad(row, (0, _VARIATIONS - len(row))) for row in to_powers])
    return np.ascontiguousarray(powers)


def _nodes(count: int) -> tuple[FloatArray, FloatArray]:
    """Give the nodes of Chebyshev polynomials, and what makes coefficients of the values there."""
    nodes = np.cos(np.pi * (np.arange(count) + 0.5) / count)
    weights = np.where(np.arange(count) == 0, 1.0, 2.0) / count
    return nodes, weights[:, None] * np.polynomial.chebyshev.chebvander(nodes, count - 1).T


def _scaled_largest(count: FloatArray, scv: FloatArray) -> FloatArray:
    """Give how far the mean of the largest is above 1, in standard deviations of one, and its variance over theirs.

    The quantile Q(u^(1/n)) of the largest is integrated over u, with y = log(u / (1 - u)) by the trapezoidal rule.
    """
    from scipy import special

    y = np.arange(-_FARTHEST, _FARTHEST + _STEP, _STEP)
    weights = special.expit(y) * special.expit(-y)
    weights = weights / weights.sum()
    beyond = -np.expm1(-np.log1p(np.exp(-y)) / count[:, None])  # 1 - u^(1/n)
    shape = 1 / scv[:, None]
    values = special.gammainccinv(shape, beyond) / shape
    mean = values @ weights
    variance = np.maximum((values - mean[:, None]) ** 2 @ weights, 0.0)
    return np.stack([(mean - 1) / np.sqrt(scv), variance / scv])


def _residual(count: FloatArray, scv: FloatArray) -> FloatArray:
    """Integrate the probability that the largest residual exceeds a time."""
    from scipy import special

    nodes, weights = np.polynomial.legendre.leggauss(_POINTS)
    shape = 1 / scv[:, None]
    end = special.gammainccinv(shape, _REST) / shape
    times = end * (1 + nodes) / 2
    # the residual exceeds x with probability E[(S - x)^+], for a gamma time of mean 1:
    beyond = special.gammaincc(shape + 1, shape * times) - times * special.gammaincc(shape, shape * times)
    larger = -np.expm1(count[:, None] * np.log1p(-np.clip(beyond, 0, 1 - _REST)))
    return np.asarray(((larger @ weights) * end[:, 0] / 2)[None])
