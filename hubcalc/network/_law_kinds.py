"""The kinds of laws of which a time is made: what a convolution has to know of each, in closed form.

That is the limited mean E[min(X, x)]: its second differences are the probabilities of a lattice that keeps the mean.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hubcalc.cached import cached

Floats = NDArray[np.float64]


class Kind(Protocol):
    """A law of a time of 0 or more."""

    @property
    def mean(self) -> float:
        """Mean [h]."""

    @property
    def second(self) -> float:
        """Second moment about zero [h2]."""

    @property
    def at_zero(self) -> float:
        """Probability of no time at all."""

    def below(self, x: Floats) -> Floats:
        """Give the probability of at most x hours, x of 0 or more."""

    def limited_mean(self, x: Floats) -> Floats:
        """Give E[min(X, x)] in hours, x of 0 or more."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No time at all: with a shift, a constant."""

    mean: float = 0.0
    second: float = 0.0
    at_zero: float = 1.0

    def below(self, x: Floats) -> Floats:
        """Give one everywhere."""
        return np.ones_like(x)

    def limited_mean(self, x: Floats) -> Floats:
        """Give zero everywhere."""
        return np.zeros_like(x)


@dataclass(frozen=True, slots=True)
class Gamma:
    """The gamma law of a shape and a scale [h]."""

    shape: float
    scale: float
    at_zero: float = 0.0

    @property
    def mean(self) -> float:
        """Mean [h]."""
        return self.shape * self.scale

    @property
    def second(self) -> float:
        """Second moment about zero [h2]."""
        return self.shape * (1 + self.shape) * self.scale**2

    def below(self, x: Floats) -> Floats:
        """Give the regularized incomplete gamma function."""
        from scipy import special

        return np.asarray(special.gammainc(self.shape, x / self.scale))

    def limited_mean(self, x: Floats) -> Floats:
        """Give the limited mean; the integral of x f(x) is that of a gamma law of a shape greater by one."""
        from scipy import special

        y = x / self.scale
        return np.asarray(self.mean * special.gammainc(self.shape + 1, y) + x * special.gammaincc(self.shape, y))


@dataclass(frozen=True, slots=True)
class Lognormal:
    """The law whose logarithm is normal of a mean and a deviation."""

    location: float
    width: float
    at_zero: float = 0.0

    @property
    def mean(self) -> float:
        """Mean [h]."""
        return float(np.exp(self.location + self.width**2 / 2))

    @property
    def second(self) -> float:
        """Second moment about zero [h2]."""
        return float(np.exp(2 * self.location + 2 * self.width**2))

    def below(self, x: Floats) -> Floats:
        """Give the normal probability of the logarithm."""
        from scipy import special

        return np.asarray(special.ndtr(self._deviations(x)))

    def limited_mean(self, x: Floats) -> Floats:
        """Give the limited mean; the integral of x f(x) is that of a law shifted by the square of the width."""
        from scipy import special

        z = self._deviations(x)
        return np.asarray(self.mean * special.ndtr(z - self.width) + x * special.ndtr(-z))

    def _deviations(self, x: Floats) -> Floats:
        """Give how many deviations the logarithm of x lies above its mean."""
        return np.asarray((np.log(np.maximum(x, 1e-300)) - self.location) / self.width)


@dataclass(frozen=True)
class Pieces:
    """A distribution function of straight pieces between knots; two knots at one time are a jump, an atom."""

    times: Floats
    """Times [h], not decreasing, from 0 on."""
    shares: Floats
    """Probability of at most each time, not decreasing, ending with 1."""

    @property
    def at_zero(self) -> float:
        """Probability of no time at all."""
        return float(self.shares[np.searchsorted(self.times, 0.0, side="right") - 1])

    @property
    def mean(self) -> float:
        """Mean [h]."""
        return float(self._areas[-1])

    @property
    def second(self) -> float:
        """Second moment about zero [h2]: those of atoms and of uniform pieces."""
        a, b = self.times[:-1], self.times[1:]
        return float(np.sum(np.diff(self.shares) * (a * a + a * b + b * b) / 3) + self.shares[0] * self.times[0] ** 2)

    def below(self, x: Floats) -> Floats:
        """Give the height at x, on the upper side of a jump."""
        before, part = self._place(x)
        found = self.shares[before] + part * (self._next(self.shares, before) - self.shares[before])
        return np.where(x < self.times[0], 0.0, found)

    def limited_mean(self, x: Floats) -> Floats:
        """Give the area above the distribution function up to x."""
        found = np.full(np.shape(x), self._areas[-1])
        short = x < self.times[-1]  # most of what a chain asks lies beyond the law of one of its elements
        before, part = self._place(x[short])
        length = part * (self._next(self.times, before) - self.times[before])
        rise = self._next(self.shares, before) - self.shares[before]
        inside = self._areas[before] + length * (1 - self.shares[before] - part * rise / 2)
        found[short] = np.where(x[short] < self.times[0], x[short], inside)
        return found

    def _place(self, x: Floats) -> tuple[NDArray[np.intp], Floats]:
        """Give the last knot at or before each x, and the part of the piece behind it that lies before x."""
        before = np.maximum(np.searchsorted(self.times, x, side="right") - 1, 0)
        length = self._next(self.times, before) - self.times[before]
        part = np.where(length > 0, (x - self.times[before]) / np.where(length > 0, length, 1.0), 0.0)
        return before, np.clip(part, 0.0, 1.0)

    def _next(self, values: Floats, before: NDArray[np.intp]) -> Floats:
        """Give the values at the knots behind those given, the last at the last."""
        return np.asarray(values[np.minimum(before + 1, len(values) - 1)])

    @cached
    def _areas(self) -> Floats:
        """Give the area above the distribution function up to each knot."""
        above = 1 - (self.shares[:-1] + self.shares[1:]) / 2
        return np.concatenate([[self.times[0]], self.times[0] + np.cumsum(np.diff(self.times) * above)])
