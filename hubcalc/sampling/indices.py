r"""Sobol indices: the share of a metric's variance that each input makes, alone and with the others.

The rows are those of :class:`hubcalc.sampling.designs.SaltelliDesign`. With f_A, f_B and f_ABi the metric at the points
A, B, and A with column i of B,

.. math:: S_i = \frac{\overline{f_B (f_{AB_i} - f_A)}}{V}, \quad
   T_i = \frac{\overline{(f_A - f_{AB_i})^2}}{2 V}

are the first order [1]_ and the total order [2]_, as scipy.stats.sobol_indices takes them. Sums over rows are all that
is kept, so that memory does not grow with the rows.

Intervals are percentiles of the bootstrap over base points, with Poisson weights, which need no row twice [3]_. For
points of Sobol's sequence, which lie more evenly than independent ones, they are wide rather than narrow.

References
----------
.. [1] A. Saltelli, P. Annoni, I. Azzini, F. Campolongo, M. Ratto, S. Tarantola (2010), "Variance based sensitivity
   analysis of model output. Design and estimator for the total sensitivity index", Computer Physics Communications
   181(2), 259-270, doi:10.1016/j.cpc.2009.09.018; table 2, rows b and f.
.. [2] M. J. W. Jansen (1999), "Analysis of variance designs for model output", Computer Physics Communications
   117(1-2), 35-43, doi:10.1016/S0010-4655(98)00154-4.
.. [3] B. Efron, R. J. Tibshirani (1993), An Introduction to the Bootstrap, Chapman & Hall, chapters 13 and 20.
"""

from dataclasses import dataclass, field

import numpy as np

from hubcalc.arguments import FloatArray, between, whole_at_least_one, whole_between
from hubcalc.errors import ArgumentError, Problem
from hubcalc.sampling.estimates import LEVEL

_RESAMPLES = 400
_BASES = 1_024
"""Base points that are summed at once."""


@dataclass(frozen=True, slots=True, eq=False)
class SobolIndices:
    """First and total order by input, with intervals; zeros where the metric does not vary.

    Attributes
    ----------
    first, first_low, first_high : ndarray, shape (inputs,)
        Share of the variance that the input makes alone. An estimate near 0 may be slightly negative. [1]
    total, total_low, total_high : ndarray, shape (inputs,)
        Share that it makes alone and together with others. [1]
    mean, variance : float
        Of the metric. [the metric's, its square]
    bases, dropped : int
        Base points that were used, and those of which some row has no value.
    """

    first: FloatArray
    first_low: FloatArray
    first_high: FloatArray
    total: FloatArray
    total_low: FloatArray
    total_high: FloatArray
    mean: float
    variance: float
    bases: int
    dropped: int


@dataclass(slots=True, eq=False)
class SobolSums:
    """Sums that Sobol indices follow from: add the rows of a metric in order, in parts of any length.

    Parameters
    ----------
    inputs : int
        Number of inputs. [1]
    level : float
        Confidence level of the intervals. [1]
    seed : int
        What the bootstrap follows from. [1]

    Examples
    --------
    >>> from hubcalc.sampling.designs import SaltelliDesign, SobolDesign
    >>> design = SaltelliDesign(SobolDesign(4, seed=1, rows=1_024, least_sections=1))
    >>> sums = SobolSums(2)
    >>> sums.add(design.points(0, 4 * 1_024) @ np.array([2.0, 1.0]))
    >>> sums.indices().first.round(2).tolist(), sums.indices().total.round(2).tolist()
    ([0.8, 0.2], [0.8, 0.2])
    """

    inputs: int
    level: float = LEVEL
    seed: int = 1
    _waiting: list[FloatArray] = field(default_factory=list)
    _sums: FloatArray | None = None
    _shift: float = 0.0
    _bases: int = 0
    _dropped: int = 0

    def __post_init__(self) -> None:
        whole_at_least_one("inputs", self.inputs)
        between("level", self.level, 0.5, 0.9999)
        whole_between("seed", self.seed, 0, 2**53 - 1)

    def add(self, rows: FloatArray) -> None:
        """Add the metric in the next rows; base points with a row that is not finite are left out."""
        self._waiting.append(np.asarray(rows, dtype=np.float64))
        length = _BASES * (self.inputs + 2)
        if sum(part.size for part in self._waiting) >= length:
            joined = np.concatenate(self._waiting)
            whole = joined.size // length * length
            for start in range(0, whole, length):
                self._sum_up(joined[start : start + length])
            self._waiting = [joined[whole:]]

    def indices(self) -> SobolIndices:
        """Compute the indices of the rows that were added.

        Raises
        ------
        ArgumentError
            If the rows do not make whole base points, or fewer than two base points have values.
        """
        rest = np.concatenate([np.empty(0), *self._waiting])
        if rest.size % (self.inputs + 2):
            message = f"rows come by base points, {self.inputs + 2} rows each"
            raise ArgumentError.of(Problem(message, parameter="rows", given=rest.size, allowed="whole base points"))
        self._waiting = []
        if rest.size:
            self._sum_up(rest)
        if self._sums is None or self._bases - self._dropped < 2:
            message = "fewer than two base points have a value in all their rows"
            raise ArgumentError.of(Problem(message, parameter="rows", given=self._bases, allowed="two or more"))
        means, variances, first, total = self._estimates(self._sums)
        half_error = (1.0 - self.level) / 2.0
        ends = [np.quantile(each[1:], [half_error, 1.0 - half_error], axis=0) for each in (first, total)]
        return SobolIndices(
            *(first[0], ends[0][0], ends[0][1], total[0], ends[1][0], ends[1][1]),
            mean=float(means[0]) + self._shift,
            variance=float(variances[0]),
            bases=self._bases - self._dropped,
            dropped=self._dropped,
        )

    def _sum_up(self, rows: FloatArray) -> None:
        """Add the sums of some base points: once plain, then with the weights of each resample."""
        table = rows.reshape(-1, self.inputs + 2)
        sound = np.isfinite(table).all(axis=1)
        # which weights a base point has must not depend on how the rows were cut into parts
        generator = np.random.Generator(np.random.SFC64(np.random.SeedSequence(self.seed, spawn_key=(self._bases,))))
        weights = np.empty((_RESAMPLES + 1, len(table)))
        weights[0] = 1.0
        weights[1:] = generator.poisson(1.0, size=(_RESAMPLES, len(table)))
        self._bases += len(table)
        self._dropped += int(np.count_nonzero(~sound))
        table, weights = table[sound], weights[:, sound]
        if self._sums is None:
            if not len(table):
                return
            self._shift = float(table.mean())  # sums of squares lose fewer digits near the mean
            self._sums = np.zeros((_RESAMPLES + 1, 5 + 3 * self.inputs))
        a, b = table[:, :1] - self._shift, table[:, 1:2] - self._shift
        change = table[:, 2:] - table[:, :1]
        terms = np.hstack([np.ones_like(a), a, b, a * a, b * b, b * change, change, change * change])
        self._sums += weights @ terms

    def _estimates(self, sums: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Give mean (less the shift), variance, first and total order, by resample."""
        count = np.maximum(sums[:, :1], 1.0)
        means = sums[:, 1:] / count
        middle = (means[:, 0:1] + means[:, 1:2]) / 2.0
        variance = (means[:, 2:3] + means[:, 3:4]) / 2.0 - middle**2
        products, changes, squares = (means[:, 4 + k * self.inputs : 4 + (k + 1) * self.inputs] for k in range(3))
        # nothing varies where only rounding is left of the second moment
        scale = middle + self._shift
        varies = variance > 1e-20 * scale**2
        divisor = np.where(varies, variance, 1.0)
        first = np.where(varies, (products - middle * changes) / divisor, 0.0)
        total = np.where(varies, squares / 2.0 / divisor, 0.0)
        return middle[:, 0], np.where(varies, variance, 0.0)[:, 0], first, total
