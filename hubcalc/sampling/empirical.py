"""The law of values that were measured."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray
from hubcalc.errors import ArgumentError, Problem
from hubcalc.sampling.laws import checked_probability, plain_numbers


@dataclass(frozen=True, slots=True, eq=False)
class Empirical:
    """Some values, rising, and for each the probability not to exceed it; the last probability is 1.

    >>> Empirical.of([3.0, 1.0, 2.0], [1.0, 1.0, 2.0]).quantile([0.2, 0.25, 0.5, 0.75, 1.0]).tolist()
    [1.0, 1.0, 2.0, 2.0, 3.0]
    """

    values: FloatArray
    risen: FloatArray

    @classmethod
    def of(cls, values: ArrayLike, weights: ArrayLike | None = None) -> "Empirical":
        """Make a law of values, each as likely as its weight says.

        Parameters
        ----------
        values : array_like, shape (values,)
            What was measured, in any order. [the input's]
        weights : array_like, shape (values,), optional
            Weight of each, 0 or more, of any positive sum; all alike by default. [1]

        Raises
        ------
        ArgumentError
            If nothing is left with a weight, or the shapes differ.
        """
        numbers = np.atleast_1d(plain_numbers(values))
        shares = np.ones(numbers.shape) if weights is None else np.atleast_1d(plain_numbers(weights))
        if shares.shape != numbers.shape or (shares < 0.0).any() or not shares.sum() > 0.0:
            message, allowed = "they must match the values", "one of 0 or more for each value, some above 0"
            raise ArgumentError.of(Problem(message, parameter="weights", allowed=allowed))
        order = np.argsort(numbers[shares > 0.0], kind="stable")
        risen = np.cumsum(shares[shares > 0.0][order])
        return cls(numbers[shares > 0.0][order], risen / risen[-1])

    @property
    def mean(self) -> float:
        """Mean, in the input's unit."""
        return float(self._weights() @ self.values)

    @property
    def sd(self) -> float:
        """Standard deviation, in the input's unit."""
        return math.sqrt(float(self._weights() @ (self.values - self.mean) ** 2))

    def quantile(self, probability: ArrayLike) -> FloatArray:
        """Give the least values that are not exceeded with these probabilities."""
        places = np.searchsorted(self.risen, checked_probability(probability), side="left")
        return np.asarray(self.values[places])

    def cdf(self, value: ArrayLike) -> FloatArray:
        """Give the distribution function, a staircase."""
        places = np.searchsorted(self.values, plain_numbers(value), side="right")
        return np.asarray(np.concatenate([[0.0], self.risen])[places])

    def within(self, lower: float, upper: float) -> "Empirical | None":
        """Give the law of the values from `lower` to `upper`, both included; None if there is none."""
        kept = (self.values >= lower) & (self.values <= upper)
        return Empirical.of(self.values[kept], self._weights()[kept]) if kept.any() else None

    def _weights(self) -> FloatArray:
        return np.diff(self.risen, prepend=0.0)
