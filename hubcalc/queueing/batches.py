"""The law of the batch size: how many items come at once, from its mean and variation.

References
----------
.. [1] I. Adan, M. van Eenige, J. Resing (1995), "Fitting discrete distributions on the first two moments",
   Probability in the Engineering and Informational Sciences 9(4), 623-632, doi:10.1017/S0269964800004393.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from hubcalc.arguments import FloatArray, at_least_one
from hubcalc.compiled import flat
from hubcalc.queueing._batch_columns import batch_moments
from hubcalc.queueing._batch_law_kernel import fit_laws

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
        mean, scv = batch_moments(batch_mean, batch_scv)
        laws = np.empty((5, mean.size))
        means, scvs = flat(mean, scv)
        fit_laws(means, scvs, laws)
        return cls(mean, np.maximum(scv, least_batch_scv(mean)), *laws.reshape(5, *mean.shape))

    @property
    def second_factorial_moment(self) -> FloatArray:
        """Mean of X (X - 1), a pure number."""
        return np.asarray(self.mean**2 * (1.0 + self.scv) - self.mean)

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
