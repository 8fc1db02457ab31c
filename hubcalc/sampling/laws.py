"""Laws of uncertain inputs: quantiles, distribution functions and moments.

References
----------
.. [1] N. L. Johnson, S. Kotz, N. Balakrishnan (1994, 1995), Continuous Univariate Distributions, 2nd ed., Wiley;
   volume 1, chapters 13 and 14 (normal, lognormal), volume 2, chapters 25 and 26 (beta, triangular, uniform).
.. [2] D. G. Malcolm, J. H. Roseboom, C. E. Clark, W. Fazar (1959), "Application of a technique for research and
   development program evaluation", Operations Research 7(5), 646-669, doi:10.1287/opre.7.5.646.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, between
from hubcalc.errors import ArgumentError, Problem


class Law(Protocol):
    """The law of one input."""

    def quantile(self, probability: ArrayLike) -> FloatArray:
        """Give the values not exceeded with some probabilities from 0 to 1, elementwise."""
        ...

    def cdf(self, value: ArrayLike) -> FloatArray:
        """Give the probabilities not to exceed some values, elementwise."""
        ...


@dataclass(frozen=True, slots=True)
class Uniform:
    """Any value between `low` and `high` is as likely as any other.

    >>> Uniform(2.0, 4.0).quantile([0.0, 0.25, 1.0]).tolist()
    [2.0, 2.5, 4.0]
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        _rising(low=self.low, high=self.high)

    @property
    def mean(self) -> float:
        """Mean, in the input's unit."""
        return (self.low + self.high) / 2.0

    @property
    def sd(self) -> float:
        """Standard deviation, in the input's unit."""
        return (self.high - self.low) / math.sqrt(12.0)

    def quantile(self, probability: ArrayLike) -> FloatArray:
        """Give quantiles."""
        return np.asarray(self.low + (self.high - self.low) * checked_probability(probability))

    def cdf(self, value: ArrayLike) -> FloatArray:
        """Give the distribution function."""
        return np.clip((plain_numbers(value) - self.low) / (self.high - self.low), 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Triangular:
    """Straight from `low` up to `mode` and down to `high`.

    >>> Triangular(0.0, 1.0, 2.0).quantile([0.125, 0.5]).tolist()
    [0.5, 1.0]
    """

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        _rising(low=self.low, high=self.high)
        between("mode", self.mode, self.low, self.high)

    @property
    def mean(self) -> float:
        """Mean, in the input's unit."""
        return (self.low + self.mode + self.high) / 3.0

    @property
    def sd(self) -> float:
        """Standard deviation: the variance is (a² + b² + c² - ab - ac - bc) / 18."""
        left, right = self.mode - self.low, self.high - self.mode
        return math.sqrt((left * left + left * right + right * right) / 18.0)

    def quantile(self, probability: ArrayLike) -> FloatArray:
        """Give quantiles."""
        p = checked_probability(probability)
        width, left = self.high - self.low, self.mode - self.low
        rising = self.low + np.sqrt(p * width * left)
        falling = self.high - np.sqrt((1.0 - p) * width * (width - left))
        return np.where(p * width < left, rising, falling)

    def cdf(self, value: ArrayLike) -> FloatArray:
        """Give the distribution function."""
        x = np.clip(plain_numbers(value), self.low, self.high)
        width, left = self.high - self.low, self.mode - self.low
        with np.errstate(divide="ignore", invalid="ignore"):
            rising = (x - self.low) ** 2 / (width * left)
            falling = 1.0 - (self.high - x) ** 2 / (width * (width - left))
        return np.where(x < self.mode, rising, np.where(x >= self.high, 1.0, falling))


@dataclass(frozen=True, slots=True)
class Pert:
    """A beta law between `low` and `high` with its mode at `mode` [2]_.

    With weight w, its shapes are 1 + w (mode - low) / (high - low) and 1 + w (high - mode) / (high - low).

    >>> Pert(0.0, 1.0, 4.0).mean
    1.3333333333333333
    """

    low: float
    mode: float
    high: float
    weight: float = 4.0

    def __post_init__(self) -> None:
        _rising(low=self.low, high=self.high)
        between("mode", self.mode, self.low, self.high)
        between("weight", self.weight, 0.0, 100.0)

    @property
    def mean(self) -> float:
        """Mean, in the input's unit."""
        return (self.low + self.weight * self.mode + self.high) / (self.weight + 2.0)

    @property
    def sd(self) -> float:
        """Standard deviation, in the input's unit."""
        first, second = self._shapes()
        total = first + second
        return (self.high - self.low) * math.sqrt(first * second / (total + 1.0)) / total

    def quantile(self, probability: ArrayLike) -> FloatArray:
        """Give quantiles, by the inverse of the incomplete beta function."""
        from scipy.special import betaincinv  # not needed by whoever draws from other laws

        first, second = self._shapes()
        return np.asarray(
            self.low + (self.high - self.low) * betaincinv(first, second, checked_probability(probability))
        )

    def cdf(self, value: ArrayLike) -> FloatArray:
        """Give the distribution function, the incomplete beta function."""
        from scipy.special import betainc

        first, second = self._shapes()
        place = np.clip((plain_numbers(value) - self.low) / (self.high - self.low), 0.0, 1.0)
        return np.asarray(betainc(first, second, place))

    def _shapes(self) -> tuple[float, float]:
        place = (self.mode - self.low) / (self.high - self.low)
        return 1.0 + self.weight * place, 1.0 + self.weight * (1.0 - place)


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal law.

    >>> round(float(Normal(10.0, 2.0).quantile(0.9)), 4)
    12.5631
    """

    mean: float
    sd: float

    def __post_init__(self) -> None:
        _rising(zero=0.0, sd=self.sd)

    def quantile(self, probability: ArrayLike) -> FloatArray:
        """Give quantiles."""
        from scipy.special import ndtri

        return np.asarray(self.mean + self.sd * ndtri(checked_probability(probability)))

    def cdf(self, value: ArrayLike) -> FloatArray:
        """Give the distribution function."""
        from scipy.special import ndtr

        return np.asarray(ndtr((plain_numbers(value) - self.mean) / self.sd))


@dataclass(frozen=True, slots=True)
class Lognormal:
    """A law whose logarithm is normal, with mean log(median) and standard deviation `sigma`.

    >>> round(float(Lognormal(10.0, 0.5).quantile(0.9)), 4)
    18.9795
    """

    median: float
    sigma: float

    def __post_init__(self) -> None:
        _rising(zero=0.0, median=self.median)
        _rising(zero=0.0, sigma=self.sigma)

    @property
    def mean(self) -> float:
        """Mean, in the input's unit."""
        return self.median * math.exp(self.sigma**2 / 2.0)

    @property
    def sd(self) -> float:
        """Standard deviation, in the input's unit."""
        return self.mean * math.sqrt(math.expm1(self.sigma**2))

    def quantile(self, probability: ArrayLike) -> FloatArray:
        """Give quantiles."""
        from scipy.special import ndtri

        return np.asarray(self.median * np.exp(self.sigma * ndtri(checked_probability(probability))))

    def cdf(self, value: ArrayLike) -> FloatArray:
        """Give the distribution function."""
        from scipy.special import ndtr

        with np.errstate(divide="ignore"):
            logarithm = np.log(np.maximum(plain_numbers(value), 0.0) / self.median)
        return np.asarray(ndtr(logarithm / self.sigma))


def checked_probability(value: ArrayLike) -> FloatArray:
    """Return probabilities from 0 to 1, or raise an `ArgumentError`."""
    return between("probability", value, 0.0, 1.0)


def plain_numbers(value: ArrayLike) -> FloatArray:
    """Return values as float64; infinite ones are allowed."""
    return np.asarray(value, dtype=np.float64)


def _rising(**ends: float) -> None:
    """Refuse two numbers that are not finite or do not rise; the name of the second is in the error."""
    (first, low), (second, high) = ends.items()
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        allowed = f"finite, above {f'{first} = {low:g}' if low else '0'}"
        raise ArgumentError.of(Problem(f"{high:g} is out of range", parameter=second, given=high, allowed=allowed))
