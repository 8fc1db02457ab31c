r"""Estimates from rows drawn at random: means, quantiles and probabilities, each with its confidence interval.

A row may have no value. One without a steady state counts as infinite: it misses every target, it lies above every
quantile (so that P90 is infinite where more than a tenth of the rows have none), and there is no mean. One that has no
value for another reason (nan) is left out: the estimates are then of the rows that have one.

Intervals of quantiles and probabilities rest on counts alone, so they hold whatever the law of the metric is. Rows of a
random design are independent and the binomial law of a count is exact; intervals then cover at least with their level.
Rows of Sobol's or Latin designs depend on each other within their sections, to the better as a rule. How much better
tell the differences between the sections: the count is taken as that of so many independent rows as would have the same
variance [5]_. The mean of such a design has the interval of Student's law over its sections.

References
----------
.. [1] C. J. Clopper, E. S. Pearson (1934), "The use of confidence or fiducial limits illustrated in the case of the
   binomial", Biometrika 26(4), 404-413, doi:10.1093/biomet/26.4.404.
.. [2] H. A. David, H. N. Nagaraja (2003), Order Statistics, 3rd ed., Wiley, section 7.1 (intervals of quantiles).
.. [3] A. M. Law (2015), Simulation Modeling and Analysis, 5th ed., McGraw-Hill, section 4.5 (interval of a mean).
.. [4] A. B. Owen (1997), "Monte Carlo variance of scrambled net quadrature", SIAM Journal on Numerical Analysis 34(5),
   1884-1910, doi:10.1137/S0036142994277468.
.. [5] E. L. Korn, B. I. Graubard (1998), "Confidence intervals for proportions with small expected number of positive
   counts estimated from survey data", Survey Methodology 24(2), 193-201.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray, between
from hubcalc.errors import ArgumentError, Problem

LEVEL = 0.95
"""Usual confidence level."""


@dataclass(frozen=True, slots=True)
class Estimated:
    """A number with its confidence interval; an end, or all, may be infinite."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One metric over the rows of a design.

    Attributes
    ----------
    values : ndarray, shape (rows,)
        By row; inf where there is no steady state, nan where the row is left out. [the metric's]
    starts : ndarray of int or None
        First rows of the independent sections of the design; None where rows are independent.
    level : float
        Confidence level of the intervals, from 0.5 to 0.9999. [1]
    """

    values: FloatArray
    starts: NDArray[np.int64] | None
    level: float
    kept: NDArray[np.bool_]
    ordered: FloatArray
    """The values that are kept, rising."""

    @classmethod
    def of(cls, values: FloatArray, starts: NDArray[np.int64] | None = None, level: float = LEVEL) -> "Sample":
        """Take in the values of all rows.

        Raises
        ------
        ArgumentError
            If no row is left, or the level is out of range.
        """
        between("level", level, 0.5, 0.9999)
        kept = ~np.isnan(values)
        if not kept.any():
            raise ArgumentError.of(Problem("no row has a value", parameter="values", allowed="at least one number"))
        return cls(values, starts, level, kept, np.sort(values[kept]))

    @property
    def size(self) -> int:
        """Rows that are not left out."""
        return int(self.ordered.size)

    @property
    def infinite_share(self) -> float:
        """Share of these rows without a steady state."""
        return 1.0 - float(np.searchsorted(self.ordered, np.inf)) / self.size

    def mean(self) -> Estimated:
        """Estimate the mean; infinite if some row has no steady state."""
        if self.ordered[-1] == np.inf:
            return Estimated(math.inf, math.inf, math.inf)
        mean = float(self.ordered.mean())
        if self.starts is None:
            spread = float(self.ordered.std(ddof=1)) if self.size > 1 else math.inf
            half = _normal_quantile(self.level) * spread / math.sqrt(self.size)
        else:
            sums, sizes = self._by_section(self.values, self.starts)
            half = _student_quantile(self.level, sizes.size) * math.sqrt(_variance(sums, sizes, mean))
        return Estimated(mean, mean - half, mean + half)

    def quantile(self, probability: float) -> Estimated:
        """Estimate a quantile, with the interval between two order statistics [2]_.

        Parameters
        ----------
        probability : float
            Above 0 and below 1. [1]

        Returns
        -------
        Estimated
            The least value that this share of the rows does not exceed. The interval lies between the values of rank l
            and u, where a binomial number of rows below the true quantile is less than l, or u or more, with half of
            the error each; an end is infinite where there are too few rows for it.

        Raises
        ------
        ArgumentError
            If `probability` is not strictly between 0 and 1.
        """
        if not 0.0 < probability < 1.0:
            message, allowed = f"{probability:g} is out of range", "above 0, below 1"
            raise ArgumentError.of(Problem(message, parameter="probability", given=probability, allowed=allowed))
        n = self.size
        value = float(self.ordered[max(math.ceil(n * probability * (1.0 - 1e-12)) - 1, 0)])
        effective = max(round(self._effective_size(self.values <= value, probability)), 1)
        half_error = (1.0 - self.level) / 2.0
        lower = math.floor(_binomial_quantile(half_error, effective, probability) * n / effective)
        upper = math.ceil((_binomial_quantile(1.0 - half_error, effective, probability) + 1) * n / effective)
        low = float(self.ordered[lower - 1]) if lower >= 1 else -math.inf
        high = float(self.ordered[upper - 1]) if upper <= n else math.inf
        return Estimated(value, low, high)

    def probability(self, hits: NDArray[np.bool_]) -> Estimated:
        """Estimate the probability of something that is known of each row [1]_.

        Parameters
        ----------
        hits : ndarray of bool, shape (rows,)
            Whether it is so in a row; rows that are left out do not count.
        """
        n, count = self.size, int(np.count_nonzero(hits & self.kept))
        share = count / n
        effective = self._effective_size(hits, share)
        return Estimated(share, *probability_interval(share * effective, effective, self.level))

    def missed(self, *, at_most: float | None = None, at_least: float | None = None) -> Estimated:
        """Estimate the probability that a target is missed; rows without a steady state miss any."""
        misses = np.isinf(self.values)
        with np.errstate(invalid="ignore"):
            if at_most is not None:
                misses |= self.values > at_most
            if at_least is not None:
                misses |= self.values < at_least
        return self.probability(misses)

    def _effective_size(self, hits: NDArray[np.bool_], share: float) -> float:
        """Give the number of independent rows whose share of hits would vary as this one does [5]_."""
        n = self.size
        if self.starts is None or self.starts.size < 2 or not 0.0 < share < 1.0:
            return float(n)
        sums, sizes = self._by_section(hits.astype(np.float64), self.starts)
        # a count of whole rows in each section is off by up to half a row, however even the design
        variance = max(_variance(sums, sizes, float(sums.sum()) / n), sizes.size / 12.0 / n**2)
        ratio = _normal_quantile(self.level) / _student_quantile(self.level, sizes.size)
        return share * (1.0 - share) / variance * ratio**2

    def _by_section(self, column: FloatArray, starts: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
        """Give sum and number of the rows that are kept, by section; sections without any are left out."""
        sizes = np.add.reduceat(self.kept.astype(np.float64), starts)
        sums = np.add.reduceat(np.where(self.kept, column, 0.0), starts)
        return sums[sizes > 0.0], sizes[sizes > 0.0]


def probability_interval(hits: float, trials: float, level: float = LEVEL) -> tuple[float, float]:
    """Compute the interval of Clopper and Pearson [1]_ for the probability of a hit.

    Parameters
    ----------
    hits, trials : float
        Number of hits, and of independent trials; they need not be whole. [1]
    level : float
        Confidence level. [1]

    Returns
    -------
    tuple of float
        Both ends. They cover the probability at least with the level.

    Examples
    --------
    No hit in 100 trials says that the probability is below 3.6 %:

    >>> [round(end, 4) for end in probability_interval(0, 100)]
    [0.0, 0.0362]
    """
    from scipy.special import betaincinv

    half_error = (1.0 - level) / 2.0
    misses = trials - hits
    low = float(betaincinv(hits, misses + 1.0, half_error)) if hits > 0.0 else 0.0
    high = float(betaincinv(hits + 1.0, misses, 1.0 - half_error)) if misses > 0.0 else 1.0
    return low, high


def _variance(sums: FloatArray, sizes: FloatArray, mean: float) -> float:
    """Give the variance of a mean over sections, from what they differ; infinite for a single one."""
    count = sizes.size
    if count < 2:
        return math.inf
    return count / (count - 1.0) * float(((sums - mean * sizes) ** 2).sum()) / float(sizes.sum()) ** 2


def _normal_quantile(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2.0))


def _student_quantile(level: float, sections: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(sections - 1, 0.5 + level / 2.0)) if sections > 1 else math.inf


def _binomial_quantile(probability: float, trials: int, share: float) -> int:
    """Give the least number of hits that is not exceeded with a probability."""
    from scipy.special import bdtr, bdtrik

    found = math.ceil(float(bdtrik(probability, trials, share)))
    return found - 1 if found > 0 and float(bdtr(found - 1, trials, share)) >= probability else found
