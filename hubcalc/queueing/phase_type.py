"""Phase-type laws: the time to leave a set of phases, each held for an exponential time.

References
----------
.. [1] G. Latouche, V. Ramaswami (1999), Introduction to Matrix Analytic Methods in Stochastic Modeling, SIAM,
   chapter 2, doi:10.1137/1.9780898719734.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import (
    FloatArray,
    at_least_one,
    broadcast,
    non_negative,
    positive,
    probability_below_one,
    whole_at_least_one,
)
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._matrix_tail import matrix_quantile, matrix_tail

_ROUNDING = 1e-9  # by how much probabilities may miss one, and row sums zero, relative to the rates


@dataclass(frozen=True, slots=True, eq=False)
class PhaseType:
    """Columns of phase-type laws with one number of phases; a lone law has columns of shape ().

    Attributes
    ----------
    initial : ndarray
        Probabilities of the first phase, along the last axis; they sum to one. [1]
    subgenerator : ndarray
        Rates between phases, along the last two axes; minus the rate of all moves on the diagonal. [1/h]

    Raises
    ------
    ArgumentError
        If the shapes do not fit, a probability or a rate is out of its range, or a phase cannot be left for good.

    Examples
    --------
    >>> law = PhaseType([1.0, 0.0], [[-4.0, 4.0], [0.0, -4.0]])
    >>> float(law.mean_hours), float(law.scv)
    (0.5, 0.5)
    """

    initial: FloatArray
    subgenerator: FloatArray

    def __post_init__(self) -> None:
        initial, rates = (_numbers(name, getattr(self, name)) for name in ("initial", "subgenerator"))
        object.__setattr__(self, "initial", initial)
        object.__setattr__(self, "subgenerator", rates)
        _check(initial, rates)

    @classmethod
    def known(cls, initial: FloatArray, subgenerator: FloatArray) -> Self:
        """Make laws from what is known to be sound, without checks."""
        law = cls.__new__(cls)
        for name, column in (("initial", initial), ("subgenerator", subgenerator)):
            column.flags.writeable = False
            object.__setattr__(law, name, column)
        return law

    @classmethod
    def exponential(cls, mean_hours: ArrayLike) -> Self:
        """Make exponential laws: one phase.

        >>> float(PhaseType.exponential(0.25).scv)
        1.0
        """
        return cls.erlang(1, mean_hours)

    @classmethod
    def erlang(cls, phases: int, mean_hours: ArrayLike) -> Self:
        """Make Erlang laws: `phases` exponential phases of one mean, one after the other.

        >>> float(PhaseType.erlang(4, 2.0).scv)
        0.25
        """
        k = int(whole_at_least_one("phases", phases))
        mean = positive("mean_hours", mean_hours)
        chain = np.eye(k, k=1) - np.eye(k)
        return cls.known(np.broadcast_to(np.eye(k)[0], (*mean.shape, k)).copy(), k / mean[..., None, None] * chain)

    @classmethod
    def hyperexponential(cls, mean_hours: ArrayLike, scv: ArrayLike) -> Self:
        """Make hyperexponential laws of two phases with balanced means: each phase has half of the mean.

        >>> float(PhaseType.hyperexponential(2.0, 4.0).scv)
        4.0
        """
        mean, variation = broadcast(mean_hours=positive("mean_hours", mean_hours), scv=at_least_one("scv", scv))
        p = (1.0 + np.sqrt((variation - 1.0) / (variation + 1.0))) / 2.0
        initial = np.stack([p, 1.0 / ((variation + 1.0) * 2.0 * p)], axis=-1)  # p (1 - p) = 1 / (2 (scv + 1))
        return cls.known(initial, -2.0 * initial[..., :, None] / mean[..., None, None] * np.eye(2))

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the columns."""
        return self.initial.shape[:-1]

    @property
    def phases(self) -> int:
        """Number of phases."""
        return int(self.initial.shape[-1])

    @property
    def exits_per_hour(self) -> FloatArray:
        """Rates at which the phases are left for good. [1/h]."""
        return np.asarray(np.maximum(-self.subgenerator.sum(axis=-1), 0.0))

    @property
    def mean_hours(self) -> FloatArray:
        """Mean. [h]."""
        return self.raw_moment(1)

    @property
    def scv(self) -> FloatArray:
        """Squared coefficient of variation. [1]."""
        return np.asarray(self.raw_moment(2) / self.mean_hours**2 - 1.0)

    @property
    def skewness(self) -> FloatArray:
        """Third central moment over the cube of the standard deviation. [1]."""
        scv = self.scv
        central = self.raw_moment(3) / self.mean_hours**3 - 3.0 * scv - 1.0
        return np.asarray(central / scv**1.5)

    def raw_moment(self, order: int) -> FloatArray:
        """Return the mean of the `order`-th power, in hours to that power ([1]_, theorem 2.2.3).

        >>> float(PhaseType.exponential(2.0).raw_moment(3))
        48.0
        """
        column: FloatArray = np.ones((*self.shape, self.phases, 1))
        for _ in range(int(whole_at_least_one("order", order))):
            column = np.asarray(np.linalg.solve(-self.subgenerator, column))
        return np.asarray((self.initial * column[..., 0]).sum(axis=-1) * math.factorial(order))

    def tail(self, hours: ArrayLike) -> FloatArray:
        """Return the probability of more than `hours`, for hours that broadcast with the columns.

        >>> round(float(PhaseType.exponential(1.0).tail(2.0)), 9)
        0.135335283
        """
        return matrix_tail(self.initial, self.subgenerator, non_negative("hours", hours))

    def cdf(self, hours: ArrayLike) -> FloatArray:
        """Return the probability of at most `hours`, for hours that broadcast with the columns.

        >>> round(float(PhaseType.erlang(2, 1.0).cdf(1.0)), 6)
        0.593994
        """
        return np.asarray(1.0 - self.tail(hours))

    def quantile_hours(self, probability: ArrayLike) -> FloatArray:
        """Return the least hours that are not exceeded with `probability`, which broadcasts with the columns. [h].

        >>> round(float(PhaseType.exponential(1.0).quantile_hours(0.95)), 6)
        2.995732
        """
        tail = 1.0 - probability_below_one("probability", probability)
        return matrix_quantile(self.initial, self.subgenerator, tail)

    def scaled(self, factor: ArrayLike) -> Self:
        """Return the laws of `factor` times as long times.

        >>> float(PhaseType.erlang(3, 2.0).scaled(0.5).mean_hours)
        1.0
        """
        times = positive("factor", factor)
        shape = np.broadcast_shapes(times.shape, self.shape)
        initial = np.broadcast_to(self.initial, (*shape, self.phases)).copy()
        return type(self)(initial, self.subgenerator / times[..., None, None])


def _numbers(name: str, value: ArrayLike) -> FloatArray:
    """Return finite numbers in an array that is not shared."""
    try:
        column = np.array(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        message = "must be an array of numbers"
        raise ArgumentError.of(Problem(message, parameter=name, given=value)) from error
    if not np.isfinite(column).all():
        raise ArgumentError.of(Problem("must be finite", parameter=name, allowed="finite"))
    column.setflags(write=False)
    return column


def _check(initial: FloatArray, rates: FloatArray) -> None:
    """Raise if they do not make phase-type laws."""
    phases = initial.shape[-1] if initial.ndim else 0
    if phases == 0 or rates.shape != (*initial.shape, phases):
        message = f"has the shape {rates.shape} beside an initial vector of {initial.shape}"
        raise ArgumentError.of(Problem(message, parameter="subgenerator", allowed="(..., m, m) beside (..., m)"))
    if (initial < 0.0).any() or (np.abs(initial.sum(axis=-1) - 1.0) > _ROUNDING).any():
        message = "the probabilities of the first phase do not sum to one, or one is negative"
        raise ArgumentError.of(Problem(message, parameter="initial", allowed=">= 0, with sum 1"))
    between, held = rates * (1.0 - np.eye(phases)), np.diagonal(rates, axis1=-2, axis2=-1)
    if (between < 0.0).any() or (held >= 0.0).any() or (rates.sum(axis=-1) > -_ROUNDING * held).any():
        message = "rates between phases are negative, or sum to more than the rate on the diagonal"
        raise ArgumentError.of(
            Problem(message, parameter="subgenerator", allowed="off the diagonal >= 0, row sums <= 0")
        )
    leaves = rates.sum(axis=-1) < _ROUNDING * held
    for _ in range(phases):
        leaves = leaves | ((between > 0.0) & leaves[..., None, :]).any(axis=-1)
    if not leaves.all():
        message = "a phase, once entered, is never left for good"
        raise ArgumentError.of(Problem(message, parameter="subgenerator", allowed="a way out of every phase"))
