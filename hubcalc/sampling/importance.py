r"""Which input is worth measuring first: what each one tells about a metric, from one sample of both.

If an input were known, the variance of the metric would shrink on average by Var(E[Y | X]), the first-order share of
its variance. Given data are enough to estimate it [1]_: rows are put into bins of equal number by the input, and the
share is that of the variance between the bins, less what chance alone puts there [2]_. Inputs may depend on each other;
what one tells of another is then counted with it.

References
----------
.. [1] E. Plischke, E. Borgonovo, C. L. Smith (2013), "Global sensitivity measures from given data", European Journal of
   Operational Research 226(3), 536-550, doi:10.1016/j.ejor.2012.11.047.
.. [2] T. L. Kelley (1935), "An unbiased correlation ratio measure", Proceedings of the National Academy of Sciences
   21(9), 554-559, doi:10.1073/pnas.21.9.554.
.. [3] C. Spearman (1904), "The proof and measurement of association between two things", American Journal of Psychology
   15(1), 72-101, doi:10.2307/1412159.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.errors import ArgumentError, Problem

FEWEST_ROWS = 20
"""With fewer rows there is nothing to tell."""
_FEWEST_BINS, _MOST_BINS = 4, 64
_CHANCE = 0.95
"""Probability that an input without influence stays below the limit of significance."""


@dataclass(frozen=True, slots=True)
class Importance:
    """What one input tells of a metric.

    Attributes
    ----------
    share : float
        Share of the metric's variance that would go if the input were known, 0 or more. [1]
    limit : float
        What the share of an input without any influence stays below in 19 cases of 20. [1]
    rank_correlation : float
        Spearman's rank correlation [3]_; its sign says which way the metric goes. [1]
    """

    share: float
    limit: float
    rank_correlation: float

    @property
    def significant(self) -> bool:
        """Whether the share is more than chance gives."""
        return self.share > self.limit


@dataclass(frozen=True, slots=True, eq=False)
class InputSample:
    """The inputs of a sample, ranked and put into bins once for all metrics."""

    ranks: tuple[FloatArray, ...]
    bins: tuple["_Bins", ...]

    @classmethod
    def of(cls, inputs: Sequence[FloatArray]) -> "InputSample":
        """Take in the columns of the inputs.

        Parameters
        ----------
        inputs : sequence of array, shape (rows,)
            One column for each input; of whole numbers, equal values stay together in a bin.

        Raises
        ------
        ArgumentError
            If there are fewer than 20 rows.
        """
        rows = inputs[0].size if inputs else 0
        if inputs and rows < FEWEST_ROWS:
            message, allowed = f"{rows} rows are too few", f"{FEWEST_ROWS} rows or more"
            raise ArgumentError.of(Problem(message, parameter="inputs", given=rows, allowed=allowed))
        # as many bins as they have rows on the square root: between detail within bins and chance between them
        count = min(max(round(rows ** (1.0 / 3.0)), _FEWEST_BINS), _MOST_BINS)
        ranks = [average_ranks(column) for column in inputs]
        return cls(tuple(map(_standardized, ranks)), tuple(_Bins.of(rank, count) for rank in ranks))

    def importance(self, metric: FloatArray) -> list[Importance]:
        """Tell what each input says of a metric.

        Parameters
        ----------
        metric : array, shape (rows,)
            Finite numbers. For a metric that is infinite in some rows, hand over its ranks (:func:`average_ranks`):
            the shares are then those of the variance of its ranks.

        Returns
        -------
        list of Importance
            One for each input, in order.
        """
        ranks = _standardized(average_ranks(metric))
        values = _standardized(metric)
        return [
            Importance(bins.variance_share(values), bins.limit, float(rank @ ranks))
            for bins, rank in zip(self.bins, self.ranks, strict=True)
        ]


@dataclass(frozen=True, slots=True, eq=False)
class _Bins:
    """Rows in bins of equal number by one input; equal values share a bin."""

    places: NDArray[np.intp]
    counts: FloatArray
    chance: float
    """Degrees of freedom in all by those within bins."""
    limit: float

    @classmethod
    def of(cls, ranks: FloatArray, most: int) -> "_Bins":
        """Put rows into bins by their ranks."""
        from scipy.special import fdtri

        numbered = (ranks * most).astype(np.intp)
        counted = np.bincount(numbered, minlength=most)
        places = (np.cumsum(counted > 0) - 1)[numbered]
        counts = counted[counted > 0]
        rows, groups = ranks.size, counts.size
        chance = (rows - 1.0) / (rows - groups)
        if groups < 2:
            return cls(places, counts.astype(np.float64), chance, 0.0)
        ratio = float(fdtri(groups - 1, rows - groups, _CHANCE)) * (groups - 1) / (rows - groups)
        return cls(places, counts.astype(np.float64), chance, max(1.0 - chance / (1.0 + ratio), 0.0))

    def variance_share(self, values: FloatArray) -> float:
        """Give the share of the variance between bins, without that of chance, of values with a sum of squares of 1."""
        if self.counts.size < 2 or not values.any():
            return 0.0
        between = float((np.bincount(self.places, weights=values) ** 2 / self.counts).sum())
        # epsilon squared of [2]: the variance within bins and in all, each over its degrees of freedom
        return max(1.0 - (1.0 - between) * self.chance, 0.0)


def average_ranks(values: FloatArray) -> FloatArray:
    """Give the ranks of values as shares strictly between 0 and 1; equal values have the mean of their ranks.

    >>> average_ranks(np.array([3.0, np.inf, 1.0, np.inf])).tolist()
    [0.375, 0.75, 0.125, 0.75]
    """
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    middles = np.cumsum(counts) - counts / 2.0
    return np.asarray(middles[places] / values.size)


def _standardized(column: FloatArray) -> FloatArray:
    """Shift a column to mean 0 and scale it to a sum of squares of 1; a constant one becomes 0."""
    scale = float(np.abs(column).max()) or 1.0
    centered = column / scale - float((column / scale).mean())
    length = math.sqrt(float(centered @ centered))
    return centered / length if length > 1e-13 * math.sqrt(column.size) else np.zeros_like(column)
