"""Mixtures of shifted and scaled times: their moments, their distribution function and its limited mean."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import non_negative
from hubcalc.network._law_kinds import Floats, Kind, Nothing, Pieces


@dataclass(frozen=True, slots=True)
class Component:
    """One summand of a mixture: with a probability, a least time and a time of a kind."""

    weight: float
    least: float
    factor: float
    kind: Kind

    @property
    def mean(self) -> float:
        """Mean [h]."""
        return self.least + self.factor * self.kind.mean

    @property
    def second(self) -> float:
        """Second moment about zero [h2]."""
        return self.least * (2 * self.mean - self.least) + self.factor**2 * self.kind.second


@dataclass(frozen=True, slots=True)
class Mixture:
    """A law of a time; `TimeLaw` adds the ways to make one."""

    components: tuple[Component, ...]

    @property
    def least_hours(self) -> float:
        """Least time [h]."""
        return min(part.least for part in self.components)

    @property
    def mean_hours(self) -> float:
        """Mean [h]."""
        return sum(part.weight * part.mean for part in self.components)

    @property
    def variance_hours2(self) -> float:
        """Variance [h2]: within the components, and between their means."""
        mean = self.mean_hours
        within = (part.weight * part.factor**2 * (part.kind.second - part.kind.mean**2) for part in self.components)
        return max(sum(within), 0.0) + sum(part.weight * (part.mean - mean) ** 2 for part in self.components)

    def scaled(self, factor: float) -> Self:
        """Give the law of the time multiplied by a factor of 0 or more."""
        by = float(non_negative("factor", factor))
        if by == 0:
            return type(self)((Component(1.0, 0.0, 1.0, Nothing()),))
        scaled = (replace(part, least=by * part.least, factor=by * part.factor) for part in self.components)
        return type(self)(tuple(scaled))

    def below(self, hours: ArrayLike) -> Floats:
        """Give the probability of at most so many hours.

        Parameters
        ----------
        hours : array_like
            Times. [h]

        Returns
        -------
        ndarray
            Probabilities. [1]

        Raises
        ------
        ArgumentError
            If a time is negative or not finite.
        """
        x = non_negative("hours", hours)
        found = np.zeros_like(x)
        for part in self.components:
            past = (x - part.least) / part.factor
            found = found + part.weight * np.where(past >= 0, part.kind.below(np.maximum(past, 0.0)), 0.0)
        return np.minimum(found, 1.0)

    def limited_mean_beyond(self, least: float, x: Floats) -> Floats:
        """Give E[min(X - least, x)], where `least` is a time that X is never below; x of 0 or more."""
        found = np.zeros_like(x)
        for part in self.components:
            shift = part.least - least
            past = np.maximum(x - shift, 0.0) / part.factor
            found = found + part.weight * (np.minimum(x, shift) + part.factor * part.kind.limited_mean(past))
        return found

    def share_at(self, hours: float) -> float:
        """Give the probability of exactly the least time, where that is `hours`."""
        return sum(part.weight * part.kind.at_zero for part in self.components if part.least == hours)


def shifted(part: Component) -> Component:
    """Take the least time out of a component of straight pieces."""
    pieces = part.kind
    if not isinstance(pieces, Pieces):
        return part
    first = float(pieces.times[0])
    return replace(part, least=part.least + first, kind=Pieces(pieces.times - first, pieces.shares))
