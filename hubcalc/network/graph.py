"""Directed networks and the demands that cross them: arrays only, no documents."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import ArgumentError

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Network:
    """A directed graph. Links may be parallel; a node that has a capacity is split into two nodes and a link.

    Parameters
    ----------
    nodes : int
        Number of nodes; they are counted from 0.
    tails, heads : array of int, shape (links,)
        Where each link begins and ends.
    capacities : array, shape (links,)
        Most that a link carries [link units/day]; inf where nothing limits it.

    Raises
    ------
    ArgumentError
        If the arrays differ in length, a node does not exist, or a capacity is negative or NaN.
    """

    nodes: int
    tails: Indices
    heads: Indices
    capacities: Floats

    def __post_init__(self) -> None:
        if self.nodes < 1:
            raise ArgumentError(f"nodes: {self.nodes}; a network has one or more")
        shapes = {np.shape(values) for values in (self.tails, self.heads, self.capacities)}
        if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
            raise ArgumentError(f"tails, heads and capacities: shapes {sorted(shapes)}; one value a link is needed")
        for name, ends in (("tails", self.tails), ("heads", self.heads)):
            _within(name, ends, self.nodes, "node")
        wrong = np.flatnonzero(np.isnan(self.capacities) | (self.capacities < 0))
        if wrong.size:
            raise ArgumentError(f"capacities: {self.capacities[wrong[0]]} at link {wrong[0]}; 0 or more is allowed")

    @property
    def links(self) -> int:
        """Number of links."""
        return len(self.tails)


@dataclass(frozen=True, slots=True)
class Demands:
    """What wants to cross a network.

    Parameters
    ----------
    origins, destinations : array of int, shape (demands,)
        Nodes.
    per_day : array, shape (demands,)
        Demand [demand units/day], 0 or more.
    classes : array of int, shape (demands,)
        Class of each demand: those of one class have the same unit, value of time, costs and loads.

    Raises
    ------
    ArgumentError
        If the arrays differ in length, or a demand is negative or not finite.
    """

    origins: Indices
    destinations: Indices
    per_day: Floats
    classes: Indices

    def __post_init__(self) -> None:
        columns = (self.origins, self.destinations, self.per_day, self.classes)
        if len({np.shape(values) for values in columns}) > 1 or np.ndim(self.per_day) != 1:
            raise ArgumentError("origins, destinations, per_day and classes: one value a demand is needed")
        wrong = np.flatnonzero(~np.isfinite(self.per_day) | (self.per_day < 0))
        if wrong.size:
            raise ArgumentError(f"per_day: {self.per_day[wrong[0]]} at demand {wrong[0]}; 0 or more is allowed")

    @property
    def size(self) -> int:
        """Number of demands."""
        return len(self.per_day)

    def check(self, network: Network, classes: int) -> None:
        """Refuse demands between nodes that a network does not have, or of classes that there are not."""
        _within("origins", self.origins, network.nodes, "node")
        _within("destinations", self.destinations, network.nodes, "node")
        _within("classes", self.classes, classes, "class")


def _within(name: str, indices: Indices, size: int, noun: str) -> None:
    wrong = np.flatnonzero((np.asarray(indices) < 0) | (np.asarray(indices) >= size))
    if wrong.size:
        raise ArgumentError(
            f"{name}: {indices[wrong[0]]} at position {wrong[0]}; a {noun} from 0 to {size - 1} is needed"
        )
