"""The time over a chain of elements: hubs and lines one after another, with shocks that strike several at once.

The elements' times are independent, given which shocks strike; over the combinations of shocks the law is mixed
exactly. Mean, variance and the contributions are exact; the distribution is that of a lattice (see `_chain_lattice`),
with quantiles right to about 1e-4 of themselves. Independence of what is not independent understates the tail: the same
chain, each element struck by shocks of its own, is there for comparison.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import between, non_negative, probability_below_one
from hubcalc.cached import cached
from hubcalc.errors import ArgumentError, Problem, RefusedError
from hubcalc.network._chain_lattice import Branching, Group, Lattice, Part, groups_of, lattice_of
from hubcalc.network._law_kinds import Floats
from hubcalc.network._time_law import TimeLaw

__all__ = ["MOST_SHOCKS", "DoorToDoor", "Shock", "TimeLaw", "chain"]

MOST_SHOCKS = 10
"""More have over a thousand combinations: what rarely strikes is left out, or put into the element's own law."""
_NEGLIGIBLE = 1e-9


@dataclass(frozen=True, slots=True)
class Shock:
    """What strikes several elements at once: a storm, a holiday, a cut quota.

    Parameters
    ----------
    probability : float
        Probability that a consignment meets it, independent of the other shocks. [1]
    factors : mapping of int to float, optional
        By element, what its time is multiplied by when it strikes; factors of several shocks multiply. [1]
    extra : mapping of int to TimeLaw, optional
        By element, a time that is added when it strikes, drawn for each element on its own.

    Raises
    ------
    ArgumentError
        If the probability is not from 0 to 1, or a factor is negative or not finite.
    """

    probability: float
    factors: Mapping[int, float] = field(default_factory=dict)
    extra: Mapping[int, TimeLaw] = field(default_factory=dict)

    def __post_init__(self) -> None:
        between("probability", self.probability, 0, 1)
        for element, factor in self.factors.items():
            non_negative(f"factors[{element}]", factor)


@dataclass(frozen=True)
class DoorToDoor:
    """The law of the time over a chain; made by `chain`."""

    laws: tuple[TimeLaw, ...]
    shocks: tuple[Shock, ...] = ()
    common: bool = True
    """Whether a shock strikes all its elements at once; else it strikes each on its own."""

    @property
    def mean_hours(self) -> float:
        """Mean [h]."""
        return float(np.sum(self.mean_contributions_hours))

    @property
    def variance_hours2(self) -> float:
        """Variance [h2]."""
        return float(np.sum(self.variance_contributions_hours2))

    @cached
    def least_hours(self) -> float:
        """Least time [h]."""
        return sum(group.least[0] for group in self._groups)

    @cached
    def mean_contributions_hours(self) -> Floats:
        """Mean time at each element [h]; the sum is the mean."""
        found = np.zeros(len(self.laws))
        for group in self._groups:
            weights, means, _ = group.moments
            found[list(group.elements)] = weights @ means
        return found

    @cached
    def variance_contributions_hours2(self) -> Floats:
        """Covariance of the time at each element with the whole [h2]; the sum is the variance."""
        found = np.zeros(len(self.laws))
        for group in self._groups:
            weights, means, variances = group.moments
            whole = np.sum(means, axis=1)
            between_states = weights @ (means * (whole - weights @ whole)[:, None])
            found[list(group.elements)] = weights @ variances + between_states
        return found

    def below(self, hours: ArrayLike) -> Floats:
        """Give the probability of arriving within so many hours.

        Parameters
        ----------
        hours : array_like
            Deadlines, counted from the start. [h]

        Returns
        -------
        ndarray
            Probabilities. [1]

        Raises
        ------
        ArgumentError
            If a deadline is negative or not finite.

        Examples
        --------
        >>> round(float(chain([TimeLaw.uniform(0.0, 12.0)] * 2).below(12.0)), 6)
        0.5
        """
        deadlines = non_negative("hours", hours)
        if not self._varies:
            return np.where(deadlines >= self.mean_hours * (1 - 1e-12), 1.0, 0.0)
        found = np.maximum(np.interp(deadlines, *self._curve), self._share_at_least)
        return np.asarray(np.where(deadlines < self.least_hours, 0.0, np.minimum(found, 1.0)))

    def quantile(self, probabilities: ArrayLike) -> Floats:
        """Give the time that is not exceeded with a probability: P50, P90, P95.

        Parameters
        ----------
        probabilities : array_like
            From 0 to below 1. [1]

        Returns
        -------
        ndarray
            Times. [h]

        Raises
        ------
        ArgumentError
            If a probability is not from 0 to below 1.
        RefusedError
            If one lies in the tail beyond the longest lattice.

        Examples
        --------
        >>> chain([TimeLaw.uniform(0.0, 12.0)] * 2).quantile([0.5, 0.98]).round(3)
        array([12. , 21.6])
        """
        wanted = probability_below_one("probabilities", probabilities)
        if not self._varies:
            return np.full_like(wanted, self.mean_hours)
        most = 1 - 2 * self._lattice.beyond
        if np.any(wanted > most):
            message = f"beyond {most:.7g} the times vary too widely for a quantile"
            raise RefusedError.of(Problem(message, parameter="probabilities", allowed=f"up to {most:.7g}"))
        edges, heights = self._curve
        place = np.clip(np.searchsorted(heights, wanted, side="left"), 1, len(heights) - 1)
        rise = heights[place] - heights[place - 1]
        part = np.where(rise > 0, (wanted - heights[place - 1]) / np.where(rise > 0, rise, 1.0), 1.0)
        found = edges[place - 1] + np.clip(part, 0.0, 1.0) * (edges[place] - edges[place - 1])
        return np.where(wanted <= self._share_at_least, self.least_hours, np.maximum(found, self.least_hours))

    def mean_beyond_hours(self, hours: ArrayLike) -> Floats:
        """Give by how much a deadline is missed in the mean, E[max(X - deadline, 0)].

        Parameters
        ----------
        hours : array_like
            Deadlines, counted from the start. [h]

        Returns
        -------
        ndarray
            Mean excess. [h]

        Raises
        ------
        ArgumentError
            If a deadline is negative or not finite.

        Examples
        --------
        >>> round(float(chain([TimeLaw.uniform(0.0, 12.0)]).mean_beyond_hours(6.0)), 6)
        1.5
        """
        deadlines = non_negative("hours", hours)
        if not self._varies:
            return np.maximum(self.mean_hours - deadlines, 0.0)
        # between the points of the lattice the mean excess is straight; at the first it is the mean less the least
        points, heights = self._curve[0][:-1] + self._lattice.step_hours / 2, self._curve[1][1:]
        under = np.concatenate([[0.0], np.cumsum(heights[:-1]) * self._lattice.step_hours])
        area = np.interp(deadlines, points, under, left=0.0) + np.maximum(deadlines - points[-1], 0.0)
        return np.asarray(np.maximum(self.mean_hours - deadlines + area, 0.0))

    @cached
    def independent(self) -> "DoorToDoor":
        """The same elements, each struck by shocks of its own: what it would be to take them as independent."""
        return DoorToDoor(self.laws, self.shocks, common=False)

    @cached
    def undisturbed(self) -> "DoorToDoor":
        """The same chain without shocks."""
        return DoorToDoor(self.laws)

    def understatement(self, probability: float = 0.95) -> float:
        """Give by how much a quantile is greater than if each element were struck by shocks of its own.

        Parameters
        ----------
        probability : float, optional
            Of the quantile. [1]

        Returns
        -------
        float
            Quantile over that under independence, less one; 0 without shocks. [1]

        Raises
        ------
        ArgumentError
            If the probability is not from 0 to below 1.
        """
        if not self.shocks:
            return 0.0
        return float(self.quantile(probability) / self.independent.quantile(probability) - 1)

    @property
    def most_common_shocks(self) -> int:
        """Most shocks that hang together by the elements that they strike."""
        return max(len(group.shocks) for group in self._groups)

    @cached
    def _groups(self) -> list[Group]:
        shocks = [
            Branching(shock.probability, dict(shock.factors), {key: Part(law) for key, law in shock.extra.items()})
            for shock in self.shocks
        ]
        return groups_of(self.laws, shocks, common=self.common)

    @cached
    def _varies(self) -> bool:
        # sums over the states leave a trace of rounding where nothing varies
        return self.variance_hours2 > (_NEGLIGIBLE * self.mean_hours) ** 2

    @cached
    def _lattice(self) -> Lattice:
        return lattice_of(self._groups, self.mean_hours, float(np.sqrt(self.variance_hours2)))

    @cached
    def _curve(self) -> tuple[Floats, Floats]:
        return self._lattice.curve()

    @cached
    def _share_at_least(self) -> float:
        return float(np.prod([group.least[1] for group in self._groups]))


def chain(laws: Sequence[TimeLaw], shocks: Sequence[Shock] = ()) -> DoorToDoor:
    r"""Give the law of the time over a chain of elements, each with its law, and of shocks that they share.

    Parameters
    ----------
    laws : sequence of TimeLaw
        The law of the time at each element, in any order.
    shocks : sequence of Shock, optional
        What strikes several elements at once.

    Returns
    -------
    DoorToDoor
        Mean, variance, contributions, quantiles and probabilities.

    Raises
    ------
    ArgumentError
        If there is no element, or a shock names one that there is not.
    RefusedError
        If more than MOST_SHOCKS shocks hang together: their combinations are too many.

    Notes
    -----
    Given the shocks, with factor :math:`f_i` and added times :math:`Y_i` at element i,

    .. math:: X = \sum_i (f_i X_i + Y_i), \qquad
        \operatorname{Var} X = \operatorname{E} \sum_i (f_i^2 \sigma_i^2 + \operatorname{Var} Y_i)
        + \operatorname{Var} \sum_i (f_i \mu_i + \operatorname{E} Y_i)

    Valid where the times of elements are independent given the shocks; what else ties them belongs into a shock.

    Examples
    --------
    Three borders of 8 h each, exponential: the sum is an Erlang time, whose P95 is 6.2958 means.

    >>> border = TimeLaw.gamma(mean_hours=8.0, variance_hours2=64.0)
    >>> way = chain([border] * 3)
    >>> way.mean_hours, round(float(way.quantile(0.95)) / 8, 3)
    (24.0, 6.296)

    A strike, one day in ten, trebles all three at once: P95 is 6 % above what it would be if each were struck alone.

    >>> struck = chain([border] * 3, [Shock(0.1, factors={0: 3.0, 1: 3.0, 2: 3.0})])
    >>> round(struck.mean_hours, 6), round(struck.understatement(), 2)
    (28.8, 0.06)
    """
    if not laws:
        raise ArgumentError.of(Problem("a chain has one element or more", parameter="laws"))
    for place, shock in enumerate(shocks):
        for element in {*shock.factors, *shock.extra}:
            if not 0 <= element < len(laws):
                message = f"there is no element {element}"
                allowed = f"0 to {len(laws) - 1}"
                raise ArgumentError.of(Problem(message, parameter=f"shocks[{place}]", given=element, allowed=allowed))
    found = DoorToDoor(tuple(laws), tuple(shocks))
    most = found.most_common_shocks
    if most > MOST_SHOCKS:
        message = f"{most} shocks hang together by their elements; they have 2^{most} combinations"
        hint = "put what strikes a single element into its law, and leave out what is rare"
        raise RefusedError.of(Problem(message, parameter="shocks", allowed=f"up to {MOST_SHOCKS}", hint=hint))
    return found
