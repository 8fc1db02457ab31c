"""Paths as the columns of a linear program: flat arrays of links, with the demand that each path serves."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from hubcalc.network._adjacency import Integers
from hubcalc.network.graph import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Paths: `links` one after the other, `sizes` how many belong to each, `demands` which demand each serves."""

    links: Integers
    sizes: Integers
    demands: Integers

    @classmethod
    def none(cls) -> Self:
        """Give no path at all."""
        empty = np.empty(0, np.int64)
        return cls(empty, empty, empty)

    @property
    def count(self) -> int:
        """Number of paths."""
        return self.sizes.size

    def path(self, column: int) -> tuple[int, ...]:
        """Give the links of one path."""
        end = int(self.sizes[: column + 1].sum())
        return tuple(map(int, self.links[end - self.sizes[column] : end]))

    def paths(self) -> list[tuple[int, ...]]:
        """Give the links of each path."""
        return [tuple(part.tolist()) for part in np.split(self.links, np.cumsum(self.sizes)[:-1])] if self.count else []

    def owners(self) -> Integers:
        """Give for each entry of `links` the path it belongs to."""
        return np.repeat(np.arange(self.count), self.sizes)

    def kept(self, keep: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> "Columns":
        """Keep some paths."""
        return Columns(self.links[np.repeat(keep, self.sizes)], self.sizes[keep], self.demands[keep])

    def joined(self, other: "Columns") -> "Columns":
        """Add paths behind these."""
        return Columns(
            np.concatenate([self.links, other.links]),
            np.concatenate([self.sizes, other.sizes]),
            np.concatenate([self.demands, other.demands]),
        )

    def new_beside(self, known: set[tuple[int, ...]]) -> "Columns":
        """Keep the paths that are not known yet, and make them known."""
        keep = np.zeros(self.count, np.bool_)
        for column, (demand, path) in enumerate(zip(self.demands.tolist(), self.paths(), strict=True)):
            key = (demand, *path)
            keep[column] = key not in known
            known.add(key)
        return self.kept(keep)

    def sums(self, values: Floats, classes: Integers) -> Floats:
        """Sum over each path the values (classes, links) of its demand's class."""
        each = values[np.repeat(classes[self.demands], self.sizes), self.links]
        return np.bincount(self.owners(), weights=each, minlength=self.count).astype(np.float64, copy=False)

    def link_flows(self, flows: Floats, classes: Integers, shape: tuple[int, int]) -> Floats:
        """Sum the flows of the paths over each link, by class."""
        where = np.repeat(classes[self.demands], self.sizes) * shape[1] + self.links
        sums = np.bincount(where, weights=np.repeat(flows, self.sizes), minlength=shape[0] * shape[1])
        return sums.astype(np.float64, copy=False).reshape(shape)

    def capacity_rows(self, loads: Floats, classes: Integers, rows: Integers) -> csr_array:
        """Give the matrix of what a unit on each path takes of the capacity of each of the links `rows`."""
        row_of = np.full(loads.shape[1], -1)
        row_of[rows] = np.arange(rows.size)
        here = row_of[self.links]
        inside = here >= 0
        each = loads[np.repeat(classes[self.demands], self.sizes)[inside], self.links[inside]]
        return csr_array((each, (here[inside], self.owners()[inside])), shape=(rows.size, self.count))
