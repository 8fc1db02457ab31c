"""Delays of links as functions of their flows: tabulated from queueing, of roads, constant; for all links at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive
from hubcalc.errors import ArgumentError, Problem


class LinkDelays(Protocol):
    """Mean delays of links that do not fall as their flows rise.

    Each method takes the flows of all links, shape (links,), [link units/day].
    """

    @property
    def links(self) -> int:
        """Number of links."""
        ...

    def hours(self, flows: FloatArray) -> FloatArray:
        """Compute the mean delay on each link [h]."""
        ...

    def integral(self, flows: FloatArray) -> FloatArray:
        """Compute the integral of the delay from flow 0 to the given one, Beckmann's objective [h units/day]."""
        ...

    def slope(self, flows: FloatArray) -> FloatArray:
        """Compute by how much the delay rises with the flow [h/(unit/day)]."""
        ...


class ConstantDelays:
    """Delays that no flow changes.

    Parameters
    ----------
    hours : array_like, shape (links,)
        Delay of each link. [h]

    Raises
    ------
    ArgumentError
        If a delay is negative or not finite.

    Examples
    --------
    >>> ConstantDelays([2.0, 3.0]).hours(np.array([10.0, 0.0])).tolist()
    [2.0, 3.0]
    """

    def __init__(self, hours: ArrayLike) -> None:
        (self._hours,) = _columns(hours=non_negative("hours", hours))

    @property
    def links(self) -> int:
        """Number of links."""
        return self._hours.size

    def hours(self, flows: FloatArray) -> FloatArray:
        """Return the delays, whatever the flows [h]."""
        return self._hours + 0.0 * flows

    def integral(self, flows: FloatArray) -> FloatArray:
        """Compute the integral of the delay from flow 0 [h units/day]."""
        return self._hours * flows

    def slope(self, flows: FloatArray) -> FloatArray:
        """Return zeros."""
        return np.zeros_like(flows)


class BprDelays:
    r"""Travel times of roads by the function of the Bureau of Public Roads.

    Parameters
    ----------
    free_hours : array_like, shape (links,)
        Travel time of an empty road. [h]
    capacities : array_like
        Capacity of each link. [link units/day]
    alpha, beta : array_like, optional
        How much longer the travel time is at capacity, and the power of its growth, 1 or more. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: t(v) = t_0 (1 + \alpha (v / c)^\beta)

    From flows above the capacity on it is an extrapolation: finite, and rising.

    Examples
    --------
    >>> BprDelays([1.0], [1000.0]).hours(np.array([1500.0])).round(4).tolist()
    [1.7594]

    References
    ----------
    .. [1] Bureau of Public Roads (1964), Traffic Assignment Manual, U.S. Department of Commerce.
    """

    def __init__(
        self, free_hours: ArrayLike, capacities: ArrayLike, alpha: ArrayLike = 0.15, beta: ArrayLike = 4.0
    ) -> None:
        if np.any(np.asarray(beta, dtype=np.float64) < 1.0):
            message = "a delay that rises with an infinite slope from flow 0 on"
            raise ArgumentError.of(Problem(message, parameter="beta", given=beta, allowed=">= 1"))
        self._free, self._capacity, self._alpha, self._beta = _columns(
            free_hours=non_negative("free_hours", free_hours),
            capacities=positive("capacities", capacities),
            alpha=non_negative("alpha", alpha),
            beta=positive("beta", beta),
        )

    @property
    def links(self) -> int:
        """Number of links."""
        return self._free.size

    def hours(self, flows: FloatArray) -> FloatArray:
        """Compute the travel times [h]."""
        return self._free * (1.0 + self._alpha * (flows / self._capacity) ** self._beta)

    def integral(self, flows: FloatArray) -> FloatArray:
        """Compute the integral of the travel time from flow 0 [h units/day]."""
        rise = self._alpha * (flows / self._capacity) ** self._beta / (self._beta + 1.0)
        return self._free * flows * (1.0 + rise)

    def slope(self, flows: FloatArray) -> FloatArray:
        """Compute the rise of the travel time with the flow [h/(unit/day)]."""
        rise = self._alpha * self._beta * (flows / self._capacity) ** (self._beta - 1.0)
        return self._free * rise / self._capacity


class ConicalDelays:
    r"""Travel times of roads by the conical function, which is straight far above the capacity.

    Parameters
    ----------
    free_hours : array_like, shape (links,)
        Travel time of an empty road. [h]
    capacities : array_like
        Capacity of each link, at which the travel time has doubled. [link units/day]
    steepness : array_like, optional
        The number alpha of [1]_, above 1. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: t(v) = t_0 (2 + \sqrt{\alpha^2 (1 - x)^2 + \beta^2} - \alpha (1 - x) - \beta), \quad
       x = v / c, \quad \beta = (2 \alpha - 1) / (2 \alpha - 2)

    Examples
    --------
    >>> roads = ConicalDelays([1.0, 1.0, 1.0], 1000.0)
    >>> roads.hours(np.array([500.0, 1000.0, 1500.0])).round(4).tolist()
    [1.1487, 2.0, 5.1487]

    References
    ----------
    .. [1] H. Spiess (1990), "Conical volume-delay functions", Transportation Science 24(2), 153-158,
       doi:10.1287/trsc.24.2.153.
    """

    def __init__(self, free_hours: ArrayLike, capacities: ArrayLike, steepness: ArrayLike = 4.0) -> None:
        if np.any(np.asarray(steepness, dtype=np.float64) <= 1.0):
            raise ArgumentError.of(Problem("out of range", parameter="steepness", given=steepness, allowed="> 1"))
        self._free, self._capacity, self._alpha = _columns(
            free_hours=non_negative("free_hours", free_hours),
            capacities=positive("capacities", capacities),
            steepness=positive("steepness", steepness),
        )
        self._beta = (2.0 * self._alpha - 1.0) / (2.0 * self._alpha - 2.0)

    @property
    def links(self) -> int:
        """Number of links."""
        return self._free.size

    def _spare(self, flows: FloatArray) -> FloatArray:
        return self._alpha * (1.0 - flows / self._capacity)

    def hours(self, flows: FloatArray) -> FloatArray:
        """Compute the travel times [h]."""
        spare = self._spare(flows)
        return self._free * (2.0 + np.hypot(spare, self._beta) - spare - self._beta)

    def integral(self, flows: FloatArray) -> FloatArray:
        """Compute the integral of the travel time from flow 0 [h units/day]."""

        def cone(spare: FloatArray) -> FloatArray:
            root = np.hypot(spare, self._beta)
            return (spare * root + self._beta**2 * np.arcsinh(spare / self._beta)) / 2.0 - spare**2 / 2.0

        curved = (cone(self._alpha) - cone(self._spare(flows))) * self._capacity / self._alpha
        return self._free * ((2.0 - self._beta) * flows + curved)

    def slope(self, flows: FloatArray) -> FloatArray:
        """Compute the rise of the travel time with the flow [h/(unit/day)]."""
        spare = self._spare(flows)
        return self._free * self._alpha / self._capacity * (1.0 - spare / np.hypot(spare, self._beta))


@dataclass(frozen=True, slots=True)
class DelayPart:
    """Some links of a network, by their positions, and their delays."""

    positions: np.ndarray[tuple[int], np.dtype[np.intp]]
    delays: LinkDelays


class JoinedDelays:
    """Delays of different kinds on the links of one network.

    Parameters
    ----------
    parts : sequence of DelayPart
        Each link stands in one of them.

    Raises
    ------
    ArgumentError
        If a link is in no part or in two, or a part has another number of positions than of delays.

    Examples
    --------
    >>> rail = DelayPart(np.array([0, 2]), ConstantDelays([10.0, 12.0]))
    >>> road = DelayPart(np.array([1]), BprDelays([5.0], [100.0]))
    >>> JoinedDelays([rail, road]).hours(np.array([1.0, 100.0, 1.0])).tolist()
    [10.0, 5.75, 12.0]
    """

    def __init__(self, parts: Sequence[DelayPart]) -> None:
        self._parts = tuple(parts)
        for i, part in enumerate(self._parts):
            if part.delays.links != len(part.positions):
                message = f"{len(part.positions)} positions and {part.delays.links} delays"
                raise ArgumentError.of(Problem(message, parameter=f"parts[{i}]", allowed="as many of both"))
        positions = np.concatenate([part.positions for part in self._parts]) if self._parts else np.empty(0, np.intp)
        self._links = positions.size
        if not np.array_equal(np.sort(positions), np.arange(positions.size)):
            raise ArgumentError.of(Problem("must hold each link once", parameter="parts", given=positions.tolist()))

    @property
    def links(self) -> int:
        """Number of links."""
        return self._links

    def hours(self, flows: FloatArray) -> FloatArray:
        """Compute the mean delays [h]."""
        return self._gather([part.delays.hours(flows[part.positions]) for part in self._parts])

    def integral(self, flows: FloatArray) -> FloatArray:
        """Compute the integrals of the delays from flow 0 [h units/day]."""
        return self._gather([part.delays.integral(flows[part.positions]) for part in self._parts])

    def slope(self, flows: FloatArray) -> FloatArray:
        """Compute the rises of the delays with the flow [h/(unit/day)]."""
        return self._gather([part.delays.slope(flows[part.positions]) for part in self._parts])

    def _gather(self, values: list[FloatArray]) -> FloatArray:
        """Put the values of all parts at their positions."""
        whole = np.empty(self._links)
        for part, some in zip(self._parts, values, strict=True):
            whole[part.positions] = some
        return whole


def _columns(**columns: FloatArray) -> tuple[FloatArray, ...]:
    """Give one value a link of each column."""
    return tuple(np.atleast_1d(column) for column in broadcast(**columns))
