"""Choices, the lattice of their mixes, and what a mix costs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import non_negative, positive
from hubcalc.cached import cached
from hubmodels.studies.sizing import Choice as AskedChoice
from hubmodels.studies.sizing import Cost

Floats = NDArray[np.float64]
Levels = NDArray[np.intp]
"""Mixes, shape (mixes, choices): of each choice the number of its value, from 0."""


def capital_recovery_factor(discount_rate: float, life_years: float) -> float:
    """Compute the yearly payment that pays back a capital of 1, with interest, at the end of each year of its life.

    Parameters
    ----------
    discount_rate : float
        Yearly rate of interest, from 0. [1/year]
    life_years : float
        Life, above 0. [years]

    Returns
    -------
    float
        i / (1 - (1 + i)^-n), and 1 / n without interest. [1/year]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] D. G. Newnan, T. G. Eschenbach, J. P. Lavelle (2004), "Engineering Economic Analysis", 9th edition, Oxford
       University Press, equation 4-6.

    Examples
    --------
    >>> round(capital_recovery_factor(0.08, 20), 4)
    0.1019
    """
    rate, life = non_negative("discount_rate", discount_rate), positive("life_years", life_years)
    # expm1 and log1p keep all digits where the rate is small
    return float(1.0 / life if rate == 0 else rate / -np.expm1(-life * np.log1p(rate)))


@dataclass(frozen=True, slots=True)
class Choice:
    """One input with its values, which rise, and the costs of each of them."""

    path: str
    values: Floats
    capital_usd: Floats
    annuity_usd_per_year: Floats
    operating_usd_per_year: Floats

    @property
    def cost_usd_per_year(self) -> Floats:
        """Yearly cost of each value."""
        return self.annuity_usd_per_year + self.operating_usd_per_year

    @classmethod
    def of(cls, path: str, asked: AskedChoice, discount_rate: float) -> "Choice":
        """Read a choice."""
        values = np.array(asked.levels(), dtype=np.float64)
        capital = _cost(asked.capital_usd, values, asked.existing)
        factor = 0.0 if asked.life_years is None else capital_recovery_factor(discount_rate, asked.life_years)
        running = _cost(asked.operating_usd_per_year, values) + _cost(asked.cost_usd_per_year, values)
        return cls(path, values, capital, factor * capital, running)


def _cost(asked: Cost | None, values: Floats, existing: float = 0.0) -> Floats:
    if asked is None:
        return np.zeros_like(values)
    if isinstance(asked, tuple):
        return np.array(asked, dtype=np.float64)
    return asked * np.maximum(values - existing, 0.0)


@dataclass(frozen=True)
class Lattice:
    """All mixes of some choices, numbered with the last choice fastest."""

    choices: Sequence[Choice]

    @cached
    def sizes(self) -> tuple[int, ...]:
        """How many values each choice has."""
        return tuple(len(choice.values) for choice in self.choices)

    @cached
    def size(self) -> int:
        """How many mixes there are."""
        return math.prod(self.sizes)

    def levels(self, rows: NDArray[np.int64]) -> Levels:
        """Give mixes by their numbers."""
        found = np.empty((len(rows), len(self.sizes)), np.intp)
        rest = np.asarray(rows, np.int64)
        for place in reversed(range(len(self.sizes))):
            rest, found[:, place] = np.divmod(rest, self.sizes[place])
        return found

    def values(self, levels: Levels) -> dict[str, Floats]:
        """Give the inputs of mixes as columns by path."""
        return {choice.path: choice.values[levels[:, i]] for i, choice in enumerate(self.choices)}

    def costs(self, levels: Levels) -> Floats:
        """Give the yearly costs of mixes [USD/year]."""
        total = np.zeros(len(levels))
        for i, choice in enumerate(self.choices):
            total += choice.cost_usd_per_year[levels[:, i]]
        return total

    def mix(self, levels: NDArray[np.intp]) -> dict[str, float]:
        """Give the inputs of one mix."""
        return {path: float(column[0]) for path, column in self.values(levels[None, :]).items()}


def lattice_of(asked: Mapping[str, AskedChoice], discount_rate: float) -> Lattice:
    """Read choices."""
    return Lattice([Choice.of(path, choice, discount_rate) for path, choice in asked.items()])
