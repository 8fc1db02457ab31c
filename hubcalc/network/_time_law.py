"""The law of a time: gamma, lognormal, tabulated and constant times, shifted, scaled and mixed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import between, non_negative, positive
from hubcalc.errors import ArgumentError, Problem
from hubcalc.network._law_kinds import Floats, Gamma, Lognormal, Nothing, Pieces
from hubcalc.network._mixture import Component, Mixture, shifted

_ALMOST = 1e-9
_TABLE = np.concatenate([np.arange(20) / 400, np.arange(5, 90) / 100, np.arange(360, 397) / 400])  # finer at its ends
_LEAST_FACTOR = 0.95


@dataclass(frozen=True, slots=True)
class TimeLaw(Mixture):
    """The law of the time at one element of a chain: a mixture of shifted times, all moments exact.

    Made by `constant`, `gamma`, `lognormal`, `uniform`, `from_quantiles`, `from_quantile_function`,
    `from_atoms_and_density`, `from_lattice` and `mixture`.

    Examples
    --------
    A border that takes 3 h at least, 5 h in the mean and 4 h in the median: the time beyond is lognormal.

    >>> law = TimeLaw.lognormal(mean_hours=5.0, variance_hours2=12.0, least_hours=3.0)
    >>> float(law.below(4.0).round(6)), round(law.mean_hours, 9), round(law.variance_hours2, 9)
    (0.5, 5.0, 12.0)
    """

    @classmethod
    def constant(cls, hours: float) -> Self:
        """Give a time that never varies.

        Parameters
        ----------
        hours : float
            The time. [h]

        Raises
        ------
        ArgumentError
            If it is negative or not finite.

        Examples
        --------
        >>> TimeLaw.constant(2.5).below([2.0, 2.5])
        array([0., 1.])
        """
        return cls((Component(1.0, float(non_negative("hours", hours)), 1.0, Nothing()),))

    @classmethod
    def gamma(cls, mean_hours: float, variance_hours2: float, least_hours: float = 0.0) -> Self:
        """Give a least time and a gamma time beyond it, by mean and variance of the whole.

        Parameters
        ----------
        mean_hours : float
            Mean, the least time included. [h]
        variance_hours2 : float
            Variance; 0 is a constant, the square of the mean beyond the least an exponential time. [h2]
        least_hours : float, optional
            Least time. [h]

        Raises
        ------
        ArgumentError
            If the mean is not above the least time, or an argument is negative or not finite.

        Examples
        --------
        >>> float(TimeLaw.gamma(8.0, 64.0).below(8.0).round(6))  # 1 - 1 / e
        0.632121
        """
        least, excess, variance = _excess(mean_hours, variance_hours2, least_hours)
        if variance == 0:
            return cls.constant(mean_hours)
        return cls((Component(1.0, least, 1.0, Gamma(excess**2 / variance, variance / excess)),))

    @classmethod
    def lognormal(cls, mean_hours: float, variance_hours2: float, least_hours: float = 0.0) -> Self:
        """Give a least time and a lognormal time beyond it, by mean and variance of the whole.

        Parameters
        ----------
        mean_hours : float
            Mean, the least time included. [h]
        variance_hours2 : float
            Variance; 0 is a constant. [h2]
        least_hours : float, optional
            Least time. [h]

        Raises
        ------
        ArgumentError
            If the mean is not above the least time, or an argument is negative or not finite.
        """
        least, excess, variance = _excess(mean_hours, variance_hours2, least_hours)
        if variance == 0:
            return cls.constant(mean_hours)
        spread = np.log1p(variance / excess**2)
        return cls((Component(1.0, least, 1.0, Lognormal(float(np.log(excess) - spread / 2), float(np.sqrt(spread)))),))

    @classmethod
    def uniform(cls, least_hours: float, most_hours: float) -> Self:
        """Give a time that is as likely anywhere from a least to a greatest: the wait for a regular departure.

        Parameters
        ----------
        least_hours, most_hours : float
            Least and greatest time. [h]

        Raises
        ------
        ArgumentError
            If the greatest time is below the least, or an argument is negative or not finite.

        Examples
        --------
        >>> round(TimeLaw.uniform(0.0, 12.0).variance_hours2, 9)
        12.0
        """
        return cls.from_quantiles([0.0, 1.0], [least_hours, most_hours])

    @classmethod
    def from_quantiles(cls, probabilities: ArrayLike, hours: ArrayLike, mean_hours: float | None = None) -> Self:
        """Give the law of a table of quantiles: straight between them, exponential beyond the last.

        Parameters
        ----------
        probabilities : array_like, shape (n,)
            Probabilities, increasing; what lies below the first is an atom at its quantile. [1]
        hours : array_like, shape (n,)
            Time that is not exceeded with each probability, not decreasing. [h]
        mean_hours : float, optional
            Mean; needed where the last probability is below 1, for the mean of what lies beyond. [h]

        Raises
        ------
        ArgumentError
            If the table is not in order, the mean is missing, or is too small for the table.

        Examples
        --------
        >>> law = TimeLaw.from_quantiles([0.0, 0.5, 0.9], [2.0, 4.0, 10.0], mean_hours=5.5)
        >>> round(law.mean_hours, 12), float(law.below(4.0))
        (5.5, 0.5)
        """
        shares, times = between("probabilities", probabilities, 0, 1), non_negative("hours", hours)
        _check_table(shares, times)
        last = float(shares[-1])
        steps = Pieces(np.concatenate([times[:1], times]), np.concatenate([[0.0], shares / last]))
        table = Component(1.0, 0.0, 1.0, steps)
        if last >= 1 - _ALMOST:
            return cls((shifted(table),))
        if mean_hours is None:
            message = "is needed where the last probability is below 1"
            raise ArgumentError.of(Problem(message, parameter="mean_hours", allowed="finite, > 0"))
        beyond = (float(positive("mean_hours", mean_hours)) - last * steps.mean) / (1 - last) - float(times[-1])
        if beyond < -_ALMOST * mean_hours:
            least = last * steps.mean + (1 - last) * float(times[-1])
            message = "is below that of the table alone"
            raise ArgumentError.of(
                Problem(message, parameter="mean_hours", given=mean_hours, allowed=f"at least {least:g}")
            )
        tail = Gamma(1.0, beyond) if beyond > _ALMOST * mean_hours else Nothing()
        return cls((replace(shifted(table), weight=last), Component(1 - last, float(times[-1]), 1.0, tail)))

    @classmethod
    def from_quantile_function(cls, quantile: Callable[[float], float], mean_hours: float) -> Self:
        """Give the law of a time of which quantiles can be asked for: a table of them, with the mean of the time.

        Quantiles up to 0.99 are kept to about 1e-4, the variance to some 2 % up to a coefficient of variation of 1; of
        heavier tails it is too small, and single times are smeared: give such laws by their moments and atoms.

        Parameters
        ----------
        quantile : callable
            Time that is not exceeded with a probability from 0 to 0.99. [h]
        mean_hours : float
            Mean; what the table leaves of it lies beyond the last quantile. [h]

        Raises
        ------
        ArgumentError
            If the mean is not that of the quantiles: more than 5 % below.

        Examples
        --------
        >>> TimeLaw.from_quantile_function(lambda p: 2 + 6 * p, mean_hours=5.0).below([5.0]).round(6)
        array([0.5])
        """
        mean = float(non_negative("mean_hours", mean_hours))
        times = np.maximum.accumulate([float(quantile(float(share))) for share in _TABLE])
        least = float(times[0])
        reached = np.sum(np.diff(_TABLE) * (times[1:] + times[:-1]) / 2) + (1 - _TABLE[-1]) * times[-1] - least
        # straight pieces cut across jumps: where they alone have more than the mean, all beyond the least is shortened
        factor = min((mean - least) / reached, 1.0) if reached > 0 else 1.0
        if factor < _LEAST_FACTOR or mean < least:
            message = "is not the mean of these quantiles"
            raise ArgumentError.of(
                Problem(message, parameter="mean_hours", given=mean_hours, allowed=f"about {least + reached:g} or more")
            )
        return cls.from_quantiles(_TABLE, least + factor * (times - least), mean)

    @classmethod
    def from_atoms_and_density(
        cls, atom_hours: ArrayLike, atom_shares: ArrayLike, edges_hours: ArrayLike, cell_shares: ArrayLike
    ) -> Self:
        """Give a law of single times, each with its probability, and of cells in which all times are as likely.

        Parameters
        ----------
        atom_hours : array_like, shape (atoms,)
            Single times; may be empty. [h]
        atom_shares : array_like, shape (atoms,)
            Probability of each. [1]
        edges_hours : array_like, shape (cells + 1,)
            Edges of the cells, increasing; may be empty where there are no cells. [h]
        cell_shares : array_like, shape (cells,)
            Probability of each cell. [1]

        Raises
        ------
        ArgumentError
            If lengths do not fit, edges do not increase, or the probabilities do not sum to 1.

        Examples
        --------
        Half pass at once, the others wait up to 4 h.

        >>> law = TimeLaw.from_atoms_and_density([0.0], [0.5], [0.0, 4.0], [0.5])
        >>> law.mean_hours, float(law.below(0.0)), float(law.below(2.0))
        (1.0, 0.5, 0.75)
        """
        atoms, weights = non_negative("atom_hours", atom_hours), between("atom_shares", atom_shares, 0, 1)
        edges, cells = non_negative("edges_hours", edges_hours), between("cell_shares", cell_shares, 0, 1)
        if atoms.shape != weights.shape or len(cells) != max(len(edges) - 1, 0) or np.any(np.diff(edges) <= 0):
            message = "one probability an atom and one a cell are needed, and edges that increase"
            raise ArgumentError.of(Problem(message, parameter="edges_hours"))
        total = float(np.sum(weights) + np.sum(cells))
        if abs(total - 1) > _ALMOST:
            message = "the probabilities of atoms and cells do not sum to 1"
            raise ArgumentError.of(Problem(message, parameter="cell_shares", given=total, allowed="1"))
        parts = [
            Component(float(w) / total, float(t), 1.0, Nothing()) for t, w in zip(atoms, weights, strict=True) if w
        ]
        density = float(np.sum(cells))
        if density > 0:
            shares = np.concatenate([[0.0], np.cumsum(cells) / density])
            parts.append(shifted(Component(density / total, 0.0, 1.0, Pieces(edges, shares))))
        return cls(tuple(parts))

    @classmethod
    def from_lattice(cls, least_hours: float, step_hours: float, shares: ArrayLike) -> Self:
        """Give the law of a lattice: the first probability is of the least time, the others of cells about the points.

        Parameters
        ----------
        least_hours : float
            First point. [h]
        step_hours : float
            Step of the lattice. [h]
        shares : array_like, shape (points,)
            Probabilities of the points, summing to 1. [1]

        Raises
        ------
        ArgumentError
            If an argument is out of its range, or the probabilities do not sum to 1.

        Examples
        --------
        >>> TimeLaw.from_lattice(2.0, 0.5, [0.5, 0.5]).mean_hours
        2.25
        """
        least, step = float(non_negative("least_hours", least_hours)), float(positive("step_hours", step_hours))
        points = np.atleast_1d(between("shares", shares, 0, 1))
        edges = least + step * (np.arange(len(points)) + 0.5) if len(points) > 1 else np.zeros(0)
        return cls.from_atoms_and_density([least], points[:1], edges, points[1:])

    @classmethod
    def mixture(cls, laws: Sequence["TimeLaw"], shares: ArrayLike) -> Self:
        """Give the law of a time that follows one of several laws.

        Parameters
        ----------
        laws : sequence of TimeLaw
            The laws.
        shares : array_like, shape (laws,)
            Probability of each, summing to 1. [1]

        Raises
        ------
        ArgumentError
            If there is not one probability a law, or they do not sum to 1.

        Examples
        --------
        One train in ten is searched, for 6 h.

        >>> TimeLaw.mixture([TimeLaw.constant(1.0), TimeLaw.constant(7.0)], [0.9, 0.1]).mean_hours
        1.6
        """
        weights = np.atleast_1d(between("shares", shares, 0, 1))
        if len(weights) != len(laws) or abs(np.sum(weights) - 1) > _ALMOST:
            message = "one probability a law is needed, and they sum to 1"
            raise ArgumentError.of(Problem(message, parameter="shares", given=weights.tolist()))
        weights = weights / np.sum(weights)
        return cls(
            tuple(
                replace(part, weight=part.weight * float(share))
                for law, share in zip(laws, weights, strict=True)
                for part in law.components
                if share > 0
            )
        )


def _excess(mean_hours: float, variance_hours2: float, least_hours: float) -> tuple[float, float, float]:
    """Check the moments of a shifted law; give least time, mean beyond it, and variance."""
    mean, variance = (
        float(non_negative("mean_hours", mean_hours)),
        float(non_negative("variance_hours2", variance_hours2)),
    )
    least = float(non_negative("least_hours", least_hours))
    if mean < least or (variance > 0 and mean == least):
        message = "is not above the least time"
        raise ArgumentError.of(Problem(message, parameter="mean_hours", given=mean_hours, allowed=f"above {least:g}"))
    return least, mean - least, variance


def _check_table(shares: Floats, times: Floats) -> None:
    """Refuse a table of quantiles that is not one."""
    if shares.ndim != 1 or shares.shape != times.shape or len(shares) < 2:
        message = "one time a probability is needed, two or more"
        raise ArgumentError.of(Problem(message, parameter="hours", given=times.shape, allowed=str(shares.shape)))
    if np.any(np.diff(shares) <= 0):
        raise ArgumentError.of(Problem("do not increase", parameter="probabilities", allowed="increasing numbers"))
    if np.any(np.diff(times) < 0):
        raise ArgumentError.of(Problem("decrease", parameter="hours", allowed="numbers that do not decrease"))
