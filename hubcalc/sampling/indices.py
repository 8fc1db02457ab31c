r"""Sobol indices: the share of a metric's variance that each input makes, alone and with the others.

The rows are those of :class:`hubcalc.sampling.saltelli.SaltelliDesign`. With f_A, f_B and f_ABi the metric at the
points A, B, and A with column i of B,

.. math:: S_i = \frac{\overline{f_B (f_{AB_i} - f_A)}}{V}, \quad
   T_i = \frac{\overline{(f_A - f_{AB_i})^2}}{2 V}

are the first order [1]_ and the total order [2]_, as scipy.stats.sobol_indices takes them. Sums over rows are all that
is kept, so that memory does not grow with the rows.

Intervals are percentiles of the bootstrap over base points [3]_, with Poisson weights, which read no row twice [4]_.
For points of Sobol's sequence, which lie more evenly than independent ones, they are wide rather than narrow.

References
----------
.. [1] A. Saltelli, P. Annoni, I. Azzini, F. Campolongo, M. Ratto, S. Tarantola (2010), "Variance based sensitivity
   analysis of model output. Design and estimator for the total sensitivity index", Computer Physics Communications
   181(2), 259-270, doi:10.1016/j.cpc.2009.09.018; table 2, rows b and f.
.. [2] M. J. W. Jansen (1999), "Analysis of variance designs for model output", Computer Physics Communications
   117(1-2), 35-43, doi:10.1016/S0010-4655(98)00154-4.
.. [3] B. Efron, R. J. Tibshirani (1993), An Introduction to the Bootstrap, Chapman & Hall, chapter 13.
.. [4] J. A. Hanley, B. MacGibbon (2006), "Creating non-parametric bootstrap samples using Poisson frequencies",
   Computer Methods and Programs in Biomedicine 83(1), 57-62.
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
    """Sums that Sobol indices follow from: add the rows of some metrics in order, in parts of any length.

    Parameters
    ----------
    inputs : int
        Number of inputs. [1]
    metrics : int
        Number of metrics. [1]
    level : float
        Confidence level of the intervals. [1]
    seed : int
        What the bootstrap follows from. [1]

    Examples
    --------
    >>> from hubcalc.sampling import SaltelliDesign, SobolDesign
    >>> design = SaltelliDesign(SobolDesign(4, seed=1, rows=1_024, least_sections=1))
    >>> sums = SobolSums(2)
    >>> sums.add(design.points(0, 4 * 1_024) @ np.array([2.0, 1.0]))
    >>> sums.indices().first.round(2).tolist(), sums.indices().total.round(2).tolist()
    ([0.8, 0.2], [0.8, 0.2])
    """

    inputs: int
    metrics: int = 1
    level: float = LEVEL
    seed: int = 1
    _waiting: list[FloatArray] = field(init=False)
    _sums: FloatArray = field(init=False)
    _shifts: FloatArray = field(init=False)
    _bases: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        whole_at_least_one("inputs", self.inputs)
        whole_at_least_one("metrics", self.metrics)
        between("level", self.level, 0.5, 0.9999)
        whole_between("seed", self.seed, 0, 2**53 - 1)
        self._waiting = [np.empty((0, self.metrics))]
        self._sums = np.zeros((_RESAMPLES + 1, self.metrics, 5 + 3 * self.inputs))
        self._shifts = np.full(self.metrics, np.nan)

    def add(self, rows: FloatArray) -> None:
        """Add the next rows.

        Parameters
        ----------
        rows : array, shape (rows,) or (rows, metrics)
            The metrics. Base points with a row that is not finite are left out, for each metric by itself.
        """
        self._waiting.append(np.asarray(rows, dtype=np.float64).reshape(-1, self.metrics))
        length = _BASES * (self.inputs + 2)
        if sum(len(part) for part in self._waiting) >= length:
            joined = np.concatenate(self._waiting)
            whole = len(joined) // length * length
            for start in range(0, whole, length):
                self._sum_up(joined[start : start + length])
            self._waiting = [joined[whole:]]

    def indices(self, metric: int = 0) -> SobolIndices:
        """Compute the indices of a metric, when all rows have been added.

        Raises
        ------
        ArgumentError
            If the rows do not make whole base points, or fewer than two base points have values.
        """
        rest = np.concatenate(self._waiting)
        if len(rest) % (self.inputs + 2):
            message = f"rows come by base points, {self.inputs + 2} rows each"
            raise ArgumentError.of(Problem(message, parameter="rows", given=len(rest), allowed="whole base points"))
        self._waiting = [rest[:0]]
        if len(rest):
            self._sum_up(rest)
        sums = self._sums[:, metric]
        used = int(sums[0, 0])
        if used < 2:
            message = "fewer than two base points have a value in all their rows"
            raise ArgumentError.of(Problem(message, parameter="rows", given=used, allowed="two or more"))
        shift = float(self._shifts[metric])
        means, variances, first, total = _estimates(sums, shift, self.inputs)
        half_error = (1.0 - self.level) / 2.0
        ends = [np.quantile(each[1:], [half_error, 1.0 - half_error], axis=0) for each in (first, total)]
        return SobolIndices(
            *(first[0], ends[0][0], ends[0][1], total[0], ends[1][0], ends[1][1]),
            mean=float(means[0]) + shift,
            variance=float(variances[0]),
            bases=used,
            dropped=self._bases - used,
        )

    def _sum_up(self, rows: FloatArray) -> None:
        """Add the sums of some base points: once plain, then with the weights of each resample."""
        table = rows.reshape(-1, self.inputs + 2, self.metrics)
        # which weights a base point has must not depend on how the rows were cut into parts
        generator = np.random.Generator(np.random.SFC64(np.random.SeedSequence(self.seed, spawn_key=(self._bases,))))
        weights = np.empty((_RESAMPLES + 1, len(table)))
        weights[0] = 1.0
        weights[1:] = generator.poisson(1.0, size=(_RESAMPLES, len(table)))
        self._bases += len(table)
        for metric in range(self.metrics):
            values = table[:, :, metric]
            sound = np.isfinite(values).all(axis=1)
            if not sound.any():
                continue
            if np.isnan(self._shifts[metric]):
                self._shifts[metric] = values[sound].mean()  # sums of squares lose fewer digits near the mean
            moved = values[sound] - self._shifts[metric]
            a, b, change = moved[:, :1], moved[:, 1:2], moved[:, 2:] - moved[:, :1]
            terms = np.hstack([np.ones_like(a), a, b, a * a, b * b, b * change, change, change * change])
            self._sums[:, metric] += (weights if sound.all() else weights[:, sound]) @ terms


def _estimates(sums: FloatArray, shift: float, inputs: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Give mean (less the shift), variance, first and total order, by resample."""
    means = sums[:, 1:] / np.maximum(sums[:, :1], 1.0)
    middle = (means[:, 0:1] + means[:, 1:2]) / 2.0
    variance = (means[:, 2:3] + means[:, 3:4]) / 2.0 - middle**2
    products, changes, squares = (means[:, 4 + k * inputs : 4 + (k + 1) * inputs] for k in range(3))
    # where only rounding is left of the second moment, nothing varies
    varies = variance > 1e-20 * (middle + shift) ** 2
    divisor = np.where(varies, variance, 1.0)
    first = np.where(varies, (products - middle * changes) / divisor, 0.0)
    total = np.where(varies, squares / 2.0 / divisor, 0.0)
    return middle[:, 0], np.where(varies, variance, 0.0)[:, 0], first, total
