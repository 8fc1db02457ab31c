"""The law of the batch size: how many items come at once, from its mean and variation.

References
----------
.. [1] I. Adan, M. van Eenige, J. Resing (1995), "Fitting discrete distributions on the first two moments",
   Probability in the Engineering and Informational Sciences 9(4), 623-632, doi:10.1017/S0269964800004393.
"""

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from hubcalc.arguments import FloatArray, at_least_one, broadcast, non_negative
from hubcalc.errors import ArgumentError, Problem

_POISSON_WITHIN = 1e-10  # of a = scv - 1/mean of X - 1: nearer than this, the law is taken as Poisson
_FIXED_WITHIN = 1e-12  # of the scv: nearer than this to the least possible, the law is that one

Component = tuple[FloatArray, FloatArray, FloatArray]
Values = NDArray[Any]


def least_batch_scv(batch_mean: ArrayLike) -> FloatArray:
    """Compute the least squared coefficient of variation that a batch size of this mean can have.

    Parameters
    ----------
    batch_mean : array_like
        Mean batch size, at least one. [1]

    Returns
    -------
    ndarray
        f (1 - f) / mean² with f the fraction of the mean; 0 for a whole number. [1]

    Raises
    ------
    ArgumentError
        If `batch_mean` is below one or not finite.

    Examples
    --------
    >>> float(least_batch_scv(2.5))
    0.04
    """
    mean = at_least_one("batch_mean", batch_mean)
    fraction = mean - np.floor(mean)
    return np.asarray(fraction * (1.0 - fraction) / mean**2)


@dataclass(frozen=True, slots=True)
class BatchLaw:
    """Columns of batch-size laws X >= 1, each a mix of two laws for X - 1.

    A component has the generating function ``(1 + step (z - 1))**exponent``: binomial for positive `step` and
    `exponent`, negative binomial for negative ones, and ``exp(step (z - 1))``, Poisson, for an infinite `exponent`.

    Attributes
    ----------
    mean, scv : ndarray
        Mean and squared coefficient of variation of the batch size; `scv` raised to the least possible. [1]
    weight : ndarray
        Probability of the first component. [1]
    first_step, first_exponent, second_step, second_exponent : ndarray
        Parameters of the two components. [1]
    """

    mean: FloatArray
    scv: FloatArray
    weight: FloatArray
    first_step: FloatArray
    first_exponent: FloatArray
    second_step: FloatArray
    second_exponent: FloatArray

    @classmethod
    def fitted(cls, batch_mean: ArrayLike, batch_scv: ArrayLike) -> Self:
        """Fit laws to mean and scv.

        The law of X - 1 is that of Adan, van Eenige and Resing; for the least scv it mixes the whole numbers below and
        above the mean.

        Parameters
        ----------
        batch_mean : array_like
            Mean batch size, at least one. [1]
        batch_scv : array_like
            Squared coefficient of variation; below `least_batch_scv` it is raised to it. [1]

        Returns
        -------
        BatchLaw
            Columns of the broadcast shape.

        Raises
        ------
        ArgumentError
            If the mean is below one, the scv negative, or the scv positive for a mean of exactly one.

        Examples
        --------
        >>> law = BatchLaw.fitted(50, 0.01)
        >>> round(float(law.second_factorial_moment), 9)
        2475.0
        """
        mean, scv = broadcast(
            batch_mean=at_least_one("batch_mean", batch_mean), batch_scv=non_negative("batch_scv", batch_scv)
        )
        if np.any((mean == 1.0) & (scv > 0.0)):
            given = float(scv[(mean == 1.0) & (scv > 0.0)].flat[0])
            message = "batches of mean 1 are all of size 1 and cannot vary"
            allowed = "0 where batch_mean = 1"
            raise ArgumentError.of(Problem(message, parameter="batch_scv", given=given, allowed=allowed))
        least = least_batch_scv(mean)
        scv = np.maximum(scv, least)
        parts = _mixture(mean - 1.0, scv * mean**2, scv <= least + _FIXED_WITHIN)
        return cls(mean, scv, *(np.asarray(part) for part in parts))

    @property
    def second_factorial_moment(self) -> FloatArray:
        """Mean of X (X - 1), a pure number."""
        return np.asarray(self.mean**2 * (1.0 + self.scv) - self.mean)

    @property
    def is_fixed(self) -> NDArray[np.bool_]:
        """Whether all batches have one size."""
        return np.asarray((self.scv <= _FIXED_WITHIN) & (self.mean == np.floor(self.mean)))

    def take(self, index: Any) -> Self:
        """Return the laws at a NumPy index of the columns."""
        return type(self)(*(getattr(self, field.name)[index] for field in fields(self)))

    def reshaped(self, shape: int | tuple[int, ...]) -> Self:
        """Return the same laws in columns of another shape."""
        return type(self)(*(getattr(self, field.name).reshape(shape) for field in fields(self)))

    def pgf_and_slope(self, z: Values) -> tuple[Values, Values]:
        """Return the generating function E[z**X] and its derivative, for real or complex z that broadcasts."""
        one, one_slope = _power(z, self.first_step, self.first_exponent)
        if np.all(self.weight == 1.0):
            return z * one, one + z * one_slope
        two, two_slope = _power(z, self.second_step, self.second_exponent)
        rest, rest_slope = (self.weight * p + (1.0 - self.weight) * q for p, q in ((one, two), (one_slope, two_slope)))
        return z * rest, rest + z * rest_slope

    def pgf(self, z: Values) -> Values:
        """Return the generating function E[z**X] for real or complex z, inside the unit disk, that broadcasts."""
        return self.pgf_and_slope(z)[0]

    def pmf(self, most: int) -> FloatArray:
        """Return P(X = 1), ..., P(X = most), along a new first axis."""
        one = _power_coefficients(most, self.first_step, self.first_exponent)
        two = _power_coefficients(most, self.second_step, self.second_exponent)
        return np.asarray(self.weight * one + (1.0 - self.weight) * two)


def _mixture(m: FloatArray, variance: FloatArray, is_least: NDArray[np.bool_]) -> tuple[FloatArray, ...]:
    """Return weight, steps and exponents of X - 1, of mean m, by the cases of [1]_, theorem 2.1."""
    safe = np.where(is_least, 1.0, m)
    a = np.where(is_least, 0.0, (variance - safe) / safe**2)
    low, whole = np.zeros_like(m), np.floor(m)
    poisson = (low + 1.0, m, low + np.inf, m, low + np.inf)
    least = (1.0 - (m - whole), low + 1.0, whole, low + 1.0, whole + 1.0)
    cases = (is_least, a <= -_POISSON_WITHIN, a >= 1.0, a >= _POISSON_WITHIN)
    with np.errstate(all="ignore"):  # each formula is evaluated everywhere and chosen where it holds
        laws = (least, _binomials(safe, a), _geometrics(safe, a), _negative_binomials(safe, a))
    choices = zip(*laws, strict=True)
    return tuple(np.select(cases, columns, default) for columns, default in zip(choices, poisson, strict=True))


def _binomials(m: FloatArray, a: FloatArray) -> tuple[FloatArray, ...]:
    """Mix binomials of k and k + 1 trials, -1/k <= a <= -1/(k+1) ([1]_, case 1)."""
    k = np.maximum(np.floor(-1.0 / a), 1.0)
    root = np.sqrt(np.maximum(-a * k * (k + 1.0) - k, 0.0))
    weight = np.clip((1.0 + a * (k + 1.0) + root) / (1.0 + a), 0.0, 1.0)
    step = np.minimum(m / (k + 1.0 - weight), 1.0)
    return weight, step, k, step, k + 1.0


def _negative_binomials(m: FloatArray, a: FloatArray) -> tuple[FloatArray, ...]:
    """Mix negative binomials of k and k + 1 failures, 1/(k+1) <= a <= 1/k ([1]_, case 3)."""
    k = np.maximum(np.floor(1.0 / a), 1.0)
    root = np.sqrt(np.maximum((k + 1.0) * (1.0 - a * k), 0.0))
    weight = np.clip((a * (k + 1.0) - root) / (1.0 + a), 0.0, 1.0)
    step = -m / (k + 1.0 - weight)
    return weight, step, -k, step, -k - 1.0


def _geometrics(m: FloatArray, a: FloatArray) -> tuple[FloatArray, ...]:
    """Mix two geometric laws, a >= 1 ([1]_, case 4)."""
    u = a + np.sqrt(a * a - 1.0)  # and a - sqrt(a^2 - 1) = 1/u
    one = -np.ones_like(m)
    return 1.0 / (1.0 + u), -0.5 * m * (1.0 + u), one, -0.5 * m * (1.0 + 1.0 / u), one


def _power(z: Values, step: FloatArray, exponent: FloatArray) -> tuple[Values, Values]:
    """Return (1 + step (z - 1))**exponent and its derivative by z; exp(step (z - 1)) for an infinite exponent."""
    is_poisson = np.isinf(exponent)
    n = np.where(is_poisson, 1.0, exponent)
    move = step * (z - 1.0)
    move = np.where((np.abs(1.0 + move) < 1e-16) & ~is_poisson, -1.0 + 1e-16, move)  # a zero base has no logarithm
    value = np.exp(np.where(is_poisson, move, n * special.log1p(np.where(is_poisson, 0.0, move))))
    return value, value * step * np.where(is_poisson, 1.0, n / (1.0 + np.where(is_poisson, 0.0, move)))


def _power_coefficients(count: int, step: FloatArray, exponent: FloatArray) -> FloatArray:
    """Return the first `count` Taylor coefficients of `_power` along a new first axis."""
    j = np.arange(count, dtype=np.float64).reshape(-1, *(1,) * step.ndim)
    is_poisson = np.isinf(exponent)
    n = np.where(is_poisson, 0.0, exponent)
    inner = np.where(is_poisson, 0.5, step)
    with np.errstate(divide="ignore", under="ignore"):
        # log |binomial(n, j)|, which becomes and stays -inf beyond a whole n
        ratios = np.log(np.abs(n - j[:-1]) / j[1:])
        choices = np.concatenate([np.zeros((1, *step.shape)), np.cumsum(ratios, axis=0)]) if count else j
        left = np.where(inner > 0.0, np.maximum(n - j, 0.0), n - j)
        binomial = choices + special.xlogy(j, np.abs(inner)) + special.xlog1py(left, -inner)
        poisson = special.xlogy(j, np.abs(step)) - step - special.gammaln(j + 1.0)
        return np.asarray(np.exp(np.where(is_poisson, poisson, binomial)))
